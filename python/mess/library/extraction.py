# SPDX-License-Identifier: MIT
"""What worker threads do with one file: recognise it, and if need be decode and embed it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library.track import analysis_document, clean_tags
from mess.library.walk import FoundFile

MIN_DURATION_SECONDS = 0.5  # shorter audio says too little to be compared, unless a scan is told otherwise


@dataclass(frozen=True)
class Identified:
    """A file whose audio is known by its hash."""

    found: FoundFile
    content_hash: str
    tags: Mapping[str, str]
    codec: str
    container: str


@dataclass(frozen=True)
class Extracted:
    """A file that was decoded and analysed, and embedded where that was asked for."""

    identified: Identified
    columns: Mapping[str, Any]  # of `tracks`
    vector: NDArray[np.float32] | None  # None: nothing worth comparing, the warnings say why; or not asked for
    warnings: list[str]
    frames: mess.Frames | None  # of what has a vector, when they are to be kept


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read."""

    found: FoundFile
    content_hash: str | None  # when it was at least recognised
    reason: str
    is_passing: bool  # the system's fault, not the content's: the next scan may be luckier


@dataclass(frozen=True)
class Extractor:
    """Turns files into what the catalogue stores; its methods may run concurrently."""

    encoder: mess.Encoder
    pooling: str
    min_duration_seconds: float
    limits: mess.DecodeLimits | None
    keeps_frames: bool = False

    def identify(self, found: FoundFile) -> Identified | Unreadable:
        """Read tags and compressed packets; decodes nothing."""
        try:
            info = mess.read_audio_info(found.path)
            content_hash = mess.audio_content_hash(found.path)
        except (mess.Error, OSError, MemoryError) as error:
            return Unreadable(found, None, describe_failure(error, found), is_passing(error, found))
        return Identified(found, content_hash, clean_tags(info.tags), info.codec, info.container)

    def extract(self, identified: Identified, *, embeds: bool = True) -> Extracted | Unreadable:
        """Decode and analyse; embed and pool unless only the analysis is out of date."""
        found = identified.found
        done: mess.Extraction | mess.FileAnalysis
        vector, frames = None, None
        try:
            if embeds:
                done = mess.extract(found.path, encoder=self.encoder, limits=self.limits)
                if self._no_vector_reason(done) is None:
                    vector = mess.pool(done.frames, kind=self.pooling)
                    frames = done.frames if self.keeps_frames else None
            else:
                done = mess.analyze_file(found.path, limits=self.limits)
        except (mess.Error, OSError, MemoryError) as error:
            return Unreadable(found, identified.content_hash, describe_failure(error, found), is_passing(error, found))
        warnings = extraction_warnings(done, min_duration_seconds=self.min_duration_seconds)
        return Extracted(identified, _columns(identified, done), vector, warnings, frames)

    def _no_vector_reason(self, done: mess.Extraction) -> str | None:
        return no_vector_reason(done.summary.duration_seconds, done.analysis.is_silent, self.min_duration_seconds)


def _columns(identified: Identified, done: mess.Extraction | mess.FileAnalysis) -> dict[str, Any]:
    analysis = done.analysis
    return {
        "content_hash": identified.content_hash,
        "codec": identified.codec,
        "container": identified.container,
        "sample_rate_hz": done.summary.sample_rate_hz,
        "num_channels": done.summary.num_channels,
        "duration_seconds": done.summary.duration_seconds,
        "integrated_lufs": analysis.loudness.integrated_lufs,
        "tempo_bpm": analysis.tempo.bpm,
        "musical_key": analysis.key.key.name if analysis.key.key else None,
        "is_silent": analysis.is_silent,
        "analysis_version": mess.analysis_version(),
        "mood": analysis.mood or None,
        "words": list(analysis.words),
        "analysis": analysis_document(analysis),
    }


def extraction_warnings(
    extraction: mess.Extraction | mess.FileAnalysis, *, min_duration_seconds: float = MIN_DURATION_SECONDS
) -> list[str]:
    """Return what is wrong with a file that was read; the last says why its vector is worth nothing, if it is not."""
    reason = no_vector_reason(extraction.summary.duration_seconds, extraction.analysis.is_silent, min_duration_seconds)
    return [*extraction.summary.warnings, *([reason] if reason else [])]


def no_vector_reason(duration_seconds: float, is_silent: bool, min_duration_seconds: float) -> str | None:
    """Say why a track gets no vector; None when it gets one."""
    if duration_seconds < min_duration_seconds:
        return f"too short: expected at least {min_duration_seconds:g} s, found {duration_seconds:.3g} s"
    if is_silent:
        return "silent: expected something above -60 dBFS, found nothing"
    return None


def is_passing(error: BaseException, found: FoundFile) -> bool:
    """Tell whether a file could not be read for a reason that lies outside of it: access, device, memory, a change."""
    if isinstance(error, mess.DecodeError):
        # A DecodeError is an OSError too; these words stand for what the system said, and for nothing else.
        return "expected a readable file, found " in str(error) or _has_changed(found)
    return isinstance(error, (OSError, MemoryError))


def _has_changed(found: FoundFile) -> bool:
    try:
        status = found.path.stat()
    except OSError:
        return True
    return (status.st_size, status.st_mtime_ns) != (found.size, found.mtime_ns)


def describe_failure(error: BaseException, found: FoundFile) -> str:
    """Return an exception's message without the file's name, which is listed beside it."""
    if isinstance(error, MemoryError):
        return "expected enough memory to decode it, found too little"
    message = str(error)
    name = os.fspath(found.path)
    return message.split(f"{name}: ", 1)[-1]
