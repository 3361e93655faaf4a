# SPDX-License-Identifier: MIT
"""Looking after a library: what is in it, what is wrong with it, copies of it, and what to forget."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mess.library import catalogue
from mess.library.database import Database
from mess.library.duplicates import (
    MAX_DURATION_DIFFERENCE_SECONDS,
    MIN_COSINE,
    Duplicate,
    files_with_same_audio,
    tracks_that_sound_the_same,
)
from mess.library.encoders import choose_encoder_id
from mess.library.errors import LibraryError
from mess.library.frames import FrameShelf
from mess.library.paths import absolute_path
from mess.library.report import ScanFinding
from mess.library.scan_lock import scan_lock
from mess.library.vectors import VectorCache


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


class LibraryCare:
    """The part of a Library that looks after it."""

    path: Path
    _database: Database
    _vectors: VectorCache
    _frames: FrameShelf

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Write the catalogue as it is now to a new file, whoever else uses the library meanwhile.

        It is all there is: everything else comes back from it. restore() reads it.

        Args:
            path: the file to make; there must be none.

        Raises:
            LibraryError: there is one, or it cannot be written.
        """
        self._database.backup(absolute_path(path))

    def restore(self, path: str | os.PathLike[str], *, replace: bool = False) -> None:
        """Take over what a backup holds, in place of what the library holds; on any error nothing changes.

        Music that lies elsewhere now is recognised by the next scan, without being decoded again.

        Args:
            path: a file made by backup(), by this version or an older one.
            replace: also where the library holds tracks, which are lost.

        Raises:
            LibraryDamagedError: the backup is damaged.
            LibraryError: it is none or is made by a newer version; or the library holds tracks, without `replace`.
            LibraryBusyError: a scan is in progress.
        """
        source = absolute_path(path)
        if not source.is_file():
            raise LibraryError(f"[library] {source}: expected a backup, found no file")
        with scan_lock(self.path):
            with self._database.read() as connection:
                num_tracks, _ = catalogue.count_tracks(connection, include_missing=True)
            if num_tracks and not replace:
                raise LibraryError(
                    f"[library] {self.path}: expected an empty library to restore into, found {num_tracks} tracks; "
                    "say that they may be replaced"
                )
            self._database.restore(source)
            self._frames.forget_stores()

    def forget_missing(self) -> int:
        """Forget the tracks that had no file at the last scan, with their vectors; return how many there were.

        Ids are not used again. Should the files come back, they are new.

        Raises:
            LibraryBusyError: a scan is in progress.
        """
        with scan_lock(self.path), self._database.write() as connection:
            return catalogue.forget_missing(connection)

    def duplicates(
        self,
        *,
        encoder: str | None = None,
        min_cosine: float = MIN_COSINE,
        max_duration_difference_seconds: float = MAX_DURATION_DIFFERENCE_SECONDS,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Duplicate]:
        """Propose tracks that may be the same music twice, with the evidence; nothing is changed.

        First come tracks whose very audio lies in several files, then pairs that sound the same, the most alike first.

        Args:
            encoder: whose vectors to compare, a name or an id; those of the last scan when None.
            min_cosine: of two vectors.
            max_duration_difference_seconds: an edit or a live take differs by more.
            progress: called with the number of tracks compared so far, and of all.

        Raises:
            LibraryError: there are no vectors of this encoder.
            mess.InvalidArgument: a bad limit.
        """
        with self._database.read() as connection:
            tracks = catalogue.read_tracks(connection)
        index = self._vectors.index(self._encoder_id(encoder))
        return files_with_same_audio(tracks) + tracks_that_sound_the_same(
            tracks,
            index,
            min_cosine=min_cosine,
            max_duration_difference_seconds=max_duration_difference_seconds,
            progress=progress,
        )

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

    def verify(self) -> None:
        """Read the whole catalogue and check that it is sound.

        Raises:
            LibraryDamagedError: it is damaged.
        """
        self._database.verify()
        with self._database.read() as connection:
            catalogue.read_tracks(connection, include_missing=True)
        self.stats()

    def _findings(self, wanted: str) -> list[ScanFinding]:
        with self._database.read() as connection:
            return [
                ScanFinding(path, reason)
                for path, kind, reason in catalogue.read_findings(connection)
                if kind == wanted
            ]

    def _encoder_id(self, wanted: str | None) -> str:
        with self._database.read() as connection:
            last_scanned = catalogue.read_meta(connection, "encoder_id")
            if wanted is None and last_scanned is not None and catalogue.has_vectors(connection, last_scanned):
                return last_scanned
            return choose_encoder_id(catalogue.encoder_ids(connection), wanted, last_scanned)
