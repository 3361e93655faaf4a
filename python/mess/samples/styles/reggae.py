# SPDX-License-Identifier: MIT
"""Reggae: the third beat's drop, chords off the beat, a bass that leaves the first beat free, dub echoes."""

from __future__ import annotations

from dataclasses import replace

from mess.samples.accompaniment import comped
from mess.samples.bass import pattern_bass
from mess.samples.melody import EIGHTHS, LONG, OFFBEAT, REST, THIRDS, make_theme, sing
from mess.samples.rhythm import Groove, add_fills, final_hit, play_groove
from mess.samples.score import Note
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style

_GROOVES: tuple[tuple[Groove, ...], ...] = (
    ({"kick": "........X.......", "stick": "........X.......", "hat": "x.o.x.o.x.o.x.o."},),
    ({"kick": "X...X...X...X...", "stick": "........X.....o.", "hat": "x.o.x.o.x.o.x.x."},),
    (
        {"kick": "X.......X.......", "snare": "........X.......", "hat": "..x...x...x...x."},
        {"kick": "X.......X.......", "snare": "........X..o....", "hat": "..x...x...x.x.x."},
    ),
)
_BASSES = (
    ("R-..R.3.5-......", "R-..R.5.3-R.....", "R-..R.3.5-......", "..R.R-..5-..a-.."),
    ("..R-R-..5-R-....", "..R-3-..5-3-R-.."),
    ("R---..R.5-..3-R.", "R---....5-5-8-.."),
)
_SKANKS = (("....x.......x...",), ("....x-......x-..",), ("....xu......xu..",), ("..x...x...x...x.",))
_FILLS = ({"snare": "X..x..X."}, {"timbale": "x.xx.xX."}, {"high_tom": "x..x....", "low_tom": "......X."})


def _echo(notes: list[Note], *, every_quarters: float, repeats: int) -> list[Note]:
    """Tape echoes: softer copies of every fourth note."""
    return [
        replace(
            note,
            start_quarters=note.start_quarters + echo * every_quarters,
            velocity=max(1, round(note.velocity * 0.6**echo)),
        )
        for note in notes[3::4]
        for echo in range(1, repeats + 1)
    ]


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    body = [bar for bar in sketch.bars if not bar.is_final]
    drums = play_groove(sketch, body, rng.choice(_GROOVES))
    drums = add_fills(sketch, drums, body, _FILLS) + final_hit(sketch, ("kick", "stick"))
    sketch.add("drums", drums, volume=100, reverb=50)
    line = pattern_bass(sketch, sketch.bars_in("A", "B", "outro"), rng.choice(_BASSES), velocity=104, length=0.9)
    sketch.add("bass", line, volume=122, reverb=6)
    skank = comped(sketch, sketch.bars, rng.choice(_SKANKS), low=57, high=77, velocity=84, length=0.45)
    sketch.add("skank", skank, volume=88, pan=40, reverb=60)
    if sketch.has("bubble"):
        bubble = comped(sketch, body, ("..x.x.x...x.x.x.",), low=52, high=71, velocity=62, length=0.6)
        sketch.add("bubble", bubble, volume=70, pan=88, reverb=44)
    melody = []
    for name in ("A", "B"):
        theme = make_theme(rng, sketch.metre, [REST, EIGHTHS, OFFBEAT, LONG, THIRDS], legato=False)
        melody += sing(sketch, sketch.bars_in(name), theme, low=62, high=81, velocity=90, variation=0.3, length=0.85)
    if rng.random() < 0.6:
        end = sketch.bars[-1].start_quarters
        echoes = _echo(melody, every_quarters=0.75, repeats=3)
        melody += [note for note in echoes if note.start_quarters < end]
    sketch.add("melody", melody, volume=90, pan=66, reverb=90)


STYLE = Style(
    name="Reggae",
    slug="reggae",
    tempo_bpm=(66, 92),
    scales=("ionian", "mixolydian", "aeolian", "dorian"),
    progressions={
        "major": (
            ("I | V | vi | IV", "ii | IV | I | I"),
            ("I | IV | I | IV", "vi | V | IV | V"),
            ("I | bVII | IV | I", "IV | I | bVII | I"),
        ),
        "minor": (
            ("i | iv | i | iv", "bVI | bVII | i | i"),
            ("i | bVII | i | bVII", "iv | v | i | i"),
            ("i7 | bVI | iv7 | v7", "bVI | bVII | i7 | v7"),
        ),
    },
    instrumentations=(
        {"drums": 0, "bass": 33, "skank": 27, "bubble": 16, "melody": 56},
        {"drums": 8, "bass": 38, "skank": 28, "bubble": 17, "melody": 65},
        {"drums": 0, "bass": 33, "skank": 0, "melody": 22},
        {"drums": 8, "bass": 34, "skank": 16, "bubble": 0, "melody": 57},
    ),
    artists=("Harbour Dub Assembly", "Desmond Quay", "Sub Terrace"),
    title_adjectives=("Steady", "Sunrise", "Concrete", "Righteous", "Echo", "Island", "Rolling", "Higher", "Mellow"),
    title_nouns=("Version", "Station", "River", "Skank", "Chamber", "Mountain", "Rebel", "Breeze", "Pressure Drop"),
    arrange=_arrange,
    swing=(0.5, 0.58),
    swing_unit_quarters=0.25,
    timing_jitter_ms=5.0,
    velocity_jitter=6.0,
    tail_seconds=2.0,
    peak_dbfs=(-4.0, -1.5),
)
