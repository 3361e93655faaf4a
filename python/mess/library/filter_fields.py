# SPDX-License-Identifier: MIT
"""What the fields of a filter mean: values into conditions on the columns of a library."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library.filter_syntax import Term, Value, parse_filter
from mess.library.keys import parse_key
from mess.library.matching import normalize_title
from mess.library.track_table import Mask, TrackTable

Condition = Callable[[TrackTable], Mask]
RANGE = ".."


@dataclass(frozen=True)
class Filter:
    """A filter that was understood: which tracks of a table fit."""

    _conditions: tuple[tuple[Condition, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Read a filter in the language of filter_syntax.py with the fields of FIELDS.

        Raises:
            mess.InvalidArgument: it is none; the message names the term and what its field takes.
        """
        groups = parse_filter(text)
        return cls(tuple(tuple(_condition(term) for term in group) for group in groups))

    def mask(self, table: TrackTable) -> Mask:
        """Return which tracks (n,) of the table fit."""
        if not self._conditions:
            return np.ones(len(table), dtype=bool)
        result = np.zeros(len(table), dtype=bool)
        for group in self._conditions:
            fits = np.ones(len(table), dtype=bool)
            for condition in group:
                fits &= condition(table)
            result |= fits
        return result


@dataclass(frozen=True)
class Field:
    """One field: how its values become conditions, and what to say about it."""

    make: Callable[[Value], Condition]
    takes: str  # for messages and the documentation
    can_be_exact: bool = False
    can_be_loose: bool = False


def _condition(term: Term) -> Condition:
    field = FIELDS.get(term.field)
    if field is None:
        known = ", ".join(name for name in FIELDS if name)
        raise mess.InvalidArgument(
            f'[library] filter: expected one of the fields {known}, found "{term.field}:" '
            "(a text that holds a colon stands in quotes)"
        )
    conditions = []
    for value in term.values:
        try:
            if (value.is_exact and not field.can_be_exact) or (value.is_loose and not field.can_be_loose):
                raise ValueError(value.text)
            conditions.append(field.make(value))
        except ValueError as error:
            raise mess.InvalidArgument(
                f'[library] filter: {term.field or "word"}: expected {field.takes}, found "{term.source}"'
            ) from error

    def fits(table: TrackTable) -> Mask:
        found = np.zeros(len(table), dtype=bool)
        for condition in conditions:
            found |= condition(table)
        return ~found if term.is_negated else found

    return fits


def _text(*columns: str) -> Callable[[Value], Condition]:
    def make(value: Value) -> Condition:
        wanted = normalize_title(value.text)
        if not wanted and value.text.strip():
            raise ValueError(value.text)
        if not wanted:  # artist:"" finds what has none
            return lambda table: np.all([table.labels(column).codes < 0 for column in columns], axis=0)

        def accepts(text: str) -> bool:
            return text == wanted if value.is_exact else wanted in text

        return lambda table: np.any([table.labels(column).where(accepts) for column in columns], axis=0)

    return make


def _anywhere(value: Value) -> Condition:
    wanted = normalize_title(value.text)
    if not wanted:
        raise ValueError(value.text)
    return lambda table: np.fromiter((wanted in names for names in table.names), dtype=bool, count=len(table))


def _path(value: Value) -> Condition:
    if any(mark in value.text for mark in "*?["):
        accepts = re.compile(fnmatch.translate(value.text)).match
        return lambda table: np.fromiter((accepts(path) is not None for path in table.paths), bool, count=len(table))
    return lambda table: np.fromiter((value.text in path for path in table.paths), bool, count=len(table))


def _word(value: Value) -> Condition:
    wanted = value.text.strip().lower()
    if not wanted:
        raise ValueError(value.text)
    return lambda table: np.fromiter((wanted in words for words in table.words), dtype=bool, count=len(table))


def _mood(value: Value) -> Condition:
    wanted = value.text.strip().lower()
    if not wanted:
        return lambda table: table.labels("mood").codes < 0
    return lambda table: table.labels("mood").where_exact(lambda mood: mood == wanted)


def _key(value: Value) -> Condition:
    if not value.text.strip():
        return lambda table: table.fifths < 0
    try:
        key = parse_key(value.text)
    except mess.InvalidArgument as error:
        raise ValueError(value.text) from error
    places = key.compatible_places() if value.is_loose else (key.place,)
    return lambda table: np.isin(table.fifths, places)


