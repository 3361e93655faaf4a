# SPDX-License-Identifier: MIT
"""What a scan says, during and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ScanFinding:
    """Something to know about one file: it could not be read (error), or it was read but not whole (warning)."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ScanProgress:
    """How far a scan is; passed to its callback after each file."""

    num_done: int
    num_total: int
    num_failed: int
    audio_seconds: float  # decoded so far
    path: Path  # the file that was finished last


@dataclass(frozen=True)
class ScanPlan:
    """What a scan would do."""

    encoder_id: str
    num_found: int  # audio files found
    num_unchanged: int  # files that would not be opened
    to_open: list[Path]  # new or changed files, those that lack a vector, and those whose analysis is out of date
    missing: list[Path]  # files that would be marked as missing
    unreadable: list[ScanFinding]  # folders that cannot be looked into


@dataclass
class ScanReport:
    """The result of a scan."""

    encoder_id: str
    num_found: int = 0  # audio files found
    num_unchanged: int = 0  # files that did not have to be opened
    num_moved: int = 0  # known audio at a new path, gone from the old one
    num_retagged: int = 0  # files that changed around the same audio
    num_duplicates: int = 0  # known audio at one more path
    num_returned: int = 0  # files that were missing before
    num_missing: int = 0  # files that are missing since this scan
    num_decoded: int = 0  # files whose audio was decoded and embedded
    num_new: int = 0  # tracks the library did not know
    failed: list[ScanFinding] = field(default_factory=list)
    warnings: list[ScanFinding] = field(default_factory=list)
    seconds: float = 0.0  # the scan took
    audio_seconds: float = 0.0  # of decoded audio
