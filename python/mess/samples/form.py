# SPDX-License-Identifier: MIT
"""Form: how many bars a piece has, its sections, and the chords of every bar."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

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
# Sections of a song, with their lengths in units.
_SONG_UNITS = {"intro": 1, "verse": 2, "chorus": 2, "bridge": 2, "outro": 1}
_SONGS = (
    "intro verse chorus verse chorus outro",
    "intro verse chorus verse chorus bridge chorus outro",
    "intro verse chorus bridge verse chorus outro",
    "intro verse chorus verse bridge chorus outro",
)
_SONG_UNIT_BARS = (1, 2, 3, 4, 6, 8, 12, 16)


@dataclass(frozen=True)
class _Character:
    """How a section is played: as which of the sections that styles arrange, how strongly, over whose chords."""

    role: str
    energy: float
    progression: str = "A"


_CHARACTERS = {
    "intro": _Character("intro", 0.45),
    "A": _Character("A", 0.7),
    "B": _Character("B", 0.95, "B"),
    "outro": _Character("outro", 0.6),
    "verse": _Character("A", 0.65),
    "chorus": _Character("B", 0.95, "B"),
    "bridge": _Character("intro", 0.55, "bridge"),  # the band drops out, and the chords are new
}


def plan_song(rng: random.Random, *, bar_seconds: float, target_seconds: float) -> tuple[Section, ...]:
    """Intro, verses, choruses, mostly a bridge, and outro, about as long in all as asked."""
    names = rng.choice(_SONGS).split()
    target_bars = target_seconds / bar_seconds / sum(_SONG_UNITS[name] for name in names)
    unit_bars = min(_SONG_UNIT_BARS, key=lambda bars: abs(math.log(bars / target_bars)))
    sections: list[Section] = []
    start = 0
    for name in names:
        sections.append(Section(name, start, unit_bars * _SONG_UNITS[name]))
        start += sections[-1].num_bars
    return tuple(sections)


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
        progressions: text of four bars for "A" (intro, verses and outro too), "B" (choruses too) and, where there is
            one, "bridge".
    """
    chords = {name: parse_progression(text, key) for name, text in progressions.items()}
    tonic = chord_from_numeral("I" if key.mode == "major" else "i", key)
    num_bars = sum(section.num_bars for section in sections)
    seen: dict[str, int] = {}
    bars = []
    for section in sections:
        occurrence = seen.get(section.name, 0)
        seen[section.name] = occurrence + 1
        character = _CHARACTERS[section.name]
        cycle = chords[character.progression]
        for section_bar in range(section.num_bars):
            index = section.start_bar + section_bar
            is_final = index == num_bars - 1
            bars.append(
                Bar(
                    index=index,
                    start_quarters=index * metre.bar_quarters,
                    section=character.role,
                    section_bar=section_bar,
                    section_bars=section.num_bars,
                    occurrence=occurrence,
                    energy=min(1.0, character.energy + 0.08 * occurrence),
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
