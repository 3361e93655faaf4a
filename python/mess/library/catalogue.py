# SPDX-License-Identifier: MIT
"""The questions and changes that the catalogue knows; every function runs in its caller's transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from mess.library.schema import failures, files, meta, text_vectors, tracks, vectors
from mess.library.track import Track, tag_columns, track_from_row
from mess.library.walk import FoundFile

# SQLite before 3.32 takes 999 parameters per statement.
MAX_PARAMETERS = 900
MAX_TRACK_ID = (1 << 63) - 1  # of SQLite
FINDING_KINDS = ("error", "warning")


@dataclass(frozen=True)
class KnownFile:
    """What the catalogue knows about a path."""

    track_id: int
    size: int
    mtime_ns: int
    is_missing: bool

    def has_changed(self, size: int, mtime_ns: int) -> bool:
        """Tell whether a file's size or time differ from what the catalogue says."""
        return (self.size, self.mtime_ns) != (size, mtime_ns)


@dataclass(frozen=True)
class KnownTrack:
    """What a scan has to know about a track."""

    id: int
    duration_seconds: float
    is_silent: bool
    has_vector: bool  # of the encoder asked for
    analysis_version: int


def is_present() -> ColumnElement[bool]:
    """Condition on `tracks`: at least one file is there."""
    # An alias, because a query around it may name `files` itself.
    own_files = files.alias()
    return exists().where(own_files.c.track_id == tracks.c.id, own_files.c.is_missing.is_(False))


def read_meta(connection: Connection, key: str) -> str | None:
    """Return a value of `meta`."""
    return connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def write_meta(connection: Connection, key: str, value: str) -> None:
    """Set a value of `meta`."""
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta).values(key=key, value=value))


def read_generation(connection: Connection) -> int:
    """Return how often what an index holds has changed."""
    return int(read_meta(connection, "generation") or 0)


def raise_generation(connection: Connection) -> None:
    """Make every index stale; call in the transaction that changes what they hold."""
    write_meta(connection, "generation", str(read_generation(connection) + 1))
    write_meta(connection, "state", secrets.token_hex(16))


def read_state(connection: Connection) -> str:
    """Return a random name of what the catalogue holds now; an index made under another name is stale.

    The generation would not do: a catalogue restored from a backup, or made anew, reaches the same number again.
    """
    return read_meta(connection, "state") or "new"


def known_files(connection: Connection) -> dict[Path, KnownFile]:
    """Return every file of the catalogue."""
    rows = connection.execute(
        select(
            files.c.path,
            files.c.track_id,
            files.c.size,
            files.c.mtime_ns,
            files.c.is_missing,
        )
    )
    return {row.path: KnownFile(row.track_id, row.size, row.mtime_ns, row.is_missing) for row in rows}


def known_errors(connection: Connection) -> dict[Path, tuple[int, int]]:
    """Return size and mtime_ns of every file that could not be read."""
    rows = connection.execute(
        select(failures.c.path, failures.c.size, failures.c.mtime_ns).where(failures.c.kind == "error")
    )
    return {row.path: (row.size, row.mtime_ns) for row in rows}


def _known_tracks_query(encoder_id: str) -> Any:
    has_vector = exists().where(vectors.c.track_id == tracks.c.id, vectors.c.encoder_id == encoder_id)
    return select(
        tracks.c.id,
        tracks.c.duration_seconds,
        tracks.c.is_silent,
        has_vector.label("has_vector"),
        tracks.c.analysis_version,
        tracks.c.content_hash,
    )


def known_tracks(connection: Connection, encoder_id: str) -> dict[int, KnownTrack]:
    """Return every track by id."""
    rows = connection.execute(_known_tracks_query(encoder_id))
    return {row.id: _known_track(row) for row in rows}


def find_track_by_hash(connection: Connection, content_hash: str, encoder_id: str) -> KnownTrack | None:
    """Return the track with this audio."""
    row = connection.execute(_known_tracks_query(encoder_id).where(tracks.c.content_hash == content_hash)).one_or_none()
    return None if row is None else _known_track(row)


def _known_track(row: Row[Any]) -> KnownTrack:
    return KnownTrack(row.id, row.duration_seconds, row.is_silent, row.has_vector, row.analysis_version)


def find_track_id_by_hash(connection: Connection, content_hash: str) -> int | None:
    """Return the id of the track with this audio."""
    return connection.execute(select(tracks.c.id).where(tracks.c.content_hash == content_hash)).scalar()


def find_file(connection: Connection, path: Path) -> KnownFile | None:
    """Return what is known about the file at `path`."""
    query = select(files.c.track_id, files.c.size, files.c.mtime_ns, files.c.is_missing).where(files.c.path == path)
    row = connection.execute(query).one_or_none()
    return None if row is None else KnownFile(row.track_id, row.size, row.mtime_ns, row.is_missing)


def insert_track(connection: Connection, track_id: int, columns: Mapping[str, Any]) -> None:
    """Add a track; tags follow with put_file()."""
    added_at = datetime.now(timezone.utc).replace(tzinfo=None)
    connection.execute(insert(tracks).values(id=track_id, tags={}, added_at=added_at, **columns))


