# SPDX-License-Identifier: MIT
"""What a query stands for: a track of the library, or the audio of some other file."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache
from mess.library.errors import LibraryError, TrackNotFoundError
from mess.library.matching import MIN_SCORE
from mess.library.paths import absolute_path
from mess.library.track import Track
from mess.library.track_table import TrackTableCache


@dataclass(frozen=True)
class Seed:
    """A query that was understood."""

    label: str  # "Artist - Title", or a file's name
    track: Track | None  # None for a file outside the library, and for several tracks
    encoder_id: str
    vector: NDArray[np.float32] = field(repr=False, compare=False)  # (dim,), unit length
    track_ids: tuple[int, ...] = ()  # of the tracks it stands for


Query: TypeAlias = str | int | os.PathLike[str]


@dataclass(frozen=True)
class Weighted:
    """One of several queries: away from it when the weight is negative."""

    query: Query | Seed
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Check the weight.

        Raises:
            mess.InvalidArgument: it is zero or not finite.
        """
        if not math.isfinite(self.weight) or self.weight == 0.0:
            raise mess.InvalidArgument(f"[library] weight: expected a number other than 0, found {self.weight}")


AnyQuery: TypeAlias = Query | Seed | Weighted


def as_list(queries: AnyQuery | Sequence[AnyQuery]) -> list[Weighted]:
    """Return one query or several as weighted ones.

    Raises:
        mess.InvalidArgument: there is none.
    """
    single = isinstance(queries, (str, int, os.PathLike, Seed, Weighted))
    several: Sequence[AnyQuery] = [queries] if single else queries  # type: ignore[assignment, list-item]
    if not several:
        raise mess.InvalidArgument("[library] query: expected at least one, found none")
    return [query if isinstance(query, Weighted) else Weighted(query) for query in several]


def mean_direction(
    vectors: Sequence[NDArray[np.float32]], weights: Sequence[float] | None = None
) -> NDArray[np.float32]:
    """Return the weighted mean of unit vectors (dim,), at unit length; the first one when they cancel out."""
    mean = np.average(np.stack(vectors), axis=0) if weights is None else np.asarray(weights) @ np.stack(vectors)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 1e-6 else vectors[0]


def one_encoder_id(seeds: Sequence[Seed]) -> str:
    """Return the encoder id that all seeds share.

    Raises:
        mess.InvalidArgument: they are of different encoders.
    """
    encoder_ids = sorted({seed.encoder_id for seed in seeds})
    if len(encoder_ids) > 1:
        raise mess.InvalidArgument(
            f"[library] seeds: expected vectors of one encoder, found {' and '.join(encoder_ids)}"
        )
    return encoder_ids[0]


def resolve_seed(
    query: Query, database: Database, tables: TrackTableCache, encoders: EncoderCache, encoder_id: str
) -> Seed:
    """Find out what a query stands for.

    Args:
        query: a path, a track id (12 or "#12"), or a title; in this order, when a text could be several.
        database: the catalogue.
        tables: the names of its tracks.
        encoders: embed a file outside the library.
        encoder_id: whose vectors to compare.

    Raises:
        TrackNotFoundError: nothing fits; the message names the nearest titles.
        LibraryError: the track has no vector.
        mess.DecodeError: a file outside the library cannot be read.
    """
    with database.read() as connection:
        track_id, path = find_query(connection, query, tables)
        if track_id is not None:
            return _seed_of_track(connection, track_id, encoder_id)
    assert path is not None
    return Seed(path.name, None, encoder_id, encoders.embed(path, encoder_id))


def find_query(connection: Connection, query: Query, tables: TrackTableCache) -> tuple[int | None, Path | None]:
    """Find out which track a query means, or else which file outside the library; one of them is not None.

    Raises:
        TrackNotFoundError: nothing fits; the message names the nearest titles.
        mess.DecodeError: a file cannot be read.
    """
    path = _as_path(query)
    track_id = _find_id(connection, query, path)
    if track_id is None and path is None:
        track_id = _find_title(connection, tables, str(query))
    return track_id, path


def _as_path(query: Query) -> Path | None:
    """Return the path that a query means; a text means one when there is such a file."""
    if isinstance(query, int):
        return None
    path = absolute_path(query)
    # A title may be anything, also what no path can be.
    if not isinstance(query, str) or os.path.isfile(path):  # noqa: PTH113
        return path
    return None


def known_track_id(connection: Connection, path: Path) -> int | None:
    """Return the track of a file that is as the catalogue knows it."""
    known = catalogue.find_file(connection, path)
    return None if known is None or known.is_missing or _has_changed(known, path) else known.track_id


def _find_id(connection: Connection, query: Query, path: Path | None) -> int | None:
    if path is not None:
        track_id = known_track_id(connection, path)
        if track_id is not None:
            return track_id
        # The same audio may be in the library under another name, and other audio under this one.
        return catalogue.find_track_id_by_hash(connection, mess.audio_content_hash(path))
    text = str(query)
    if text.removeprefix("#").isdecimal():
        track_id = int(text.removeprefix("#"))
        if catalogue.read_tracks(connection, [track_id]):
            return track_id
    if isinstance(query, int) or text.startswith("#") and text[1:].isdecimal():
        raise TrackNotFoundError(f"[library] {query}: expected the id of a track, found none with this id")
    return None


def _has_changed(known: catalogue.KnownFile, path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False  # it cannot be read now, but what it was is known
    return known.has_changed(status.st_size, status.st_mtime_ns)


def _find_title(connection: Connection, tables: TrackTableCache, text: str) -> int:
    if not text.strip():
        raise mess.InvalidArgument("[library] query: expected a file, a track id or a title, found an empty text")
    matches = tables.table().name_index.match(text, limit=3)
    if matches and matches[0].score >= MIN_SCORE:
        return matches[0].track_id
    labels = {track.id: track.label for track in catalogue.read_tracks(connection, [m.track_id for m in matches])}
    nearest = ", ".join(f'"{labels[match.track_id]}"' for match in matches)
    hint = f"; the nearest are {nearest}" if nearest else ""
    raise TrackNotFoundError(f"[library] {text}: expected a file, a track id or a title, found no match{hint}")


def _seed_of_track(connection: Connection, track_id: int, encoder_id: str) -> Seed:
    tracks = catalogue.read_tracks(connection, [track_id])
    _, vectors = catalogue.read_vectors(connection, encoder_id, [track_id])
    if not tracks or len(vectors) == 0:
        label = tracks[0].label if tracks else f"#{track_id}"
        reasons = catalogue.warnings_of_track(connection, track_id)
        because = f" ({'; '.join(reasons)})" if reasons else "; scan its folder with this encoder"
        raise LibraryError(f"[library] {label}: expected a vector of {encoder_id}, found none{because}")
    return Seed(tracks[0].label, tracks[0], encoder_id, vectors[0], (track_id,))
