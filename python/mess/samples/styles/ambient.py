# SPDX-License-Identifier: MIT
"""Ambient: overlapping pads, a drone, sparse bells; no drums."""

from __future__ import annotations

from mess.samples.accompaniment import broken, sustained
from mess.samples.bass import root_pitch
from mess.samples.melody import LONG, OFFBEAT, REST, make_theme, sing
from mess.samples.score import Note
from mess.samples.sketch import Sketch
from mess.samples.styles.style import Style


def _arrange(sketch: Sketch) -> None:
    rng = sketch.rng
    pad = sustained(sketch.bars, low=50, high=72, num_voices=4, velocity=72, overlap=0.75)
    sketch.add("pad", pad, volume=98, pan=44, reverb=110, chorus=50)
    upper = sustained(sketch.bars_in("A", "B"), low=64, high=86, num_voices=3, velocity=58, overlap=0.75)
    sketch.add("upper", upper, volume=76, pan=84, reverb=120, chorus=40)
    if sketch.has("drone"):
        drone = [
            Note(span.start_quarters, span.duration_quarters + 0.5, root_pitch(span.chord, low=34), 80)
            for bar in sketch.bars
            for span in bar.spans
        ]
        sketch.add("drone", drone, volume=92, reverb=70)
    if sketch.has("pulse"):
        shape = rng.choice(((0, 2, 1, 3), (0, 1, 3, 2, 4, 2), (0, 3, 1, 4)))
        step = rng.choice((0.5, 0.5, 1.0))
        pulse = broken(
            sketch.bars_in("A", "B"), shape, low=60, high=79, step_quarters=step, num_voices=3, velocity=58, length=1.6
        )
        sketch.add("pulse", pulse, volume=70, pan=rng.choice((36, 92)), reverb=110)
    bells = []
    for name in ("A", "B"):
        theme = make_theme(rng, sketch.metre, [REST, REST, LONG, OFFBEAT], leap=6)
        bells += sing(sketch, sketch.bars_in(name), theme, low=72, high=93, velocity=70, variation=0.4, length=1.3)
    sketch.add("bells", bells, volume=84, pan=64, reverb=127)


STYLE = Style(
    name="Ambient",
    slug="ambient",
    tempo_bpm=(58, 88),
    scales=("lydian", "ionian", "aeolian", "dorian"),
    progressions={
        "major": (
            ("Imaj9 | Imaj9 | IVmaj7 | IVmaj7", "vi7 | vi7 | IVmaj7 | Iadd9"),
            ("Imaj7 | II | Imaj7 | vi7", "IVmaj7 | Imaj7 | IVmaj7 | iii7"),
            ("Isus2 | I | vi7 | IVadd9", "ii7 | IVmaj7 | vi7 | Isus2"),
        ),
        "minor": (
            ("i9 | i9 | bVImaj7 | bVImaj7", "bIIImaj7 | bVII | i9 | v7"),
            ("iadd9 | bVII | bVImaj7 | iadd9", "iv9 | bVII | iadd9 | iadd9"),
            ("i7 | IV | i7 | IV", "bVII | IV | i7 | v7"),
        ),
    },
    instrumentations=(
        {"pad": 89, "upper": 91, "drone": 38, "bells": 14},
        {"pad": 95, "upper": 52, "drone": 43, "bells": 11, "pulse": 46},
        {"pad": 50, "upper": 89, "drone": 89, "bells": 98},
        {"pad": 92, "upper": 94, "bells": 8, "pulse": 10},
        {"pad": 48, "upper": 91, "drone": 39, "bells": 0, "pulse": 99},
    ),
    artists=("Hollow Coast", "Aurelia Dray", "Long Tide"),
    title_adjectives=("Drifting", "Pale", "Submerged", "Weightless", "Northern", "Dissolving", "Glass", "Hushed"),
    title_nouns=("Shoreline", "Aurora", "Meridian", "Fog", "Orbit", "Glacier", "Drift", "Stillness", "Lichen"),
    arrange=_arrange,
    timing_jitter_ms=8.0,
    velocity_jitter=6.0,
    tail_seconds=4.0,
    peak_dbfs=(-9.0, -4.0),
)
