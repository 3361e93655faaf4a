# SPDX-License-Identifier: MIT
"""Keys as people write them, on the circle of fifths."""

from __future__ import annotations

import re
from dataclasses import dataclass

import mess

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_NAME = re.compile(r"([A-Ga-g])([#b♯♭]?)\s*(major|maj|minor|min|m|)", re.IGNORECASE)
_CAMELOT = re.compile(r"(1[0-2]|[1-9])([AB])", re.IGNORECASE)
NUM_FIFTHS = 12


@dataclass(frozen=True)
class MusicalKey:
    """A key by its place: fifths above C major or A minor, and the mode."""

    fifths: int  # 0 to 11; a major key and its relative minor share it
    is_minor: bool

    @property
    def place(self) -> int:
        """One number for both: fifths, and 12 more for a minor key."""
        return self.fifths + NUM_FIFTHS * self.is_minor

    def compatible_places(self) -> tuple[int, ...]:
        """Return the places that mix well with this key: itself, its relative, one fifth up and one down."""
        shifted = [(self.fifths + step) % NUM_FIFTHS + NUM_FIFTHS * self.is_minor for step in (-1, 1)]
        return (self.place, self.fifths + NUM_FIFTHS * (not self.is_minor), *shifted)


def parse_key(text: str) -> MusicalKey:
    """Read a key: "F# minor", "F#m", "Gb", "a minor"; or its place on the Camelot wheel: "8A", "12B".

    Raises:
        mess.InvalidArgument: it is none.
    """
    text = text.strip()
    if found := _CAMELOT.fullmatch(text):
        # On that wheel 8B is C major, and every step is a fifth.
        return MusicalKey((int(found[1]) - 8) % NUM_FIFTHS, found[2].upper() == "A")
    if not (found := _NAME.fullmatch(text)):
        raise mess.InvalidArgument(f'[library] key: expected one such as "F# minor", "F#m" or "8A", found "{text}"')
    # "M" is major where "m" is minor.
    is_minor = found[3].lower().startswith("min") or found[3] == "m"
    pitch_class = _LETTERS[found[1].upper()] + _ACCIDENTALS[found[2].lower()]
    major = pitch_class + 3 if is_minor else pitch_class
    return MusicalKey(7 * major % NUM_FIFTHS, is_minor)
