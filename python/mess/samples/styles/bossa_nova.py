# SPDX-License-Identifier: MIT
"""Bossa nova: a plucked syncopated guitar, cross-stick clave, a two-beat bass, a soft tune."""

from __future__ import annotations

from mess.samples.accompaniment import comped, sustained
from mess.samples.bass import pattern_bass
from mess.samples.melody import DOTTED, EIGHTHS, LONG, OFFBEAT, REST, SYNCOPATED, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, final_hit, play_groove
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_GROOVES: tuple[tuple[Groove, ...], ...] = (
    (
        {"stick": "x.....x.....x...", "hat": "xoxoxoxoxoxoxoxo", "kick": "x..ox..ox..ox..o"},
        {"stick": "....x.....x.....", "hat": "xoxoxoxoxoxoxoxo", "kick": "x..ox..ox..ox..o"},
    ),
    ({"stick": "x..x..x...x..x..", "shaker": "xoooxoooxoooxooo", "kick": "x.....oox.....oo"},),
    (
        {"claves": "x..x..x.........", "cabasa": "x.o.x.o.x.o.x.o.", "kick": "x...o...x...o..."},
        {"claves": "....x...x.......", "cabasa": "x.o.x.o.x.o.x.o.", "kick": "x...o...x...o..."},
    ),
)
_GUITARS = (
    ("x-..x-..x-.x-...", "..x-..x-..x-x-.."),
    ("x-..x..x-...x-..",),
    ("x..x-..x-..x-.x.", "..x-..x-x...x-.."),
)
_BASSES = (("R----.5-R----.5-",), ("R-----5-5-----R-",), ("R----.R-5----.a-",))
_FILLS = ({"stick": "x..x..x."}, {"conga_open": "..x.....", "conga_low": "....x.X."}, {"snare": "g.g.o.x."})


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    body = [bar for bar in sketch.bars if not bar.is_final]
    drums = play_groove(sketch, body, rng.choice(_GROOVES))
    # A soft style: the crash after a fill is left out.
    drums = [note for note in add_fills(sketch, drums, body, _FILLS) if note.pitch != 49]
    sketch.add("drums", drums + final_hit(sketch, ("kick", "stick")), volume=78, reverb=36)
    line = pattern_bass(sketch, body, rng.choice(_BASSES), velocity=88)
    line += pattern_bass(sketch, sketch.bars[-1:], ["R---------------"], velocity=88)
    sketch.add("bass", line, volume=104, reverb=20)
    guitar = comped(sketch, body, rng.choice(_GUITARS), low=50, high=71, num_voices=4, velocity=78, strum_seconds=0.008)
    guitar += sustained(sketch.bars[-1:], low=50, high=71, num_voices=4, velocity=84)
    sketch.add("guitar", guitar, volume=98, pan=48, reverb=40)
    if sketch.has("strings"):
        sketch.add(
            "strings", sustained(sketch.bars_in("B"), low=57, high=78, velocity=54), volume=60, reverb=80, pan=90
        )
    tune = []
    cells = [EIGHTHS, SYNCOPATED, OFFBEAT, DOTTED, LONG, REST]
    for name, low in (("A", 62), ("B", 65)):
        theme = make_theme(rng, sketch.metre, cells)
        tune += sing(sketch, sketch.bars_in(name), theme, low=low, high=low + 20, velocity=84, variation=0.3)
        if name == "A":
            tune += sing(sketch, sketch.bars_in("outro"), theme, low=low, high=low + 20, velocity=76)
    sketch.add("tune", tune, volume=98, pan=74, reverb=60)


STYLE = Style(
    name="Bossa Nova",
    slug="bossa-nova",
    tempo_bpm=(104, 148),
    scales=("ionian", "ionian", "aeolian", "dorian"),
    progressions={
        "major": (
            ("Imaj7 | II7 | ii7 | V7", "IVmaj7 | iv6 | iii7 | VI7"),
            ("Imaj9 | vi7 | ii9 | V13", "iii7 | bIIImaj7 | ii7 | V7"),
            ("I6 | #idim7 | ii7 | V7", "IVmaj7 | bVII9 | Imaj7 | V13"),
            ("Imaj7 | vi7 | ii9 | V7", "IVmaj7 | iii7 | ii7 | V13"),
            ("Imaj9 | IVmaj7 | iii7 | vi7", "ii9 | V13 | Imaj7 | VI7"),
        ),
        "minor": (
            ("i6 | iim7b5 | V7b9 | i6", "iv7 | bVII9 | bIIImaj7 | V7"),
            ("i9 | iv9 | bVII13 | bIIImaj9", "bVImaj7 | iim7b5 | i6 | V7"),
            ("i7 | bVImaj7 | iim7b5 | V7", "iv7 | i7 | bVImaj7 | V7b9"),
            ("i7 | IV9 | i7 | IV9", "bIIImaj7 | bVII | ii7 | v7"),
        ),
    },
    instrumentations=(
        {"drums": 0, "bass": 32, "guitar": 24, "tune": 73},
        {"drums": 40, "bass": 32, "guitar": 24, "tune": 66, "strings": 48},
        {"drums": 0, "bass": 33, "guitar": 24, "tune": 0},
        {"drums": 40, "bass": 32, "guitar": 26, "tune": 11, "strings": 49},
        {"drums": 0, "bass": 32, "guitar": 24, "tune": 75},
    ),
    artists=("Casa Lumen", "Marisol Teixeira", "Praia Nove"),
    title_adjectives=("Blue", "Barefoot", "Coral", "Afternoon", "Lazy", "Salt", "Tender", "Orange", "Whispered"),
    title_nouns=("Veranda", "Tide", "Hammock", "Balcony", "Parasol", "Avenida", "Lagoon", "Mango", "Siesta"),
    arrange=_arrange,
    timing_jitter_ms=5.0,
    velocity_jitter=6.0,
    tail_seconds=2.0,
    peak_dbfs=(-6.0, -2.5),
)
