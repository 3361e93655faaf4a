# SPDX-License-Identifier: MIT
"""The library: one folder that remembers a music collection."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache, remember_folder
from mess.library.errors import LibraryError
from mess.library.extraction import MIN_DURATION_SECONDS
from mess.library.frames import FrameShelf
from mess.library.moments import MomentSearch
from mess.library.paths import absolute_path
from mess.library.pipeline import default_workers
from mess.library.plan import Needs, plan_scan
from mess.library.playlists import LibraryPlaylists
from mess.library.report import ScanPlan, ScanProgress, ScanReport
from mess.library.scan import Scan, open_extractor
from mess.library.scan_lock import scan_lock
from mess.library.search import TextSearch
from mess.library.seed_sets import SeedSets
from mess.library.track_table import TrackTableCache
from mess.library.vectors import VectorCache
from mess.library.walk import Walk, walk_audio


class Library(LibraryPlaylists):
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

    def rebuild_index(self, *, encoder: str | None = None) -> mess.VectorIndex:
        """Build the search index again from the catalogue and return it.

        Args:
            encoder: a name or an id; that of the last scan when None.

        Raises:
            LibraryError: there are no vectors of this encoder.
        """
        return self._vectors.index(self._encoder_id(encoder), rebuild=True)
