# SPDX-License-Identifier: MIT
"""A track of the library, as callers see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

TAG_COLUMNS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "album_artist": "album_artist",
    "genre": "genre",
    "date": "date",
    "track_number": "track",
}


@dataclass(frozen=True)
class Loudness:
    """How loud a track is; see mess.Analysis."""

    integrated_lufs: float | None
    peak_dbfs: float | None  # None for digital silence


@dataclass(frozen=True)
class SoundingRange:
    """First and last moment that can be heard."""

    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class TrackAnalysis:
    """The measurements of a track."""

    duration_seconds: float
    loudness: Loudness
    sounding: SoundingRange
    is_silent: bool


@dataclass(frozen=True)
class Track:
    """One piece of audio, in one file or in several files with the same audio."""

    id: int
    path: Path  # the first of `paths`; where the track was last when it is missing
    paths: tuple[Path, ...]  # all files that are there now, sorted
    content_hash: str
    title: str | None
    artist: str | None
    album: str | None
    album_artist: str | None
    genre: str | None
    date: str | None
    track_number: str | None
    tags: Mapping[str, str]
    duration_seconds: float
    codec: str
    container: str
    sample_rate_hz: int
    num_channels: int
    analysis: TrackAnalysis
    added_at: datetime

    @property
    def is_missing(self) -> bool:
        """Whether none of its files was there at the last scan."""
        return not self.paths

    @property
    def display_title(self) -> str:
        """The title, or the file's name without suffix when there is none."""
        return self.title or self.path.stem

    @property
    def label(self) -> str:
        """Artist and title, as far as they are known."""
        return f"{self.artist} - {self.display_title}" if self.artist else self.display_title


def analysis_document(analysis: Any) -> dict[str, Any]:
    """Turn a mess.Analysis into the JSON document that the catalogue keeps."""
    loudness = analysis.loudness
    return {
        "duration_seconds": analysis.duration_seconds,
        # JSON has no infinity: digital silence has no peak.
        "loudness": {
            "integrated_lufs": loudness.integrated_lufs,
            "peak_dbfs": None if loudness.peak_dbfs == float("-inf") else loudness.peak_dbfs,
        },
        "sounding": {
            "start_seconds": analysis.sounding.start_seconds,
            "end_seconds": analysis.sounding.end_seconds,
        },
        "is_silent": analysis.is_silent,
    }


def clean_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Drop empty tags and what a database or JSON cannot hold."""
    cleaned = {key: _clean_text(value) for key, value in sorted(tags.items())}
    return {key: value for key, value in cleaned.items() if value}


def tag_columns(tags: Mapping[str, str]) -> dict[str, str | None]:
    """Pick the tags that have columns of their own."""
    return {column: tags.get(tag) for column, tag in TAG_COLUMNS.items()}


def track_from_row(row: RowMapping, files: list[tuple[Path, bool]]) -> Track:
    """Build a track from its row and its files.

    Args:
        row: one row of `tracks`.
        files: path and is_missing of each of its files.
    """
    present = tuple(sorted(path for path, is_missing in files if not is_missing))
    columns = {
        name: row[name]
        for name in (
            *TAG_COLUMNS,
            "id",
            "content_hash",
            "tags",
            "duration_seconds",
            "codec",
        )
    }
    return Track(
        path=present[0] if present else min(path for path, _ in files),
        paths=present,
        container=row["container"],
        sample_rate_hz=row["sample_rate_hz"],
        num_channels=row["num_channels"],
        analysis=_analysis_from_document(row["analysis"]),
        added_at=row["added_at"].replace(tzinfo=timezone.utc),
        **columns,
    )


def _analysis_from_document(document: Mapping[str, Any]) -> TrackAnalysis:
    return TrackAnalysis(
        duration_seconds=document["duration_seconds"],
        loudness=Loudness(**document["loudness"]),
        sounding=SoundingRange(**document["sounding"]),
        is_silent=document["is_silent"],
    )


def _clean_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()
