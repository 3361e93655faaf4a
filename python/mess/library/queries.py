# SPDX-License-Identifier: MIT
"""Asking a library: tracks by name, by filter, by likeness, by words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mess
from mess.display import Results, match_row, search_row
from mess.library import catalogue
from mess.library.encoders import EncoderCache
from mess.library.errors import LibraryError, TrackNotFoundError
from mess.library.moments import LibraryMoments
from mess.library.paths import absolute_path
from mess.library.search import SearchMatch, TextSearch
from mess.library.seed import (
    AnyQuery,
    Query,
    Seed,
    as_list,
    known_track_id,
    mean_direction,
    one_encoder_id,
    resolve_seed,
)
from mess.library.seed_sets import SeedSets, is_seed_set
from mess.library.selection import Selection, allowed_ids
from mess.library.similar import Match, explain_matches, find_similar
from mess.library.text_vectors import TextProgress
from mess.library.track import Track
from mess.library.track_table import TrackTableCache


class LibraryQueries(LibraryMoments):
    """The part of a Library that answers questions."""

    _encoders: EncoderCache
    _tables: TrackTableCache
    _text_search: TextSearch
    _seed_sets: SeedSets

    def resolve(self, query: Query | Seed, *, encoder: str | None = None) -> Seed:
        """Find out what a query stands for.

        Args:
            query: a path, in the library or not; a track id (12 or "#12"); a title, roughly; all tracks of a filter
                ("artist:Air year:..2001") or of a playlist ("playlist:list.m3u8"); or, for vectors of a model that
                reads text too, words ("text:sad piano").
            encoder: a name or an id; that of the last scan when None.

        Raises:
            TrackNotFoundError: nothing fits; the message names the nearest titles.
            LibraryError: the track has no vector of this encoder.
            mess.DecodeError: a file outside the library cannot be read.
            mess.InvalidArgument: a filter that is none.
        """
        if isinstance(query, Seed):
            return query
        if isinstance(query, str) and is_seed_set(query):
            return self._seed_sets.resolve(query, self._encoder_id(encoder))
        return resolve_seed(query, self._database, self._tables, self._encoders, self._encoder_id(encoder))

    def similar(
        self,
        query: AnyQuery | Sequence[AnyQuery],
        k: int = 10,
        *,
        encoder: str | None = None,
        selection: Selection | None = None,
        explain: bool = False,
    ) -> list[Match]:
        """Return the `k` tracks that sound most like the query, best first, never the query itself.

        Args:
            query: as for resolve(); or several, `Weighted` where they do not count alike. What is near to the weighted
                mean of their vectors is found; a negative weight leads away.
            k: how many; fewer when the library is smaller, or when fewer fit.
            encoder: a name or an id; that of the last scan when None.
            selection: filter, caps, exclusions, diversity, chance; then results come in the order of their choice.
            explain: say what timbre, rhythm and so on add to each score (`Match.parts`).

        Raises:
            As resolve(); mess.InvalidArgument to explain vectors that have no groups, or for no query.
        """
        queries = as_list(query)
        seeds = [self.resolve(one.query, encoder=encoder) for one in queries]
        index = self._vectors.index(one_encoder_id(seeds))
        vector = mean_direction([seed.vector for seed in seeds], [one.weight for one in queries])
        matches = find_similar(
            self._database,
            index,
            vector,
            k=k,
            seed_ids={track_id for seed in seeds for track_id in seed.track_ids},
            selection=selection or Selection(),
            tables=self._tables,
        )
        if explain:
            matches = explain_matches(index, self._encoders.open(index.encoder_id), vector, matches)
        return Results(matches, match_row)

    def search(
        self,
        text: str,
        k: int = 10,
        *,
        encoder: str | None = None,
        where: str = "",
        progress: TextProgress | None = None,
    ) -> list[SearchMatch]:
        """Return the `k` tracks that fit some words best, best first.

        Compared are the words of title, artist, album, genre and analysis, by a sentence encoder; and the sound, where
        the library was scanned with a model that reads text too (CLAP). Of several the ranks are fused. The first
        search after a scan encodes the texts that are new or changed, and keeps their vectors.

        Args:
            text: "sad piano", "fast and loud", ...
            k: how many; fewer when the library is smaller.
            encoder: the one model to use; those that are on this machine when None.
            where: a filter; only tracks that fit it are ranked.
            progress: called with the number of texts encoded so far, and of all.

        Raises:
            mess.ModelError: no text model is on this machine; the message says the command that gets one.
            LibraryError: the library is empty, or has no vectors of this encoder.
            mess.InvalidArgument: no words, a bad `k`, or a filter that is none.
        """
        allowed = allowed_ids(Selection(where=where), self._tables)
        matches = self._text_search.search(
            text, k, encoder=encoder, allowed=None if allowed is None else allowed.tolist(), progress=progress
        )
        return Results(matches, search_row)

    def tracks(self, where: str = "", *, include_missing: bool = False) -> list[Track]:
        """Return the tracks that fit a filter, all when it is empty, in the order of their ids.

        Args:
            where: a filter; see docs/queries.md.
            include_missing: also those whose files are gone; they fit no filter.

        Raises:
            mess.InvalidArgument: the filter is none.
        """
        allowed = allowed_ids(Selection(where=where), self._tables)
        with self._database.read() as connection:
            if allowed is None:
                return catalogue.read_tracks(connection, include_missing=include_missing)
            return catalogue.read_tracks(connection, allowed.tolist())

    def tracks_at(self, paths: Sequence[Path]) -> dict[Path, Track]:
        """Return the tracks of those files that are as the library knows them, by the paths as they were given."""
        with self._database.read() as connection:
            ids = {path: known_track_id(connection, absolute_path(path)) for path in paths}
            found = {track.id: track for track in catalogue.read_tracks(connection, [i for i in ids.values() if i])}
        return {path: found[track_id] for path, track_id in ids.items() if track_id in found}

    def track_ids(self, query: str) -> list[int]:
        """Return the ids of the tracks that fit a filter, or that a playlist holds ("playlist:list.m3u8").

        Raises:
            mess.InvalidArgument: the filter is none.
            mess.Error: the playlist cannot be read.
        """
        return self._seed_sets.track_ids(query)

    def track(self, track_id: int) -> Track:
        """Return one track.

        Raises:
            TrackNotFoundError: no track has this id.
        """
        with self._database.read() as connection:
            found = catalogue.read_tracks(connection, [track_id])
        if not found:
            raise TrackNotFoundError(f"[library] {track_id}: expected the id of a track, found none with this id")
        return found[0]

    def frames(
        self,
        track_id: int,
        begin_seconds: float = 0.0,
        end_seconds: float | None = None,
        *,
        encoder: str | None = None,
    ) -> mess.Frames:
        """Return the frames of a track, or of a part of it, that a scan with `frames` has stored.

        Args:
            track_id: of the catalogue.
            begin_seconds: where the part begins.
            end_seconds: where it ends; the track's end when None.
            encoder: a name or an id; that of the last scan when None.

        Raises:
            TrackNotFoundError: no track has this id.
            LibraryError: no frames of it are stored.
            mess.InvalidArgument: the part lies outside the track.
            mess.FormatError: they are damaged; delete the folder `frames` and scan again.
        """
        track = self.track(track_id)
        store = self.frame_store(encoder=encoder)
        if track.id not in store:
            raise LibraryError(f"[library] {track.label}: expected stored frames of {store.encoder_id}, found none")
        return store.read(track.id, begin_seconds, end_seconds)
