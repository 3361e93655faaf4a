# SPDX-License-Identifier: MIT
"""The tracks of a library as columns, so that a filter looks at all of them in milliseconds."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, func, select

from mess.albums import album_identity
from mess.library import catalogue
from mess.library.database import Database
from mess.library.keys import parse_key
from mess.library.matching import NameIndex, TrackName, normalize_title
from mess.library.schema import FilePath, files, tracks

Mask = NDArray[np.bool_]
_YEAR = re.compile(r"\d{4}")
_COLUMNS = (
    "title",
    "artist",
    "album",
    "album_artist",
    "genre",
    "date",
    "tags",
    "tempo_bpm",
    "musical_key",
    "duration_seconds",
    "integrated_lufs",
    "mood",
    "words",
    "added_at",
)


@dataclass(frozen=True)
class Labels:
    """One text per track, kept once per distinct text."""

    codes: NDArray[np.int32]  # (n,), the row of `texts`; -1 for none
    texts: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Labels:
        """Collect the distinct texts of a column."""
        seen: dict[str, int] = {}
        codes = [-1 if value is None else seen.setdefault(value, len(seen)) for value in values]
        return cls(np.array(codes, dtype=np.int32), tuple(seen))

    @cached_property
    def normalized(self) -> tuple[str, ...]:
        """The texts as people type them; see normalize_title()."""
        return tuple(normalize_title(text) for text in self.texts)

    def where(self, accepts: Callable[[str], bool]) -> Mask:
        """Return which tracks (n,) have a normalized text that is accepted."""
        return self._spread([accepts(text) for text in self.normalized])

    def where_exact(self, accepts: Callable[[str], bool]) -> Mask:
        """Return which tracks (n,) have a text that is accepted as it is."""
        return self._spread([accepts(text) for text in self.texts])

    def _spread(self, accepted: list[bool]) -> Mask:
        # The last one stands for the tracks without a text: code -1 reads it.
        return np.array([*accepted, False], dtype=bool)[self.codes]


class TrackTable:
    """The tracks that are there, in the order of their ids; never changed."""

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        """Take rows of `id`, `path` and the columns named above, sorted by id."""
        self._rows = rows
        self.ids = np.array([row.id for row in rows], dtype=np.int64)
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._labels: dict[str, Labels] = {}

    def __len__(self) -> int:
        """Return the number of tracks."""
        return len(self.ids)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column (n,) of numbers; NaN where the catalogue has none."""
        if column not in self._numbers:
            self._numbers[column] = _floats(getattr(row, column) for row in self._rows)
        return self._numbers[column]

    def labels(self, column: str) -> Labels:
        """Return a column of texts."""
        if column not in self._labels:
            self._labels[column] = Labels.of([getattr(row, column) for row in self._rows])
        return self._labels[column]

    @cached_property
    def albums(self) -> Labels:
        """The album of each track, told from others of the same name."""
        return Labels.of([album_identity(row.album, row.album_artist or row.artist) for row in self._rows])

    @cached_property
    def years(self) -> NDArray[np.float64]:
        """The year (n,) that the date tag begins with; NaN for none."""
        found = [_YEAR.match(row.date) if row.date else None for row in self._rows]
        return _floats(match and int(match[0]) for match in found)

    @cached_property
    def stars(self) -> NDArray[np.float64]:
        """The rating (n,), 0 to 5; NaN for none. See stars_of()."""
        return _floats(stars_of(row.tags) for row in self._rows)

    @cached_property
    def fifths(self) -> NDArray[np.int8]:
        """The key (n,) as a place on the circle of fifths: see keys.parse_key(); -1 for none."""
        names = self.labels("musical_key")
        places = [*(parse_key(name).place for name in names.texts), -1]
        return np.array(places, dtype=np.int8)[names.codes]

    @cached_property
    def added_at(self) -> NDArray[np.datetime64]:
        """When each track (n,) came into the library, UTC."""
        return np.array([row.added_at for row in self._rows], dtype="datetime64[s]")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The first path of each track."""
        return tuple(str(row.path) for row in self._rows)

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """What the analysis says of each track in words, its mood among them."""
        return tuple(frozenset([*row.words, *([row.mood] if row.mood else [])]) for row in self._rows)

    @cached_property
    def name_index(self) -> NameIndex:
        """What each track may be called by somebody who remembers it roughly."""
        return NameIndex(
            TrackName(row.id, row.title or row.path.stem, row.artist or "", row.path.stem) for row in self._rows
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All that each track is called: title, artist, album, genre and file name, normalized, one per line."""
        return tuple(
            "\n".join(
                normalize_title(part)
                for part in (row.title, row.artist, row.album, row.album_artist, row.genre, row.path.stem)
                if part
            )
            for row in self._rows
        )

    def rows_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row (m,) of each id (m,); -1 where the table has none."""
        if len(self.ids) == 0:
            return np.full(len(ids), -1, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, -1)


class TrackTableCache:
    """The table of one library, read again after each change of the catalogue; thread-safe."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        self._database = database
        self._lock = threading.Lock()
        self._state: str | None = None
        self._table = TrackTable([])

    def table(self) -> TrackTable:
        """Return the tracks as they are now."""
        with self._lock, self._database.read() as connection:
            state = catalogue.read_state(connection)
            if state != self._state:
                self._table = TrackTable(_read_rows(connection))
                self._state = state
            return self._table


def stars_of(tags: dict[str, str]) -> float | None:
    """Return the rating in stars, 0 to 5, that a file's tags hold.

    FMPS_RATING goes from 0 to 1 (Free Music Player Specifications); RATING from 0 to 5, to 10 or to 100 as players
    write it: what is larger than 5 is taken for the smallest of these scales that holds it.
    """
    lower = {key.lower(): value for key, value in tags.items()}
    for key, scales in (("fmps_rating", (1.0,)), ("rating", (5.0, 10.0, 100.0))):
        try:
            value = float(lower[key])
        except (KeyError, ValueError):
            continue
        scale = next((scale for scale in scales if 0.0 <= value <= scale), None)
        if scale is not None:
            return 5.0 * value / scale
    return None


def _floats(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _read_rows(connection: Connection) -> Sequence[Row[Any]]:
    # One pass over the files: the first path in the order of bytes, as track_from_row() takes it.
    first = (
        select(files.c.track_id, func.min(files.c.path, type_=FilePath()).label("path"))
        .where(files.c.is_missing.is_(False))
        .group_by(files.c.track_id)
        .subquery()
    )
    query = (
        select(tracks.c.id, first.c.path, *(tracks.c[name] for name in _COLUMNS))
        .join(first, first.c.track_id == tracks.c.id)
        .order_by(tracks.c.id)
    )
    return connection.execute(query).all()
