# SPDX-License-Identifier: MIT
"""Drum patterns with fills, swing, and the small unevenness of human players."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from mess.samples.score import Note
from mess.samples.sketch import STEP_QUARTERS, Bar, Sketch, pattern_hits

DRUMS = {
    "kick": 36,
    "stick": 37,
    "snare": 38,
    "clap": 39,
    "snare2": 40,
    "low_tom": 45,
    "mid_tom": 47,
    "high_tom": 50,
    "floor_tom": 43,
    "hat": 42,
    "pedal_hat": 44,
    "open_hat": 46,
    "crash": 49,
    "ride": 51,
    "ride_bell": 53,
    "tambourine": 54,
    "cowbell": 56,
    "conga_mute": 62,
    "conga_open": 63,
    "conga_low": 64,
    "timbale": 65,
    "cabasa": 69,
    "maracas": 70,
    "claves": 75,
    "woodblock": 76,
    "shaker": 82,
}
_VELOCITIES = {"X": 116, "x": 94, "o": 66, "g": 40}

Groove = Mapping[str, str]  # drum name -> step pattern of X (accent), x, o (soft), g (ghost)


def drum_hit(name: str, start_quarters: float, velocity: int) -> Note:
    return Note(start_quarters, STEP_QUARTERS, DRUMS[name], max(1, min(127, velocity)))


def play_groove(sketch: Sketch, bars: Sequence[Bar], grooves: Sequence[Groove]) -> list[Note]:
    """Play grooves in turn, one per bar, louder where a section has more energy."""
    notes = []
    for position, bar in enumerate(bars):
        for name, pattern in grooves[position % len(grooves)].items():
            for step, letter, _ in pattern_hits(pattern, sketch.steps_per_bar):
                velocity = round(_VELOCITIES[letter] * (0.82 + 0.2 * bar.energy))
                notes.append(drum_hit(name, bar.start_quarters + step * STEP_QUARTERS, velocity))
    return notes


def add_fills(sketch: Sketch, notes: list[Note], bars: Sequence[Bar], fills: Sequence[Groove]) -> list[Note]:
    """Replace the second half of each section's last bar by a fill, and crash on the bar after it.

    Args:
        sketch: the piece.
        notes: drum notes of `bars`.
        bars: the bars that drums play in.
        fills: patterns of half a bar in 4/4 (8 steps), placed at the bar's end.
    """
    playing = {bar.index for bar in bars}
    kept = notes
    added: list[Note] = []
    for bar in bars:
        if not bar.is_section_end or bar.is_final:
            continue
        fill_start = bar.start_quarters + sketch.metre.bar_quarters - 8 * STEP_QUARTERS
        bar_end = bar.start_quarters + sketch.metre.bar_quarters
        kept = [note for note in kept if not fill_start - 1e-6 <= note.start_quarters < bar_end - 1e-6]
        for name, pattern in sketch.rng.choice(fills).items():
            for step, letter, _ in pattern_hits(pattern, 8):
                added.append(drum_hit(name, fill_start + step * STEP_QUARTERS, _VELOCITIES[letter] + step))
        if bar.index + 1 in playing:
            added.append(drum_hit("crash", bar_end, 104))
    return kept + added


def final_hit(sketch: Sketch, names: Sequence[str]) -> list[Note]:
    """The stroke on the first beat of the last bar."""
    return [drum_hit(name, sketch.bars[-1].start_quarters, 110) for name in names]


def swing_position(quarters: float, *, swing: float, unit_quarters: float) -> float:
    """Where a place in straight time falls when the first of two `unit_quarters` notes takes the share `swing`."""
    pair = 2 * unit_quarters
    whole, inside = divmod(quarters, pair)
    share = inside / pair
    warped = share * 2 * swing if share < 0.5 else swing + (share - 0.5) * 2 * (1 - swing)
    return (whole + warped) * pair


def swing_notes(notes: Sequence[Note], *, swing: float, unit_quarters: float) -> list[Note]:
    """Apply swing to the starts and the ends of notes; 0.5 leaves them straight, 2/3 is a triplet feel."""
    moved = []
    for note in notes:
        start = swing_position(note.start_quarters, swing=swing, unit_quarters=unit_quarters)
        end = swing_position(note.start_quarters + note.duration_quarters, swing=swing, unit_quarters=unit_quarters)
        moved.append(replace(note, start_quarters=start, duration_quarters=end - start))
    return moved


# Where the parts of a beat fall in compound metre, as shares of the beat: halves and quarters move to thirds and
# sixths, thirds stay.
_LILT = ((0.0, 0.0), (1 / 4, 1 / 3), (1 / 3, 1 / 3), (1 / 2, 2 / 3), (2 / 3, 2 / 3), (3 / 4, 5 / 6), (1.0, 1.0))


def lilt_position(quarters: float) -> float:
    """Where a place in beats of a quarter falls when beats are dotted quarters divided into three."""
    whole, inside = divmod(quarters, 1.0)
    for (start, moved), (end, moved_end) in pairwise(_LILT):
        if inside <= end:
            return 1.5 * (whole + moved + (inside - start) / (end - start) * (moved_end - moved))
    return 1.5 * (whole + 1.0)


def lilt_notes(notes: Sequence[Note]) -> list[Note]:
    """Notes written in beats of a quarter, as they are played in compound metre."""
    moved = []
    for note in notes:
        start = lilt_position(note.start_quarters)
        end = lilt_position(note.start_quarters + note.duration_quarters)
        moved.append(replace(note, start_quarters=start, duration_quarters=max(0.1, end - start)))
    return moved


def humanise(
    notes: Sequence[Note], rng: random.Random, *, timing_quarters: float, velocity_spread: float
) -> list[Note]:
    """Vary timing and velocity by normal deviates cut at two deviations; no note moves before the start.

    Args:
        notes: the notes of one part.
        rng: source of chance.
        timing_quarters: standard deviation of the starts, in quarter notes.
        velocity_spread: standard deviation of the velocities, in MIDI steps.
    """
    varied = []
    for note in notes:
        late = max(-2.0, min(2.0, rng.gauss(0, 1))) * timing_quarters
        louder = round(max(-2.0, min(2.0, rng.gauss(0, 1))) * velocity_spread)
        varied.append(
            replace(
                note,
                start_quarters=max(0.0, note.start_quarters + late),
                velocity=max(1, min(127, note.velocity + louder)),
            )
        )
    return varied
