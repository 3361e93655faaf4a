# SPDX-License-Identifier: MIT
"""A frame store of 94 GB in 2 GB of memory beside numpy.memmap, and pooling and whitening beside NumPy.

    python benchmarks/bench_frames.py

The store is sparse: its bulk are zeros that take no room on the disk. Each contender reads it in a process of its own,
in turns, after the system has dropped the pages of its files.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from timing import Row, interleaved, pretty, print_rows

import mess

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "python"))
import sparse_frames

NUM_SHARDS = 64
TRACKS_PER_SHARD = 400
NUM_READS = 10_000
READ_FRAMES = 100  # 10 s
ROUNDS = 1  # the peer takes minutes
MEMORY_LIMIT = 2 << 30
MAX_POOLING_SECONDS = 0.1


@contextlib.contextmanager
def memory_limit(num_bytes: int) -> Iterator[Path | None]:
    """Make a control group of so much memory, page cache included; None where that is not allowed."""
    root = Path("/sys/fs/cgroup")
    group = (root / "memory" if (root / "memory").is_dir() else root) / f"mess-bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        yield None
        return
    try:
        names = ("memory.max", "memory.limit_in_bytes")
        limit = next((group / name for name in names if (group / name).exists()), None)
        if limit is not None:
            limit.write_text(str(num_bytes))
        yield group if limit is not None else None
    finally:
        group.rmdir()


def passages() -> list[tuple[int, int]]:
    """Track and first frame of each read."""
    random = np.random.default_rng(1)
    tracks = random.integers(NUM_SHARDS * TRACKS_PER_SHARD, size=NUM_READS)
    firsts = random.integers(sparse_frames.TRACK_FRAMES - READ_FRAMES, size=NUM_READS)
    return list(zip(tracks.tolist(), firsts.tolist(), strict=True))


Reader = Callable[[int, int, int], NDArray[np.float32]]


def open_store(folder: Path) -> Reader:
    store = mess.FrameStore.open(folder, read_only=True)
    hop = sparse_frames.HOP_SECONDS
    return lambda track, first, count: store.read(track, first * hop, (first + count) * hop).array


def open_memmaps(folder: Path) -> Reader:
    offset = sparse_frames.rows_offset(TRACKS_PER_SHARD)
    shape = (TRACKS_PER_SHARD * sparse_frames.TRACK_FRAMES, sparse_frames.DIM)
    maps = [np.memmap(path, np.float16, "r", offset, shape) for path in sorted(folder.glob("shard-*"))]

    def read(track: int, first: int, count: int) -> NDArray[np.float32]:
        shard, place = divmod(track, TRACKS_PER_SHARD)
        row = place * sparse_frames.TRACK_FRAMES + first
        return maps[shard][row : row + count].astype(np.float32)

    return read


OPENERS: dict[str, Callable[[Path], Reader]] = {"mess": open_store, "numpy.memmap": open_memmaps}


def contend(name: str, folder: Path) -> dict[str, float]:
    """Open, read at random, the same again, and scan 1 %; seconds, and the anonymous memory at the end in MB."""
    start = time.perf_counter()
    read = OPENERS[name](folder)
    results = {"open": time.perf_counter() - start}
    todo = passages()
    for step in ("reads", "again"):
        start = time.perf_counter()
        for track, first in todo if step == "reads" else todo[:2000] * 5:
            read(track, first, READ_FRAMES)
        results[step] = time.perf_counter() - start
    start = time.perf_counter()
    for track in range(10_000, 10_000 + NUM_SHARDS * TRACKS_PER_SHARD // 100):
        read(track, 0, sparse_frames.TRACK_FRAMES)
    results["scan"] = time.perf_counter() - start
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    results["anonymous_mb"] = int(status["RssAnon"].split()[0]) / 1000
    return results


def run_contender(name: str, folder: Path, group: Path | None) -> dict[str, float]:
    for path in folder.glob("shard-*"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    enter = "" if group is None else f"echo $$ > {group}/cgroup.procs && "
    command = f'{enter}exec "$@"'
    program = [sys.executable, __file__, name, str(folder)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        ["sh", "-c", command, "sh", *program], stdout=subprocess.PIPE, text=True, check=True, env=environment
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def store_rows(folder: Path) -> Iterator[Row]:
    first = np.random.default_rng(0).normal(size=(sparse_frames.TRACK_FRAMES, sparse_frames.DIM)).astype(np.float32)
    store = folder / "store"
    sparse_frames.write_sparse_store(store, NUM_SHARDS, TRACKS_PER_SHARD, first)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in OPENERS}
    with memory_limit(MEMORY_LIMIT) as group:
        for _ in range(ROUNDS):
            for name in OPENERS:
                found[name].append(run_contender(name, store, group))
        limited = "within 2 GB" if group is not None else "no limit on memory here"
    ours, peer = ({key: statistics.median(r[key] for r in results) for key in results[0]} for results in found.values())
    anonymous = f"anonymous memory {ours['anonymous_mb']:.0f} MB, peer {peer['anonymous_mb']:.0f} MB"
    for key, work, quality in (
        ("open", "open 94 GB, 25,600 tracks in 64 files", limited),
        ("reads", "10,000 random reads of 10 s to float32, nothing cached", "checksums compared"),
        ("again", "10,000 reads of 2,000 such passages again", "checked before"),
        ("scan", "read 1 % from end to end", anonymous),
    ):
        yield Row(work, ours[key], "numpy.memmap", peer[key], quality)


def pool_with_numpy(values: NDArray[np.float32], windows: list[tuple[float, float]], hop: float) -> None:
    sums = np.cumsum(values, axis=0, dtype=np.float64)
    squares = np.cumsum(np.square(values, dtype=np.float64), axis=0)
    for begin, end in [(0.0, len(values) * hop), *windows, (0.0, 20.0), (len(values) * hop - 20.0, len(values) * hop)]:
        first, last = round(begin / hop), round(end / hop)
        mean = (sums[last - 1] - (sums[first - 1] if first else 0.0)) / (last - first)
        square = (squares[last - 1] - (squares[first - 1] if first else 0.0)) / (last - first)
        vector = np.concatenate([mean, np.sqrt(np.maximum(square - mean**2, 0.0))])
        vector /= np.linalg.norm(vector)


def pooling_row() -> Row:
    values = np.random.default_rng(0).normal(size=(36_000, 768)).astype(np.float32)
    frames = mess.Frames(values, hop_seconds=0.1, window_seconds=0.1, encoder_id=mess.EncoderId("dummy", 1))
    windows = mess.window_spans(frames)
    ours, peer = interleaved(lambda: mess.pool_scales(frames), lambda: pool_with_numpy(values, windows, 0.1), rounds=5)
    verdict = "met" if ours < MAX_POOLING_SECONDS else "not met"
    return Row(
        "all scales of 1 hour, 36,000 x 768, 719 windows",
        ours,
        "NumPy, cumulative sums, no sections",
        peer,
        f"sections found too; target {pretty(MAX_POOLING_SECONDS)} {verdict}",
    )


def whitening_row() -> Row:
    vectors = np.random.default_rng(0).normal(size=(10_000, 768)).astype(np.float32)

    def peer() -> NDArray[np.float64]:
        covariance = np.cov(vectors, rowvar=False, bias=True, dtype=np.float64)
        variances, directions = np.linalg.eigh(covariance)
        return np.asarray((directions / np.sqrt(variances)).T)

    ours, peers = interleaved(lambda: mess.Whitening.fit(vectors, encoder_id="dummy/1+mean"), peer, rounds=3)
    return Row("fit whitening on 10,000 x 768", ours, "NumPy, cov and eigh", peers, "shrinkage estimated")


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(contend(sys.argv[1], Path(sys.argv[2]))))
        return
    # Not in memory: a hole takes room there once it is read.
    with tempfile.TemporaryDirectory(dir=Path(__file__).parents[1] / "build") as folder:
        print_rows(row for rows in (store_rows(Path(folder)), (pooling_row(), whitening_row())) for row in rows)


if __name__ == "__main__":
    main()
