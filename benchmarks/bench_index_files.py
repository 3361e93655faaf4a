# SPDX-License-Identifier: MIT
"""Index files beside those of other libraries: what becomes of damaged ones, and how a very large one opens.

Damage: sixty mutants of each file (30 flips of four bytes, 10 runs of 0xFF in the header, 20 truncations). Each is
loaded and searched in a process of its own, which refuses it, crashes, hangs, or searches it as if nothing had been.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from runpy import run_path

import numpy as np

import mess

COUNT, DIM = 2000, 32
SECONDS_TO_HANG = 20
SPARSE_GIB = 94
NUM_READ = 300
MOST_MEMORY_GIB = 2

mutants = run_path(str(Path(__file__).parents[1] / "tests" / "python" / "faults.py"))["mutants"]
report = partial(print, file=sys.stderr, flush=True)  # stdout is the document

WRITERS = {
    **{f"mess {spec}": f"mess:{spec}" for spec in ("flat", "flat-int8", "hnsw", "ivf16,pq8")},
    "faiss-cpu Flat": "faiss:Flat",
    "faiss-cpu HNSW32": "faiss:HNSW32",
    "faiss-cpu IVF16,PQ8": "faiss:IVF16,PQ8",
    "hnswlib": "hnswlib:",
    "voyager": "voyager:",
    "usearch load": "usearch:load",
    "usearch view": "usearch:view",
}

# Loads each file that argv names after the kind and searches it, in a child of its own that ends with the outcome.
READER = """
import os, resource, signal, sys
import numpy as np
kind, *paths = sys.argv[1:]
library, _, how = kind.partition(":")
dim, seconds = {dim}, {seconds}
queries = np.random.default_rng(2).normal(size=(60, dim)).astype(np.float32)
if library == "mess":
    import mess
    search = lambda path: mess.VectorIndex.load(path).search(queries, 10)
elif library == "faiss":
    import faiss
    search = lambda path: faiss.read_index(path).search(queries, 10)
elif library == "hnswlib":
    import hnswlib
    def search(path):
        index = hnswlib.Index("ip", dim)
        index.load_index(path)
        index.knn_query(queries, 10, num_threads=1)
elif library == "voyager":
    import voyager
    search = lambda path: voyager.Index.load(path).query(queries, 10, num_threads=1)
else:
    from usearch.index import Index
    def search(path):
        index = Index.restore(path, view=how == "view")
        if index is None:
            raise ValueError("no index in this file")
        index.search(queries, 10, threads=1)
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))  # a damaged length must not take the machine's memory
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for path in paths:
    child = os.fork()
    if child == 0:
        signal.alarm(seconds)
        try:
            search(path)
        except Exception:
            os._exit(3)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(dict([(0, "accepted"), (3, "refused"), (-signal.SIGALRM, "hung")]).get(code, "crashed"), flush=True)
