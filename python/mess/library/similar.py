# SPDX-License-Identifier: MIT
"""Tracks that sound like a seed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.selection import Selection, select_nearest
from mess.library.track import Track
from mess.library.track_table import TrackTableCache


@dataclass(frozen=True)
class GroupPart:
    """What one thing that the encoder hears adds to the likeness of two tracks."""

    name: str  # "timbre", "rhythm", ...
    part: float  # the parts of all groups add up to the cosine
    cosine: float  # within the group alone


@dataclass(frozen=True)
class Match:
    """One result."""

    track: Track
    score: float  # what ranks: mutual proximity, 0 to 1; in a small library, which cannot say what is usual, the cosine
    cosine: float  # of the two vectors: 1 sounds the same
    rank: int  # from 1
    parts: tuple[GroupPart, ...] = ()  # when asked for


def find_similar(
    database: Database,
    index: mess.VectorIndex,
    vector: NDArray[np.float32],
    *,
    k: int,
    seed_ids: Collection[int],
    selection: Selection,
    tables: TrackTableCache,
) -> list[Match]:
    """Return `k` tracks near a vector (dim,), best first, without those of `seed_ids`.

    Where the index knows how near tracks usually are, near means near from both sides (mutual proximity): otherwise a
    few tracks would be near everything.
    """
    if k < 1:
        raise mess.InvalidArgument(f"[library] k: expected at least 1, found {k}")
    hits = select_nearest(index, vector, k, seed_ids=seed_ids, selection=selection, tables=tables)
    with database.read() as connection:
        tracks = {track.id: track for track in catalogue.read_tracks(connection, [track_id for track_id, _ in hits])}
    # A track may have vanished from the catalogue since the index was built.
    hits = [(track_id, score) for track_id, score in hits if track_id in tracks]
    cosines = index.vectors(np.array([track_id for track_id, _ in hits], dtype=np.int64)) @ vector
    return [
        Match(tracks[track_id], score, float(cosine), rank)
        for rank, ((track_id, score), cosine) in enumerate(zip(hits, cosines, strict=True), start=1)
    ]


def explain_matches(
    index: mess.VectorIndex, encoder: mess.Encoder, vector: NDArray[np.float32], matches: Sequence[Match]
) -> list[Match]:
    """Add to each match what timbre, rhythm and so on contribute to its cosine.

    Raises:
        mess.InvalidArgument: the encoder's vectors have no groups, or are pooled from frames.
    """
    if encoder.track_vector_groups and mess.EncoderId.parse(index.encoder_id).pooling != "track":
        raise mess.InvalidArgument(f"[library] explain: expected track vectors, found {index.encoder_id}")
    vectors = index.vectors(np.array([match.track.id for match in matches], dtype=np.int64))
    return [
        replace(match, parts=tuple(GroupPart(g.name, g.part, g.cosine) for g in encoder.explain(vector, row)))
        for match, row in zip(matches, vectors, strict=True)
    ]
