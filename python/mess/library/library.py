# SPDX-License-Identifier: MIT
"""The library: one folder that remembers a music collection."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

import mess
from mess.display import Results, match_row, search_row
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache, remember_folder
from mess.library.errors import LibraryError, TrackNotFoundError
from mess.library.extraction import MIN_DURATION_SECONDS
from mess.library.frames import FrameShelf
from mess.library.moments import LibraryMoments, MomentSearch
from mess.library.paths import absolute_path
from mess.library.pipeline import default_workers
from mess.library.plan import Needs, plan_scan
from mess.library.playlist import (
    Playlist,
    PlaylistSize,
    choose_tracks,
    order_tracks,
)
from mess.library.report import ScanPlan, ScanProgress, ScanReport
from mess.library.scan import Scan, open_extractor
from mess.library.scan_lock import scan_lock
from mess.library.search import SearchMatch, TextSearch
from mess.library.seed import AnyQuery, Query, Seed, as_list, mean_direction, one_encoder_id, resolve_seed
from mess.library.seed_sets import SeedSets, is_seed_set
from mess.library.selection import Selection, allowed_ids
from mess.library.similar import Match, explain_matches, find_similar
from mess.library.text_vectors import TextProgress
from mess.library.track import Track
from mess.library.track_table import TrackTableCache
from mess.library.vectors import VectorCache
from mess.library.walk import Walk, walk_audio


class Library(LibraryMoments):
    """A catalogue of tracks with their vectors; all methods may run concurrently, one scan at a time.

    Example:
        with mess.Library.open("~/Music/.mess") as library:
            library.scan("~/Music")
            for match in library.similar("song.mp3", k=10):
                print(match.score, match.track.label)
    """

    def __init__(self, path: Path, database: Database) -> None:
        """Use open() instead."""
        self.path = path
        self._database = database
        self._vectors = VectorCache(database, path / "index")
        self._frames = FrameShelf(database, path / "frames")
        self._encoders = EncoderCache(database)
        self._text_search = TextSearch(database, self._vectors)
        self._tables = TrackTableCache(database)
        self._seed_sets = SeedSets(database, self._tables, self._text_search)
        self._moments = MomentSearch(database, self._tables, self._encoders, self._frames, path / "index")

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True, read_only: bool = False) -> Library:
        """Open the library in the folder `path`.

        Args:
            path: the library's own folder; "~" is the home directory.
            create: make an empty library when there is none.
            read_only: change nothing at all; a library that cannot be written is opened so in any case.

        Raises:
            LibraryDamagedError: the catalogue is damaged.
            LibraryError: no library there (without `create`), or one made by a newer version.
        """
        folder = absolute_path(path)
        catalog = folder / "catalog.sqlite"
        if (read_only or not create) and not catalog.is_file():
            raise LibraryError(f"[library] {folder}: expected a library, found none; make one with: mess scan FOLDER")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"[library] {folder}: expected a folder for the library, found: {error.strerror}"
            ) from error
        return cls(folder, Database(catalog, read_only=read_only))

    def close(self) -> None:
        """Close the catalogue; using the library afterwards raises LibraryError."""
        self._database.close()

    def __enter__(self) -> Library:
        """Return the library itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the library."""
        self.close()

    def scan(
        self,
        *folders: str | os.PathLike[str],
        encoder: str = "acoustic",
        pooling: str = "auto",
        workers: int | None = None,
        progress: Callable[[ScanProgress], None] | None = None,
        min_duration_seconds: float = MIN_DURATION_SECONDS,
        limits: mess.DecodeLimits | None = None,
        retry_failed: bool = False,
        frames: bool | None = None,
    ) -> ScanReport:
        """Bring the library up to date with folders of music; only new or changed files are opened.

        A file that cannot be read is listed in the report and does not stop the scan. Files that have vanished from
        the folders are kept, as missing, and come back without being decoded again. What was done before a crash or
        Ctrl-C is kept.

        Args:
            folders: folders or single files.
            encoder: the encoder whose vectors to make: "acoustic", a model's name as in mess.models.list_models(), or a
                model's folder. A library may hold the vectors of several; the last scan's are the default afterwards.
            pooling: "auto" (the encoder's own vector of a track where it makes one, "mean" for the models of
                mess.models, otherwise "mean_std"), "track", "mean" or "mean_std".
            workers: decoding threads; as many as processors when None.
            progress: called after each file, in the calling thread.
            min_duration_seconds: shorter files are listed as warnings and get no vector.
            limits: what one file may cost.
            retry_failed: try unchanged files again that could not be read before.
            frames: keep the frames of the tracks too, from now on; tracks known without them are decoded again. False
                removes what is stored. None: as the scan before.

        Raises:
            LibraryBusyError: another scan of this library is in progress.
            LibraryError: a folder does not exist, or the catalogue cannot be written.
            mess.ModelError: there is no such encoder.
        """
        if workers is not None and workers < 1:
            raise mess.InvalidArgument(f"[scan] workers: expected at least 1, found {workers}")
        extractor, encoder_id = open_extractor(encoder, pooling, min_duration_seconds, limits)
        with scan_lock(self.path):
            remember_folder(self._database, extractor.encoder.id.name, encoder)
            report = Scan(
                self._database,
                self._walk(folders),
                extractor,
                encoder_id=encoder_id,
                workers=workers or default_workers(),
                retry_failed=retry_failed,
                frame_store=self._frames.prepare(encoder_id, wanted=frames),
                progress=progress,
            ).run()
            with self._database.read() as connection:
                has_vectors = catalogue.has_vectors(connection, encoder_id)
            if has_vectors:
                self._vectors.index(encoder_id)
        return report

    def watch(
        self,
        *folders: str | os.PathLike[str],
        stop: threading.Event | None = None,
        settle_seconds: float = 2.0,
        **scan_options: Any,
    ) -> Iterator[ScanReport]:
        """Scan at once, and again after each change below the folders; yields the report of each scan, for ever.

        Args:
            folders: folders or single files.
            stop: ends the watch when it is set.
            settle_seconds: how long nothing may have changed before a scan, for files that are being copied.
            scan_options: of scan().

        Raises:
            As scan(); OSError where the system cannot watch so many folders.
        """
        from mess.library.watch import watch_folders

        return watch_folders(self, folders, stop=stop, settle_seconds=settle_seconds, **scan_options)

    def plan_scan(
        self,
        *folders: str | os.PathLike[str],
        encoder: str = "acoustic",
        pooling: str = "auto",
        min_duration_seconds: float = MIN_DURATION_SECONDS,
        retry_failed: bool = False,
        frames: bool | None = None,
    ) -> ScanPlan:
        """Say what scan() would do with these arguments; no file is opened and nothing is changed.

        Raises:
            As scan().
        """
        _, encoder_id = open_extractor(encoder, pooling, min_duration_seconds, None)
        needs = Needs(encoder_id, min_duration_seconds, self._frames.peek(encoder_id, wanted=frames))
        return plan_scan(self._database, self._walk(folders), needs, retry_failed=retry_failed)

    def _walk(self, folders: Sequence[str | os.PathLike[str]]) -> Walk:
        if not folders:
            raise mess.InvalidArgument("[scan] folders: expected at least one, found none")
        return walk_audio([Path(folder) for folder in folders], excluded=self.path)

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

    def playlist(
        self,
        seeds: Query | Seed | Sequence[Query | Seed],
        *,
        length: int | None = None,
        minutes: float | None = None,
        encoder: str | None = None,
        loudness_weight: float = 0.01,
        artist_gap: int = 2,
    ) -> Playlist:
        """Make a playlist of the tracks nearest to the mean direction of the seeds, ordered so that it flows.

        It begins with the first seed that is in the library (with the nearest track when none is) and holds them all.

        Args:
            seeds: one query or several, as for resolve().
            length: tracks in all, seeds included, at most 5,000; 20 when neither this nor `minutes` is given.
            minutes: as many tracks as fill this time, at most 5,000.
            encoder: a name or an id; that of the last scan when None.
            loudness_weight: cost per LU of level difference between neighbours, beside 1 - cosine.
            artist_gap: an artist does not return within so many tracks, while others are left.

        Raises:
            As resolve(); mess.InvalidArgument for a bad length, no seeds, more seeds than the length, or resolved seeds
            of different encoders.
        """
        size = PlaylistSize.checked(length, minutes)
        queries = [seeds] if isinstance(seeds, (str, int, os.PathLike, Seed)) else list(seeds)
        if not queries:
            raise mess.InvalidArgument("[library] seeds: expected at least one, found none")
        if artist_gap < 0:
            raise mess.InvalidArgument(f"[library] artist_gap: expected at least 0, found {artist_gap}")
        resolved = [self.resolve(query, encoder=encoder) for query in queries]
        one_encoder_id(resolved)
        chosen = self._choose(resolved, size, artist_gap)
        with self._database.read() as connection:
            ids, vectors = catalogue.read_vectors(connection, resolved[0].encoder_id, [track.id for track in chosen])
        rows = {int(track_id): row for track_id, row in zip(ids, vectors, strict=True)}
        return order_tracks(
            chosen,
            np.stack([rows[track.id] for track in chosen]),
            loudness_weight=loudness_weight,
            artist_gap=min(artist_gap, len(chosen)),  # a larger one says no more
            length=min(len(chosen), size.length or len(chosen)),
        )

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

    def rebuild_index(self, *, encoder: str | None = None) -> mess.VectorIndex:
        """Build the search index again from the catalogue and return it.

        Args:
            encoder: a name or an id; that of the last scan when None.

        Raises:
            LibraryError: there are no vectors of this encoder.
        """
        return self._vectors.index(self._encoder_id(encoder), rebuild=True)

    def _choose(self, seeds: Sequence[Seed], size: PlaylistSize, artist_gap: int) -> list[Track]:
        present = {seed.track.id: seed.track for seed in seeds if seed.track and not seed.track.is_missing}
        if size.length is not None and len(present) > size.length:
            raise mess.InvalidArgument(
                f"[library] length: expected at least as many tracks as seeds ({len(present)}), found {size.length}"
            )
        known = {seed.track.id for seed in seeds if seed.track}
        encoder_id = seeds[0].encoder_id
        index = self._vectors.index(encoder_id)
        direction = mean_direction([seed.vector for seed in seeds])
        num_candidates = 4 * (size.length or 0) + 64
        while True:
            matches = find_similar(
                self._database,
                index,
                direction,
                k=num_candidates,
                seed_ids=known,
                selection=Selection(),
                tables=self._tables,
            )
            chosen = choose_tracks(list(present.values()), matches, size, artist_gap=artist_gap)
            if size.reached(chosen) or num_candidates >= index.size:
                break
            num_candidates *= 4
        if not chosen:
            raise LibraryError("[library] playlist: expected tracks to play, found only missing ones")
        return chosen
