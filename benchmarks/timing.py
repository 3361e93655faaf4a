# SPDX-License-Identifier: MIT
"""Interleaved timing of two contenders in one run, so that a loaded machine hurts both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the results table; `quality` stands beside the time."""

    work: str
    ours_seconds: float
    peer: str
    peer_seconds: float
    quality: str

    @property
    def ratio(self) -> float:
        return self.ours_seconds / self.peer_seconds


def seconds_of(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(ours: Callable[[], object], peer: Callable[[], object], *, rounds: int = 5) -> tuple[float, float]:
    """Medians of both, measured in turns after one warm-up each."""
    ours()
    peer()
    pairs = [(seconds_of(ours), seconds_of(peer)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def print_rows(rows: Iterable[Row]) -> None:
    """Print a table in Markdown, line by line as they come."""
    print("| work | mess | peer | peer's time | ratio | quality |\n|---|---|---|---|---|---|", flush=True)
    for row in rows:
        cells = [
            row.work,
            pretty(row.ours_seconds),
            row.peer,
            pretty(row.peer_seconds),
            f"{row.ratio:.2f}",
            row.quality,
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


def pretty(seconds: float) -> str:
    """Write a time in a unit that fits."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
