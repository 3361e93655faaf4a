# SPDX-License-Identifier: MIT
"""What a mix needs to know of a track, from its analysis or from a library."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import mess
from mess.albums import album_identity

if TYPE_CHECKING:
    from mess.library import Track


def mix_track(path: str | os.PathLike[str]) -> mess.MixTrack:
    """Analyze a file for mess.plan_mix().

    Raises:
        mess.DecodeError: the file cannot be read.
        mess.InvalidArgument: nothing sounds in it.
    """
    analysis = mess.analyze_file(path).analysis
    tags = mess.read_audio_info(path).tags
    return mess.MixTrack(
        path,
        duration_seconds=analysis.duration_seconds,
        sounding_start_seconds=analysis.sounding.start_seconds,
        sounding_end_seconds=analysis.sounding.end_seconds,
        fade_out_seconds=analysis.fade_out_seconds,
        loudness_lufs=analysis.loudness.integrated_lufs,
        beats_seconds=analysis.beats.beats_seconds,
        downbeats_seconds=analysis.beats.downbeats_seconds,
        beats_per_bar=analysis.beats.beats_per_bar,
        key=analysis.key.key.name if analysis.key.key else None,
        key_confidence=analysis.key.confidence,
        title=tags.get("title", "") or os.path.splitext(os.path.basename(path))[0],  # noqa: PTH119, PTH122
        artist=tags.get("artist", ""),
        album=album_identity(tags.get("album"), tags.get("album_artist") or tags.get("artist")) or "",
        track_number=_track_number(tags.get("track")),
    )


def mix_track_of(track: Track) -> mess.MixTrack:
    """Take what a library knows of a track; nothing is decoded.

    Raises:
        mess.InvalidArgument: its file is missing.
    """
    if track.is_missing:
        raise mess.InvalidArgument(f"[mix] {track.label}: expected a file that is there, found it missing")
    analysis = track.analysis
    return mess.MixTrack(
        track.path,
        duration_seconds=track.duration_seconds,
        sounding_start_seconds=analysis.sounding.start_seconds,
        sounding_end_seconds=analysis.sounding.end_seconds,
        fade_out_seconds=analysis.fade_out_seconds,
        loudness_lufs=analysis.loudness.integrated_lufs,
        beats_seconds=analysis.beats.beats_seconds,
        downbeats_seconds=analysis.beats.downbeats_seconds,
        beats_per_bar=analysis.beats.beats_per_bar,
        key=analysis.key.name,
        key_confidence=analysis.key.confidence,
        title=track.display_title,
        artist=track.artist or "",
        album=album_identity(track.album, track.album_artist or track.artist) or "",
        track_number=_track_number(track.track_number),
    )


def _track_number(tag: str | None) -> int:
    """Read "3" or "3/12"; 0 for anything else."""
    found = re.match(r"\s*(\d{1,4})\b", tag or "")
    return int(found[1]) if found else 0
