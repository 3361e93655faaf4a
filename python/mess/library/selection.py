# SPDX-License-Identifier: MIT
"""Which of the tracks near a point to take: filters, caps, exclusions, diversity, chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library.filter_fields import Filter
from mess.library.track_table import TrackTable, TrackTableCache

MIN_POOL = 64  # candidates looked at beyond what is wanted, before more are asked for


@dataclass(frozen=True)
class Selection:
    """What a result must be, beside near; the default takes the nearest tracks as they come."""

    where: str = ""  # a filter: see docs/queries.md
    excluded: Collection[int] = ()  # ids of tracks that were played already
    max_per_artist: int | None = None  # tracks without an artist tag are not counted
    max_per_album: int | None = None
    min_score: float | None = None  # leave out what is less near; there may be fewer results then
    diversity: float = 0.0  # 0 to 1: how much likeness to results before it counts against a track
    variety: float = 0.0  # 0 for the best; 1 lets tracks change places that are as far apart as scores usually are
    random_seed: int = 0  # of `variety`: the same seed gives the same result

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            mess.InvalidArgument: one is out of range, or `where` is no filter.
        """
        for name in ("max_per_artist", "max_per_album"):
            cap = getattr(self, name)
            if cap is not None and cap < 1:
                raise mess.InvalidArgument(f"[library] {name}: expected at least 1, found {cap}")
        if not 0.0 <= self.diversity <= 1.0:
            raise mess.InvalidArgument(f"[library] diversity: expected 0 to 1, found {self.diversity}")
        if not 0.0 <= self.variety < math.inf:
            raise mess.InvalidArgument(f"[library] variety: expected 0 or more, found {self.variety}")
        if self.min_score is not None and math.isnan(self.min_score):
            raise mess.InvalidArgument("[library] min_score: expected a number, found NaN")
        Filter.parse(self.where)

    @property
    def reads_tracks(self) -> bool:
        """Whether it takes more than ids and scores to choose."""
        return bool(self.where.strip()) or self.max_per_artist is not None or self.max_per_album is not None


def allowed_ids(selection: Selection, tables: TrackTableCache) -> NDArray[np.int64] | None:
    """Return the ids (n,) of the tracks that fit the filter, sorted; None when all do."""
    if not selection.where.strip():
        return None
    table = tables.table()
    return table.ids[Filter.parse(selection.where).mask(table)]


def select_nearest(
    index: mess.VectorIndex,
    vector: NDArray[np.float32],
    k: int,
    *,
    seed_ids: Collection[int],
    selection: Selection,
    tables: TrackTableCache,
) -> list[tuple[int, float]]:
    """Return ids and scores of at most `k` tracks near a vector, in the order in which they were chosen.

    Args:
        index: where to search.
        vector: (dim,) unit length.
        k: how many.
        seed_ids: tracks that the vector comes from; they are no results.
        selection: what else counts.
        tables: the tracks of the library.
    """
    excluded = {*seed_ids, *selection.excluded}
    allowed = allowed_ids(selection, tables)
    caps = _Caps(selection, tables.table() if selection.reads_tracks else None)
    num_available = index.size if allowed is None else len(allowed)
    is_plain = not (caps.are_set or selection.diversity or selection.variety)
    num_wanted = k if is_plain else 4 * k + MIN_POOL
    while num_available:
        num_asked = min(num_wanted + len(excluded), num_available)
        scores, ids = index.search(
            vector, num_asked, filter=allowed, encoder_id=index.encoder_id, correct_hubness=index.has_hubness
        )
        pool = [
            (int(track_id), float(score))
            for track_id, score in zip(ids[0], scores[0], strict=True)
            if track_id >= 0 and int(track_id) not in excluded
        ]
        is_cut = selection.min_score is not None and bool(pool) and pool[-1][1] < selection.min_score
        if selection.min_score is not None:
            pool = [hit for hit in pool if hit[1] >= selection.min_score]
        chosen = caps.walk(_in_order(index, pool, num_wanted, selection), k)
        if len(chosen) == k or is_cut or num_asked == num_available:
            return chosen
        num_wanted *= 4
    return []


def _in_order(
    index: mess.VectorIndex, pool: Sequence[tuple[int, float]], num_wanted: int, selection: Selection
) -> list[tuple[int, float]]:
    """Return the candidates, as many as are wanted, in the order in which to take them."""
    if len(pool) < 2:
        return list(pool)
    ids = np.array([track_id for track_id, _ in pool], dtype=np.int64)
    scores = np.array([score for _, score in pool])
    ranked = scores + selection.variety * scores.std() * gumbel_noise(ids, selection.random_seed)
    order = np.lexsort((ids, -ranked)) if selection.variety else np.arange(len(ids))
    if selection.diversity:
        # Comparing all with all: no more than it takes.
        order = order[:num_wanted]
        taken = index.diversify(ids[order], ranked[order].astype(np.float32), len(order), diversity=selection.diversity)
        score_of = dict(pool)
        return [(int(track_id), score_of[int(track_id)]) for track_id in taken]
    return [pool[place] for place in order]


def gumbel_noise(ids: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Return noise (n,) that depends on id and seed alone, so that a larger pool changes nothing about it.

    Adding Gumbel noise to scores and taking the largest draws without replacement from their softmax: Kool, van Hoof,
    Welling 2019, "Stochastic beams and where to find them". The bits are mixed as by Steele, Lea, Flood 2014, "Fast
    splittable pseudorandom number generators".
    """
    bits = ids.astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % (1 << 64))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    bits ^= bits >> np.uint64(31)
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) / float(1 << 53)
    return np.asarray(-np.log(-np.log(uniform)))


class _Caps:
    """At most so many tracks of an artist and of an album."""

    def __init__(self, selection: Selection, table: TrackTable | None) -> None:
        self._limits: list[tuple[str, int]] = [
            (column, limit)
            for column, limit in (("artist", selection.max_per_artist), ("album", selection.max_per_album))
            if limit is not None
        ]
        self._table = table

    @property
    def are_set(self) -> bool:
        return bool(self._limits)

    def walk(self, pool: Sequence[tuple[int, float]], k: int) -> list[tuple[int, float]]:
        """Take from the pool in its order, as far as the caps allow."""
        if not self._limits or self._table is None:
            return list(pool[:k])
        rows = self._table.rows_of(np.array([track_id for track_id, _ in pool], dtype=np.int64))
        labels_of = {"artist": self._table.labels("artist"), "album": self._table.albums}
        codes = [labels_of[column].codes for column, _ in self._limits]
        counts = [Counter[int]() for _ in self._limits]
        chosen: list[tuple[int, float]] = []
        for hit, row in zip(pool, rows, strict=True):
            if row < 0:
                continue  # it came into the index after the table was read
            labels = [int(column[row]) for column in codes]
            if any(
                label >= 0 and count[label] >= limit
                for label, count, (_, limit) in zip(labels, counts, self._limits, strict=True)
            ):
                continue
            for label, count in zip(labels, counts, strict=True):
                count[label] += 1
            chosen.append(hit)
            if len(chosen) == k:
                break
        return chosen