@dataclass(frozen=True)
class _Interval:
    low: float
    high: float  # both are in

    @classmethod
    def parse(cls, text: str, read: Callable[[str], float], tolerance: float) -> _Interval:
        """Read "a..b", "a..", "..b" or one number, which stands for all that is written like it."""
        first, dots, last = text.partition(RANGE)
        if not dots:
            value = read(first)
            return cls(value - tolerance, value + tolerance)
        if not first and not last:
            raise ValueError(text)
        low = read(first) if first else -np.inf
        high = read(last) if last else np.inf
        if low > high:
            raise ValueError(text)
        return cls(low, high)

    def holds(self, values: NDArray[np.float64], factor: float = 1.0) -> Mask:
        # NaN, nothing known, lies in no interval.
        scaled = values * factor
        return np.asarray((scaled >= self.low) & (scaled <= self.high))


def _number(
    column: Callable[[TrackTable], NDArray[np.float64]],
    read: Callable[[str], float] | None = None,
    *,
    tolerance: float = 0.5,
    like: tuple[float, ...] = (),
) -> Callable[[Value], Condition]:
    """Make a field of numbers.

    Args:
        column: where the numbers (n,) stand.
        read: a number as people write it.
        tolerance: how far a single number reaches to both sides.
        like: with "~" these multiples of a track's number may lie in the range as well.
    """

    def make(value: Value) -> Condition:
        interval = _Interval.parse(value.text.strip(), read or _finite, tolerance)
        factors = (1.0, *(like if value.is_loose else ()))
        return lambda table: np.any([interval.holds(column(table), factor) for factor in factors], axis=0)

    return make


def _finite(text: str) -> float:
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def _seconds(text: str) -> float:
    """Read 95, 1:35 or 1:02:03."""
    parts = [_finite(part) for part in text.split(":")]
    if len(parts) > 3 or any(part < 0 for part in parts):
        raise ValueError(text)
    return sum(part * 60.0**place for place, part in enumerate(reversed(parts)))


def _added(value: Value) -> Condition:
    first, dots, last = value.text.strip().partition(RANGE)
    if dots and not first and not last:
        raise ValueError(value.text)
    begin = date.fromisoformat(first) if first else date.min
    end = (date.fromisoformat(last) if last else date.max) if dots else begin
    if begin > end:
        raise ValueError(value.text)
    after = np.datetime64(end + timedelta(days=1)) if end < date.max else np.datetime64(end)
    return lambda table: (table.added_at >= np.datetime64(begin)) & (table.added_at < after)


_TEXT = "a part of the text, or =the whole text"
_NUMBERS = "a number or a range such as 118..124, 118.. or ..124"
OCTAVES = (0.5, 2.0)  # what is heard at 75 BPM may be counted as 150

FIELDS: dict[str, Field] = {
    "": Field(_anywhere, "a word of title, artist, album, genre or file name"),
    "title": Field(_text("title"), _TEXT, can_be_exact=True),
    "artist": Field(_text("artist", "album_artist"), _TEXT, can_be_exact=True),
    "album": Field(_text("album"), _TEXT, can_be_exact=True),
    "genre": Field(_text("genre"), _TEXT, can_be_exact=True),
    "path": Field(_path, "a part of the path, or a pattern with * and ?"),
    "mood": Field(_mood, "a mood of the analysis"),
    "word": Field(_word, "a word of the analysis, such as slow or bright"),
    "key": Field(_key, 'a key such as "F# minor", F#m or 8A, or ~8A for all that mix with it', can_be_loose=True),
    "bpm": Field(
        _number(lambda table: table.numbers("tempo_bpm"), like=OCTAVES),
        f"{_NUMBERS}; ~118..124 counts half and double tempo too",
        can_be_loose=True,
    ),
    "year": Field(_number(lambda table: table.years), _NUMBERS),
    "rating": Field(_number(lambda table: table.stars, tolerance=0.25), "stars from 0 to 5, or a range such as 3..5"),
    "duration": Field(
        _number(lambda table: table.numbers("duration_seconds"), _seconds),
        "seconds or minutes:seconds, or a range such as 2:30..6:00",
    ),
    "loudness": Field(_number(lambda table: table.numbers("integrated_lufs")), "LUFS, or a range such as -14..-8"),
    "added": Field(_added, "a day such as 2026-01-31, or a range of days"),
    "id": Field(_number(lambda table: table.ids.astype(np.float64)), _NUMBERS),
}
