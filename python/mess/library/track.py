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
    range_lu: float | None
    peak_dbfs: float | None  # None for digital silence
    true_peak_dbtp: float | None


@dataclass(frozen=True)
class SoundingRange:
    """First and last moment that can be heard."""

    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class TempoCandidate:
    """The pulse at one metrical level."""

    bpm: float
    strength: float


@dataclass(frozen=True)
class Tempo:
    """Beats per minute, or nothing where nothing repeats."""

    bpm: float | None
    confidence: float  # 0 to 1
    candidates: tuple[TempoCandidate, ...]


@dataclass(frozen=True)
class Beats:
    """Where a foot would tap."""

    beats_seconds: tuple[float, ...]
    downbeats_seconds: tuple[float, ...]
    beats_per_bar: int | None
    downbeat_confidence: float  # 0 to 1


@dataclass(frozen=True)
class KeySegment:
    """The key of a part of a track."""

    start_seconds: float
    end_seconds: float
    key: str
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Key:
    """The key of a track, or nothing where there is none."""

    name: str | None  # as in "F# minor"
    confidence: float  # 0 to 1
    runner_up: str | None
    tuning_cents: float
    segments: tuple[KeySegment, ...]


@dataclass(frozen=True)
class TrackAnalysis:
    """The measurements of a track."""

    duration_seconds: float
    loudness: Loudness
    sounding: SoundingRange
    is_silent: bool
    tempo: Tempo
    beats: Beats
    key: Key
    fade_out_seconds: float | None  # where a fade-out begins; None for a cold end
    energy_dbfs: tuple[float, ...]  # of each second
    onsets_per_second: float
    regularity: float  # 0 to 1
    brightness: float  # 0 to 1
    words: tuple[str, ...]
    mood: str | None


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
    """Turn a mess.Analysis into the JSON document that the catalogue keeps: all but the waveform, which is long."""
    loudness = analysis.loudness
    return {
        "duration_seconds": analysis.duration_seconds,
        "loudness": {
            "integrated_lufs": loudness.integrated_lufs,
            "range_lu": loudness.range_lu,
            "peak_dbfs": _finite_or_none(loudness.peak_dbfs),
            "true_peak_dbtp": _finite_or_none(loudness.true_peak_dbtp),
        },
        "sounding": {
            "start_seconds": analysis.sounding.start_seconds,
            "end_seconds": analysis.sounding.end_seconds,
        },
        "is_silent": analysis.is_silent,
        "tempo": {
            "bpm": analysis.tempo.bpm,
            "confidence": analysis.tempo.confidence,
            "candidates": [{"bpm": c.bpm, "strength": c.strength} for c in analysis.tempo.candidates],
        },
        # Milliseconds are finer than beats can be found: more digits would only be longer.
        "beats": {
            "beats_seconds": [round(second, 3) for second in analysis.beats.beats_seconds],
            "downbeats_seconds": [round(second, 3) for second in analysis.beats.downbeats_seconds],
            "beats_per_bar": analysis.beats.beats_per_bar,
            "downbeat_confidence": analysis.beats.downbeat_confidence,
        },
        "key": _key_document(analysis.key),
        "fade_out_seconds": analysis.fade_out_seconds,
        "energy_dbfs": [round(level, 1) for level in analysis.energy_dbfs.tolist()],
        "onsets_per_second": analysis.onsets_per_second,
        "regularity": analysis.regularity,
        "brightness": analysis.brightness,
        "words": list(analysis.words),
        "mood": analysis.mood or None,
    }


def _key_document(estimate: Any) -> dict[str, Any]:
    return {
        "name": estimate.key.name if estimate.key else None,
        "confidence": estimate.confidence,
        "runner_up": estimate.runner_up.name if estimate.runner_up else None,
        "tuning_cents": estimate.tuning_cents,
        "segments": [
            {
                "start_seconds": segment.start_seconds,
                "end_seconds": segment.end_seconds,
                "key": segment.key.name,
                "confidence": segment.confidence,
            }
            for segment in estimate.segments
        ],
    }


def _finite_or_none(level: float) -> float | None:
    """JSON has no infinity: digital silence has no peak."""
    return None if level == float("-inf") else level


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
    tempo, beats, key = document["tempo"], document["beats"], document["key"]
    simple = (
        "duration_seconds",
        "is_silent",
        "fade_out_seconds",
        "onsets_per_second",
        "regularity",
        "brightness",
        "mood",
    )
    return TrackAnalysis(
        loudness=Loudness(**document["loudness"]),
        sounding=SoundingRange(**document["sounding"]),
        tempo=Tempo(
            bpm=tempo["bpm"],
            confidence=tempo["confidence"],
            candidates=tuple(TempoCandidate(**candidate) for candidate in tempo["candidates"]),
        ),
        beats=Beats(
            beats_seconds=tuple(beats["beats_seconds"]),
            downbeats_seconds=tuple(beats["downbeats_seconds"]),
            beats_per_bar=beats["beats_per_bar"],
            downbeat_confidence=beats["downbeat_confidence"],
        ),
        key=Key(**{**key, "segments": tuple(KeySegment(**segment) for segment in key["segments"])}),
        energy_dbfs=tuple(document["energy_dbfs"]),
        words=tuple(document["words"]),
        **{name: document[name] for name in simple},
    )


def _clean_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()