"""


def write_index(kind: str, path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(COUNT, DIM)).astype(np.float32)
    library, _, how = kind.partition(":")
    if library == "mess":
        index = mess.VectorIndex(DIM, how)
        if not index.is_trained:
            index.train(vectors)
        index.add(np.arange(COUNT), vectors)
        index.save(path)
    elif library == "faiss":
        import faiss

        theirs = faiss.index_factory(DIM, how, faiss.METRIC_INNER_PRODUCT)
        theirs.train(vectors)
        theirs.add(vectors)
        faiss.write_index(theirs, str(path))
    elif library == "hnswlib":
        import hnswlib

        graph = hnswlib.Index("ip", DIM)
        graph.init_index(COUNT)
        graph.add_items(vectors)
        graph.save_index(str(path))
    elif library == "voyager":
        import voyager

        space = voyager.Index(voyager.Space.InnerProduct, num_dimensions=DIM)
        space.add_items(vectors)
        space.save(str(path))
    else:
        from usearch.index import Index

        other = Index(ndim=DIM, metric="ip")
        other.add(np.arange(COUNT), vectors)
        other.save(str(path))


def outcomes(kind: str, paths: list[Path]) -> list[str]:
    program = READER.format(dim=DIM, seconds=SECONDS_TO_HANG)
    command = [sys.executable, "-c", program, kind, *map(str, paths)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment).stdout.split()


def damage_table() -> None:
    print("| file | refused | accepted as sound | crashed | hung |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in WRITERS.items():
            whole = Path(folder) / "whole"
            write_index(kind, whole)
            paths = [whole]
            for number, mutant in enumerate(mutants(whole.read_bytes())):
                paths.append(Path(folder) / f"mutant-{number}")
                paths[-1].write_bytes(mutant)
            first, *rest = outcomes(kind, paths)
            if first != "accepted":
                raise SystemExit(f"{name}: expected the whole file to be read, found it {first}")
            found = Counter(rest)
            report(name, dict(found))
            print(f"| {name} | {found['refused']} | {found['accepted']} | {found['crashed']} | {found['hung']} |")


OPEN_SPARSE = f"""
import sys, time
import numpy as np, mess
def anonymous():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon")) / 1024
before = anonymous()
start = time.perf_counter()
index = mess.VectorIndex.load(sys.argv[1])
opened = time.perf_counter() - start
random = np.random.default_rng(1)
ids = random.integers(0, len(index), size={NUM_READ})
start = time.perf_counter()
values = index.vectors(ids)
read = time.perf_counter() - start
start = time.perf_counter()
found = index.search(values[0], 10, filter=ids[:{NUM_READ} // 10])[1]
searched = time.perf_counter() - start
print(opened, read, searched, anonymous() - before, len(index), index.dim)
"""

READ_MEMMAP = f"""
import sys, time
import numpy as np
path, offset, count, stride = sys.argv[1], *map(int, sys.argv[2:])
rows = np.memmap(path, np.float16, "r", offset, (count, stride))
ids = np.random.default_rng(1).integers(0, count, size={NUM_READ})
start = time.perf_counter()
values = rows[ids].astype(np.float32)
print(time.perf_counter() - start)
"""


def write_sparse(path: Path, gib: int) -> int:
    """Make a file of so many GiB by its header: the rows are a hole, so that the disk holds next to nothing."""
    import xxhash

    dim, stride = 1024, 2048 + 1024 + 20
    count = (gib << 30) // stride
    names = ("meta", "ids", "id_table", "sketch_info", "sketch", "precise")
    texts = b"flat-fp16"
    meta = struct.pack("<4I3QIIiiII", 2, 0, 1, 0, dim, count, 0, 64, 0, -1, -1, len(texts), 0) + texts
    ids = np.arange(count, dtype=np.int64)
    table = id_table(ids)
    sizes = (len(meta), ids.nbytes, table.nbytes, count * 20, count * dim, count * dim * 2)
    contents = {"meta": meta, "ids": ids.tobytes(), "id_table": table.tobytes()}
    offset, entries, places = 64 + 48 * len(names), b"", {}
    for name, size in zip(names, sizes, strict=True):
        offset = -(-offset // 64) * 64
        places[name] = offset
        digest = xxhash.xxh3_64_intdigest(contents[name]) if name in contents else 0
        entries += struct.pack("<16sQQQQ", name.encode(), offset, size, digest, 0)
        offset += size
    header = struct.pack(
        "<8sI4sQIIQ16x", b"MESSFILE", 1, b"INDX", offset, len(names), 0, xxhash.xxh3_64_intdigest(entries)
    )
    header += struct.pack("<Q", xxhash.xxh3_64_intdigest(header))
    with path.open("wb") as file:
        file.write(header + entries)
        for name, content in contents.items():
            file.seek(places[name])
            file.write(content)
        file.truncate(offset)
    return places["precise"]


def id_table(ids: np.ndarray) -> np.ndarray:
    """Open table with linear probing from MurmurHash3's finaliser; see docs/index-format.md."""
    slots = 1 << int(2 * len(ids) - 1).bit_length()
    bits = ids.astype(np.uint64)
    with np.errstate(over="ignore"):
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
            bits = (bits ^ bits >> np.uint64(33)) * np.uint64(factor)
    home = ((bits ^ bits >> np.uint64(33)) & np.uint64(slots - 1)).astype(np.int64)
    table = np.zeros(slots, np.uint32)
    left = np.arange(len(ids))
    while len(left):
        place = home[left]
        free = table[place] == 0
        table[place[free]] = left[free] + 1  # of several, the last one stays
        missed = table[place] != left + 1
        left = left[missed]
        home[left] = (home[left] + 1) % slots
    return table


@contextmanager
def memory_group(limit: int) -> Iterator[Path | None]:
    """A control group of processes with so much memory, page cache included; None where this user cannot make one."""
    for parent, name in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        group = parent / f"mess-bench-{os.getpid()}"
        try:
            group.mkdir()
            (group / name).write_text(str(limit))
        except OSError:
            if group.is_dir():
                group.rmdir()
            continue
        try:
            yield group
        finally:
            group.rmdir()
        return
    yield None


def run_in(group: Path | None, program: str, *arguments: object) -> list[float]:
    """Return the numbers that a program prints."""

    def enter() -> None:
        if group is not None:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    command = [sys.executable, "-c", program, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=enter)
    return [float(word) for word in result.stdout.split()]


def sparse_table(folder: Path) -> None:
    path = folder / "sparse.messidx"
    offset = write_sparse(path, SPARSE_GIB)
    blocks = path.stat().st_blocks * 512 / 2**30
    ours, ratios = [], []
    with memory_group(MOST_MEMORY_GIB << 30) as group:
        for _ in range(3):
            ours.append(run_in(group, OPEN_SPARSE, path))
            count, dim = map(int, ours[-1][4:])
            (memmap,) = run_in(group, READ_MEMMAP, path, offset, count, dim)
            ratios.append(ours[-1][1] / memmap)
    opened, read, searched, anonymous, count, dim = np.median(ours, axis=0)
    limit = (
        f"{MOST_MEMORY_GIB} GiB of memory, page cache included" if group else "no limit of memory (none could be set)"
    )
    gib = path.stat().st_size / 2**30
    print(
        f"\nA sparse index file of {gib:.1f} GiB ({count:,.0f} x {dim:.0f} fp16, {blocks:.1f} GiB on disk), {limit}:\n"
    )
    print("| work | mess | peer | ratio |\n|---|---|---|---|")
    print(f"| open | {opened * 1e3:.0f} ms; {anonymous:.1f} MB of anonymous memory | | |")
    print(f"| {NUM_READ} random vectors | {read * 1e3:.1f} ms | numpy.memmap | {np.median(ratios):.2f} |")
    print(f"| search among {NUM_READ // 10} of them | {searched * 1e3:.1f} ms | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="damage, sparse; both when none is given")
    parts = parser.parse_args().parts or ["damage", "sparse"]
    start = time.perf_counter()
    if "damage" in parts:
        damage_table()
    if "sparse" in parts:
        with tempfile.TemporaryDirectory() as folder:
            sparse_table(Path(folder))
    report(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
