# SPDX-License-Identifier: MIT
"""The index in processes that import other libraries, fork, or run on less capable processors."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys

import pytest

SEARCH = """
import numpy as np
import mess
vectors = np.random.default_rng(1).normal(size=(3000, 40)).astype(np.float32)
def search():
    found = []
    for spec in ("flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw8", "ivf16,pq10"):
        index = mess.VectorIndex(40, spec, num_threads=1 if spec == "hnsw8" else 0)
        if not index.is_trained:
            index.train(vectors)
        index.add(np.arange(3000), vectors)
        for queries in (vectors[:70], vectors[5]):
            found += [part.tobytes() for part in index.search(queries, 10)]
    return b"".join(found)
"""

FORK = """
import os, signal
before = search()
child = os.fork()
if child == 0:
    signal.alarm(60)
    os._exit(0 if search() == before else 1)
status = os.waitpid(child, 0)[1]
assert os.waitstatus_to_exitcode(status) == 0, status
assert search() == before
"""


def run_python(program: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_fork_after_searching_and_building_searches_and_builds_on() -> None:
    run_python(SEARCH + FORK)


def test_every_level_of_instructions_gives_the_same_bits() -> None:
    program = SEARCH + "import hashlib\nprint(mess.simd_level(), hashlib.sha256(search()).hexdigest())"
    best = run_python(program).split()
    levels = ["baseline", "avx2", "avx512"]
    for level in levels[: levels.index(best[0]) + 1]:
        assert run_python(program, MESS_SIMD=level).split() == [level, best[1]]
    assert len(best[1]) == 2 * hashlib.sha256().digest_size


# Each library before and after each other one.
ORDERS = [("mess", "torch", "numpy", "faiss"), ("faiss", "numpy", "torch", "mess"), ("torch", "mess", "faiss", "numpy")]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_libraries_may_be_imported_in_any_order(order: tuple[str, ...]) -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    uses = """
import torch, faiss
other = faiss.IndexHNSWFlat(40, 8, faiss.METRIC_INNER_PRODUCT)
other.add(vectors)
assert other.search(vectors[:30], 3)[1].shape == (30, 3)
assert (torch.from_numpy(vectors) @ torch.from_numpy(vectors[0])).argmax() >= 0
search()
"""
    run_python("".join(f"import {name}\n" for name in order) + SEARCH + uses)
