# SPDX-License-Identifier: MIT
"""Melodies from motifs: short figures that return, are moved to fit the chord, and are varied."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from mess.samples.harmony import nearest_pitch
from mess.samples.score import Metre, Note
from mess.samples.sketch import Bar, Sketch, span_at

# One beat's figure: (onset, length) pairs as shares of a beat.
Cell = tuple[tuple[float, float], ...]

REST: Cell = ()
LONG: Cell = ((0.0, 1.0),)
EIGHTHS: Cell = ((0.0, 0.5), (0.5, 0.5))
OFFBEAT: Cell = ((0.5, 0.5),)
DOTTED: Cell = ((0.0, 0.75), (0.75, 0.25))
SIXTEENTHS: Cell = ((0.0, 0.25), (0.25, 0.25), (0.5, 0.25), (0.75, 0.25))
GALLOP: Cell = ((0.0, 0.5), (0.5, 0.25), (0.75, 0.25))
SYNCOPATED: Cell = ((0.0, 0.25), (0.25, 0.5), (0.75, 0.25))
THIRDS: Cell = ((0.0, 1 / 3), (1 / 3, 1 / 3), (2 / 3, 1 / 3))
LILT: Cell = ((0.0, 2 / 3), (2 / 3, 1 / 3))


@dataclass(frozen=True, slots=True)
class Motif:
    """A bar's figure: (onset, length) in quarter notes and a scale step relative to the phrase's centre for each."""

    rhythm: tuple[tuple[float, float], ...]
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """Three motifs, the order in which four bars use them, and the bar that closes a phrase."""

    motifs: tuple[Motif, ...]
    order: tuple[int, ...]


def make_theme(rng: random.Random, metre: Metre, cells: Sequence[Cell], *, leap: int = 4, legato: bool = True) -> Theme:
    """Invent a theme.

    Args:
        rng: source of chance.
        metre: its bars' metre.
        cells: figures to build rhythms from; a cell listed twice comes twice as often.
        leap: largest step inside a motif, in scale steps.
        legato: whether notes are held over silent beats.
    """
    motifs = tuple(_make_motif(rng, metre, cells, leap, legato) for _ in range(3))
    return Theme(motifs, rng.choice(((0, 1, 0, 2), (0, 0, 1, 2), (0, 1, 1, 2), (0, 1, 2, 1))))


def _make_motif(rng: random.Random, metre: Metre, cells: Sequence[Cell], leap: int, legato: bool) -> Motif:
    # In 7/8 the beat is an eighth, too short for a figure: cells then stand on quarters.
    unit = max(1.0, metre.beat_quarters)
    slots = [slot * unit for slot in range(int(metre.bar_quarters / unit + 1e-6))]
    rhythm: list[tuple[float, float]] = []
    while len(rhythm) < 2:
        rhythm = [(slot + onset * unit, share * unit) for slot in slots for onset, share in rng.choice(cells)]
    if legato:
        ends = [onset for onset, _ in rhythm[1:]] + [metre.bar_quarters]
        rhythm = [(onset, min(end - onset, length * 2)) for (onset, length), end in zip(rhythm, ends, strict=True)]
    step = rng.randint(-1, 2)
    direction = rng.choice((-1, 1))
    steps = []
    for _ in rhythm:
        steps.append(step)
        if rng.random() < 0.35 or abs(step) > 4:
            direction = -1 if step > 0 else 1
        step += direction * (rng.randint(2, leap) if rng.random() < 0.25 else rng.choice((0, 1, 1, 1)))
    return Motif(tuple(rhythm), tuple(steps))


def sing(
    sketch: Sketch,
    bars: Sequence[Bar],
    theme: Theme,
    *,
    low: int,
    high: int,
    velocity: int = 92,
    variation: float = 0.25,
    length: float = 0.95,
) -> list[Note]:
    """Set a theme over chords: chord tones on the beat, the chord's scale between, a long note at a section's end.

    Args:
        sketch: the piece.
        bars: the bars to sing in.
        theme: the motifs.
        low: lowest pitch.
        high: highest pitch.
        velocity: at full energy.
        variation: chance that a note of a returning phrase is ornamented or moved.
        length: sounded share of each note.
    """
    ladder = [pitch for pitch in range(low, high + 1) if pitch % 12 in sketch.key.pitch_classes]
    centre = len(ladder) // 2
    notes: list[Note] = []
    for bar in bars:
        motif = theme.motifs[theme.order[bar.section_bar % len(theme.order)]]
        if bar.is_section_end:
            notes.append(_closing_note(bar, ladder[centre], low, high, velocity))
            continue
        varied = variation if bar.occurrence or bar.section_bar >= len(theme.order) else 0.0
        loudness = round(velocity * (0.8 + 0.2 * bar.energy))
        for (onset, duration), step in zip(motif.rhythm, motif.steps, strict=True):
            moved = step + (sketch.rng.choice((-1, 1, 2)) if sketch.rng.random() < varied else 0)
            rung = ladder[max(0, min(len(ladder) - 1, centre + moved))]
            start = bar.start_quarters + onset
            chord = span_at(bar, start).chord
            on_beat = abs(onset - round(onset)) < 1e-6
            allowed = frozenset(chord.pitch_classes) if on_beat else sketch.scale_at(chord)
            pitch = nearest_pitch(rung, allowed, low=low, high=high)
            accent = 6 if onset == 0 else 0 if on_beat else -6
            held = duration
            if duration >= 1 and sketch.rng.random() < varied:
                held = duration / 2
                neighbour = nearest_pitch(pitch + 2, sketch.scale_at(chord), low=low, high=high)
                notes.append(Note(start + held, held * length, neighbour, loudness - 8))
            notes.append(Note(start, held * length, pitch, loudness + accent))
    return notes


def _closing_note(bar: Bar, centre: int, low: int, high: int, velocity: int) -> Note:
    chord = bar.spans[0].chord
    tones = [chord.root] if bar.is_final else [chord.root, chord.third]
    pitch = nearest_pitch(centre, tones, low=low, high=high)
    return Note(bar.start_quarters, bar.spans[0].duration_quarters * 0.85, pitch, velocity)
