# SPDX-License-Identifier: MIT
"""Chords under a melody: sustained, struck in rhythm, or broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mess.samples.harmony import voice_chord
from mess.samples.score import Note
from mess.samples.sketch import STEP_QUARTERS, Bar, Sketch, Span, pattern_hits, span_at


def _voicings(bars: Sequence[Bar], low: int, high: int, num_voices: int) -> Iterator[tuple[Bar, Span, tuple[int, ...]]]:
    previous = None
    for bar in bars:
        for span in bar.spans:
            previous = voice_chord(span.chord, low=low, high=high, num_voices=num_voices, previous=previous)
            yield bar, span, previous


def sustained(
    bars: Sequence[Bar], *, low: int, high: int, num_voices: int = 3, velocity: int = 70, overlap: float = 0.0
) -> list[Note]:
    """Hold every chord for as long as it lasts; common tones of neighbours are tied over.

    Args:
        bars: the bars to play in.
        low: lowest pitch.
        high: highest pitch.
        num_voices: notes per chord.
        velocity: at full energy.
        overlap: quarter notes by which a chord runs into the next one.
    """
    notes: list[Note] = []
    held: dict[int, Note] = {}
    for bar, span, voicing in _voicings(bars, low, high, num_voices):
        following = {}
        for pitch in voicing:
            before = held.get(pitch)
            if (
                before is not None
                and abs(before.start_quarters + before.duration_quarters - span.start_quarters) < 1e-6
            ):
                length = before.duration_quarters + span.duration_quarters
                following[pitch] = Note(before.start_quarters, length, pitch, before.velocity)
            else:
                if before is not None:
                    notes.append(before)
                softer = round(velocity * (0.75 + 0.25 * bar.energy))
                following[pitch] = Note(span.start_quarters, span.duration_quarters, pitch, softer)
        notes.extend(note for pitch, note in held.items() if pitch not in following)
        held = following
    notes.extend(held.values())
    return [Note(n.start_quarters, n.duration_quarters + overlap, n.pitch, n.velocity) for n in notes]


def comped(
    sketch: Sketch,
    bars: Sequence[Bar],
    patterns: Sequence[str],
    *,
    low: int,
    high: int,
    num_voices: int = 3,
    velocity: int = 78,
    length: float = 0.85,
    strum_seconds: float = 0.0,
) -> list[Note]:
    """Strike chords in step patterns, one pattern per bar in turn.

    Args:
        sketch: the piece.
        bars: the bars to play in.
        patterns: X accent, x plain, u upstroke (high notes first), "-" held, "." silent.
        low: lowest pitch.
        high: highest pitch.
        num_voices: notes per chord.
        velocity: of a plain stroke.
        length: sounded share of each stroke.
        strum_seconds: delay from one string to the next.
    """
    voicings = {span.start_quarters: voicing for _, span, voicing in _voicings(bars, low, high, num_voices)}
    delay = strum_seconds * sketch.tempo_bpm / 60
    notes = []
    for position, bar in enumerate(bars):
        for step, letter, steps in pattern_hits(patterns[position % len(patterns)], sketch.steps_per_bar):
            start = bar.start_quarters + step * STEP_QUARTERS
            voicing = voicings[span_at(bar, start).start_quarters]
            louder = {"X": 14, "x": 0, "u": -10}[letter]
            order = voicing[::-1] if letter == "u" else voicing
            for string, pitch in enumerate(order):
                notes.append(Note(start + string * delay, steps * STEP_QUARTERS * length, pitch, velocity + louder))
    return notes


def broken(
    bars: Sequence[Bar],
    shape: Sequence[int],
    *,
    low: int,
    high: int,
    step_quarters: float = 0.5,
    num_voices: int = 3,
    velocity: int = 72,
    length: float = 0.95,
) -> list[Note]:
    """Play each chord's notes one after another.

    Args:
        bars: the bars to play in.
        shape: indices into the voicing, low to high; an index past its top is an octave higher.
        low: lowest pitch of a voicing.
        high: highest pitch of a voicing.
        step_quarters: time from note to note.
        num_voices: notes per voicing.
        velocity: of the notes on a chord's start; others are softer.
        length: sounded share of a step, above 1 to let notes ring.
    """
    notes = []
    for bar, span, voicing in _voicings(bars, low, high, num_voices):
        num_steps = round(span.duration_quarters / step_quarters)
        for step in range(num_steps):
            octave, voice = divmod(shape[step % len(shape)], num_voices)
            accent = 8 if step == 0 else 0
            loudness = round((velocity + accent) * (0.85 + 0.15 * bar.energy))
            start = span.start_quarters + step * step_quarters
            notes.append(Note(start, step_quarters * length, voicing[voice] + 12 * octave, loudness))
    return notes
