# SPDX-License-Identifier: MIT
"""House: four on the floor, off-beat hats, a stabbed chord, a looping bass."""

from __future__ import annotations

from mess.samples.accompaniment import comped, sustained
from mess.samples.bass import pattern_bass
from mess.samples.melody import EIGHTHS, OFFBEAT, REST, SYNCOPATED, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, play_groove
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_KICK = {"kick": "X...X...X...X..."}
_TOPS: tuple[Groove, ...] = (
    {"clap": "....X.......X...", "open_hat": "..x...x...x...x.", "hat": "o.o.o.o.o.o.o.o."},
    {"clap": "....X.......X..o", "open_hat": "..x...x...x...x.", "shaker": "xoxoxoxoxoxoxoxo"},
    {"snare": "....x.......x...", "hat": "..X...X...X...X.", "cowbell": "...o..o....o..o."},
    {
        "clap": "....X.......X...",
        "open_hat": "..X...X...X...X.",
        "conga_open": "...o....o..o..o.",
        "hat": "oooooooooooooooo",
    },
)
_STABS = (("x..x..x...x..x..",), ("..x...x...x...x.",), ("x..x....x..x..x.", "x..x....x.x...x."), ("..x..x....x..x..",))
_BASSES = (
    ("..R...R...R...R.",),
    ("R..R..8.R..R..5.",),
    ("R.....R...8.R...", "R.....R...5.8..."),
    ("..R-..8-..R-..5-",),
)
_FILLS = ({"clap": "x.x.x.xx"}, {"snare": "x.xxx.xX"}, {"open_hat": "x.x.x.x.", "clap": "....xxxx"})


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    top = rng.choice(_TOPS)
    quiet, full = sketch.bars_in("intro", "outro"), sketch.bars_in("A", "B")
    tick = list(top)[1]
    drums = play_groove(sketch, quiet, [{**_KICK, tick: top[tick]}])
    drums += add_fills(sketch, play_groove(sketch, full, [{**_KICK, **top}]), full, _FILLS)
    sketch.add("drums", drums, volume=112, reverb=14)
    line = pattern_bass(sketch, full + sketch.bars_in("outro"), rng.choice(_BASSES), length=0.8)
    sketch.add("bass", line, volume=104, reverb=0)
    stab_bars = sketch.bars if rng.random() < 0.5 else full
    voices = 4 if rng.random() < 0.6 else 3
    stabs = comped(sketch, stab_bars, rng.choice(_STABS), low=53, high=76, num_voices=voices, velocity=82, length=0.7)
    sketch.add("stab", stabs, volume=86, pan=58, reverb=50, chorus=30)
    if sketch.has("pad"):
        sketch.add("pad", sustained(sketch.bars_in("B", "outro"), low=55, high=76, velocity=64), volume=64, reverb=80)
    theme = make_theme(rng, sketch.metre, [REST, OFFBEAT, SYNCOPATED, EIGHTHS], legato=False)
    hook = sing(sketch, sketch.bars_in("B"), theme, low=67, high=86, velocity=88, variation=0.1, length=0.7)
    sketch.add("hook", hook, volume=82, pan=72, reverb=60)


STYLE = Style(
    name="House",
    slug="house",
    tempo_bpm=(118, 130),
    scales=("dorian", "aeolian", "aeolian", "mixolydian", "ionian"),
    progressions={
        "major": (
            ("Imaj7 | iii7 | vi7 | ii7", "IVmaj7 | iii7 | ii7 | iii7"),
            ("I7 | I7 | bVII | IV", "ii7 | IV | I | bVII"),
            ("vi7 | IVmaj7 | I | V", "I | V | vi7 | IVmaj7"),
        ),
        "minor": (
            ("i9 | i9 | iv9 | v7", "bVImaj7 | v7 | i9 | i9"),
            ("i7 | bVII | iv7 | iv7", "bVImaj7 | bVII | i7 | i7"),
            ("i7 | bIIImaj7 | bVII | iv7", "i7 | i7 | bVImaj7 | bVII"),
        ),
    },
    instrumentations=(
        {"drums": 25, "bass": 38, "stab": 4, "hook": 81},
        {"drums": 24, "bass": 39, "stab": 16, "hook": 80, "pad": 89},
        {"drums": 25, "bass": 33, "stab": 0, "hook": 61, "pad": 48},
        {"drums": 24, "bass": 38, "stab": 90, "hook": 11, "pad": 94},
    ),
    artists=("Marlow & Finch", "Sub Terrace", "Nightbus Nine", "Velvet Sector"),
    title_adjectives=("Midnight", "Deeper", "Electric", "Warehouse", "Golden", "Infinite", "Sunday", "Magnetic"),
    title_nouns=("Motion", "Basement", "Feeling", "Circuit", "Signal", "Heat", "Rooftop", "Reasons", "Pressure"),
    arrange=_arrange,
    swing=(0.5, 0.56),
    swing_unit_quarters=0.25,
    velocity_jitter=3.0,
    tail_seconds=1.0,
    peak_dbfs=(-2.0, -0.8),
)