def update_track(connection: Connection, track_id: int, columns: Mapping[str, Any]) -> None:
    """Replace what was measured of a track."""
    connection.execute(update(tracks).where(tracks.c.id == track_id).values(**columns))


def next_track_id(connection: Connection) -> int:
    """Return an id that no track has or had, nor any larger one."""
    largest = int(connection.execute(select(func.coalesce(func.max(tracks.c.id), 0))).scalar_one())
    return max(largest, int(read_meta(connection, "largest_forgotten_id") or 0)) + 1


def forget_missing(connection: Connection) -> int:
    """Delete the tracks without a file that is there, with all that hangs on them; return how many."""
    gone = list(connection.execute(select(tracks.c.id).where(~is_present())).scalars())
    if not gone:
        return 0
    write_meta(connection, "largest_forgotten_id", str(next_track_id(connection) - 1))
    for start in range(0, len(gone), MAX_PARAMETERS):
        chunk = gone[start : start + MAX_PARAMETERS]
        paths = list(connection.execute(select(files.c.path).where(files.c.track_id.in_(chunk))).scalars())
        forget_findings(connection, paths)
        for table in (vectors, text_vectors, files):
            connection.execute(delete(table).where(table.c.track_id.in_(chunk)))
        connection.execute(delete(tracks).where(tracks.c.id.in_(chunk)))
    raise_generation(connection)
    return len(gone)


def put_vector(connection: Connection, track_id: int, encoder_id: str, vector: NDArray[np.float32]) -> None:
    """Store the vector of a track, in place of an older one of the same encoder."""
    connection.execute(delete(vectors).where(vectors.c.track_id == track_id, vectors.c.encoder_id == encoder_id))
    connection.execute(
        insert(vectors).values(
            track_id=track_id,
            encoder_id=encoder_id,
            dim=len(vector),
            vector=vector.astype("<f4").tobytes(),
        )
    )


def put_file(connection: Connection, found: FoundFile, track_id: int, tags: Mapping[str, str]) -> None:
    """Say that a file holds a track; the track takes its tags from its first file."""
    previous = connection.execute(select(files.c.track_id).where(files.c.path == found.path)).scalar()
    values = {
        "track_id": track_id,
        "size": found.size,
        "mtime_ns": found.mtime_ns,
        "is_missing": False,
        "tags": dict(tags),
    }
    if previous is None:
        connection.execute(insert(files).values(path=found.path, **values))
    else:
        connection.execute(update(files).where(files.c.path == found.path).values(**values))
    _refresh_tags(connection, track_id)
    if previous not in (None, track_id):
        _refresh_tags(connection, previous)


def move_file(connection: Connection, old_path: Path, new_path: Path) -> None:
    """Rename a file, with the findings about it; what the catalogue said about the new path is dropped."""
    connection.execute(delete(files).where(files.c.path == new_path))
    forget_findings(connection, [new_path])
    connection.execute(update(files).where(files.c.path == old_path).values(path=new_path))
    connection.execute(update(failures).where(failures.c.path == old_path).values(path=new_path))


def paths_of_track(connection: Connection, track_id: int) -> list[Path]:
    """Return the paths of a track's files, missing ones too, sorted."""
    return list(
        connection.execute(select(files.c.path).where(files.c.track_id == track_id).order_by(files.c.path)).scalars()
    )


def mark_missing(connection: Connection, paths: Sequence[Path], *, is_missing: bool) -> None:
    """Say that files are missing, or there again."""
    for start in range(0, len(paths), MAX_PARAMETERS):
        chunk = paths[start : start + MAX_PARAMETERS]
        track_ids = connection.execute(select(files.c.track_id).where(files.c.path.in_(chunk)).distinct()).scalars()
        affected = list(track_ids)
        connection.execute(update(files).where(files.c.path.in_(chunk)).values(is_missing=is_missing))
        for track_id in affected:
            _refresh_tags(connection, track_id)


def add_findings(connection: Connection, found: FoundFile, kind: str, reasons: Iterable[str]) -> None:
    """Write findings about a file."""
    for reason in reasons:
        connection.execute(
            insert(failures).values(
                path=found.path,
                size=found.size,
                mtime_ns=found.mtime_ns,
                kind=kind,
                reason=reason,
            )
        )


def forget_findings(connection: Connection, paths: Sequence[Path], *, kinds: Sequence[str] = FINDING_KINDS) -> None:
    """Drop the findings about files."""
    for start in range(0, len(paths), MAX_PARAMETERS):
        chunk = paths[start : start + MAX_PARAMETERS]
        connection.execute(delete(failures).where(failures.c.path.in_(chunk), failures.c.kind.in_(kinds)))


def warnings_of_track(connection: Connection, track_id: int) -> list[str]:
    """Return what is known to be wrong with a track's audio, whichever of its files it was noted for."""
    query = (
        select(failures.c.path, failures.c.reason)
        .join(files, files.c.path == failures.c.path)
        .where(files.c.track_id == track_id, failures.c.kind == "warning")
        .order_by(failures.c.path, failures.c.id)
    )
    rows = connection.execute(query).all()
    return [row.reason for row in rows if row.path == rows[0].path]


