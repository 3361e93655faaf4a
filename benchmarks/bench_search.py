# SPDX-License-Identifier: MIT
"""Exact search for single queries and for a batch, against NumPy."""

from __future__ import annotations

import numpy as np
from timing import Row, interleaved

import mess

K = 10


def unit_rows(count: int, dim: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def numpy_search(queries: np.ndarray, rows: np.ndarray) -> np.ndarray:
    scores = queries @ rows.T
    top = np.argpartition(-scores, K, axis=1)[:, :K]
    order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
    return np.take_along_axis(top, order, axis=1)


def run() -> list[Row]:
    results = []
    for count, dim, num_queries in [(1_300, 768, 1), (50_000, 174, 1), (50_000, 174, 64)]:
        rows = unit_rows(count, dim, 1)
        queries = unit_rows(num_queries, dim, 2)
        index = mess.VectorIndex(dim, "flat")
        index.add(np.arange(count), rows)
        found = index.search(queries, K)[1]
        expected = numpy_search(queries, rows)
        recall = np.mean([len(set(a) & set(b)) / K for a, b in zip(found, expected, strict=True)])
        repeats = 50 if num_queries == 1 else 3

        def ours(index: mess.VectorIndex = index, queries: np.ndarray = queries, repeats: int = repeats) -> None:
            for _ in range(repeats):
                index.search(queries, K)

        def peer(rows: np.ndarray = rows, queries: np.ndarray = queries, repeats: int = repeats) -> None:
            for _ in range(repeats):
                numpy_search(queries, rows)

        ours_seconds, peer_seconds = interleaved(ours, peer)
        results.append(
            Row(
                f"exact search, {num_queries} of {count:,} x {dim}",
                ours_seconds / repeats,
                "NumPy matmul + argpartition",
                peer_seconds / repeats,
                f"recall@{K} {recall:.3f}",
            )
        )
    return results
