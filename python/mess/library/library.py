# SPDX-License-Identifier: MIT
"""The library: one folder that remembers a music collection."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache, choose_encoder_id, remember_folder
from mess.library.errors import LibraryError, TrackNotFoundError
from mess.library.extraction import MIN_DURATION_SECONDS
from mess.library.frames import FrameShelf
from mess.library.paths import absolute_path
from mess.library.pipeline import default_workers
from mess.library.playlist import (
    Playlist,
    PlaylistSize,
    choose_tracks,
    mean_direction,
    order_tracks,
)
from mess.library.report import ScanFinding, ScanProgress, ScanReport
from mess.library.scan import Scan, open_extractor
from mess.library.scan_lock import scan_lock
from mess.library.search import SearchMatch, TextSearch
from mess.library.seed import Query, Seed, resolve_seed
from mess.library.similar import Match, explain_matches, find_similar
from mess.library.text_vectors import TextProgress
from mess.library.track import Track
from mess.library.vectors import VectorCache
from mess.library.walk import walk_audio


@dataclass(frozen=True)
class LibraryStats:
    """How much is in a library."""

    num_tracks: int  # that are there
    num_missing: int  # tracks whose files were all gone at the last scan
    num_failed: int  # files that could not be read
    num_warnings: int
    audio_seconds: float  # of the tracks that are there
    num_vectors: Mapping[str, int]  # tracks with a vector, for each encoder id
    generation: int


class Library:
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

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Write the catalogue as it is now to a new file, whoever else uses the library meanwhile.

        To restore it, put it in the place of `catalog.sqlite` and remove `catalog.sqlite-wal`, `-shm` and `index`.

        Args:
            path: the file to make; there must be none.

        Raises:
            LibraryError: there is one, or it cannot be written.
        """
        self._database.backup(absolute_path(path))

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
        if not 0 <= min_duration_seconds < math.inf:
            raise mess.InvalidArgument(f"[scan] min_duration_seconds: expected 0 or more, found {min_duration_seconds}")
        if not folders:
            raise mess.InvalidArgument("[scan] folders: expected at least one, found none")
        extractor, encoder_id = open_extractor(encoder, pooling, min_duration_seconds, limits)
        with scan_lock(self.path):
            remember_folder(self._database, extractor.encoder.id.name, encoder)
            walk = walk_audio([Path(folder) for folder in folders], excluded=self.path)
            report = Scan(
                self._database,
                walk,
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

    def resolve(self, query: Query | Seed, *, encoder: str | None = None) -> Seed:
        """Find out what a query stands for.

        Args:
            query: a path, in the library or not; a track id (12 or "#12"); or a title, roughly.
            encoder: a name or an id; that of the last scan when None.

        Raises:
            TrackNotFoundError: nothing fits; the message names the nearest titles.
            LibraryError: the track has no vector of this encoder.
            mess.DecodeError: a file outside the library cannot be read.
        """
        if isinstance(query, Seed):
            return query
        return resolve_seed(query, self._database, self._encoders, self._encoder_id(encoder))

    def similar(
        self, query: Query | Seed, k: int = 10, *, encoder: str | None = None, explain: bool = False
    ) -> list[Match]:
        """Return the `k` tracks that sound most like the query, best first, never the query itself.

        Args:
            query: as for resolve().
            k: how many; fewer when the library is smaller.
            encoder: a name or an id; that of the last scan when None.
            explain: say what timbre, rhythm and so on add to each score (`Match.parts`).

        Raises:
            As resolve(); mess.InvalidArgument to explain vectors that have no groups.
        """
        seed = self.resolve(query, encoder=encoder)
        index = self._vectors.index(seed.encoder_id)
        matches = find_similar(
            self._database,
            index,
            seed.vector,
            k=k,
            excluded=() if seed.track is None else (seed.track.id,),
            encoder_id=seed.encoder_id,
        )
        if not explain:
            return matches
        return explain_matches(index, self._encoders.open(seed.encoder_id), seed.vector, matches)

    def search(
        self, text: str, k: int = 10, *, encoder: str | None = None, progress: TextProgress | None = None
    ) -> list[SearchMatch]:
        """Return the `k` tracks that fit some words best, best first.

        Compared are the words of title, artist, album, genre and analysis, by a sentence encoder; and the sound, where
        the library was scanned with a model that reads text too (CLAP). Of several the ranks are fused. The first
        search after a scan encodes the texts that are new or changed, and keeps their vectors.

        Args:
            text: "sad piano", "fast and loud", ...
            k: how many; fewer when the library is smaller.
            encoder: the one model to use; those that are on this machine when None.
            progress: called with the number of texts encoded so far, and of all.

        Raises:
            mess.ModelError: no text model is on this machine; the message says the command that gets one.
            LibraryError: the library is empty, or has no vectors of this encoder.
            mess.InvalidArgument: no words, or a bad `k`.
        """
        return self._text_search.search(text, k, encoder=encoder, progress=progress)

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
        encoder_ids = sorted({seed.encoder_id for seed in resolved})
        if len(encoder_ids) > 1:
            raise mess.InvalidArgument(
                f"[library] seeds: expected vectors of one encoder, found {' and '.join(encoder_ids)}"
            )
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

    def tracks(self, *, include_missing: bool = False) -> list[Track]:
        """Return all tracks in the order of their ids."""
        with self._database.read() as connection:
            return catalogue.read_tracks(connection, include_missing=include_missing)

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

    def frame_store(self, *, encoder: str | None = None) -> mess.FrameStore:
        """Return the store with the frames of all tracks, read-only, under the tracks' ids.

        Args:
            encoder: a name or an id; that of the last scan when None.

        Raises:
            LibraryError: this library keeps no frames, or none of this encoder.
            mess.FormatError: the store is damaged; delete the folder `frames` and scan again.
        """
        return self._frames.store(self._encoder_id(encoder))

    def failures(self) -> list[ScanFinding]:
        """Return the files that could not be read, with the reasons."""
        return self._findings("error")

    def warnings(self) -> list[ScanFinding]:
        """Return the files that were read but not whole, or got no vector, with the reasons."""
        return self._findings("warning")

    def stats(self) -> LibraryStats:
        """Count what is in the library."""
        with self._database.read() as connection:
            num_tracks, audio_seconds = catalogue.count_tracks(connection)
            num_known, _ = catalogue.count_tracks(connection, include_missing=True)
            findings = catalogue.read_findings(connection)
            return LibraryStats(
                num_tracks=num_tracks,
                num_missing=num_known - num_tracks,
                num_failed=sum(kind == "error" for _, kind, _ in findings),
                num_warnings=sum(kind == "warning" for _, kind, _ in findings),
                audio_seconds=audio_seconds,
                num_vectors=catalogue.encoder_counts(connection),
                generation=catalogue.read_generation(connection),
            )

    def rebuild_index(self, *, encoder: str | None = None) -> mess.VectorIndex:
        """Build the search index again from the catalogue and return it.

        Args:
            encoder: a name or an id; that of the last scan when None.

        Raises:
            LibraryError: there are no vectors of this encoder.
        """
        return self._vectors.index(self._encoder_id(encoder), rebuild=True)

    def verify(self) -> None:
        """Read the whole catalogue and check that it is sound.

        Raises:
            LibraryDamagedError: it is damaged.
        """
        self._database.verify()
        self.tracks(include_missing=True)
        self.stats()

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
                excluded=known,
                encoder_id=encoder_id,
            )
            chosen = choose_tracks(list(present.values()), matches, size, artist_gap=artist_gap)
            if size.reached(chosen) or num_candidates >= index.size:
                break
            num_candidates *= 4
        if not chosen:
            raise LibraryError("[library] playlist: expected tracks to play, found only missing ones")
        return chosen

    def _encoder_id(self, wanted: str | None) -> str:
        with self._database.read() as connection:
            last_scanned = catalogue.read_meta(connection, "encoder_id")
            if wanted is None and last_scanned is not None and catalogue.has_vectors(connection, last_scanned):
                return last_scanned
            return choose_encoder_id(catalogue.encoder_ids(connection), wanted, last_scanned)

    def _findings(self, wanted: str) -> list[ScanFinding]:
        with self._database.read() as connection:
            return [
                ScanFinding(path, reason)
                for path, kind, reason in catalogue.read_findings(connection)
                if kind == wanted
            ]