def read_findings(connection: Connection) -> list[tuple[Path, str, str]]:
    """Return path, kind and reason of every finding, sorted, apart from those about missing files."""
    missing = exists().where(files.c.path == failures.c.path, files.c.is_missing.is_(True))
    rows = connection.execute(
        select(failures.c.path, failures.c.kind, failures.c.reason)
        .where((failures.c.kind == "error") | ~missing)
        .order_by(failures.c.path, failures.c.id)
    )
    return [(row.path, row.kind, row.reason) for row in rows]


def read_tracks(
    connection: Connection,
    ids: Sequence[int] | None = None,
    *,
    include_missing: bool = False,
) -> list[Track]:
    """Return tracks, all or those with `ids`, in the order of their ids."""
    if ids is None:
        condition = None if include_missing else is_present()
        return _read_tracks(connection, condition)
    found: list[Track] = []
    ids = [track_id for track_id in ids if 0 <= track_id <= MAX_TRACK_ID]
    for start in range(0, len(ids), MAX_PARAMETERS):
        found += _read_tracks(connection, tracks.c.id.in_(ids[start : start + MAX_PARAMETERS]))
    return found


def read_vectors(
    connection: Connection, encoder_id: str, ids: Sequence[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the ids (n,) and vectors (n, dim) of one encoder: of the tracks `ids`, or of all that are there."""
    query = select(vectors.c.track_id, vectors.c.vector).where(vectors.c.encoder_id == encoder_id)
    query = query.join(tracks, tracks.c.id == vectors.c.track_id).order_by(vectors.c.track_id)
    query = query.where(is_present()) if ids is None else query.where(vectors.c.track_id.in_(ids))
    found_ids: list[int] = []
    buffer = bytearray()
    for track_id, blob in connection.execution_options(yield_per=1000).execute(query):
        found_ids.append(track_id)
        buffer += blob
    values = np.frombuffer(buffer, dtype="<f4").astype(np.float32, copy=False)
    return np.array(found_ids, dtype=np.int64), values.reshape(len(found_ids), -1 if found_ids else 0)


def count_tracks(connection: Connection, *, include_missing: bool = False) -> tuple[int, float]:
    """Return the number of tracks and their duration in seconds."""
    query = select(func.count(), func.coalesce(func.sum(tracks.c.duration_seconds), 0.0))
    has_file = exists().where(files.c.track_id == tracks.c.id)
    num_tracks, seconds = connection.execute(query.where(has_file if include_missing else is_present())).one()
    return int(num_tracks), float(seconds)


def content_hashes(connection: Connection) -> dict[int, str]:
    """Return the identity of the audio of each track that is there."""
    rows = connection.execute(select(tracks.c.id, tracks.c.content_hash).where(is_present()))
    return {row.id: row.content_hash for row in rows}


def encoder_ids(connection: Connection) -> list[str]:
    """Return the encoder ids that have vectors, sorted."""
    return list(connection.execute(select(vectors.c.encoder_id).distinct().order_by(vectors.c.encoder_id)).scalars())


def has_vectors(connection: Connection, encoder_id: str) -> bool:
    """Tell whether a track that is there has a vector of this encoder."""
    query = select(vectors.c.track_id).join(tracks, tracks.c.id == vectors.c.track_id)
    query = query.where(vectors.c.encoder_id == encoder_id, is_present()).limit(1)
    return connection.execute(query).scalar() is not None


def encoder_counts(connection: Connection) -> dict[str, int]:
    """Return how many tracks that are there have a vector, for each encoder id."""
    rows = connection.execute(
        select(vectors.c.encoder_id, func.count())
        .join(tracks, tracks.c.id == vectors.c.track_id)
        .where(is_present())
        .group_by(vectors.c.encoder_id)
        .order_by(vectors.c.encoder_id)
    )
    return {row[0]: row[1] for row in rows}


def _read_tracks(connection: Connection, condition: ColumnElement[bool] | None) -> list[Track]:
    query = select(tracks).order_by(tracks.c.id)
    file_query = select(files.c.track_id, files.c.path, files.c.is_missing)
    if condition is not None:
        query = query.where(condition)
        file_query = file_query.join(tracks, tracks.c.id == files.c.track_id).where(condition)
    files_of: defaultdict[int, list[tuple[Path, bool]]] = defaultdict(list)
    for track_id, path, is_missing in connection.execute(file_query):
        files_of[track_id].append((path, is_missing))
    # A track whose file now holds other audio has no file left.
    return [
        track_from_row(row, files_of[row["id"]])
        for row in connection.execute(query).mappings()
        if row["id"] in files_of
    ]


def _refresh_tags(connection: Connection, track_id: int) -> None:
    query = select(files.c.tags).where(files.c.track_id == track_id).order_by(files.c.is_missing, files.c.path).limit(1)
    tags = connection.execute(query).scalar()
    if tags is not None:
        connection.execute(update(tracks).where(tracks.c.id == track_id).values(tags=tags, **tag_columns(tags)))
