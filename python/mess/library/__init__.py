# SPDX-License-Identifier: MIT
"""A music library on disk: scan folders, find what sounds alike, make playlists.

The catalogue (`catalog.sqlite`) is the truth; everything below `index/` is derived and comes back when deleted.
"""

from __future__ import annotations

from mess.library.care import LibraryStats
from mess.library.duplicates import Duplicate
from mess.library.errors import LibraryBusyError, LibraryDamagedError, LibraryError, TrackNotFoundError
from mess.library.library import Library
from mess.library.m3u8 import M3u8Entry, read_m3u8, write_m3u8
from mess.library.moments import MomentMatch
from mess.library.playlist import Flow, Playlist, PlaylistEntry, PlaylistRules, StepReasons
from mess.library.playlist_files import read_playlist, write_playlist
from mess.library.report import ScanFinding, ScanPlan, ScanProgress, ScanReport
from mess.library.search import SearchMatch
from mess.library.seed import Seed, Weighted
from mess.library.selection import Selection
from mess.library.similar import Match
from mess.library.track import (
    Beats,
    Key,
    KeySegment,
    Loudness,
    SoundingRange,
    Tempo,
    TempoCandidate,
    Track,
    TrackAnalysis,
)

__all__ = [
    "Beats",
    "Duplicate",
    "Flow",
    "Key",
    "KeySegment",
    "Library",
    "LibraryBusyError",
    "LibraryDamagedError",
    "LibraryError",
    "LibraryStats",
    "Loudness",
    "M3u8Entry",
    "Match",
    "MomentMatch",
    "Playlist",
    "PlaylistEntry",
    "PlaylistRules",
    "ScanFinding",
    "ScanPlan",
    "ScanProgress",
    "ScanReport",
    "SearchMatch",
    "Seed",
    "Selection",
    "SoundingRange",
    "StepReasons",
    "Tempo",
    "TempoCandidate",
    "Track",
    "TrackAnalysis",
    "TrackNotFoundError",
    "Weighted",
    "read_m3u8",
    "read_playlist",
    "write_m3u8",
    "write_playlist",
]
