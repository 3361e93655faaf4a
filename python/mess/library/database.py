# SPDX-License-Identifier: MIT
"""Opening the catalogue: settings of SQLite, migrations, transactions."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

import mess
from mess.library.errors import LibraryDamagedError, LibraryError
from mess.library.schema import APPLICATION_ID, SCHEMA_VERSION

BUSY_TIMEOUT_MS = 15_000
# What reading a row raises when it holds what nobody wrote: a text that is none, JSON that is none, a missing key.
ROW_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class Database:
    """The catalogue's connections; thread-safe, every thread gets its own connection."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create the database at `path` and bring its schema up to date.

        Where it cannot be written it is opened for reading.

        Args:
            path: the file.
            read_only: change nothing, not even an old schema.

        Raises:
            LibraryDamagedError: it is damaged, or no database at all.
            LibraryError: not a catalogue, one made by a newer version, or one that cannot be opened.
        """
        self.path = path
        self._is_closed = False
        self._engine = _create_engine(path, read_only=read_only)
        try:
            try:
                self._prepare(read_only=read_only)
            except _NotWritableError:
                self._engine.dispose()
                self._engine = _create_engine(path, read_only=True)
                self._prepare(read_only=True)
        except LibraryError:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one snapshot of the catalogue."""
        with self._translated_errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection in a write transaction, committed when the block ends without an exception.

        Args:
            durable: survive a power loss; otherwise the last such transactions may be lost, but nothing is damaged.
        """
        with self._translated_errors(), self._engine.connect() as connection:
            _driver(connection).execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with connection.execution_options(mess_begin="IMMEDIATE").begin():
                yield connection

    def verify(self) -> None:
        """Read the whole database and check that it is sound.

        Raises:
            LibraryDamagedError: it is damaged.
        """
        with self.read() as connection:
            complaint = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        if complaint != "ok":
            raise LibraryDamagedError(f"[library] {self.path}: expected a sound catalogue, found: {complaint}")

    def checkpoint(self) -> None:
        """Move what is in the write-ahead log to the file itself, as far as readers allow it."""
        with self._translated_errors(), self._engine.connect() as connection:
            _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def backup(self, path: Path) -> None:
        """Write a snapshot to a new file.

        Raises:
            LibraryError: there is a file already, or it cannot be written.
        """
        if path.exists():
            raise LibraryError(f"[library] {path}: expected a new file for the backup, found one that is there")
        if not path.parent.is_dir():
            raise LibraryError(f"[library] {path}: expected a folder for the backup, found none")
        # Half a backup must not look like one.
        part = path.with_name(f".{path.name[:64]}.{secrets.token_hex(8)}.part")
        try:
            with self._translated_errors(), self._engine.connect() as connection:
                _driver(connection).execute("VACUUM INTO ?", (str(part),))
            _synchronize(part)
            part.rename(path)
            _synchronize(path.parent)
        except OSError as error:
            raise LibraryError(f"[library] {path}: expected a file that can be written, found: {error}") from error
        finally:
            part.unlink(missing_ok=True)

    def restore(self, path: Path) -> None:
        """Replace all that is here by what a backup holds, in one transaction; an older schema is brought up to date.

        Raises:
            LibraryDamagedError: the backup is damaged.
            LibraryError: it is no catalogue, or one made by a newer version.
        """
        # Checked and migrated in a copy: the backup stays as it is, and what is wrong with it is known before.
        copy = self.path.with_name("catalog.restore")
        _remove_database(copy)
        try:
            shutil.copyfile(path, copy)
            with closing(sqlite3.connect(copy)) as opened:
                found = opened.execute("PRAGMA application_id").fetchone()[0]
            if found != APPLICATION_ID:  # an empty database would become an empty catalogue
                raise LibraryError(
                    f"[library] {path}: expected a backup (application id {APPLICATION_ID:#x}), found {found:#x}"
                )
            with closing(Database(copy)) as checked:
                checked.verify()
                with self._translated_errors(), self._engine.connect() as target, checked.read() as source:
                    _driver(source).backup(_driver(target))
        except sqlite3.Error as error:
            raise _library_error(path, str(error)) from error
        except LibraryError as error:
            raise type(error)(str(error).replace(str(copy), str(path))) from error
        except OSError as error:
            raise LibraryError(f"[library] {path}: expected a backup that can be read, found: {error}") from error
        finally:
            _remove_database(copy)
        self.checkpoint()

    def close(self) -> None:
        """Close all connections, for good."""
        self._is_closed = True
        self._engine.dispose()

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Raise what the database complains about, or what its rows should not hold, as LibraryError."""
        if self._is_closed:
            raise LibraryError(f"[library] {self.path}: expected an open library, found a closed one")
        try:
            yield
        except mess.Error:
            raise
        except (DatabaseError, sqlite3.Error) as error:
            raise _library_error(self.path, str(getattr(error, "orig", error))) from error
        except ROW_ERRORS as error:
            raise LibraryDamagedError(
                f"[library] {self.path}: expected a sound catalogue, found a row that makes no sense "
                f"({type(error).__name__}: {error})"
            ) from error

    def _prepare(self, *, read_only: bool) -> None:
        with self.read() as connection:
            version = self._checked_version(connection)
        if read_only:
            if version < SCHEMA_VERSION:
                raise LibraryError(
                    f"[library] {self.path}: expected schema version {SCHEMA_VERSION}, found {version}; "
                    "open it once where it can be written"
                )
            return
        # Only now: the file of another program is left as it is.
        with self._translated_errors(), self._engine.connect() as connection:
            _use_write_ahead_log(_driver(connection))
        if version < SCHEMA_VERSION:
            with self.write() as connection:
                # Another process may have migrated while this one waited for its turn.
                if self._checked_version(connection) < SCHEMA_VERSION:
                    _migrate(connection)

    def _checked_version(self, connection: Connection) -> int:
        application_id = _pragma(connection, "application_id")
        version = _pragma(connection, "user_version")
        is_empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
        if application_id != APPLICATION_ID and not is_empty:
            raise LibraryError(
                f"[library] {self.path}: expected a catalogue (application id {APPLICATION_ID:#x}), "
                f"found another program's database ({application_id:#x})"
            )
        if version > SCHEMA_VERSION:
            raise LibraryError(
                f"[library] {self.path}: expected schema version {SCHEMA_VERSION} or older, found {version}; "
                "it was written by a newer version of mess: install that one"
            )
        return version


