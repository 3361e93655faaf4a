# SPDX-License-Identifier: MIT
"""Tracks that may be the same music twice: proposed with the evidence, never merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

import mess
from mess.library.matching import normalize_title
from mess.library.track import Track

MIN_COSINE = 0.98  # of two encodings of one recording; other pieces of one style come near 0.9
MAX_DURATION_DIFFERENCE_SECONDS = 2.0  # encoders pad by less; a live take is rarely as long to the second
NUM_NEIGHBOURS = 8
CHUNK = 256  # tracks asked about at once


@dataclass(frozen=True)
class Duplicate:
    """Two tracks, or one track in two files, that may be one."""

    first: Track
    second: Track
    is_same_audio: bool  # the same packets in several files of one track: certain
    cosine: float  # of the two vectors
    duration_difference_seconds: float  # of the second, less the first's
    is_same_name: bool  # title and artist, as people type them


def files_with_same_audio(tracks: list[Track]) -> list[Duplicate]:
    """Return the tracks that lie in several files."""
    return [Duplicate(track, track, True, 1.0, 0.0, True) for track in tracks if len(track.paths) > 1]


def tracks_that_sound_the_same(
    tracks: list[Track],
    index: mess.VectorIndex,
    *,
    min_cosine: float = MIN_COSINE,
    max_duration_difference_seconds: float = MAX_DURATION_DIFFERENCE_SECONDS,
    progress: Callable[[int, int], None] | None = None,
) -> list[Duplicate]:
    """Return pairs of tracks whose vectors and durations are nearly the same, the most alike first.

    Args:
        tracks: those to compare.
        index: their vectors.
        min_cosine: of two vectors.
        max_duration_difference_seconds: an edit or a live take differs by more.
        progress: called with the number of tracks compared so far, and of all.

    Raises:
        mess.InvalidArgument: a bad limit.
    """
    if not -1.0 <= min_cosine <= 1.0:
        raise mess.InvalidArgument(f"[library] min_cosine: expected -1 to 1, found {min_cosine}")
    if not max_duration_difference_seconds >= 0.0:
        raise mess.InvalidArgument(
            f"[library] max_duration_difference_seconds: expected 0 or more, found {max_duration_difference_seconds}"
        )
    by_id = {track.id: track for track in tracks}
    found = []
    for first_id, second_id, cosine in _near_pairs(sorted(by_id), index, min_cosine, progress):
        first, second = by_id[first_id], by_id.get(second_id)
        if second is None:
            continue
        difference = second.duration_seconds - first.duration_seconds
        if abs(difference) <= max_duration_difference_seconds:
            found.append(Duplicate(first, second, False, cosine, difference, _name(first) == _name(second)))
    return sorted(found, key=lambda pair: (-pair.cosine, pair.first.id, pair.second.id))


def _near_pairs(
    ids: list[int], index: mess.VectorIndex, min_cosine: float, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[int, int, float]]:
    """Yield each pair once, the smaller id first."""
    present = [track_id for track_id in ids if track_id in index]
    seen: set[tuple[int, int]] = set()
    for start in range(0, len(present), CHUNK):
        chunk = present[start : start + CHUNK]
        queries = index.vectors(np.array(chunk, dtype=np.int64))
        scores, neighbours = index.search(queries, NUM_NEIGHBOURS + 1)
        for track_id, row_scores, row_ids in zip(chunk, scores, neighbours, strict=True):
            for other, cosine in zip(row_ids.tolist(), row_scores.tolist(), strict=True):
                pair = (min(track_id, other), max(track_id, other))
                if other >= 0 and other != track_id and cosine >= min_cosine and pair not in seen:
                    seen.add(pair)
                    yield (*pair, cosine)
        if progress is not None:
            progress(min(start + CHUNK, len(present)), len(present))


def _name(track: Track) -> tuple[str, str]:
    return normalize_title(track.display_title), normalize_title(track.artist or "")
