# SPDX-License-Identifier: MIT
"""Chiptune: square and saw waves, chords as fast arpeggios, no player's unevenness."""

from __future__ import annotations

from mess.samples.accompaniment import broken
from mess.samples.bass import pattern_bass
from mess.samples.melody import DOTTED, EIGHTHS, GALLOP, LONG, SIXTEENTHS, SYNCOPATED, make_theme, sing
from mess.samples.rhythm import add_fills, final_hit, play_groove
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_GROOVES = (
    ({"kick": "X...x...X...x...", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},),
    ({"kick": "X.....x.X.......", "snare": "....X.......X..o", "hat": "xoxoxoxoxoxoxoxo"},),
    ({"kick": "X..x..x.X..x..x.", "snare": "....X.......X...", "hat": "..x...x...x...x."},),
)
_BASSES = (
    ("R.R.8.8.R.R.8.8.",),
    ("R.8.R.8.5.8.R.8.",),
    ("R..R..R.R..R8.a.", "R..R..R.5..58.a."),
    ("RRRRRRRR88885555",),
)
_FILLS = (
    {"snare": "x.xxx.xX"},
    {"snare": "xxxxXXXX", "kick": "X...X..."},
    {"low_tom": "x.x.....", "mid_tom": "....x.x."},
)


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    cells = [EIGHTHS, EIGHTHS, SIXTEENTHS, GALLOP, SYNCOPATED, DOTTED, LONG]
    themes = {name: make_theme(rng, sketch.metre, cells, leap=5, legato=False) for name in ("A", "B")}
    lead = []
    for name, theme in themes.items():
        lead += sing(sketch, sketch.bars_in(name), theme, low=70, high=91, velocity=92, variation=0.2, length=0.8)
    lead += sing(sketch, sketch.bars_in("outro"), themes["A"], low=70, high=91, velocity=86, length=0.6)
    sketch.add("lead", lead, volume=92, reverb=10)
    shape = rng.choice(((0, 1, 2, 1), (0, 1, 2, 3), (2, 1, 0, 1), (0, 2, 1, 3)))
    chords = broken(sketch.bars, shape, low=60, high=79, step_quarters=0.25, velocity=70, length=0.7)
    sketch.add("arpeggio", chords, volume=68, pan=rng.choice((44, 84)), reverb=10)
    if sketch.has("echo"):
        echo = sing(sketch, sketch.bars_in("B"), themes["B"], low=58, high=79, velocity=74, variation=0, length=0.6)
        sketch.add("echo", echo, volume=62, pan=30, reverb=10)
    sketch.add("bass", pattern_bass(sketch, sketch.bars[:-1], rng.choice(_BASSES), length=0.75), volume=104, reverb=0)
    beat_bars = [bar for bar in sketch.bars_in("A", "B", "outro") if not bar.is_final]
    drums = play_groove(sketch, beat_bars, rng.choice(_GROOVES))
    drums = add_fills(sketch, drums, beat_bars, _FILLS) + final_hit(sketch, ("kick", "snare"))
    sketch.add("drums", drums, volume=84, reverb=5)


STYLE = Style(
    name="Chiptune",
    slug="chiptune",
    tempo_bpm=(112, 176),
    scales=("ionian", "mixolydian", "aeolian", "dorian"),
    progressions={
        "major": (
            ("I | V | vi | IV", "IV | V | iii | vi"),
            ("I | bVII | IV | I", "bVI | bVII | I | I"),
            ("I | vi | ii | V", "IV | iv | I | V"),
            ("I | IV | bVII | I", "v | bVII | IV | I"),
        ),
        "minor": (
            ("i | bVII | bVI | V", "bVI | bVII | i | i"),
            ("i | bIII | bVII | iv", "iv | i | bVI | V"),
            ("i | i | bVI | bVII", "bIII | bVII | iv | V"),
        ),
    },
    instrumentations=(
        {"lead": 80, "arpeggio": 80, "bass": 38, "drums": 25},
        {"lead": 81, "arpeggio": 80, "bass": 39, "drums": 24},
        {"lead": 80, "arpeggio": 82, "bass": 81, "drums": 25, "echo": 81},
        {"lead": 87, "arpeggio": 81, "bass": 38, "drums": 24, "echo": 80},
    ),
    artists=("Pixel Orchard", "8-Bit Heron", "Cartridge Kid"),
    title_adjectives=("Turbo", "Crystal", "Hidden", "Final", "Neon", "Bonus", "Secret", "Hyper", "Lunar"),
    title_nouns=("Dungeon", "Stage", "Overworld", "Boss", "Warp Zone", "Save Point", "Hero", "Castle", "Rocket"),
    arrange=_arrange,
    velocity_jitter=0.0,
    tail_seconds=1.0,
    peak_dbfs=(-3.0, -1.0),
)
