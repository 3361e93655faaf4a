# SPDX-License-Identifier: MIT
"""Baroque: two voices in imitation over a moving continuo, harpsichord or organ, strings."""

from __future__ import annotations

from mess.samples.accompaniment import broken, comped, sustained
from mess.samples.bass import root_pitch
from mess.samples.harmony import nearest_pitch
from mess.samples.melody import DOTTED, EIGHTHS, GALLOP, LONG, SIXTEENTHS, make_theme, sing
from mess.samples.score import Note
from mess.samples.sketch import Bar, Sketch
from mess.samples.styles.style import Style


def _continuo(sketch: Sketch, bars: list[Bar]) -> list[Note]:
    """Eighth notes that step through the scale from one chord's bass to the next one's."""
    notes = []
    for bar in bars:
        for span in bar.spans:
            pitch = root_pitch(span.chord, low=38)
            target = nearest_pitch(pitch, [sketch.next_chord(bar, span).bass], low=36, high=55)
            num_notes = max(2, round(span.duration_quarters / 0.5))
            for index in range(num_notes):
                start = span.start_quarters + index * span.duration_quarters / num_notes
                if index == num_notes - 1 and target != pitch:
                    towards = target - 2 if target > pitch else target + 2
                    sounding = nearest_pitch(towards, sketch.scale_at(span.chord))
                elif index % 2:
                    sounding = pitch + 12 if index % 4 == 1 else pitch
                else:
                    sounding = nearest_pitch(pitch + (0, 4, 7, 3)[index // 2 % 4], span.chord.pitch_classes)
                notes.append(Note(start, 0.42, sounding, 80 if index else 90))
    return notes


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    body = [bar for bar in sketch.bars if not bar.is_final]
    cells = [SIXTEENTHS, EIGHTHS, EIGHTHS, GALLOP, DOTTED, LONG]
    first, second = [], []
    for name in ("A", "B"):
        theme = make_theme(rng, sketch.metre, cells, leap=4, legato=False)
        bars = sketch.bars_in(name)
        first += sing(sketch, bars, theme, low=69, high=88, velocity=88, variation=0.2, length=0.85)
        # The second voice answers a bar later and a fifth or so lower.
        answer = [bar for bar in bars if bar.section_bar > 0]
        second += sing(sketch, answer, theme, low=60, high=79, velocity=78, variation=0.3, length=0.85)
        if name == "A":
            first += sing(sketch, sketch.bars_in("intro", "outro"), theme, low=69, high=88, velocity=84, length=0.85)
    sketch.add("first", first, volume=100, pan=50, reverb=58)
    sketch.add("second", second, volume=90, pan=80, reverb=58)
    bass = _continuo(sketch, body)
    last = sketch.bars[-1]
    bass.append(Note(last.start_quarters, sketch.metre.bar_quarters, root_pitch(last.spans[0].chord, low=36), 88))
    sketch.add("continuo", bass, volume=98, pan=70, reverb=50)
    if rng.random() < 0.5:
        chords = broken(
            body, rng.choice(((0, 2, 1, 2), (0, 1, 2, 1))), low=55, high=74, step_quarters=0.25, velocity=62
        )
    else:
        chords = comped(
            sketch, body, ("x---x---x---x---",), low=55, high=74, num_voices=4, velocity=66, strum_seconds=0.012
        )
    chords += sustained([last], low=55, high=74, num_voices=4, velocity=74)
    sketch.add("keyboard", chords, volume=74, pan=60, reverb=50)
    if sketch.has("ripieno"):
        sketch.add(
            "ripieno", sustained(sketch.bars_in("B", "outro"), low=57, high=78, velocity=64), volume=70, reverb=80
        )


STYLE = Style(
    name="Baroque",
    slug="baroque",
    tempo_bpm=(76, 122),
    scales=("ionian", "ionian", "harmonic minor", "aeolian"),
    progressions={
        "major": (
            ("I | V/3 | vi | iii", "IV | I/3 | ii7 | V"),
            ("I | IV | viidim | iii", "vi | ii | V7 | I"),
            ("I V/3 | I | ii/3 V | I", "V | vi II7/3 | V | V7"),
        ),
        "minor": (
            ("i | iv | bVII | bIII", "bVI | iidim | V | i"),
            ("i V/3 | i | iv/3 V | i", "bIII | bVII | i | V"),
            ("i | v/3 | iv/3 | V", "bVI | bIII/3 | iv | V7"),
        ),
    },
    instrumentations=(
        {"first": 6, "second": 6, "continuo": 6, "keyboard": 6},
        {"first": 40, "second": 40, "continuo": 42, "keyboard": 6},
        {"first": 73, "second": 40, "continuo": 42, "keyboard": 6, "ripieno": 48},
        {"first": 19, "second": 19, "continuo": 19, "keyboard": 19},
        {"first": 68, "second": 73, "continuo": 70, "keyboard": 6, "ripieno": 48},
    ),
    artists=("Camerata Aldwych", "Johannes Werth", "Collegium Serrano"),
    title_adjectives=(
        "The Golden",
        "The Little",
        "The Queen's",
        "The Hunter's",
        "The Silver",
        "The Merry",
        "The Absent",
    ),
    title_nouns=("Sonata", "Fugue", "Prelude", "Toccata", "Gigue", "Invention", "Allemande", "Courante", "Sarabande"),
    arrange=_arrange,
    metres=("4/4", "4/4", "3/4"),
    timing_jitter_ms=4.0,
    velocity_jitter=5.0,
    tail_seconds=2.5,
    peak_dbfs=(-6.0, -2.0),
)
