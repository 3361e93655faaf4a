# SPDX-License-Identifier: MIT
"""Writes what a scan found out, a few files per transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.extraction import Extracted, Identified
from mess.library.paths import is_gone
from mess.library.report import ScanReport
from mess.library.walk import FoundFile, Walk


@dataclass(frozen=True)
class Placed:
    """A file whose audio the catalogue knows already."""

    identified: Identified
    track_id: int


@dataclass(frozen=True)
class Embedded:
    """A file that was decoded, with further files that hold the same audio."""

    extracted: Extracted
    others: list[Identified]


@dataclass(frozen=True)
class Failed:
    """A file that could not be read, and will not be until it changes."""

    found: FoundFile
    reason: str


Outcome: TypeAlias = Placed | Embedded | Failed


def find_vanished(connection: Connection, walk: Walk, found_paths: Collection[Path]) -> list[Path]:
    """Return the files that the walk would have found if they were there still."""
    return [
        path
        for path, known in catalogue.known_files(connection).items()
        if not known.is_missing and path not in found_paths and walk.covers(path)
    ]


class ScanWriter:
    """The only writer during a scan; counts in the report what it writes."""

    def __init__(
        self,
        database: Database,
        encoder_id: str,
        report: ScanReport,
        found_paths: set[Path],
        frame_store: mess.FrameStore | None,
    ) -> None:
        """Write vectors under `encoder_id`, and frames where there is a store; `found_paths` are those there are."""
        self._database = database
        self._encoder_id = encoder_id
        self._report = report
        self._found_paths = found_paths
        self._frame_store = frame_store
        self._frames: dict[int, mess.Frames] = {}  # of the tracks at hand
        self._reserved_ids: dict[Path, int] = {}
        self._gone: set[Path] = set()  # known paths of the audio at hand where there is no file any more

    def reserve_ids(self, todo: list[FoundFile]) -> None:
        """Give new tracks ids in the order of the walk, whichever thread is done first; known audio leaves gaps."""
        with self._database.read() as connection:
            first = catalogue.next_track_id(connection)
        self._reserved_ids = {found.path: first + position for position, found in enumerate(todo)}

    def write(self, outcomes: list[Outcome]) -> None:
        """Write outcomes in one transaction; after a crash it is there as a whole or not at all."""
        if not outcomes:
            return
        self._gone = self._find_gone(outcomes)
        self._frames = {}
        with self._database.write(durable=False) as connection:
            for outcome in outcomes:
                if isinstance(outcome, Failed):
                    self._write_failure(connection, outcome)
                elif isinstance(outcome, Embedded):
                    self._write_track(connection, outcome)
                else:
                    self._place(connection, outcome.identified, outcome.track_id)
            catalogue.raise_generation(connection)
        # After the tracks: a crash in between leaves tracks without frames, which the next scan makes up for.
        if self._frame_store is not None and self._frames:
            self._frame_store.update(list(self._frames), list(self._frames.values()))

    def mark_returned(self, paths: list[Path]) -> None:
        """Say that unchanged files are there again."""
        if paths:
            with self._database.write(durable=False) as connection:
                catalogue.mark_missing(connection, paths, is_missing=False)
                # What was there in the meantime could not be read; it is gone.
                catalogue.forget_findings(connection, paths, kinds=["error"])
                catalogue.raise_generation(connection)
        self._report.num_returned += len(paths)

    def finish(self, walk: Walk) -> None:
        """Mark what has vanished and make all that was written durable."""
        with self._database.write() as connection:
            vanished = find_vanished(connection, walk, self._found_paths)
            if vanished:
                catalogue.mark_missing(connection, vanished, is_missing=True)
                catalogue.raise_generation(connection)
            bad = [path for path in catalogue.known_errors(connection) if path not in self._found_paths]
            catalogue.forget_findings(connection, [path for path in bad if walk.covers(path)])
            catalogue.write_meta(connection, "encoder_id", self._encoder_id)
        self._report.num_missing = len(vanished)
        self._database.checkpoint()

    def _find_gone(self, outcomes: list[Outcome]) -> set[Path]:
        """Look at the disk, which may be slow, before a transaction begins."""
        identified: list[Identified] = []
        for outcome in outcomes:
            if isinstance(outcome, Embedded):
                identified += [outcome.extracted.identified, *outcome.others]
            elif isinstance(outcome, Placed):
                identified.append(outcome.identified)
        known: set[Path] = set()
        with self._database.read() as connection:
            for content_hash in {one.content_hash for one in identified}:
                track_id = catalogue.find_track_id_by_hash(connection, content_hash)
                if track_id is not None:
                    known.update(catalogue.paths_of_track(connection, track_id))
        return {path for path in known - self._found_paths if is_gone(path)}

    def _write_failure(self, connection: Connection, failed: Failed) -> None:
        catalogue.mark_missing(connection, [failed.found.path], is_missing=True)
        # Warnings are about the audio that was there: they count again when it returns.
        catalogue.forget_findings(connection, [failed.found.path], kinds=["error"])
        catalogue.add_findings(connection, failed.found, "error", [failed.reason])

    def _write_track(self, connection: Connection, embedded: Embedded) -> None:
        extracted = embedded.extracted
        identified = extracted.identified
        track_id = catalogue.find_track_id_by_hash(connection, identified.content_hash)
        if track_id is None:
            paths = [identified.found.path, *(other.found.path for other in embedded.others)]
            track_id = min(self._reserved_ids[path] for path in paths)
            catalogue.insert_track(connection, track_id, extracted.columns)
            self._report.num_new += 1
        else:
            catalogue.update_track(connection, track_id, extracted.columns)
        if extracted.vector is not None:
            catalogue.put_vector(connection, track_id, self._encoder_id, extracted.vector)
        if extracted.frames is not None:
            self._frames[track_id] = extracted.frames
        self._put(connection, identified, track_id, extracted.warnings)
        for other in embedded.others:
            self._place(connection, other, track_id)

    def _place(self, connection: Connection, identified: Identified, track_id: int) -> None:
        """Say that a file holds a known track, and count how that came about."""
        found = identified.found
        paths = catalogue.paths_of_track(connection, track_id)
        warnings = catalogue.warnings_of_track(connection, track_id)
        gone = [path for path in paths if path in self._gone]
        known = catalogue.find_file(connection, found.path)
        if known is not None and found.path in paths:
            self._report.num_retagged += known.has_changed(found.size, found.mtime_ns)
        elif gone:
            self._report.num_moved += 1
            catalogue.move_file(connection, gone[0], found.path)
        else:
            self._report.num_duplicates += 1
        self._put(connection, identified, track_id, warnings)

    def _put(
        self,
        connection: Connection,
        identified: Identified,
        track_id: int,
        warnings: list[str],
    ) -> None:
        catalogue.put_file(connection, identified.found, track_id, identified.tags)
        catalogue.forget_findings(connection, [identified.found.path])
        catalogue.add_findings(connection, identified.found, "warning", warnings)
