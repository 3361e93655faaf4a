# SPDX-License-Identifier: MIT
"""A library of made-up tracks: how long opening and questions take, end to end in Python.

    python benchmarks/bench_library.py [NUM_TRACKS]

The peer is what one would write by hand: the same rows in NumPy, one matrix product, argpartition, one SELECT.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import mess
from mess.library import Library, Selection

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "python"))
from made_library import make_library, make_rows, make_vectors

DIM = 1074  # of acoustic/2
NUM_QUERIES = 200
NUM_BEATS = 360  # of three minutes at 120 BPM: what is kept of a track's analysis is as long as that of music
WHERE = "genre:jazz,soul year:1960..1999 bpm:~100..125"


def median_ms(work: Callable[[int], object], queries: np.ndarray) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    times = []
    for query in queries:
        started = time.perf_counter()
        work(int(query))
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times)), float(np.percentile(times, 95))


def by_hand(catalog: Path, vectors: np.ndarray) -> Callable[[int], object]:
    connection = sqlite3.connect(catalog)

    def search(track_id: int) -> object:
        scores = vectors @ vectors[track_id - 1]
        scores[track_id - 1] = -np.inf
        best = np.argpartition(-scores, 10)[:10]
        marks = ",".join("?" * len(best))
        query = f"SELECT * FROM tracks WHERE id IN ({marks})"  # noqa: S608
        return connection.execute(query, (best + 1).tolist()).fetchall()

    return search


def main() -> None:
    num_tracks = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    vectors = make_vectors(num_tracks, DIM, num_clusters=400)
    rows = make_rows(num_tracks, num_artists=num_tracks // 20, num_beats=NUM_BEATS)
    queries = np.random.default_rng(1).integers(1, num_tracks + 1, NUM_QUERIES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library"
        with make_library(path, rows, vectors) as made:
            started = time.perf_counter()
            made.rebuild_index()
            build_seconds = time.perf_counter() - started
        started = time.perf_counter()
        library = Library.open(path)
        opened_ms = 1000 * (time.perf_counter() - started)
        started = time.perf_counter()
        library.similar(1)
        first_ms = 1000 * (time.perf_counter() - started)
        started = time.perf_counter()
        fitting = len(library.tracks(WHERE))
        table_ms = 1000 * (time.perf_counter() - started)
        plain = median_ms(lambda i: library.similar(i), queries)
        peer = median_ms(by_hand(path / "catalog.sqlite", vectors), queries[:50])
        filtered = median_ms(lambda i: library.similar(i, selection=Selection(where=WHERE)), queries)
        capped = median_ms(lambda i: library.similar(i, 20, selection=Selection(max_per_artist=1)), queries)
        diverse = median_ms(lambda i: library.similar(i, 20, selection=Selection(diversity=0.3)), queries)
        title = median_ms(lambda i: library.resolve(f"title {i}"), queries)
        typo = median_ms(lambda i: library.resolve(f"titel {i}"), queries[:20])
        library.close()
    print(f"{num_tracks} tracks, vectors of {DIM} values, {mess.simd_level()}\n")
    print("| question | median ms | p95 ms | |\n|---|---|---|---|")
    print(f"| build the index | {1000 * build_seconds:.0f} | | once after a scan |")
    print(f"| `Library.open` | {opened_ms:.1f} | | |")
    print(f"| the first `similar` | {first_ms:.1f} | | maps the index |")
    print(f"| the first filter | {table_ms:.0f} | | reads the columns, and the {fitting} tracks that fit |")
    print(f"| `similar`, k = 10, by id | {plain[0]:.2f} | {plain[1]:.2f} | {plain[0] / peer[0]:.2f} x by hand |")
    print(f"| by hand: NumPy and SQLite | {peer[0]:.2f} | {peer[1]:.2f} | 1 |")
    print(
        f"| `similar` with `{WHERE}` ({100 * fitting / num_tracks:.1f} %) | {filtered[0]:.2f} | {filtered[1]:.2f} | |"
    )
    print(f"| `similar`, k = 20, one per artist | {capped[0]:.2f} | {capped[1]:.2f} | |")
    print(f"| `similar`, k = 20, diversity 0.3 | {diverse[0]:.2f} | {diverse[1]:.2f} | |")
    print(f"| a title as it is | {title[0]:.2f} | {title[1]:.2f} | |")
    print(f"| a title with a mistake | {typo[0]:.1f} | {typo[1]:.1f} | |")


if __name__ == "__main__":
    main()
