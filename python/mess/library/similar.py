# SPDX-License-Identifier: MIT
"""Tracks that sound like a seed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.track import Track


@dataclass(frozen=True)
class Match:
    """One result."""

    track: Track
    score: float  # cosine: 1 sounds the same
    rank: int  # from 1


def find_similar(
    database: Database,
    index: mess.VectorIndex,
    vector: NDArray[np.float32],
    *,
    k: int,
    excluded: Collection[int],
    encoder_id: str,
) -> list[Match]:
    """Return the `k` nearest tracks to a vector (dim,), best first, without those of `excluded`."""
    if k < 1:
        raise mess.InvalidArgument(f"[library] k: expected at least 1, found {k}")
    wanted = min(k + len(excluded), index.size)
    scores, ids = index.search(vector, wanted, encoder_id=encoder_id)
    hits = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0 and int(i) not in excluded][:k]
    with database.read() as connection:
        tracks = {track.id: track for track in catalogue.read_tracks(connection, [track_id for track_id, _ in hits])}
    # A track may have vanished from the catalogue since the index was built.
    hits = [(track_id, score) for track_id, score in hits if track_id in tracks]
    return [Match(tracks[track_id], score, rank) for rank, (track_id, score) in enumerate(hits, start=1)]
