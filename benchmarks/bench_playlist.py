# SPDX-License-Identifier: MIT
"""Playlists of 50 from 500 candidates, beside nearest-neighbour greedy and a shuffle.

    python benchmarks/bench_playlist.py [FOLDER]

The candidates are 500 composed pieces of 20 s (mess.samples) with their acoustic vectors and analysis, rendered into
FOLDER (build/benchmarks/playlist), which later runs use again. Each of the 50 runs begins with another piece, which is
also what relevance is measured by.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import mess
from mess.samples import read_truth, write_samples

NUM_CANDIDATES = 500
LENGTH = 50
NUM_RUNS = 50
SEED = 11
FOLDER = Path(__file__).parents[1] / "build" / "benchmarks" / "playlist"


def load_candidates(folder: Path) -> dict[str, Any]:
    """Columns for order_playlist()."""
    write_samples(folder, num_pieces=NUM_CANDIDATES, seed=SEED, sample_rate_hz=22050, target_seconds=20.0)
    truth = read_truth(folder)
    assert truth is not None
    encoder = mess.Encoder.open("acoustic")
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda piece: mess.extract(folder / piece["file"], encoder=encoder), truth["pieces"]))
    analyses = [one.analysis for one in found]
    levels = [mess.edge_levels(a.energy_dbfs, a.sounding.start_seconds, a.sounding.end_seconds) for a in analyses]
    return {
        "ids": np.arange(NUM_CANDIDATES),
        "vectors": np.stack([mess.pool(one.frames, kind="track") for one in found]),
        "loudness_lufs": [a.loudness.integrated_lufs for a in analyses],
        "head_level_dbfs": [head for head, _ in levels],
        "tail_level_dbfs": [tail for _, tail in levels],
        "tempo_bpm": [a.tempo.bpm for a in analyses],
        "tempo_confidence": [a.tempo.confidence for a in analyses],
        "keys": [a.key.key.name if a.key.key else None for a in analyses],
        "key_confidence": [a.key.confidence for a in analyses],
        "artists": [piece["artist"] for piece in truth["pieces"]],
    }


def rows(columns: dict[str, Any], chosen: Sequence[int]) -> dict[str, Any]:
    return {
        name: np.ascontiguousarray(values[list(chosen)])
        if isinstance(values, np.ndarray)
        else [values[i] for i in chosen]
        for name, values in columns.items()
    }


def main() -> None:
    columns = load_candidates(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    vectors = columns["vectors"]
    ratios: dict[str, list[tuple[float, float]]] = {}
    seconds = []
    for run in range(NUM_RUNS):
        first = int(np.random.default_rng(run).integers(NUM_CANDIDATES))
        relevance = vectors @ vectors[first]
        start = time.perf_counter()
        ours = mess.order_playlist(**columns, relevance=relevance, length=LENGTH, first_id=first, seed=run)
        seconds.append(time.perf_counter() - start)
        assert ours.gap_shortfall == 0
        # A search that tries one move gives the greedy walk it begins with.
        greedy = {"first_id": first, "length": LENGTH, "max_iterations": 1}
        plain = mess.FlowWeights(relevance=0, roughness=0)
        nearest = [first, *(int(i) for i in np.argsort(-relevance, kind="stable") if i != first)][:LENGTH]
        peers = {
            "greedy through the 50 nearest to the first": mess.order_playlist(
                **rows(columns, nearest), **greedy, weights=plain
            ).flow,
            "greedy through all 500, by the same costs": mess.order_playlist(
                **columns, **greedy, relevance=relevance
            ).flow,
            "greedy through all 500, by steps alone": mess.order_playlist(**columns, **greedy, weights=plain).flow,
            "greedy through the 50 that we chose": ours.greedy,
            "shuffle of the 50 that we chose": ours.shuffled,
        }
        for name, peer in peers.items():
            ratios.setdefault(name, []).append((ours.flow.mean / peer.mean, ours.flow.worst / peer.worst))
    print(
        "| peer | mean step | highest of the runs | worst step | runs with a lower worst step |\n|---|---|---|---|---|"
    )
    for name, pairs in ratios.items():
        means, worst = [mean for mean, _ in pairs], [one for _, one in pairs]
        print(
            f"| {name} | {statistics.mean(means):.2f} | {max(means):.2f} | {statistics.mean(worst):.2f} | "
            f"{sum(one < 1 for one in worst)} of {NUM_RUNS} |"
        )
    print(
        f"\n{NUM_RUNS} playlists of {LENGTH} from {NUM_CANDIDATES}: {statistics.median(seconds):.2f} s each (median), "
        f"{max(seconds):.2f} s the slowest."
    )


if __name__ == "__main__":
    main()
