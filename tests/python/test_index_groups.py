# SPDX-License-Identifier: MIT
"""Search by several vectors for groups of vectors, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import mess

KINDS = ["flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw8", "ivf4,pq6"]


def make_index(spec: str, metric: str, count: int = 600, dim: int = 24) -> mess.VectorIndex:
    vectors = np.random.default_rng(4).normal(size=(count, dim)).astype(np.float32)
    index = mess.VectorIndex(dim, spec, metric=metric)
    if not index.is_trained:
        index.train(vectors)
    index.add(np.arange(count), vectors)
    index.remove(np.arange(0, count, 17))
    return index


def max_sim(
    index: mess.VectorIndex, queries: np.ndarray, weights: np.ndarray, group_of: dict[int, int]
) -> dict[int, float]:
    """Score every group by its definition."""
    ids = np.array([i for i in index.ids() if int(i) in group_of])
    stored, asked = index.vectors(ids).astype(np.float64), queries.astype(np.float64)
    scores = asked @ stored.T
    if index.metric == "l2":
        scores = 2 * scores - (asked**2).sum(1)[:, None] - (stored**2).sum(1)
    groups = np.array([group_of[int(i)] for i in ids])
    return {
        int(group): float(weights.astype(np.float64) @ scores[:, groups == group].max(axis=1))
        for group in np.unique(groups)
    }


@pytest.mark.parametrize("spec", KINDS)
@pytest.mark.parametrize("metric", ["ip", "l2"])
def test_the_best_groups_are_those_of_the_definition(spec: str, metric: str) -> None:
    index = make_index(spec, metric)
    random = np.random.default_rng(5)
    for count in (1, 2, 9):
        queries = random.normal(size=(count, 24)).astype(np.float32)
        for weights in (np.ones(count, np.float32), random.normal(size=count).astype(np.float32)):
            expected = max_sim(index, queries, weights, {i: i // 10 for i in range(600)})
            ranking = sorted(expected, key=lambda group: -expected[group])
            for k in (1, 7, 80):
                scores, groups = index.search_groups(queries, k, groups=10, weights=weights)
                assert list(groups[0][:60]) == ranking[:k]
                np.testing.assert_allclose(scores[0][:60], [expected[g] for g in ranking[:k]], rtol=2e-5, atol=2e-5)
                assert (groups[0][60:] == -1).all()


def test_groups_may_be_named_id_by_id_and_a_filter_leaves_some_out() -> None:
    index = make_index("flat", "ip")
    random = np.random.default_rng(6)
    queries = random.normal(size=(4, 24)).astype(np.float32)
    ids, groups = np.arange(300), random.integers(0, 40, size=300)
    group_of = {int(i): int(g) for i, g in zip(ids, groups, strict=True) if i % 2 == 0}
    expected = max_sim(index, queries, np.ones(4, np.float32), group_of)
    found = index.search_groups(queries, 5, groups=(ids, groups), filter=lambda i: i % 2 == 0)[1][0]
    assert list(found) == sorted(expected, key=lambda group: -expected[group])[:5]
    nothing = index.search_groups(queries, 5, groups=(ids, groups), filter=np.array([], np.int64))
    assert (nothing[1] == -1).all()


def test_one_vector_and_groups_of_one_are_an_exact_search() -> None:
    index = make_index("flat", "ip")
    query = np.random.default_rng(7).normal(size=(1, 24)).astype(np.float32)
    scores, ids = index.search_groups(query, 10, groups=1)
    np.testing.assert_array_equal(ids, index.search(query, 10)[1])
    np.testing.assert_array_equal(scores, index.search(query, 10)[0])


def test_bad_groups_name_what_was_found() -> None:
    index = make_index("flat", "ip")
    query = np.zeros((1, 24), np.float32)
    with pytest.raises(mess.InvalidArgument, match="at least 1 id per group, found 0"):
        index.search_groups(query, 3, groups=0)
    with pytest.raises(mess.InvalidArgument, match="expected one per id, found 1 for 2"):
        index.search_groups(query, 3, groups=(np.arange(2), np.arange(1)))
    with pytest.raises(mess.InvalidArgument, match="0 or more, found -4"):
        index.search_groups(query, 3, groups=(np.arange(1), np.array([-4])))
    with pytest.raises(mess.InvalidArgument, match="a pair of arrays, found str"):
        index.search_groups(query, 3, groups="track")
    with pytest.raises(mess.InvalidArgument, match="found 24"):
        index.search_groups(query, 3, groups=10, weights=np.ones(2, np.float32))
