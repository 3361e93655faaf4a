# SPDX-License-Identifier: MIT
"""Exact search of one query in C++ on both sides: compiles and runs index_native.cc, on one thread."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import faiss
from timing import Row, print_rows

import mess

SIZES = ((1_300, 768), (1_300, 512), (15_000, 768))


def build(folder: Path) -> Path:
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        raise SystemExit("expected a C++ compiler, found none")
    package = mess.cmake_dir().parents[2]
    libraries, program = package / "lib", folder / "index_native"
    source = Path(__file__).with_name("index_native.cc")
    options = ["-std=c++20", "-O2", f"-I{package / 'include'}", f"-L{libraries}", f"-Wl,-rpath,{libraries}"]
    subprocess.run([compiler, *options, "-o", str(program), str(source), "-lmess", "-ldl"], check=True)
    return program


def compare(program: Path, rows: int, dim: int) -> Row:
    library = Path(faiss.__file__).with_name("libfaiss.so")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [str(program), str(library), str(rows), str(dim)]
    printed = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    rounds = [tuple(map(float, line.split())) for line in printed.splitlines()]
    ratios = [ours / theirs for ours, theirs, _ in rounds]
    return Row(
        f"exact, 1 query of {rows:,} x {dim}, flat, C++",
        statistics.median(one[0] for one in rounds),
        f"faiss-cpu {faiss.__version__} Flat, C++",
        statistics.median(one[1] for one in rounds),
        f"{rounds[-1][2]:.1%} of the results are the same; ratios {min(ratios):.2f} to {max(ratios):.2f}",
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        print_rows(compare(program, *size) for size in SIZES)
