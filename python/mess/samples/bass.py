# SPDX-License-Identifier: MIT
"""Bass lines: written patterns and walking."""

from __future__ import annotations

from collections.abc import Sequence

from mess.samples.harmony import Chord, nearest_pitch
from mess.samples.score import Note
from mess.samples.sketch import STEP_QUARTERS, Bar, Sketch, pattern_hits, span_at

_LOW, _HIGH = 28, 52  # E1, the lowest string of a bass, to E3


def root_pitch(chord: Chord, *, low: int = _LOW) -> int:
    """The chord's bass note in the octave above `low`."""
    return low + (chord.bass - low) % 12


def _token_pitch(token: str, chord: Chord, following: Chord, low: int) -> int:
    root = root_pitch(chord, low=low)
    if token == "8":
        return root + 12
    if token == "5":
        return root + (chord.fifth - root) % 12
    if token == "3":
        return root + (chord.third - root) % 12
    if token == "a":  # a semitone below the next root
        return root_pitch(following, low=low + 1) - 1
    return root


def pattern_bass(
    sketch: Sketch,
    bars: Sequence[Bar],
    patterns: Sequence[str],
    *,
    velocity: int = 96,
    length: float = 0.9,
    low: int = _LOW,
) -> list[Note]:
    """Play step patterns in turn, one per bar.

    Args:
        sketch: the piece.
        bars: the bars to play in.
        patterns: R root, 3 third, 5 fifth, 8 octave, a approach to the next root, "-" held, "." silent.
        velocity: of notes on the beat; others are softer.
        length: sounded share of each note.
        low: lowest pitch.
    """
    notes = []
    for position, bar in enumerate(bars):
        for step, token, steps in pattern_hits(patterns[position % len(patterns)], sketch.steps_per_bar):
            start = bar.start_quarters + step * STEP_QUARTERS
            span = span_at(bar, start)
            # At the end no root follows to lead into.
            played = "R" if bar.is_final and token == "a" else token
            pitch = _token_pitch(played, span.chord, sketch.next_chord(bar, span), low)
            accent = 6 if step == 0 else 0 if step % 4 == 0 else -8
            notes.append(Note(start, steps * STEP_QUARTERS * length, pitch, velocity + accent))
    return notes


def walking_bass(sketch: Sketch, bars: Sequence[Bar], *, velocity: int = 92) -> list[Note]:
    """A quarter-note line: the root where a chord starts, a semitone or a fifth into the next root, steps between."""
    notes: list[Note] = []
    previous = 40
    for bar in bars:
        for span in bar.spans:
            following = sketch.next_chord(bar, span)
            num_beats = max(1, round(span.duration_quarters))
            target = nearest_pitch(previous, [following.bass], low=_LOW, high=_HIGH)
            for beat in range(num_beats):
                previous = _walk(sketch, span.chord, beat, num_beats, previous, target)
                start = span.start_quarters + beat
                notes.append(Note(start, 0.92, previous, velocity + (4 if beat % 2 else 0)))
    return notes


def _walk(sketch: Sketch, chord: Chord, beat: int, num_beats: int, previous: int, target: int) -> int:
    if beat == 0:
        return nearest_pitch(previous, [chord.bass], low=_LOW, high=_HIGH)
    if beat == num_beats - 1:
        return max(_LOW, min(_HIGH, target + sketch.rng.choice((-1, 1, -2, 7 if target < 44 else -5))))
    direction = 1 if target > previous or (target == previous and previous < 40) else -1
    wanted = previous + direction * sketch.rng.choice((2, 3, 4))
    tones = chord.pitch_classes if sketch.rng.random() < 0.7 else sketch.scale_at(chord)
    pitch = nearest_pitch(wanted, tones, low=_LOW, high=_HIGH)
    return pitch if pitch != previous else nearest_pitch(previous + 5 * direction, tones, low=_LOW, high=_HIGH)
