# SPDX-License-Identifier: MIT
"""What a style's arranger starts from: bars with chords, an energy per section, instruments, and a source of chance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mess.samples.harmony import Chord, Key, chord_scale
from mess.samples.score import DRUM_CHANNEL, Metre, Note, Part

STEP_QUARTERS = 0.25  # patterns are written in sixteenth notes


@dataclass(frozen=True, slots=True)
class Span:
    """A chord and the stretch of score that it covers."""

    start_quarters: float
    duration_quarters: float
    chord: Chord


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    `section` is what it is arranged as: "intro", "A" (verses too), "B" (choruses too) or "outro". `occurrence` counts
    the returns of its section, from 0; `energy` runs from 0 to 1.
    """

    index: int
    start_quarters: float
    section: str
    section_bar: int
    section_bars: int
    occurrence: int
    energy: float
    spans: tuple[Span, ...]
    is_final: bool

    @property
    def is_section_end(self) -> bool:
        return self.section_bar == self.section_bars - 1


@dataclass
class Sketch:
    """A piece before its arrangement."""

    rng: random.Random
    key: Key
    metre: Metre
    tempo_bpm: float
    bars: tuple[Bar, ...]
    programs: Mapping[str, int]
    with_drums: bool
    parts: list[Part] = field(default_factory=list)

    @property
    def steps_per_bar(self) -> int:
        return round(self.metre.bar_quarters / STEP_QUARTERS)

    def has(self, role: str) -> bool:
        """Whether this piece's instrumentation holds a role."""
        return role in self.programs

    def bars_in(self, *sections: str) -> list[Bar]:
        return [bar for bar in self.bars if bar.section in sections]

    def scale_at(self, chord: Chord) -> frozenset[int]:
        return chord_scale(chord, self.key)

    def next_chord(self, bar: Bar, span: Span) -> Chord:
        """The chord that follows a span; the span's own at the end of the piece."""
        later = bar.spans.index(span) + 1
        if later < len(bar.spans):
            return bar.spans[later].chord
        if bar.index + 1 < len(self.bars):
            return self.bars[bar.index + 1].spans[0].chord
        return span.chord

    def add(
        self,
        role: str,
        notes: Sequence[Note],
        *,
        volume: int = 100,
        pan: int = 64,
        reverb: int = 40,
        chorus: int = 0,
    ) -> None:
        """Add a part played by the instrument of a role; "drums" goes to the drum channel, or nowhere without drums."""
        if not notes or (role == "drums" and not self.with_drums):
            return
        if role == "drums":
            channel = DRUM_CHANNEL
        else:
            melodic = sum(1 for part in self.parts if not part.is_drums)
            channel = melodic if melodic < DRUM_CHANNEL else melodic + 1
        ordered = tuple(sorted(notes, key=lambda note: (note.start_quarters, note.pitch)))
        self.parts.append(Part(role, self.programs[role], channel, ordered, volume, pan, reverb, chorus))


def span_at(bar: Bar, quarters: float) -> Span:
    """The span of a bar that covers a place in the score."""
    for span in reversed(bar.spans):
        if quarters >= span.start_quarters - 1e-6:
            return span
    return bar.spans[0]


def fit_pattern(pattern: str, num_steps: int) -> str:
    """A pattern repeated or cut to a bar's length, so that one written for 4/4 also serves 5/4 and 7/8."""
    compact = pattern.replace(" ", "")
    return (compact * (num_steps // len(compact) + 1))[:num_steps]


def pattern_hits(pattern: str, num_steps: int) -> list[tuple[int, str, int]]:
    """Hits of a step pattern: (step, letter, length in steps).

    "." is silence and "-" holds the letter before it.
    """
    steps = fit_pattern(pattern, num_steps)
    hits = []
    for index, letter in enumerate(steps):
        if letter in ".-":
            continue
        length = 1
        while index + length < num_steps and steps[index + length] == "-":
            length += 1
        hits.append((index, letter, length))
    return hits
