# SPDX-License-Identifier: MIT
"""Folders that may not be read, entered or written."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import mess
from mess.cli.app import run
from mess.library import Library, LibraryError
from mess.library.schema import SCHEMA_VERSION

NOBODY = 65534


@pytest.fixture
def folder():
    """A folder that everybody may enter; pytest's own are for their owner only."""
    path = Path(tempfile.mkdtemp(prefix="mess-test-"))
    path.chmod(0o755)
    yield path
    for found in [path, *path.rglob("*")]:
        if found.is_dir() and not found.is_symlink():
            found.chmod(0o755)
    shutil.rmtree(path)


@contextmanager
def unprivileged():
    """Be somebody whom permissions hold for."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def give_away(path):
    if os.geteuid() == 0:
        for found in [path, *path.rglob("*")]:
            os.chown(found, NOBODY, NOBODY)


@pytest.fixture
def music(folder, tone):
    for number in range(4):
        path = folder / "music" / str(number % 2) / f"{number}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        mess.write_audio(path, mess.AudioBuffer(tone(110.0 + 70 * number), 22050), tags={"title": f"Tune {number}"})
    return folder / "music"


@pytest.fixture
def library(folder, music):
    with Library.open(folder / "library") as opened:
        opened.scan(music, encoder="dummy")
        yield opened


def scan(library, *folders):
    return library.scan(*folders, encoder="dummy", workers=2)


def test_a_folder_that_may_be_listed_but_not_entered_makes_nothing_missing(library, music, folder):
    give_away(folder)
    (music / "0").chmod(0o444)
    with unprivileged():
        report = scan(library, music)
    assert (report.num_found, report.num_missing) == (2, 0)
    assert [(finding.path, "Permission denied" in finding.reason) for finding in report.warnings] == [
        (music / "0", True)
    ]
    assert len(library.tracks()) == 4


def test_a_link_into_a_folder_that_may_not_be_entered_is_reported_and_the_rest_is_found(library, music, folder, tone):
    target = folder / "closed/x.flac"
    target.parent.mkdir()
    mess.write_audio(target, mess.AudioBuffer(tone(1000.0), 22050))
    (music / "0/a-link.flac").symlink_to(target)
    assert scan(library, music).num_found == 5
    give_away(folder)
    (folder / "closed").chmod(0)
    with unprivileged():
        report = scan(library, music)
    assert (report.num_found, report.num_missing) == (4, 0)
    assert [finding.path.name for finding in report.warnings] == ["a-link.flac"]


def test_a_copy_of_a_file_in_a_folder_that_may_not_be_entered_does_not_stop_the_scan(library, music, folder):
    give_away(folder)
    shutil.copy(music / "0/0.flac", music / "1/copy.flac")
    (music / "1/copy.flac").chmod(0o644)
    (music / "0").chmod(0)
    with unprivileged():
        report = scan(library, music / "1")
    # The other one may be there: it has not moved.
    assert (report.num_duplicates, report.num_moved, report.failed) == (1, 0, [])
    assert len(library.tracks()[0].paths) == 2


def test_a_file_that_may_not_be_read_is_not_remembered_as_bad(library, music, folder):
    give_away(folder)
    os.utime(music / "0/0.flac", ns=(1, 1))
    (music / "0/0.flac").chmod(0)
    with unprivileged():
        report = scan(library, music)
    assert ([finding.path.name for finding in report.failed], report.num_missing) == (["0.flac"], 0)
    assert (library.failures(), len(library.tracks())) == ([], 4)


def lock_up(folder):
    give_away(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_a_library_that_cannot_be_written_can_be_searched(library, folder):
    expected = [match.track.title for match in library.similar("Tune 0")]
    library.close()
    lock_up(folder / "library")
    before = sorted(path.name for path in (folder / "library").iterdir())
    with unprivileged(), Library.open(folder / "library") as opened:
        assert [match.track.title for match in opened.similar("Tune 0")] == expected
        with pytest.raises(LibraryError, match="expected a folder that a scan can write to|readonly"):
            scan(opened, folder / "music")
    assert sorted(path.name for path in (folder / "library").iterdir()) == before


def test_a_log_that_cannot_be_merged_is_an_error_that_says_what_is_needed(library, folder):
    connection = sqlite3.connect(folder / "library/catalog.sqlite")
    connection.execute("INSERT INTO meta VALUES ('x', 'y')")
    connection.commit()
    copy = folder / "copy"
    shutil.copytree(folder / "library", copy, ignore=shutil.ignore_patterns("*-shm"))
    connection.close()
    assert (copy / "catalog.sqlite-wal").stat().st_size > 0
    lock_up(copy)
    with unprivileged(), pytest.raises(LibraryError, match="its folder must be one that can be written"):
        Library.open(copy)


def catalogue_check(capsys, path):
    run(["doctor", "--json", "--library", str(path)])
    checks = json.loads(capsys.readouterr().out)["checks"]
    return next(check for check in checks if check["name"] == "catalogue")


def test_the_doctor_reads_a_library_that_cannot_be_written(library, folder, capsys):
    library.close()
    catalogue_check(capsys, folder / "library")  # the modules that it loads may be for their owner only
    lock_up(folder / "library")
    with unprivileged():
        check = catalogue_check(capsys, folder / "library")
    assert (check["status"], check["remedy"]) == ("ok", "")


def test_the_doctor_says_delete_only_of_a_damaged_catalogue(library, folder, capsys):
    library.close()
    path = folder / "library/catalog.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    check = catalogue_check(capsys, folder / "library")
    assert (check["status"], "newer version" in check["found"]) == ("broken", True)
    assert "delete" not in check["remedy"]
    assert "keep the file" in check["remedy"]
    if os.geteuid() == 0:
        path.chmod(0)
        with unprivileged():
            assert "delete" not in catalogue_check(capsys, folder / "library")["remedy"]


def test_the_doctor_changes_nothing(library, folder, capsys):
    library.close()
    path = folder / "library/catalog.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    before = path.read_bytes()
    assert catalogue_check(capsys, folder / "library")["status"] == "ok"
    assert path.read_bytes() == before
    assert stat.S_ISREG(path.stat().st_mode)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
    before = path.read_bytes()
    assert "open it once where it can be written" in catalogue_check(capsys, folder / "library")["found"]
    assert path.read_bytes() == before
