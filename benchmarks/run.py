# SPDX-License-Identifier: MIT
"""Runs every benchmark and writes docs/benchmarks.md. Peers are measured in the same run, in turns."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import bench_decode
import bench_embed
import bench_memory
import bench_search
from timing import Row

import mess

HEADER = """# Benchmarks

Made by `make bench`: one run on {cores} cores, SIMD level {simd}, mess {version}. Times are medians of interleaved
rounds; a ratio below 1 means that mess is faster (or smaller) than the peer.

| work | mess | peer | peer's time | ratio | quality |
|---|---|---|---|---|---|
"""

MEMORY_HEADER = """
| work | mess | peer | ratio |
|---|---|---|---|
"""


def pretty(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def table_row(row: Row) -> str:
    cells = [row.work, pretty(row.ours_seconds), row.peer, pretty(row.peer_seconds), f"{row.ratio:.2f}", row.quality]
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "docs" / "benchmarks.md")
    parser.add_argument(
        "--skip-memory", action="store_true", help="leave out the 3-hour file, which takes minutes to make"
    )
    arguments = parser.parse_args()
    text = HEADER.format(cores=os.cpu_count(), simd=mess.simd_level(), version=mess.version())
    for benchmark in (bench_decode, bench_embed, bench_search):
        for row in benchmark.run():
            text += table_row(row)
            print(table_row(row), end="", flush=True)
    if not arguments.skip_memory:
        line = bench_memory.run()
        print(line)
        text += MEMORY_HEADER + line + "\n"
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
