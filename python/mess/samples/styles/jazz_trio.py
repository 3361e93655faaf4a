# SPDX-License-Identifier: MIT
"""Jazz trio: a walking bass, ride cymbal, comped sevenths and a swung head."""

from __future__ import annotations

from mess.samples.accompaniment import comped, sustained
from mess.samples.bass import root_pitch, walking_bass
from mess.samples.melody import EIGHTHS, LILT, LONG, OFFBEAT, REST, THIRDS, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, final_hit, play_groove
from mess.samples.score import Note
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_RIDE: tuple[Groove, ...] = (
    {"ride": "X...x.o.X...x.o.", "pedal_hat": "....x.......x...", "kick": "g.......g......."},
    {"ride": "X...x.o.X...x...", "pedal_hat": "....x.......x...", "snare": "......g.......o."},
    {
        "ride": "x.o.x...X...x.o.",
        "pedal_hat": "....x.......x...",
        "snare": "..............g.",
        "kick": "g..........g....",
    },
)
_WALTZ: tuple[Groove, ...] = (
    {"ride": "X...x.o.x...", "pedal_hat": "....x...x...", "kick": "g..........."},
    {"ride": "X...x...x.o.", "pedal_hat": "....x...x...", "snare": "......g....."},
)
_COMPS = (
    ("..x-......x-....", "x-....x-........"),
    ("x---..x.........", "......x---......"),
    ("......x-......x-", "....x-........x-"),
)
_FILLS = (
    {"snare": "o.x.o.xX"},
    {"high_tom": "x.o.....", "low_tom": "....x.X."},
    {"snare": "x.o.x.o.", "kick": "......x."},
)


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    body = [bar for bar in sketch.bars if not bar.is_final]
    grooves = _WALTZ if sketch.metre.name == "3/4" else _RIDE
    drums = add_fills(sketch, play_groove(sketch, body, grooves), body, _FILLS) + final_hit(sketch, ("crash", "kick"))
    sketch.add("drums", drums, volume=84, reverb=36)
    last = sketch.bars[-1]
    low_end = Note(last.start_quarters, sketch.metre.bar_quarters, root_pitch(last.spans[0].chord), 92)
    sketch.add("bass", [*walking_bass(sketch, body), low_end], volume=108, reverb=24)
    chords = comped(sketch, body, rng.choice(_COMPS), low=52, high=72, num_voices=4, velocity=66, length=0.8)
    chords += sustained([last], low=52, high=72, num_voices=4, velocity=78)
    sketch.add("comp", chords, volume=86, pan=76, reverb=44)
    cells = [EIGHTHS, EIGHTHS, EIGHTHS, THIRDS, OFFBEAT, REST, LONG]
    if sketch.metre.name == "3/4":
        cells.append(LILT)
    head = []
    for name, low in (("A", 62), ("B", 65)):
        theme = make_theme(rng, sketch.metre, cells, leap=5, legato=False)
        head += sing(sketch, sketch.bars_in(name), theme, low=low, high=low + 21, velocity=92, variation=0.45)
        if name == "A":
            head += sing(sketch, sketch.bars_in("outro"), theme, low=low, high=low + 21, velocity=82)
    sketch.add("head", head, volume=102, pan=52, reverb=50)


STYLE = Style(
    name="Jazz Trio",
    slug="jazz-trio",
    tempo_bpm=(108, 208),
    scales=("ionian", "ionian", "dorian", "aeolian"),
    progressions={
        "major": (
            ("ii7 | V7 | Imaj7 | vi7", "iii7 | vi7 | ii7 | V7"),
            ("Imaj7 vi7 | ii7 V7 | iii7 vi7 | ii7 V7", "IVmaj7 | iv6 | iii7 VI7 | ii7 V7"),
            ("I6 | VI7 | ii7 | V13", "IV7 | #ivdim7 | Imaj7/5 VI7 | ii7 V7"),
        ),
        "minor": (
            ("i6 | iim7b5 V7b9 | i6 | iim7b5 V7b9", "iv7 | bVII7 | bIIImaj7 | iim7b5 V7"),
            ("i7 | i7 | iv7 | i7", "bVI7 | V7 | i7 | iim7b5 V7"),
            ("i7 | iv7 | bVII7 | bIIImaj7", "bVImaj7 | iim7b5 | V7b9 | i6"),
            ("i7 | i7 | i7 | ii7", "IV7 | IV7 | i7 | v7"),
            ("i9 | IV13 | i9 | IV13", "bIIImaj7 | ii7 | i9 | V7"),
        ),
    },
    instrumentations=(
        {"drums": 32, "bass": 32, "comp": 0, "head": 0},
        {"drums": 40, "bass": 32, "comp": 26, "head": 66},
        {"drums": 32, "bass": 32, "comp": 4, "head": 11},
        {"drums": 40, "bass": 35, "comp": 0, "head": 65},
        {"drums": 32, "bass": 32, "comp": 26, "head": 56},
    ),
    artists=("The Ines Calder Trio", "Blue Ferry", "Otto Lindgren Group", "Casa Lumen"),
    title_adjectives=("Crooked", "Late", "Uptown", "Smoky", "Second", "Borrowed", "Sideways", "Easy", "Cobalt"),
    title_nouns=("Avenue", "Checkout", "Blues", "Umbrella", "Streetcar", "Matinee", "Alibi", "Corner", "Ferry"),
    arrange=_arrange,
    metres=("4/4", "4/4", "4/4", "3/4"),
    swing=(0.6, 0.67),
    timing_jitter_ms=5.0,
    velocity_jitter=7.0,
    tail_seconds=2.0,
    peak_dbfs=(-5.0, -2.0),
)
