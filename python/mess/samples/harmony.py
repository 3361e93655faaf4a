# SPDX-License-Identifier: MIT
"""Keys, scales, chords written as roman numerals, and voice leading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from mess.samples.errors import SamplesError

PITCH_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
MAJOR_SCALES = frozenset({"ionian", "lydian", "mixolydian"})

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_NUMERAL = re.compile(r"^([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([a-z0-9]*)(?:/([357]))?$")

# suffix -> (intervals after an upper-case numeral, after a lower-case one, text in the chord's symbol)
_QUALITIES: dict[str, tuple[tuple[int, ...], tuple[int, ...], str]] = {
    "": ((0, 4, 7), (0, 3, 7), ""),
    "5": ((0, 7), (0, 7), "5"),
    "6": ((0, 4, 7, 9), (0, 3, 7, 9), "6"),
    "7": ((0, 4, 7, 10), (0, 3, 7, 10), "7"),
    "maj7": ((0, 4, 7, 11), (0, 3, 7, 11), "maj7"),
    "9": ((0, 4, 7, 10, 2), (0, 3, 7, 10, 2), "9"),
    "maj9": ((0, 4, 7, 11, 2), (0, 3, 7, 11, 2), "maj9"),
    "add9": ((0, 4, 7, 2), (0, 3, 7, 2), "add9"),
    "13": ((0, 4, 10, 2, 9), (0, 3, 10, 2, 9), "13"),
    "7b9": ((0, 4, 7, 10, 1), (0, 3, 7, 10, 1), "7b9"),
    "sus2": ((0, 2, 7), (0, 2, 7), "sus2"),
    "sus4": ((0, 5, 7), (0, 5, 7), "sus4"),
    "dim": ((0, 3, 6), (0, 3, 6), "dim"),
    "dim7": ((0, 3, 6, 9), (0, 3, 6, 9), "dim7"),
    "m7b5": ((0, 3, 6, 10), (0, 3, 6, 10), "m7b5"),
}
_UNMARKED_MINOR = frozenset({"5", "sus2", "sus4", "dim", "dim7", "m7b5"})


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic pitch class (0 = C) with one of `SCALES`."""

    tonic: int
    scale: str

    @property
    def mode(self) -> str:
        return "major" if self.scale in MAJOR_SCALES else "minor"

    @property
    def name(self) -> str:
        return f"{PITCH_NAMES[self.tonic]} {self.mode}"

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.tonic + step) % 12 for step in SCALES[self.scale])


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as pitch classes: the root first, the bass given apart because of inversions."""

    root: int
    pitch_classes: tuple[int, ...]
    bass: int
    symbol: str

    @property
    def third(self) -> int:
        """The pitch class nearest to a third above the root (a suspension's note where there is no third)."""
        return self.pitch_classes[1]

    @property
    def fifth(self) -> int:
        for semitones in (7, 6, 8):
            if (self.root + semitones) % 12 in self.pitch_classes:
                return (self.root + semitones) % 12
        return self.root


def chord_from_numeral(numeral: str, key: Key) -> Chord:
    """The chord that a roman numeral names in a key.

    Args:
        numeral: degree against the major scale of the tonic ("bVI", "ii7", "V7b9", "I/3"), lower case for minor.
        key: the key it is read in.
    """
    match = _NUMERAL.match(numeral)
    if match is None or match[3] not in _QUALITIES:
        raise SamplesError(f"[samples] chord {numeral!r}: expected a roman numeral such as 'bVI' or 'ii7'")
    accidental, degree, suffix, inversion = match.groups()
    shift = {"": 0, "b": -1, "#": 1}[accidental]
    root = (key.tonic + _DEGREES[degree.upper()] + shift) % 12
    upper, lower, text = _QUALITIES[suffix]
    is_minor = degree.islower()
    pitch_classes = tuple((root + step) % 12 for step in (lower if is_minor else upper))
    bass = pitch_classes[("3", "5", "7").index(inversion) + 1] if inversion else root
    symbol = PITCH_NAMES[root] + ("m" if is_minor and suffix not in _UNMARKED_MINOR else "") + text
    return Chord(root, pitch_classes, bass, symbol if bass == root else f"{symbol}/{PITCH_NAMES[bass]}")


def parse_progression(text: str, key: Key) -> list[list[Chord]]:
    """Chords per bar of a progression such as "I | ii7 V7 | vi | IV"."""
    return [[chord_from_numeral(numeral, key) for numeral in bar.split()] for bar in text.split("|")]


def chord_scale(chord: Chord, key: Key) -> frozenset[int]:
    """Pitch classes that sound right over a chord: the key's, with the chord's own in place of their neighbours."""
    foreign = {pitch for pitch in chord.pitch_classes if pitch not in key.pitch_classes}
    clashing = {(pitch + step) % 12 for pitch in foreign for step in (-1, 1)} - set(chord.pitch_classes)
    return frozenset((set(key.pitch_classes) - clashing) | foreign)


def nearest_pitch(target: int, pitch_classes: Iterable[int], *, low: int = 0, high: int = 127) -> int:
    """The MIDI pitch nearest to `target` whose class is allowed, the lower one of two equally near."""
    allowed = frozenset(pitch_classes)
    candidates = [pitch for pitch in range(low, high + 1) if pitch % 12 in allowed]
    return min(candidates, key=lambda pitch: (abs(pitch - target), pitch))


def voice_chord(
    chord: Chord, *, low: int, high: int, num_voices: int, previous: tuple[int, ...] | None = None
) -> tuple[int, ...]:
    """Place a chord's notes in a register so that each voice moves little from the chord before.

    Args:
        chord: what to play.
        low: lowest MIDI pitch allowed.
        high: highest MIDI pitch allowed, at least an octave and a half above `low`.
        num_voices: notes to play; the fifth, then the root are left out of chords with more notes.
        previous: the voicing before, low to high, or None at the start.
    """
    wanted = _essential(chord, num_voices)
    centre = (low + high) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    pitches = [pitch for pitch in range(low, high + 1) if pitch % 12 in wanted]
    for index, bottom in enumerate(pitches):
        within = [pitch for pitch in pitches[index + 1 :] if pitch - bottom <= 17]
        for rest in combinations(within, num_voices - 1):
            voicing = (bottom, *rest)
            if {pitch % 12 for pitch in voicing} != wanted:
                continue
            if previous is None:
                cost = abs(sum(voicing) / num_voices - centre)
            else:
                cost = float(sum(abs(a - b) for a, b in zip(voicing, previous, strict=False)))
                # A pull to the middle keeps long progressions from drifting out of the register.
                cost += 0.2 * abs(sum(voicing) / num_voices - centre)
            cost += 3.0 * sum(1 for a, b in pairwise(voicing) if b - a <= 1)
            if best is None or (cost, voicing) < best:
                best = (cost, voicing)
    if best is None:
        raise SamplesError(f"[samples] chord {chord.symbol}: expected a register of 18 semitones, found {low}-{high}")
    return best[1]


def _essential(chord: Chord, num_voices: int) -> set[int]:
    wanted = list(dict.fromkeys(chord.pitch_classes))
    for expendable in (chord.fifth, chord.root):
        if len(wanted) > num_voices and expendable in wanted:
            wanted.remove(expendable)
    return set(wanted[:num_voices])
