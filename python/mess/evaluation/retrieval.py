# SPDX-License-Identifier: MIT
"""Distances between vectors, and what a ranking by them is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.float64]

NEVER = np.inf  # the distance of what must not be found
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


@dataclass(frozen=True)
class FolderScores:
    """Over all tracks that have another of their folder among their candidates."""

    num_queries: int
    precision_at_1: float
    precision_at_5: float
    mean_average_precision: float


@dataclass(frozen=True)
class PairScores:
    """Over all excerpts, each of which has one partner."""

    top_1: float
    mean_reciprocal_rank: float


@dataclass(frozen=True)
class Hubness:
    """How often each item is among the 10 nearest of the others."""

    skewness: float  # 0: nothing is near everything
    anti_hub_share: float  # that are near nothing


def euclidean(queries: NDArray[np.float32], items: NDArray[np.float32]) -> Distances:
    """Return the distances (N, M) of vectors (N, D) and (M, D)."""
    a, b = queries.astype(np.float64), items.astype(np.float64)
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2.0 * a @ b.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def mutual_proximity(distances: Distances, queries: Distances, items: Distances) -> Distances:
    """Rescale distances so that near means near from both sides (Schnitzer et al., JMLR 2012, independent Gaussians).

    Args:
        distances: (N, M).
        queries: (N, K), distances of each query to the collection; infinite ones do not count.
        items: (M, K), the same of each item.
    """
    query_mean, query_std = _moments(queries)
    item_mean, item_std = _moments(items)
    from_query = _share_beyond((distances - query_mean[:, None]) / query_std[:, None])
    from_item = _share_beyond((distances - item_mean) / item_std)
    return np.asarray(np.where(np.isinf(distances), NEVER, 1.0 - from_query * from_item))


def _moments(distances: Distances) -> tuple[Distances, Distances]:
    counted = np.where(np.isinf(distances), np.nan, distances)
    return np.nanmean(counted, axis=1), np.nanstd(counted, axis=1) + 1e-12


def _share_beyond(deviations: Distances) -> Distances:
    return np.asarray(0.5 * _erfc(np.where(np.isinf(deviations), 9.0, deviations) / math.sqrt(2.0)))


def score_folders(distances: Distances, folders: NDArray[np.str_]) -> FolderScores:
    """Score a square matrix of distances (N, N); infinite ones are no candidates."""
    precisions_1, precisions_5, averages = [], [], []
    for row, folder in zip(distances, folders, strict=True):
        order = np.argsort(row, kind="stable")
        hits = (folders[order] == folder)[np.isfinite(row[order])]
        if not hits.any():
            continue
        ranks = np.flatnonzero(hits) + 1
        precisions_1.append(float(hits[0]))
        precisions_5.append(float(hits[:5].mean()))
        averages.append(float((np.arange(1, ranks.size + 1) / ranks).mean()))
    return FolderScores(len(averages), _mean(precisions_1), _mean(precisions_5), _mean(averages))


def score_pairs(distances: Distances, partners: NDArray[np.int64]) -> PairScores:
    """Score distances (N, M) where the item `partners[i]` is what query i should find."""
    wanted = distances[np.arange(len(distances)), partners]
    # A tie counts as lost.
    ranks = (distances <= wanted[:, None]).sum(axis=1)
    return PairScores(_mean(ranks == 1), _mean(1.0 / ranks))


def score_hubness(distances: Distances, *, k: int = 10) -> Hubness:
    """Score a square matrix of distances (N, N) with an infinite diagonal."""
    nearest = np.argsort(distances, axis=1, kind="stable")[:, : min(k, len(distances) - 1)]
    counts = np.bincount(nearest.ravel(), minlength=len(distances)).astype(np.float64)
    spread = counts.std()
    skewness = float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread > 0 else 0.0
    return Hubness(skewness, _mean(counts == 0))


def _mean(values: object) -> float:
    array = np.asarray(values, dtype=np.float64)
    return float(array.mean()) if array.size else math.nan
