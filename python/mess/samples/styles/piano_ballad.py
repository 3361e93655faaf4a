# SPDX-License-Identifier: MIT
"""Piano ballad: broken chords, a singing right hand, sometimes strings."""

from __future__ import annotations

from mess.samples.accompaniment import broken, sustained
from mess.samples.bass import root_pitch
from mess.samples.melody import DOTTED, EIGHTHS, LONG, OFFBEAT, REST, make_theme, sing
from mess.samples.score import Note
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_SHAPES = ((0, 1, 2, 1), (0, 2, 1, 2), (0, 1, 2, 3, 2, 1), (0, 1, 2, 4, 3, 2))


def _arrange(sketch: Sketch) -> None:
    shape = sketch.rng.choice(_SHAPES)
    step = 1 / 3 if len(shape) == 6 and sketch.rng.random() < 0.5 else 0.5
    cells = [LONG, LONG, EIGHTHS, DOTTED, OFFBEAT, REST]
    themes = {name: make_theme(sketch.rng, sketch.metre, cells) for name in ("A", "B")}
    left = broken(sketch.bars[:-1], shape, low=48, high=67, step_quarters=step, velocity=62, length=1.4)
    left += sustained(sketch.bars[-1:], low=48, high=67, velocity=66)
    for bar in sketch.bars:
        for span in bar.spans:
            root = root_pitch(span.chord, low=33)
            left.append(Note(span.start_quarters, span.duration_quarters * 0.95, root, 74))
            if bar.energy > 0.75:
                left.append(Note(span.start_quarters, span.duration_quarters * 0.95, root + 12, 66))
    right = []
    for name, theme in themes.items():
        lift = 3 if name == "B" else 0
        right += sing(sketch, sketch.bars_in(name), theme, low=67 + lift, high=86 + lift, velocity=90)
    right += sing(sketch, sketch.bars_in("outro"), themes["A"], low=67, high=86, velocity=76)
    right += [
        Note(note.start_quarters, note.duration_quarters, note.pitch - 12, note.velocity - 18)
        for note in right
        if note.duration_quarters > 1.5
    ]
    sketch.add("piano", left + right, volume=112, reverb=64)
    if sketch.has("strings"):
        later = [bar for bar in sketch.bars if bar.index >= len(sketch.bars) // 3]
        sketch.add("strings", sustained(later, low=55, high=76, velocity=58), volume=70, reverb=90, pan=74)
    if sketch.has("bass"):
        low_notes = [
            Note(span.start_quarters, span.duration_quarters * 0.9, root_pitch(span.chord), 78)
            for bar in sketch.bars_in("A", "B", "outro")
            for span in bar.spans
        ]
        sketch.add("bass", low_notes, volume=88, reverb=30)


STYLE = Style(
    name="Piano Ballad",
    slug="piano-ballad",
    tempo_bpm=(62, 92),
    scales=("ionian", "ionian", "aeolian", "aeolian"),
    progressions={
        "major": (
            ("I | V/3 | vi | IV", "vi | IV | I/3 | V"),
            ("Iadd9 | vi7 | IVmaj7 | Vsus4 V", "IVmaj7 | V | iii7 vi | ii7 V"),
            ("I | iii7 | IV | iv", "ii7 | V | Imaj7 | vi7"),
        ),
        "minor": (
            ("i | bVI | bIII | bVII", "iv | bVII | bIII | V"),
            ("i | v7/7 | bVImaj7 | bVII", "bVImaj7 | iv7 | i | V7"),
            ("iadd9 | iv7 | bVII | bIIImaj7", "bVI | bVII | i | V"),
        ),
    },
    instrumentations=(
        {"piano": 0},
        {"piano": 1, "strings": 48},
        {"piano": 0, "strings": 49, "bass": 32},
        {"piano": 4, "strings": 89},
        {"piano": 2, "bass": 35},
    ),
    artists=("Elena Marsh", "Tomas Vell", "The Lantern Room", "Hollow Coast"),
    title_adjectives=("Quiet", "Last", "Folded", "Winter", "Distant", "Unsent", "Paper", "Amber", "Slow", "Gentle"),
    title_nouns=("Letters", "Harbour", "Window", "Promise", "Morning", "Photograph", "Rain", "Stairs", "Goodbye"),
    arrange=_arrange,
    metres=("4/4", "4/4", "3/4"),
    timing_jitter_ms=7.0,
    velocity_jitter=6.0,
    tail_seconds=2.5,
    peak_dbfs=(-6.0, -2.0),
)
