# SPDX-License-Identifier: MIT
"""What a scan has to do: the files of a walk beside what the catalogue knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.extraction import no_vector_reason
from mess.library.report import ScanFinding, ScanPlan
from mess.library.scan_writer import find_vanished
from mess.library.walk import FoundFile, Walk

FrameIds: TypeAlias = mess.FrameStore | frozenset[int]


@dataclass(frozen=True)
class Needs:
    """What a scan wants of every track."""

    encoder_id: str
    min_duration_seconds: float  # shorter tracks get no vector
    with_frames: FrameIds | None  # the tracks whose frames are stored; None when a scan stores none

    def is_incomplete(self, track: catalogue.KnownTrack) -> bool:
        """Tell whether a known track lacks its vector, or frames that should be stored."""
        if no_vector_reason(track.duration_seconds, track.is_silent, self.min_duration_seconds) is not None:
            return False
        return not track.has_vector or (self.with_frames is not None and track.id not in self.with_frames)

    def wants_work(self, track: catalogue.KnownTrack) -> bool:
        """Tell whether a known track is to be decoded: it is incomplete, or its analysis is of an older version."""
        return track.analysis_version < mess.analysis_version() or self.is_incomplete(track)


@dataclass(frozen=True)
class Comparison:
    """The files of a walk, by what is to be done about them."""

    todo: list[FoundFile]  # to look at
    returned: list[Path]  # unchanged, but missing until now


def compare_files(database: Database, walk: Walk, needs: Needs, *, retry_failed: bool) -> Comparison:
    """Find out which files are as the catalogue knows them."""
    with database.read() as connection:
        errors = catalogue.known_errors(connection)
        files = catalogue.known_files(connection)
        tracks = catalogue.known_tracks(connection, needs.encoder_id)
    comparison = Comparison([], [])
    for found in walk.files:
        known = files.get(found.path)
        if errors.get(found.path) == (found.size, found.mtime_ns):
            is_unchanged = not retry_failed
        else:
            is_unchanged = (
                known is not None
                and not known.has_changed(found.size, found.mtime_ns)
                and not needs.wants_work(tracks[known.track_id])
            )
            if is_unchanged and known is not None and (known.is_missing or found.path in errors):
                comparison.returned.append(found.path)
        if not is_unchanged:
            comparison.todo.append(found)
    return comparison


def plan_scan(database: Database, walk: Walk, needs: Needs, *, retry_failed: bool) -> ScanPlan:
    """Say what a scan would do."""
    todo = compare_files(database, walk, needs, retry_failed=retry_failed).todo
    with database.read() as connection:
        missing = find_vanished(connection, walk, {file.path for file in walk.files})
    return ScanPlan(
        needs.encoder_id,
        num_found=len(walk.files),
        num_unchanged=len(walk.files) - len(todo),
        to_open=[found.path for found in todo],
        missing=sorted(missing),
        unreadable=unreadable_folders(walk),
    )


def unreadable_folders(walk: Walk) -> list[ScanFinding]:
    """Return what could not be listed or looked at, with the reasons."""
    return [
        ScanFinding(folder, f"expected to be readable, found: {reason}") for folder, reason in walk.unreadable.items()
    ]
