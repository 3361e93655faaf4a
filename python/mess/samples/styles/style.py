# SPDX-License-Identifier: MIT
"""What a style declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mess.samples.sketch import Sketch

# The chords of the A and of the B section, four bars each: see harmony.parse_progression.
Progressions = tuple[str, str]


@dataclass(frozen=True)
class Style:
    """A style: the ranges that its pieces are drawn from, and the function that arranges one.

    `instrumentations` maps roles to General MIDI programs (numbered from 0; a drum kit for "drums"); a piece takes
    one of them. `scales` lists those to draw from, one listed twice twice as often. `swing` is the range of the
    share of the first of two `swing_unit_quarters` notes.
    """

    name: str
    slug: str
    tempo_bpm: tuple[float, float]
    scales: tuple[str, ...]
    progressions: Mapping[str, tuple[Progressions, ...]]
    instrumentations: tuple[Mapping[str, int], ...]
    artists: tuple[str, ...]
    title_adjectives: tuple[str, ...]
    title_nouns: tuple[str, ...]
    arrange: Callable[[Sketch], None]
    metres: tuple[str, ...] = ("4/4",)
    swing: tuple[float, float] = (0.5, 0.5)
    swing_unit_quarters: float = 0.5
    timing_jitter_ms: float = 0.0
    velocity_jitter: float = 5.0
    tail_seconds: float = 2.0
    peak_dbfs: tuple[float, float] = (-4.0, -1.0)
