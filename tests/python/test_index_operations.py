# SPDX-License-Identifier: MIT
"""Random sequences of everything an index can do, against a dictionary and NumPy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mess

DIM = 5
K = 4

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "add",
                "update",
                "update",
                "remove",
                "search",
                "batch",
                "filter",
                "range",
                "any",
                "compact",
                "reload",
            ]
        ),
        st.integers(0, 40),
        st.integers(0, 1_000_000),
    ),
    min_size=100,
    max_size=100,
)


def random_vectors(seed: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)


@dataclass
class Oracle:
    """What the index should hold, as it keeps it."""

    index: mess.VectorIndex
    vectors: dict[int, np.ndarray] = field(default_factory=dict)

    def check_found(self, scores: np.ndarray, ids: np.ndarray, query: np.ndarray, allowed: set[int]) -> None:
        expected = {i: self.score(query, i) for i in allowed}
        best = sorted(expected.values(), reverse=True)[: len(ids)]
        found = [int(i) for i in ids if i >= 0]
        assert len(found) == len(set(found)) == min(len(ids), len(allowed))
        assert set(found) <= allowed
        np.testing.assert_allclose([expected[i] for i in found], best, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(scores[: len(found)], best, rtol=1e-5, atol=1e-5)

    def score(self, query: np.ndarray, number: int) -> float:
        stored = self.vectors[number].astype(np.float64)
        if self.index.metric == "l2":
            return -float(((query.astype(np.float64) - stored) ** 2).sum())
        return float(query.astype(np.float64) @ stored)

    def apply(self, action: str, number: int, seed: int, folder: Path) -> None:
        vector = random_vectors(seed)
        if action == "add" and number not in self.vectors:
            self.index.add([number], vector)
            self.vectors[number] = self.index.vector(number)
        elif action == "update":
            assert self.index.update([number], vector) == (number in self.vectors)
            self.vectors[number] = self.index.vector(number)
        elif action == "remove":
            assert self.index.remove([number, number]) == (self.vectors.pop(number, None) is not None)
        elif action == "compact":
            self.index.compact()
            assert self.index.info().num_removed == 0
        elif action == "reload":
            self.index.save(folder / "index.messidx")
            self.index = mess.VectorIndex.load(folder / "index.messidx")
        else:
            self.look(action, number, seed)
        assert len(self.index) == len(self.vectors)
        assert (number in self.index) == (number in self.vectors)

    def look(self, action: str, number: int, seed: int) -> None:
        everything = set(self.vectors)
        queries = random_vectors(seed + 1, 6)
        if action == "filter":
            allowed = {i for i in everything if i < number}
            mask = np.arange(50) < number
            forms: list[Any] = [range(number), mask, lambda i: i < number, np.arange(number)]
            scores, ids = self.index.search(queries[0], K, filter=forms[seed % 4], exact=True)
            self.check_found(scores[0], ids[0], queries[0], allowed)
        elif action == "range":
            limit = float(np.median([self.score(queries[0], i) for i in everything] or [0.0])) + 1e-3
            scores, ids = self.index.search_range(queries[0], limit)
            assert set(ids[0]) == {i for i in everything if self.score(queries[0], i) >= limit}
        elif action == "any":
            ids = self.index.search_any(queries, K)[1][0]
            best = {i: max(self.score(q, i) for q in queries) for i in everything}
            expected = sorted(best.values(), reverse=True)[:K]
            np.testing.assert_allclose([best[int(i)] for i in ids if i >= 0], expected, rtol=1e-5, atol=1e-5)
        else:
            count = 6 if action == "batch" else 1
            scores, ids = self.index.search(queries[:count], K, exact=True)
            for row in range(count):
                self.check_found(scores[row], ids[row], queries[row], everything)


def run(spec: str, metric: str, operations: list[tuple[str, int, int]]) -> None:
    oracle = Oracle(mess.VectorIndex(DIM, spec, metric=metric))
    if not oracle.index.is_trained:
        oracle.index.train(random_vectors(0, 300))
    with tempfile.TemporaryDirectory() as folder:
        for action, number, seed in operations:
            oracle.apply(action, number, seed, Path(folder))
    assert sorted(oracle.index.ids()) == sorted(oracle.vectors)


KINDS = st.tuples(
    st.sampled_from(["auto", "flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw4", "hnsw4,flat-int8", "ivf4,pq2"]),
    st.sampled_from(["ip", "l2"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(KINDS, OPERATIONS)
def test_six_thousand_random_operations_agree_with_a_dictionary(
    kind: tuple[str, str], operations: list[tuple[str, int, int]]
) -> None:
    run(*kind, operations)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(KINDS, OPERATIONS)
def test_a_hundred_thousand_random_operations_agree_with_a_dictionary(
    kind: tuple[str, str], operations: list[tuple[str, int, int]]
) -> None:
    run(*kind, operations)
