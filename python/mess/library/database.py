# SPDX-License-Identifier: MIT
"""Opening the catalogue: settings of SQLite, migrations, transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from mess.library.errors import LibraryError
from mess.library.schema import APPLICATION_ID, SCHEMA_VERSION

BUSY_TIMEOUT_MS = 15_000
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class Database:
    """The catalogue's connections; thread-safe, every thread gets its own connection."""

    def __init__(self, path: Path) -> None:
        """Open or create the database at `path` and bring its schema up to date.

        Raises:
            LibraryError: not a catalogue, a damaged one, or one made by a newer version.
        """
        self.path = path
        self._engine = _create_engine(path)
        try:
            with translated_errors(path):
                self._prepare()
        except LibraryError:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one snapshot of the catalogue."""
        with translated_errors(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection in a write transaction, committed when the block ends without an exception.

        Args:
            durable: survive a power loss; otherwise the last such transactions may be lost, but nothing is damaged.
        """
        with translated_errors(self.path), self._engine.connect() as connection:
            _driver(connection).execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with connection.execution_options(mess_begin="IMMEDIATE").begin():
                yield connection

    def verify(self) -> None:
        """Read the whole database and check that it is sound.

        Raises:
            LibraryError: it is damaged.
        """
        with self.read() as connection:
            complaint = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        if complaint != "ok":
            raise LibraryError(f"[library] {self.path}: expected a sound catalogue, found: {complaint}")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with self.read() as connection:
            version = self._checked_version(connection)
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


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise what the database complains about as LibraryError."""
    try:
        yield
    except DatabaseError as error:
        raise LibraryError(f"[library] {path}: expected a usable catalogue, found: {error.orig}") from error


def _create_engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: _begin() says when and which.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('mess_begin', 'DEFERRED')}")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


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
