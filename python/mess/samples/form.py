# SPDX-License-Identifier: MIT
"""Form: how many bars a piece has, its sections, and the chords of every bar."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from mess.samples.harmony import Chord, Key, chord_from_numeral, parse_progression
from mess.samples.score import Metre, Section
from mess.samples.sketch import Bar, Span

# The order of themes between intro and outro, by the number of units there.
_BODIES = {
    2: ("AB",),
    3: ("ABA", "AAB", "ABB"),
    4: ("AABA", "ABAB", "AABB"),
    5: ("AABBA", "ABABA", "AABAB"),
    6: ("AABBAA", "AABAAB", "ABABAB"),
}
_ENERGIES = {"intro": 0.45, "A": 0.7, "B": 0.95, "outro": 0.6}


def plan_sections(rng: random.Random, *, bar_seconds: float, target_seconds: float) -> tuple[Section, ...]:
    """Intro, themes and outro of four bars each (fewer where bars are long), about as long in all as asked."""
    unit_bars = next((bars for bars in (4, 2) if 4 * bars * bar_seconds <= 1.1 * target_seconds), 1)
    num_units = max(4, min(8, round(target_seconds / (unit_bars * bar_seconds))))
    body = rng.choice(_BODIES[num_units - 2])
    # With short bars even eight units fall short of the target: then every unit is longer.
    stretch = max(1, round(target_seconds / (unit_bars * bar_seconds * num_units)))
    sections: list[Section] = []
    start = 0
    for name in ("intro", *body, "outro"):
        num_bars = unit_bars * stretch
        if sections and sections[-1].name == name:
            sections[-1] = Section(name, sections[-1].start_bar, sections[-1].num_bars + num_bars)
        else:
            sections.append(Section(name, start, num_bars))
        start += num_bars
    return tuple(sections)


def lay_out_bars(
    sections: tuple[Section, ...], *, key: Key, metre: Metre, progressions: Mapping[str, str]
) -> tuple[Bar, ...]:
    """Every bar of a piece with its chords; the last bar is on the tonic.

    Args:
        sections: the form.
        key: the piece's key.
        metre: the piece's metre.
        progressions: text of four bars for "A" and "B"; intro and outro use A's.
    """
    chords = {name: parse_progression(text, key) for name, text in progressions.items()}
    tonic = chord_from_numeral("I" if key.mode == "major" else "i", key)
    num_bars = sum(section.num_bars for section in sections)
    seen: dict[str, int] = {}
    bars = []
    for section in sections:
        occurrence = seen.get(section.name, 0)
        seen[section.name] = occurrence + 1
        cycle = chords["B" if section.name == "B" else "A"]
        for section_bar in range(section.num_bars):
            index = section.start_bar + section_bar
            is_final = index == num_bars - 1
            bars.append(
                Bar(
                    index=index,
                    start_quarters=index * metre.bar_quarters,
                    section=section.name,
                    section_bar=section_bar,
                    section_bars=section.num_bars,
                    occurrence=occurrence,
                    energy=min(1.0, _ENERGIES[section.name] + 0.08 * occurrence),
                    spans=_spans([tonic] if is_final else cycle[section_bar % len(cycle)], index, metre),
                    is_final=is_final,
                )
            )
    return tuple(bars)


def _spans(chords: list[Chord], bar_index: int, metre: Metre) -> tuple[Span, ...]:
    start = bar_index * metre.bar_quarters
    if len(chords) == 1 or metre.bar_quarters < 2:
        return (Span(start, metre.bar_quarters, chords[0]),)
    # Uneven bars divide after the longer half: 3/4 as 2 + 1, 5/4 as 3 + 2, 7/8 as 2 + 1.5.
    first = math.ceil(metre.bar_quarters / 2)
    return (Span(start, first, chords[0]), Span(start + first, metre.bar_quarters - first, chords[1]))
