# SPDX-License-Identifier: MIT
"""A scan: compare folders with the catalogue, do what is missing, write it down in small transactions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.extraction import (
    Extracted,
    Extractor,
    Identified,
    Unreadable,
)
from mess.library.pipeline import Pipeline
from mess.library.plan import Needs, compare_files, unreadable_folders
from mess.library.report import ScanFinding, ScanProgress, ScanReport
from mess.library.scan_writer import Embedded, Failed, Outcome, Placed, ScanWriter
from mess.library.walk import FoundFile, Walk

MAX_OUTCOMES = 16  # a crash loses at most these,
MAX_DELAY_SECONDS = 1.0  # and at most what was done in this time


class Scan:
    """One run over one walk; the catalogue must be locked against other scans."""

    def __init__(
        self,
        database: Database,
        walk: Walk,
        extractor: Extractor,
        *,
        encoder_id: str,
        workers: int,
        retry_failed: bool,
        frame_store: mess.FrameStore | None,
        progress: Callable[[ScanProgress], None] | None,
    ) -> None:
        """Prepare; run() does the work."""
        self._database = database
        self._walk = walk
        self._extractor = replace(extractor, keeps_frames=frame_store is not None)
        self._needs = Needs(encoder_id, extractor.min_duration_seconds, frame_store)
        self._encoder_id = encoder_id
        self._workers = workers
        self._retry_failed = retry_failed
        self._progress = progress
        self._report = ScanReport(encoder_id, num_found=len(walk.files))
        found_paths = {file.path for file in walk.files}
        self._writer = ScanWriter(database, encoder_id, self._report, found_paths, frame_store)
        # Audio being decoded or waiting to be written: more files with the same audio, to be placed with it.
        self._claimed: dict[str, list[Identified]] = {}
        self._outcomes: list[Outcome] = []
        self._oldest_outcome_at = 0.0
        self._num_done = 0
        self._num_failed = 0
        self._passing_failures: dict[Path, str] = {}

    def run(self) -> ScanReport:
        """Scan; on KeyboardInterrupt what is done is kept and the exception goes on."""
        started = time.monotonic()
        compared = compare_files(self._database, self._walk, self._needs, retry_failed=self._retry_failed)
        self._report.num_unchanged = self._num_done = len(self._walk.files) - len(compared.todo)
        self._writer.mark_returned(compared.returned)
        self._writer.reserve_ids(compared.todo)
        pipeline: Pipeline[Identified | Extracted | Unreadable] = Pipeline(self._workers)
        try:
            self._process(compared.todo, pipeline)
        finally:
            # What is done is written before the wait for what is under way.
            self._flush()
            pipeline.stop()
        self._writer.finish(self._walk)
        self._add_findings()
        self._report.seconds = time.monotonic() - started
        return self._report

    def _process(
        self,
        todo: list[FoundFile],
        pipeline: Pipeline[Identified | Extracted | Unreadable],
    ) -> None:
        for found in todo:
            while pipeline.is_full():
                self._take(pipeline)
            pipeline.submit(partial(self._extractor.identify, found))
        while pipeline.num_under_way:
            self._take(pipeline)

    def _take(self, pipeline: Pipeline[Identified | Extracted | Unreadable]) -> None:
        result = pipeline.take(MAX_DELAY_SECONDS)
        if isinstance(result, Identified):
            self._decide(result, pipeline)
        elif isinstance(result, Extracted):
            self._add(
                Embedded(result, self._claimed[result.identified.content_hash]),
                result.identified.found,
            )
        elif isinstance(result, Unreadable):
            self._fail(result, pipeline)
        is_late = time.monotonic() - self._oldest_outcome_at > MAX_DELAY_SECONDS
        if len(self._outcomes) >= MAX_OUTCOMES or (self._outcomes and is_late):
            self._flush()

    def _decide(
        self,
        identified: Identified,
        pipeline: Pipeline[Identified | Extracted | Unreadable],
    ) -> None:
        """Place audio that is known; have the rest decoded, each audio once."""
        if identified.content_hash in self._claimed:
            self._claimed[identified.content_hash].append(identified)
            self._advance(identified.found)
            return
        with self._database.read() as connection:
            track = catalogue.find_track_by_hash(connection, identified.content_hash, self._encoder_id)
        if track is None or self._needs.wants_work(track):
            self._claimed[identified.content_hash] = []
            embeds = track is None or self._needs.is_incomplete(track)
            pipeline.submit(partial(self._extractor.extract, identified, embeds=embeds))
        else:
            self._add(Placed(identified, track.id), identified.found)

    def _fail(
        self,
        failure: Unreadable,
        pipeline: Pipeline[Identified | Extracted | Unreadable],
    ) -> None:
        waiting = self._claimed.pop(failure.content_hash, []) if failure.content_hash else []
        if waiting:
            # Another file with the same packets may be readable where this one is not: it may have vanished.
            self._claimed[waiting[0].content_hash] = waiting[1:]
            pipeline.submit(partial(self._extractor.extract, waiting[0]))
            self._num_done -= 1
        self._num_failed += 1
        if failure.is_passing:
            # Said, but not remembered: the file may be as good as ever.
            self._passing_failures[failure.found.path] = failure.reason
            self._advance(failure.found)
        else:
            self._add(Failed(failure.found, failure.reason), failure.found)

    def _add(self, outcome: Outcome, found: FoundFile) -> None:
        if not self._outcomes:
            self._oldest_outcome_at = time.monotonic()
        self._outcomes.append(outcome)
        if isinstance(outcome, Embedded):
            self._report.num_decoded += 1
            self._report.audio_seconds += outcome.extracted.columns["duration_seconds"]
        self._advance(found)

    def _advance(self, found: FoundFile) -> None:
        self._num_done += 1
        if self._progress is not None:
            report = self._report
            self._progress(
                ScanProgress(
                    self._num_done,
                    report.num_found,
                    self._num_failed,
                    report.audio_seconds,
                    found.path,
                )
            )

    def _flush(self) -> None:
        # Forgotten only once written: after an interruption in between, writing again changes nothing.
        self._writer.write(self._outcomes)
        for outcome in self._outcomes:
            if isinstance(outcome, Embedded):
                self._claimed.pop(outcome.extracted.identified.content_hash, None)
        self._outcomes = []

    def _add_findings(self) -> None:
        found = {file.path for file in self._walk.files}
        passing = self._passing_failures
        with self._database.read() as connection:
            for path, kind, reason in catalogue.read_findings(connection):
                if path in found and path not in passing:
                    findings = self._report.failed if kind == "error" else self._report.warnings
                    findings.append(ScanFinding(path, reason))
        self._report.failed += [ScanFinding(path, reason) for path, reason in passing.items()]
        self._report.failed.sort(key=lambda finding: finding.path)
        self._report.warnings += unreadable_folders(self._walk)


def open_extractor(
    encoder: str,
    pooling: str,
    min_duration_seconds: float,
    limits: mess.DecodeLimits | None,
) -> tuple[Extractor, str]:
    """Open an encoder for a scan; returns the extractor and the id of the vectors it makes.

    Raises:
        mess.ModelError: there is no such encoder.
        mess.InvalidArgument: there is no such pooling, or the duration is negative.
    """
    if not 0 <= min_duration_seconds < math.inf:
        raise mess.InvalidArgument(f"[scan] min_duration_seconds: expected 0 or more, found {min_duration_seconds}")
    opened = mess.Encoder.open(encoder)
    encoder_id = mess.pooled_id(opened, kind=pooling)
    return Extractor(opened, encoder_id.pooling, min_duration_seconds, limits), str(encoder_id)
