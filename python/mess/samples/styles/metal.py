# SPDX-License-Identifier: MIT
"""Metal: palm-muted power chords in two guitars, double bass drum, a lead over it."""

from __future__ import annotations

from mess.samples.bass import pattern_bass, root_pitch
from mess.samples.melody import EIGHTHS, GALLOP, LONG, SIXTEENTHS, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, final_hit, play_groove
from mess.samples.score import Note
from mess.samples.sketch import STEP_QUARTERS, Bar, Sketch, fit_pattern, span_at
from mess.samples.styles.style import Style

# C a struck power chord that rings until the next stroke, m a muted low note.
_RIFFS = (
    ("C.mmC.mmC.mmC.mm",),
    ("CmmCmmCmmCmmC.C.", "CmmCmmCmmCmmCCCC"),
    ("C...mm.mC...mm.m",),
    ("mmmmmmC.mmmmmmC.", "mmmmmmC.C.C.C.C."),
    ("C.....mmC...C.mm",),
)
_VERSE: tuple[Groove, ...] = (
    {"kick": "X.xxX.xxX.xxX.xx", "snare": "....X.......X...", "hat": "x...x...x...x..."},
    {"kick": "X..x..x.X..x..x.", "snare": "....X.......X...", "ride": "x.x.x.x.x.x.x.x."},
    {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "hat": "X...X...X...X..."},
)
_CHORUS: tuple[Groove, ...] = (
    {"kick": "X.....x.X.x.....", "snare": "....X.......X...", "crash": "x...x...x...x..."},
    {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "crash": "X.......x......."},
    {"kick": "X.x.X.x.X.x.X.x.", "snare": "..X...X...X...X.", "ride_bell": "X...X...X...X..."},
)
_FILLS = (
    {"snare": "xxxx....", "high_tom": "....xx..", "low_tom": "......xx"},
    {"high_tom": "xx......", "mid_tom": "..xx....", "low_tom": "....xx..", "floor_tom": "......XX"},
    {"snare": "xxxxxxXX", "kick": "x.x.x.x."},
)


def _riff(sketch: Sketch, bars: list[Bar], patterns: tuple[str, ...], *, ringing: bool) -> list[Note]:
    notes = []
    for position, bar in enumerate(bars):
        pattern = fit_pattern("C-------" if ringing else patterns[position % len(patterns)], sketch.steps_per_bar)
        for step, letter in enumerate(pattern):
            if letter not in "Cm":
                continue
            start = bar.start_quarters + step * STEP_QUARTERS
            root = root_pitch(span_at(bar, start).chord, low=38)
            if letter == "m":
                notes.append(Note(start, STEP_QUARTERS * 0.55, root, 84))
                continue
            steps = 1
            while step + steps < len(pattern) and pattern[step + steps] in ".-":
                steps += 1
            notes += [Note(start, steps * STEP_QUARTERS * 0.9, root + step_up, 100) for step_up in (0, 7, 12)]
    return notes


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    riff = rng.choice(_RIFFS)
    body = [bar for bar in sketch.bars if not bar.is_final]
    verse, chorus = [bar for bar in body if bar.section != "B"], sketch.bars_in("B")
    guitar = _riff(sketch, verse, riff, ringing=False) + _riff(sketch, chorus, riff, ringing=rng.random() < 0.6)
    guitar += _riff(sketch, list(sketch.bars[-1:]), riff, ringing=True)
    sketch.add("guitar", guitar, volume=92, pan=24, reverb=24)
    sketch.add("guitar2", guitar, volume=92, pan=104, reverb=24)
    line = pattern_bass(sketch, verse, [p.replace("C", "R").replace("m", "R") for p in riff], length=0.8)
    line += pattern_bass(sketch, [*chorus, sketch.bars[-1]], ["R.R.R.R.R.R.R.a."])
    sketch.add("bass", line, volume=100, reverb=10)
    drums = play_groove(sketch, verse, [rng.choice(_VERSE)]) + play_groove(sketch, chorus, [rng.choice(_CHORUS)])
    drums = add_fills(sketch, drums, body, _FILLS) + final_hit(sketch, ("crash", "kick"))
    sketch.add("drums", drums, volume=112, reverb=22)
    theme = make_theme(rng, sketch.metre, [EIGHTHS, SIXTEENTHS, GALLOP, LONG, LONG], leap=5)
    lead = sing(sketch, sketch.bars_in("B"), theme, low=64, high=86, velocity=100, variation=0.3)
    sketch.add("lead", lead, volume=92, reverb=60)


STYLE = Style(
    name="Metal",
    slug="metal",
    tempo_bpm=(128, 196),
    scales=("aeolian", "aeolian", "phrygian", "harmonic minor", "mixolydian", "ionian"),
    progressions={
        "major": (
            ("I5 | I5 | bVII5 | IV5", "IV5 | V5 | I5 | I5"),
            ("I5 | V5 | vi5 | IV5", "vi5 | IV5 | I5 | V5"),
        ),
        "minor": (
            ("i5 | i5 | bVI5 | bVII5", "bVI5 | bVII5 | i5 | v5"),
            ("i5 | bII5 | i5 | bVII5", "iv5 | bVI5 | bVII5 | i5"),
            ("i5 | bIII5 | iv5 | bVI5", "i5 | bVII5 | bVI5 | bVII5"),
            ("i5 | i5 | i5 | bVI5 bVII5", "bVI5 | bIII5 | bVII5 | i5"),
        ),
    },
    instrumentations=(
        {"guitar": 30, "guitar2": 30, "bass": 34, "drums": 16, "lead": 30},
        {"guitar": 30, "guitar2": 29, "bass": 33, "drums": 16, "lead": 29},
        {"guitar": 29, "guitar2": 29, "bass": 34, "drums": 8, "lead": 30},
    ),
    artists=("Iron Estuary", "Grave Meridian", "Ashen Crown"),
    title_adjectives=("Burning", "Black", "Fallen", "Endless", "Shattered", "Crimson", "Hollow", "Savage", "Cursed"),
    title_nouns=("Throne", "Horizon", "Oath", "Wolves", "Cathedral", "Ruin", "Tempest", "Blades", "Requiem"),
    arrange=_arrange,
    timing_jitter_ms=2.5,
    velocity_jitter=4.0,
    tail_seconds=2.0,
    peak_dbfs=(-2.0, -0.8),
)
