# SPDX-License-Identifier: MIT
"""Drum and bass: a chopped break at twice the bass's pace, long low notes, washes of chords."""

from __future__ import annotations

from mess.samples.accompaniment import broken, comped, sustained
from mess.samples.bass import pattern_bass
from mess.samples.melody import EIGHTHS, LONG, OFFBEAT, REST, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, play_groove
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_BREAKS: tuple[tuple[Groove, ...], ...] = (
    (
        {"kick": "X.........X.....", "snare": "....X..g.g..X...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X.........X.....", "snare": "....X..g.g..X..o", "hat": "x.x.x.x.x.xxx.x."},
    ),
    (
        {"kick": "X.x.......x.....", "snare": "....X..o.o..X..o", "ride": "x.x.x.x.x.x.x.x."},
        {"kick": "X.x.......x.....", "snare": "....X..o.o....X.", "ride": "x.x.x.x.x.x.x.x."},
        {"kick": "..x.......x.....", "snare": "o...X..o.o....X.", "ride": "x.x.x.x.x.x.x.x."},
    ),
    (
        {
            "kick": "X.....x...X.....",
            "snare": "....X.......X...",
            "hat": "xxoxxxoxxxoxxxox",
            "shaker": "..x...x...x...x.",
        },
        {
            "kick": "X..x......X..x..",
            "snare": "....X..g....X.g.",
            "hat": "xxoxxxoxxxoxxxox",
            "shaker": "..x...x...x...x.",
        },
    ),
)
_BASSES = (
    ("R-------..R-....", "R-----5-....8-a-"),
    ("R---..R-..R-....", "..R---..5-..R---"),
    ("R-----------....", "R-----R---8---5-"),
    ("R.RR..R..R..8...", "R.RR..R..5..a..."),
)
_FILLS = ({"snare": "xxoxoxXX"}, {"snare": "X..X..XX", "kick": ".x..x..."}, {"snare": "oxoxxxXX", "crash": "x......."})


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    full = sketch.bars_in("A", "B")
    drums = add_fills(sketch, play_groove(sketch, full, rng.choice(_BREAKS)), full, _FILLS)
    drums += play_groove(
        sketch, sketch.bars_in("intro", "outro"), [{"hat": "x.o.x.o.x.o.x.o.", "kick": "X.........x....."}]
    )
    sketch.add("drums", drums, volume=114, reverb=14)
    line = pattern_bass(sketch, full, rng.choice(_BASSES), velocity=106, length=0.95)
    sketch.add("bass", line, volume=116, reverb=0)
    if rng.random() < 0.5:
        wash = sustained(sketch.bars, low=55, high=77, num_voices=4, velocity=66, overlap=0.25)
    else:
        stabs = rng.choice((("x-----x---------", "......x-----x---"), ("..x---......x---",)))
        wash = comped(sketch, sketch.bars, stabs, low=55, high=77, num_voices=4, velocity=76)
    sketch.add("wash", wash, volume=80, pan=54, reverb=96, chorus=40)
    if sketch.has("sequence"):
        shape = rng.choice(((0, 2, 1, 3, 2, 4), (3, 2, 1, 0), (0, 3, 1, 4, 2)))
        run = broken(sketch.bars_in("intro", "B"), shape, low=64, high=83, step_quarters=0.25, velocity=64, length=0.7)
        sketch.add("sequence", run, volume=66, pan=86, reverb=60)
    theme = make_theme(rng, sketch.metre, [REST, REST, LONG, EIGHTHS, OFFBEAT])
    lead = sing(sketch, full, theme, low=65, high=84, velocity=84, variation=0.2)
    sketch.add("lead", lead, volume=80, pan=70, reverb=90)


STYLE = Style(
    name="Drum and Bass",
    slug="drum-and-bass",
    tempo_bpm=(164, 178),
    scales=("aeolian", "aeolian", "dorian", "phrygian", "ionian", "lydian"),
    progressions={
        "major": (
            ("Imaj7 | Imaj7 | vi7 | vi7", "IVmaj7 | IVmaj7 | iii7 | vi7"),
            ("Imaj9 | iii7 | IVmaj7 | IVmaj7", "vi7 | V | IVmaj7 | Imaj9"),
            ("Imaj7 | II | Imaj7 | vi7", "iii7 | II | vi7 | Imaj7"),
        ),
        "minor": (
            ("i9 | i9 | bVImaj7 | bVImaj7", "iv9 | iv9 | v7 | v7"),
            ("i7 | i7 | bVII | bVII", "bVImaj7 | bVII | i7 | i7"),
            ("i | bII | i | bVII", "bVI | bVII | i | bII"),
            ("i9 | IV | i9 | IV", "bIIImaj7 | bVII | ii7 | v7"),
        ),
    },
    instrumentations=(
        {"drums": 16, "bass": 38, "wash": 89, "lead": 81},
        {"drums": 24, "bass": 39, "wash": 91, "lead": 85, "sequence": 80},
        {"drums": 0, "bass": 38, "wash": 4, "lead": 73},
        {"drums": 8, "bass": 87, "wash": 50, "lead": 53, "sequence": 11},
    ),
    artists=("Velvet Sector", "Kestrel Unit", "Low Orbit Traffic"),
    title_adjectives=("Liquid", "Terminal", "Fractured", "Rapid", "Ultraviolet", "Parallel", "Concrete", "Silent"),
    title_nouns=("Vector", "Rotation", "Sirens", "Altitude", "Shadows", "Protocol", "Velocity", "Skyline", "Echoes"),
    arrange=_arrange,
    velocity_jitter=4.0,
    tail_seconds=1.5,
    peak_dbfs=(-2.0, -0.8),
)
