# SPDX-License-Identifier: MIT
"""Interleaved timing of two contenders in one run, so that a loaded machine hurts both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
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
