# SPDX-License-Identifier: MIT
"""Playlists of 50 from 500 candidates, beside nearest-neighbour greedy and a shuffle.

    python benchmarks/bench_playlist.py

The candidates are made up: unit vectors around 12 centres, heads and tails near their track's vector, tempo, level and
tonality by centre with a spread, confidences and a tenth of unknowns drawn at random, 120 artists. Each of the 50 runs
has other candidates. Greedy walks from the same first track to the cheapest step, again and again.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

import mess

NUM_CANDIDATES = 500
LENGTH = 50
NUM_RUNS = 50
DIM = 128
KEYS = [f"{tonic} {mode}" for tonic in "C C# D Eb E F F# G Ab A Bb B".split() for mode in ("major", "minor")]


def unit(rows: Any) -> Any:
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


def make_candidates(seed: int) -> dict[str, Any]:
    """Columns for order_playlist()."""
    random = np.random.default_rng(seed)
    style = random.integers(0, 12, NUM_CANDIDATES)
    vectors = unit(random.normal(size=(12, DIM))[style] + 0.7 * random.normal(size=(NUM_CANDIDATES, DIM)))
    spread = 0.5 / np.sqrt(DIM)
    tempo = random.uniform(70, 170, 12)[style] * np.exp(random.normal(0, 0.08, NUM_CANDIDATES))
    level = random.uniform(-18, -8, 12)[style] + random.normal(0, 2, NUM_CANDIDATES)
    unknown = random.random(NUM_CANDIDATES) < 0.1
    middle = unit(vectors.mean(axis=0))
    return {
        "ids": np.arange(NUM_CANDIDATES),
        "vectors": vectors,
        "head_vectors": unit(vectors + spread * random.normal(size=vectors.shape)),
        "tail_vectors": unit(vectors + spread * random.normal(size=vectors.shape)),
        "loudness_lufs": level,
        "head_level_dbfs": level + random.normal(-4, 4, NUM_CANDIDATES),
        "tail_level_dbfs": level + random.normal(-6, 5, NUM_CANDIDATES),
        "tempo_bpm": np.where(unknown, np.nan, tempo),
        "tempo_confidence": random.uniform(0.2, 1, NUM_CANDIDATES),
        "keys": random.choice(KEYS, NUM_CANDIDATES).tolist(),
        "key_confidence": random.uniform(0.2, 1, NUM_CANDIDATES),
        "relevance": vectors @ middle,
        "artists": [f"artist {number}" for number in random.integers(0, 120, NUM_CANDIDATES)],
    }


def steps_of(order: mess.PlaylistOrder) -> Any:
    return np.array([step.cost for step in order.steps[1:]])


def main() -> None:
    ratios: dict[str, list[tuple[float, float]]] = {}
    seconds = []
    for seed in range(NUM_RUNS):
        columns = make_candidates(seed)
        start = time.perf_counter()
        ours = mess.order_playlist(**columns, length=LENGTH, first_id=0, seed=seed)
        seconds.append(time.perf_counter() - start)
        # One try only: the greedy start, which selects as it goes, by the same costs.
        selecting = mess.order_playlist(**columns, length=LENGTH, first_id=0, max_iterations=1)
        flow_only = mess.order_playlist(
            **columns, length=LENGTH, first_id=0, max_iterations=1, weights=mess.FlowWeights(relevance=0)
        )
        peers = {
            "greedy through the same 50": ours.greedy,
            "shuffle of the same 50": ours.shuffled,
            "greedy through all 500, by the same costs": selecting.flow,
            "greedy through all 500, by steps alone": flow_only.flow,
        }
        for name, peer in peers.items():
            ratios.setdefault(name, []).append((ours.flow.mean / peer.mean, ours.flow.worst / peer.worst))
        ratios.setdefault("total cost, against greedy through all 500", []).append(
            (ours.total_cost / selecting.total_cost, float("nan"))
        )
        assert ours.gap_shortfall == 0
    print(f"{NUM_RUNS} playlists of {LENGTH} from {NUM_CANDIDATES}: median {statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s")
    print("\n| peer | mean step, ratio | highest ratio | worst step, ratio | runs with a lower worst step |\n|---|---|---|---|---|")
    for name, pairs in ratios.items():
        means, worst = [m for m, _ in pairs], [w for _, w in pairs]
        print(
            f"| {name} | {statistics.mean(means):.2f} | {max(means):.2f} | {statistics.mean(worst):.2f} | "
            f"{sum(w < 1 for w in worst)} of {len(worst)} |"
        )


if __name__ == "__main__":
    main()
