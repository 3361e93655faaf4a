# SPDX-License-Identifier: MIT
from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess


def circle(degrees: list[float]) -> np.ndarray:
    radians = np.radians(degrees)
    return np.ascontiguousarray(np.stack([np.cos(radians), np.sin(radians)], axis=1), dtype=np.float32)


def ids_of(order) -> list[int]:
    return [step.id for step in order.steps]


def test_the_order_takes_the_shortest_way() -> None:
    order = mess.order_playlist([10, 11, 12, 13], circle([0, 50, 20, 90]), first_id=10, length=4)
    assert ids_of(order) == [10, 12, 11, 13]
    assert order.is_optimal
    assert order.steps[1].cost == pytest.approx(1 - np.cos(np.radians(20)), abs=1e-6)
    assert order.steps[1].text == "cosine 0.94"


def test_loudness_and_artists_steer_the_order() -> None:
    vectors = circle([0, 10, 60])
    weights = mess.FlowWeights(loudness=0.1)
    by_level = mess.order_playlist(
        [0, 1, 2], vectors, first_id=0, length=2, loudness_lufs=[-10, -60, -10], weights=weights
    )
    assert ids_of(by_level) == [0, 2]
    by_artist = mess.order_playlist([0, 1, 2], vectors, first_id=0, artists=["A", "A", "B"])
    assert ids_of(by_artist) == [0, 2, 1]


def test_what_is_unknown_is_none_or_nan() -> None:
    order = mess.order_playlist(
        [0, 1], circle([0, 1]), first_id=0, tempo_bpm=[None, 120], keys=[None, "C major"], loudness_lufs=[np.nan, -9]
    )
    reasons = order.steps[1].reasons
    assert (reasons.tempo_ratio, reasons.key_relation, reasons.loudness_lu) == (None, "", None)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(mess.InvalidArgument, match="artists: expected 2 like the ids, found 1"):
        mess.order_playlist([0, 1], circle([0, 1]), first_id=0, artists=["A"])
    with pytest.raises(mess.InvalidArgument, match="first_id"):
        mess.order_playlist([0, 1], circle([0, 1]), first_id=5)
    with pytest.raises(mess.InvalidArgument, match='key: expected a name like "F# minor", found "H"'):
        mess.order_playlist([0, 1], circle([0, 1]), keys=["H", "C major"])
    with pytest.raises(mess.InvalidArgument, match="arc: expected flat, build, peak or cool-down"):
        mess.order_playlist([0, 1], circle([0, 1]), arc="up")
    with pytest.raises(TypeError, match="unexpected keyword argument 'tempo'"):
        mess.order_playlist([0, 1], circle([0, 1]), tempo=[1, 2])


@st.composite
def candidates(draw, max_tracks: int):
    count = draw(st.integers(1, max_tracks))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    vectors = random.normal(size=(count, 4)) + 0.3
    vectors = np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
    return {
        "ids": list(range(count)),
        "vectors": vectors,
        "loudness_lufs": random.uniform(-20, -6, count),
        "tempo_bpm": np.where(random.random(count) < 0.2, np.nan, random.uniform(60, 180, count)),
        "artists": [str(number) for number in random.integers(0, draw(st.integers(1, 8)), count)],
    }


def num_lacking(ids: list[int], artists: list[str], gap: int) -> int:
    return sum(
        gap + 1 - distance
        for distance in range(1, gap + 1)
        for a, b in zip(ids, ids[distance:], strict=False)
        if artists[a] == artists[b]
    )


@settings(max_examples=40, deadline=None)
@given(candidates(max_tracks=6), st.integers(0, 4), st.integers(1, 6))
def test_a_few_tracks_are_ordered_like_the_best_of_all_orders(columns, gap, length) -> None:
    weights = mess.FlowWeights(roughness=0)
    found = mess.order_playlist(**columns, length=length, artist_gap=gap, weights=weights)
    # A list of all candidates in another order has the same costs of the unknown: steps can be looked up in pairs.
    count = len(columns["ids"])
    costs = np.zeros((count, count))
    for a, b in itertools.permutations(range(count), 2):
        rest = [i for i in range(count) if i not in (a, b)]
        rows = [a, b, *rest]
        described = mess.describe_order(
            **{name: np.asarray(values)[rows].tolist() for name, values in columns.items() if name != "vectors"},
            vectors=np.ascontiguousarray(columns["vectors"][rows]),
            weights=weights,
        )
        costs[a, b] = described.steps[1].cost
    best = min(
        (num_lacking(list(order), columns["artists"], gap), sum(costs[a, b] for a, b in itertools.pairwise(order)))
        for order in itertools.permutations(range(count), min(length, count))
    )
    assert found.is_optimal
    assert found.gap_shortfall == best[0] == num_lacking(ids_of(found), columns["artists"], gap)
    assert found.total_cost == pytest.approx(best[1], abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(candidates(max_tracks=40), st.integers(0, 3), st.integers(1, 30), st.integers(0, 3), st.integers(0, 2**63))
def test_rules_hold_and_optimising_never_costs_more(columns, gap, length, limit, seed) -> None:
    options = {"length": length, "artist_gap": gap, "max_per_artist": limit, "seed": seed}
    found = mess.order_playlist(**columns, **options, max_iterations=20_000)
    start = mess.order_playlist(**columns, **options, max_iterations=1)
    ids = ids_of(found)
    artists = columns["artists"]
    assert len(set(ids)) == len(ids) <= length
    most = max(artists.count(artist) for artist in artists) if limit == 0 else limit
    assert len(ids) == min(length, sum(min(artists.count(artist), most) for artist in set(artists)))
    assert all([artists[i] for i in ids].count(artist) <= most for artist in set(artists))
    assert found.gap_shortfall == num_lacking(ids, artists, gap)
    assert (found.gap_shortfall, found.total_cost) <= (start.gap_shortfall, start.total_cost + 1e-4)
    assert ids == ids_of(mess.order_playlist(**columns, **options, max_iterations=20_000))