class _NotWritableError(LibraryError):
    """The file, or its folder, cannot be written."""


def _library_error(path: Path, complaint: str) -> LibraryError:
    # SQLite's words; the codes come with Python 3.11.
    message = f"[library] {path}: expected a usable catalogue, found: {complaint}"
    if any(words in complaint for words in ("malformed", "not a database", "Could not decode")):
        return LibraryDamagedError(message)
    if "readonly database" in complaint or "unable to open database" in complaint:
        return _NotWritableError(f"{message} (its folder must be one that can be written)")
    return LibraryError(message)


def _create_engine(path: Path, *, read_only: bool) -> Engine:
    engine = create_engine(
        "sqlite://",
        poolclass=QueuePool,
        creator=lambda: sqlite3.connect(
            _read_only_uri(path) if read_only else path,
            uri=read_only,
            timeout=BUSY_TIMEOUT_MS / 1000,
            check_same_thread=False,
        ),
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: _begin() says when and which.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself here: another process may be making the same change.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _read_only_uri(path: Path) -> str:
    log = Path(f"{path}-wal")
    # Where nothing can be written SQLite cannot make the files that readers and writers share; and then nobody writes.
    is_quiet = not log.exists() or log.stat().st_size == 0
    is_fixed = is_quiet and not all(os.access(place, os.W_OK, effective_ids=True) for place in (path, path.parent))
    return f"file:{quote(os.fsencode(path))}?mode=ro{'&immutable=1' if is_fixed else ''}"


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('mess_begin', 'DEFERRED')}")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _synchronize(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # "%" begins an interpolation in this format.
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
