# SPDX-License-Identifier: MIT
from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import mess
from mess.library import Library, LibraryError
from mess.library.schema import APPLICATION_ID, SCHEMA_VERSION, metadata


def pragma(folder, name):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_library_says_whose_it_is_and_which_version(tmp_path):
    Library.open(tmp_path).close()
    assert pragma(tmp_path, "application_id") == APPLICATION_ID
    assert pragma(tmp_path, "user_version") == SCHEMA_VERSION
    assert pragma(tmp_path, "journal_mode") == "wal"


def test_the_migrations_lead_to_the_tables_that_the_program_uses(tmp_path):
    with Library.open(tmp_path) as library, library._database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_connections_keep_foreign_keys_and_choose_durability(tmp_path):
    with Library.open(tmp_path) as library:
        for durable, synchronous in ((True, 2), (False, 1), (True, 2)):
            with library._database.write(durable=durable) as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == synchronous
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
                assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() > 0


def test_a_failed_transaction_leaves_nothing_behind(tmp_path):
    def write_and_fail(database):
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO meta VALUES ('generation', '7')")
            raise RuntimeError

    with Library.open(tmp_path) as library:
        with pytest.raises(RuntimeError):
            write_and_fail(library._database)
        assert library.stats().generation == 0


def test_a_library_of_a_newer_program_is_refused(tmp_path):
    Library.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(LibraryError, match=rf"found {SCHEMA_VERSION + 1}; it was written by a newer version of mess"):
        Library.open(tmp_path)


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="found another program's database"):
        Library.open(tmp_path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["catalog.sqlite"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_a_damaged_catalogue_is_an_error_that_names_it(tmp_path):
    (tmp_path / "catalog.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryError, match="catalog.sqlite: expected a usable catalogue"):
        Library.open(tmp_path)


def test_verify_finds_damage(tmp_path, tone_file):
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        library.scan(tone_file(), encoder="dummy")
        library.verify()
    content = bytearray((folder / "catalog.sqlite").read_bytes())
    content[4096 : 4096 + 2048] = bytes(2048)
    (folder / "catalog.sqlite").write_bytes(content)
    with pytest.raises(LibraryError), Library.open(folder) as library:
        library.verify()


def test_a_library_that_is_not_there_is_only_made_when_asked(tmp_path):
    with pytest.raises(LibraryError, match="expected a library, found none; make one with: mess scan FOLDER"):
        Library.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="expected a folder for the library"):
        Library.open(tmp_path / "file/library")


def test_mess_library_is_the_class_itself():
    assert mess.Library is Library


def test_library_errors_are_errors_of_mess_and_natural_builtins(tmp_path):
    assert issubclass(LibraryError, mess.Error)
    assert issubclass(LibraryError, RuntimeError)
