# SPDX-License-Identifier: MIT
"""Queries that stand for several tracks, or for words: artist:Air, playlist:list.m3u8, text:sad piano."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError, TrackNotFoundError
from mess.library.filter_fields import FIELDS, Filter
from mess.library.paths import absolute_path
from mess.library.playlist_files import read_playlist
from mess.library.search import TextSearch
from mess.library.seed import Seed, mean_direction
from mess.library.track_table import TrackTableCache

PLAYLIST = "playlist:"
TEXT = "text:"
_PREFIX = re.compile(r"([a-z_]+):\S", re.IGNORECASE)


def is_seed_set(query: str) -> bool:
    """Tell whether a text begins as these queries do: with a field of a filter, "playlist:" or "text:"."""
    found = _PREFIX.match(query)
    return found is not None and (found[1].lower() in FIELDS or query.lower().startswith((PLAYLIST, TEXT)))


class SeedSets:
    """Understands such queries for one library; thread-safe."""

    def __init__(self, database: Database, tables: TrackTableCache, texts: TextSearch) -> None:
        """Use the catalogue, its columns, and the text models on this machine."""
        self._database = database
        self._tables = tables
        self._texts = texts

    def resolve(self, query: str, encoder_id: str) -> Seed:
        """Return the mean direction of all tracks that a query names, or the vector of its words.

        Raises:
            TrackNotFoundError: no track fits.
            LibraryError: none that fits has a vector, or the encoder reads no text.
            mess.InvalidArgument: the filter is none.
            mess.Error: the playlist cannot be read.
        """
        if query.lower().startswith(TEXT):
            text = query[len(TEXT) :].strip()
            return Seed(f'"{text}"', None, encoder_id, self._texts.sound_of(text, encoder_id))
        ids = self.track_ids(query)
        if not ids:
            raise TrackNotFoundError(f"[library] {query}: expected tracks of the library, found none that fits")
        return self._mean(query, ids, encoder_id)

    def track_ids(self, query: str) -> list[int]:
        """Return the tracks of a filter, or of a playlist in its order.

        Raises:
            mess.InvalidArgument: the filter is none, or empty.
            mess.Error: the playlist cannot be read.
        """
        if not query.strip():
            raise mess.InvalidArgument("[library] query: expected a filter or a playlist, found an empty text")
        if query.lower().startswith(PLAYLIST):
            return self._of_playlist(absolute_path(query[len(PLAYLIST) :]))
        table = self._tables.table()
        found: list[int] = table.ids[Filter.parse(query).mask(table)].tolist()
        return found

    def _of_playlist(self, path: Path) -> list[int]:
        entries = read_playlist(path)
        with self._database.read() as connection:
            found = [catalogue.find_file(connection, absolute_path(entry.path)) for entry in entries]
        return list(dict.fromkeys(known.track_id for known in found if known is not None))

    def _mean(self, label: str, ids: Sequence[int], encoder_id: str) -> Seed:
        vectors = []
        with self._database.read() as connection:
            for start in range(0, len(ids), catalogue.MAX_PARAMETERS):
                vectors.append(
                    catalogue.read_vectors(connection, encoder_id, ids[start : start + catalogue.MAX_PARAMETERS])[1]
                )
        found = [vector for chunk in vectors for vector in chunk]
        if not found:
            raise LibraryError(f"[library] {label}: expected vectors of {encoder_id}, found none; scan with it first")
        return Seed(label, None, encoder_id, mean_direction(found), tuple(ids))
