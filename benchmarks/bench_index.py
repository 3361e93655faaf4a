# SPDX-License-Identifier: MIT
"""The vector index against its peers: exact, batched, through graphs, filtered, opened from a file.

Every row is one interleaved run: median over rounds of the median time of a query, with the recall beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from timing import Row, print_rows

import mess

K = 10
DIM = 768

report = partial(print, file=sys.stderr, flush=True)  # stdout is the table
Search = Callable[[np.ndarray], np.ndarray]  # (n, dim) queries to (n, K) ids


def clustered(count: int, num_queries: int, *, seed: int = 1, dim: int = DIM) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around 400 centres, as embeddings of music lie; rows and queries."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(400, dim)).astype(np.float32)
    values = np.empty((count + num_queries, dim), np.float32)
    for first in range(0, len(values), 50_000):
        block = slice(first, first + 50_000)
        values[block] = random.normal(size=values[block].shape) * 0.7
        values[block] += centres[random.integers(400, size=len(values[block]))]
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values[:count], values[count:]


def recall(found: np.ndarray, truth: np.ndarray) -> float:
    """Mean share of the true ids that were found; all of none is 1."""
    shares = []
    for one, true in zip(found, truth, strict=True):
        wanted = set(true[:K].tolist()) - {-1}
        shares.append(len(wanted & set(one[:K].tolist())) / len(wanted) if wanted else 1.0)
    return float(np.mean(shares))


def times(
    contenders: dict[str, Search], queries: np.ndarray, *, batch: int, repeats: int, rounds: int = 7
) -> dict[str, list[float]]:
    """Seconds per call, one median per round; the contenders take turns."""
    result: dict[str, list[float]] = {name: [] for name in contenders}
    blocks = [queries[i : i + batch] for i in range(0, len(queries) - batch + 1, batch)]
    for search in contenders.values():
        search(blocks[0])
    for _ in range(rounds):
        for name, search in contenders.items():
            seconds = []
            for i in range(repeats):
                start = time.perf_counter()
                search(blocks[i % len(blocks)])
                seconds.append(time.perf_counter() - start)
            result[name].append(statistics.median(seconds))
    return result


def compare(work: str, contenders: dict[str, Search], queries: np.ndarray, truth: np.ndarray, **how: int) -> list[Row]:
    """One row per peer; the first contender is ours."""
    measured = times(contenders, queries, **how)
    ours = next(iter(contenders))
    quality = {name: recall(search(queries), truth) for name, search in contenders.items()}
    rows = []
    for name in list(contenders)[1:]:
        ratios = [a / b for a, b in zip(measured[ours], measured[name], strict=True)]
        row = Row(
            f"{work}, {ours}",
            statistics.median(measured[ours]),
            name,
            statistics.median(measured[name]),
            f"recall@{K} {quality[ours]:.3f} against {quality[name]:.3f}; "
            f"ratios {min(ratios):.2f} to {max(ratios):.2f}",
        )
        rows.append(row)
        report(
            f"{row.work} | {row.ours_seconds * 1e6:.0f} us | {name} | {row.peer_seconds * 1e6:.0f} us | "
            f"{row.ratio:.3f} | {row.quality}",
            flush=True,
        )
    return rows


def ours(vectors: np.ndarray, spec: str, **options: int) -> mess.VectorIndex:
    index = mess.VectorIndex(vectors.shape[1], spec, **options)
    index.add(np.arange(len(vectors)), vectors)
    return index


def by_mess(index: mess.VectorIndex, **options: int) -> Search:
    return lambda queries: index.search(queries, K, **options)[1]


def by_numpy(vectors: np.ndarray) -> Search:
    def search(queries: np.ndarray) -> np.ndarray:
        scores = queries @ vectors.T
        top = np.argpartition(-scores, K, axis=1)[:, :K]
        return np.take_along_axis(top, np.argsort(-np.take_along_axis(scores, top, 1), 1), 1)

    return search


def exact_rows() -> list[Row]:
    import faiss
    from usearch.index import search as usearch_exact

    faiss.omp_set_num_threads(1)
    rows = []
    for count in (1_300, 50_000):
        vectors, queries = clustered(count, 200)
        flat = faiss.IndexFlatIP(DIM)
        flat.add(vectors)
        half = faiss.IndexScalarQuantizer(DIM, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        half.train(vectors)
        half.add(vectors)
        peers: dict[str, Search] = {
            "faiss-cpu Flat": lambda q, flat=flat: flat.search(q, K)[1],
            "faiss-cpu SQfp16": lambda q, half=half: half.search(q, K)[1],
            "numpy": by_numpy(vectors),
            "usearch exact": lambda q, v=vectors: (
                np.atleast_2d(usearch_exact(v, q[0], K, "ip", exact=True).keys)
                if len(q) == 1
                else np.stack([usearch_exact(v, one, K, "ip", exact=True).keys for one in q])
            ),
        }
        truth = flat.search(queries, K)[1]
        repeats = 100 if count < 10_000 else 11
        for spec in ("flat", "flat-fp16", "flat-int8"):
            contenders = {spec: by_mess(ours(vectors, spec)), **peers}
            found = compare(
                f"exact, 1 query of {count:,} x {DIM}", contenders, queries, truth, batch=1, repeats=repeats
            )
            if spec == "flat-fp16":
                found = [against_rounded(row, contenders, vectors, queries) for row in found]
            rows += found
    return rows


def against_rounded(row: Row, contenders: dict[str, Search], vectors: np.ndarray, queries: np.ndarray) -> Row:
    """Add what both find of the neighbours among the vectors as half precision keeps them."""
    truth = np.argsort(-(queries.astype(np.float64) @ vectors.astype(np.float16).astype(np.float64).T), axis=1)[:, :K]
    own, peer = (recall(contenders[name](queries), truth) for name in ("flat-fp16", row.peer))
    return replace(row, quality=f"{row.quality}; of the neighbours in half precision {own:.3f} against {peer:.3f}")


def batch_rows() -> list[Row]:
    import faiss

    vectors, queries = clustered(100_000, 64)
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    flat = faiss.IndexFlatIP(DIM)
    flat.add(vectors)
    truth = flat.search(queries, K)[1]
    contenders = {
        "flat": by_mess(ours(vectors, "flat")),
        "faiss-cpu Flat": lambda q: flat.search(q, K)[1],
        "numpy": by_numpy(vectors),
    }
    rows = compare(f"exact, 64 queries of 100,000 x {DIM}, all cores", contenders, queries, truth, batch=64, repeats=1)
    faiss.omp_set_num_threads(1)
    return rows


def seconds_of(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def at_recall(points: list[tuple[float, float]], wanted: float) -> float | None:
    """Seconds at a recall, between the two measured efforts around it; None where no effort reaches it."""
    points = sorted(points)
    for (r0, t0), (r1, t1) in zip(points, points[1:], strict=False):
        if r0 <= wanted <= r1:
            return t0 + (t1 - t0) * (wanted - r0) / max(r1 - r0, 1e-9)
    return points[0][1] if points and points[0][0] >= wanted else None


def graph_rows(count: int, peer_names: Sequence[str]) -> list[Row]:
    """Queries at equal recall and building, both with all cores for building and one for a query."""
    import faiss

    vectors, queries = clustered(count, 300)
    flat = faiss.IndexFlatIP(DIM)
    flat.add(vectors)
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    truth = flat.search(queries, K)[1]
    del flat
    builds: dict[str, float] = {}
    searches: dict[str, Callable[[int], Search]] = {}

    for spec in ("hnsw", "hnsw,flat-int8"):
        index = mess.VectorIndex(DIM, spec)
        builds[f"mess {spec}"] = seconds_of(lambda index=index: index.add(np.arange(count), vectors))
        searches[f"mess {spec}"] = lambda ef, index=index: by_mess(index, effort=ef)
        report(
            f"mess {spec}: built in {builds[f'mess {spec}']:.1f} s, "
            f"{index.info().bytes_per_vector:.0f} bytes per vector",
            flush=True,
        )
    if "faiss" in peer_names:
        for name, graph in (
            ("faiss-cpu HNSW32", faiss.IndexHNSWFlat(DIM, 32, faiss.METRIC_INNER_PRODUCT)),
            ("faiss-cpu HNSW32_SQ8", faiss.index_factory(DIM, "HNSW32_SQ8", faiss.METRIC_INNER_PRODUCT)),
        ):

            def build(graph: faiss.Index = graph) -> None:
                graph.train(vectors)
                graph.add(vectors)

            builds[name] = seconds_of(build)

            def with_ef(ef: int, graph: faiss.Index = graph) -> Search:
                parameters = faiss.SearchParametersHNSW(efSearch=ef)
                return lambda q: graph.search(q, K, params=parameters)[1]

            searches[name] = with_ef
            report(f"{name}: built in {builds[name]:.1f} s")
    if "hnswlib" in peer_names:
        import hnswlib

        graph = hnswlib.Index("ip", DIM)
        graph.init_index(count, M=16, ef_construction=200)
        builds["hnswlib"] = seconds_of(lambda: graph.add_items(vectors))

        def with_hnswlib_ef(ef: int) -> Search:
            def search(q: np.ndarray) -> np.ndarray:
                graph.set_ef(ef)
                return graph.knn_query(q, K, num_threads=1)[0]

            return search

        searches["hnswlib"] = with_hnswlib_ef
        report(f"hnswlib: built in {builds['hnswlib']:.1f} s")
    if "usearch" in peer_names:
        from usearch.index import Index

        for dtype in ("f32", "i8"):
            other = Index(ndim=DIM, metric="ip", dtype=dtype)
            builds[f"usearch {dtype}"] = seconds_of(lambda other=other: other.add(np.arange(count), vectors))

            def with_usearch_ef(ef: int, other: Index = other) -> Search:
                def search(q: np.ndarray) -> np.ndarray:
                    other.expansion_search = ef
                    return np.atleast_2d(other.search(q if len(q) > 1 else q[0], K, threads=1).keys)

                return search

            searches[f"usearch {dtype}"] = with_usearch_ef
            report(f"usearch {dtype}: built in {builds[f'usearch {dtype}']:.1f} s")
    if "voyager" in peer_names:
        import voyager

        space = voyager.Index(voyager.Space.InnerProduct, num_dimensions=DIM, M=16, ef_construction=200)
        builds["voyager"] = seconds_of(lambda: space.add_items(vectors))
        searches["voyager"] = lambda ef: lambda q: space.query(q, k=K, num_threads=1, query_ef=ef)[0]
        report(f"voyager: built in {builds['voyager']:.1f} s")

    faiss.omp_set_num_threads(1)
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in searches}
    for ef in (10, 16, 24, 32, 48, 64, 96, 128, 192):
        contenders = {name: make(ef) for name, make in searches.items()}
        measured = times(contenders, queries, batch=1, repeats=60, rounds=3)
        for name, search in contenders.items():
            points[name].append((recall(search(queries), truth), statistics.median(measured[name])))
    rows = []
    for wanted in (0.95, 0.99):
        reached = {name: at_recall(curve, wanted) for name, curve in points.items()}
        report(wanted, {name: seconds and round(seconds * 1e6, 1) for name, seconds in reached.items()})
        for own in ("mess hnsw", "mess hnsw,flat-int8"):
            peers = {n: s for n, s in reached.items() if s is not None and not n.startswith("mess")}
            if not peers or reached[own] is None:
                continue
            best = min(peers, key=lambda name: peers[name])
            rows.append(
                Row(
                    f"graph of {count:,} x {DIM}, recall {wanted}, {own}",
                    reached[own],
                    f"{best} (the best peer)",
                    peers[best],
                    "equal recall",
                )
            )
    if "hnswlib" in builds:
        rows.append(Row(f"build a graph of {count:,} x {DIM}", builds["mess hnsw"], "hnswlib", builds["hnswlib"], ""))
    for row in rows:
        report(
            f"{row.work} | {row.ours_seconds * 1e6:.0f} us | {row.peer} | {row.peer_seconds * 1e6:.0f} us | "
            f"{row.ratio:.3f}",
            flush=True,
        )
    return rows


def filter_rows() -> list[Row]:
    import faiss

    count = 50_000
    vectors, queries = clustered(count, 100)
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(DIM)
    flat.add(vectors)
    index = ours(vectors, "hnsw")
    rows = []
    for share in (0.5, 0.1, 0.01, 0.001, 0.0):
        mask = np.random.default_rng(3).random(count) < share
        bits = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        parameters = faiss.SearchParameters(sel=selector)
        truth = flat.search(queries, K, params=parameters)[1]
        contenders: dict[str, Search] = {
            "hnsw": by_mess(index, filter=mask),
            "faiss-cpu Flat": lambda q, p=parameters: flat.search(q, K, params=p)[1],
        }
        found = contenders["hnsw"](queries)
        if not ((found >= 0).sum(axis=1) == min(K, int(mask.sum()))).all():
            raise SystemExit(f"a filter of {share:.1%} under-returned")
        if share == 0.0:
            truth = found
        rows += compare(
            f"filter to {share:.1%} of {count:,}", contenders, queries, truth, batch=1, repeats=20, rounds=5
        )
    return rows


OPEN = """
import sys, time
import numpy as np, mess
def anonymous():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) / 1024
query = np.load(sys.argv[2])
before = anonymous()
start = time.perf_counter()
index = mess.VectorIndex.load(sys.argv[1])
opened = time.perf_counter()
index.search(query, 10)
answered = time.perf_counter()
print((opened - start) * 1e3, (answered - opened) * 1e3, anonymous() - before, len(index))
"""


def open_rows(count: int) -> list[Row]:
    """Opening a large half-precision index from a file in the page cache, in a process of its own."""
    index = mess.VectorIndex(DIM, "flat-fp16")
    for first in range(0, count, 100_000):
        block, queries = clustered(min(100_000, count - first), 1, seed=first + 1)
        index.add(np.arange(first, first + len(block)), block)
    with tempfile.TemporaryDirectory() as folder:
        path, query = Path(folder) / "large.messidx", Path(folder) / "query.npy"
        start = time.perf_counter()
        index.save(path)
        save_seconds = time.perf_counter() - start
        np.save(query, queries)
        del index
        runs = []
        for _ in range(3):
            out = subprocess.run(
                [sys.executable, "-c", OPEN, str(path), str(query)], capture_output=True, text=True, check=True
            ).stdout.split()
            runs.append([float(value) for value in out])
    opened, answered, anonymous, size = (statistics.median(column) for column in zip(*runs, strict=True))
    report(
        f"open {size:,.0f} x {DIM}: {opened:.1f} ms, first answer {answered:.1f} ms, {anonymous:.1f} MB anonymous, "
        f"saved in {save_seconds:.1f} s",
        flush=True,
    )
    return [
        Row(
            f"open {count:,} x {DIM} flat-fp16",
            opened / 1e3,
            "first answer, file in the page cache",
            answered / 1e3,
            f"{anonymous:.1f} MB of anonymous memory",
        )
    ]


PEERS = ("faiss", "hnswlib", "usearch", "voyager")


def run(
    parts: list[str] | None = None,
    *,
    graph_count: int = 200_000,
    open_count: int = 1_000_000,
    peers: Sequence[str] = PEERS,
) -> Iterator[Row]:
    makers: dict[str, Callable[[], list[Row]]] = {
        "exact": exact_rows,
        "batch": batch_rows,
        "filter": filter_rows,
        "graph": lambda: graph_rows(graph_count, peers),
        "open": lambda: open_rows(open_count),
    }
    for name in parts or list(makers):
        yield from makers[name]()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="exact, batch, filter, graph, open; all when none is given")
    parser.add_argument("--graph-count", type=int, default=200_000)
    parser.add_argument("--open-count", type=int, default=1_000_000)
    parser.add_argument("--peers", nargs="*", default=PEERS, help="of the graphs")
    arguments = parser.parse_args()
    print_rows(
        run(arguments.parts, graph_count=arguments.graph_count, open_count=arguments.open_count, peers=arguments.peers)
    )
