# SPDX-License-Identifier: MIT
"""Lists of quantised vectors, for the very large, beside faiss-cpu's IVF with product quantisation.

Both learn from the same vectors; queries come one at a time and look into equally many lists. One thread everywhere:
OpenMP's threads, which FAISS trains with, wait for each other when the machine has other work.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from functools import partial

import numpy as np
from bench_index import DIM, K, by_mess, clustered, recall, times
from timing import Row, print_rows, seconds_of

import mess

report = partial(print, file=sys.stderr, flush=True)  # stdout is the table


def true_neighbours(vectors: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Ids of the K largest inner products, block by block."""
    best = np.full((len(queries), 0), 0.0, np.float32)
    ids = np.full((len(queries), 0), 0)
    for first in range(0, len(vectors), 100_000):
        block = queries @ vectors[first : first + 100_000].T
        numbers = np.hstack([ids, np.broadcast_to(np.arange(first, first + block.shape[1]), block.shape)])
        scores = np.hstack([best, block])
        top = np.argpartition(-scores, K, axis=1)[:, :K]
        best, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(numbers, top, 1)
    return ids


def run(count: int, num_lists: int, num_parts: int) -> Iterator[Row]:
    import faiss

    faiss.omp_set_num_threads(1)
    vectors, queries = clustered(count, 200)
    truth = true_neighbours(vectors, queries)
    sample = vectors[np.random.default_rng(2).permutation(count)[: 40 * num_lists]]
    index = mess.VectorIndex(DIM, f"ivf{num_lists},pq{num_parts}", num_threads=1)
    theirs = faiss.index_factory(DIM, f"IVF{num_lists},PQ{num_parts}", faiss.METRIC_INNER_PRODUCT)
    name = f"faiss-cpu IVF{num_lists},PQ{num_parts}"
    trained = seconds_of(lambda: index.train(sample))
    report(f"mess trained in {trained:.1f} s")
    yield Row(
        f"train {index.spec} on {len(sample):,} x {DIM}",
        trained,
        name,
        seconds_of(lambda: theirs.train(sample)),
        "",
    )
    ids = np.arange(count)
    added = seconds_of(lambda: index.add(ids, vectors))
    yield Row(f"add {count:,}", added, name, seconds_of(lambda: theirs.add(vectors)), "")
    their_bytes = len(faiss.serialize_index(theirs)) / count
    for probes in (1, 4, 16, 64):
        parameters = faiss.SearchParametersIVF(nprobe=probes)
        contenders = {
            "mess": by_mess(index, effort=probes),
            name: lambda q, p=parameters: theirs.search(q, K, params=p)[1],
        }
        measured = {
            who: statistics.median(s) for who, s in times(contenders, queries, batch=1, repeats=60, rounds=5).items()
        }
        quality = {who: recall(search(queries), truth) for who, search in contenders.items()}
        report(probes, measured, quality)
        yield Row(
            f"1 query, {probes} of {num_lists} lists",
            measured["mess"],
            name,
            measured[name],
            f"recall@{K} {quality['mess']:.3f} against {quality[name]:.3f}; {1 / measured['mess']:,.0f} queries a "
            f"second against {1 / measured[name]:,.0f}; {index.info().bytes_per_vector:.0f} bytes per vector against "
            f"{their_bytes:.0f} in a file",
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300_000)
    parser.add_argument("--lists", type=int, default=512)
    parser.add_argument("--parts", type=int, default=96)
    arguments = parser.parse_args()
    print_rows(run(arguments.count, arguments.lists, arguments.parts))
