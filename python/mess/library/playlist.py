# SPDX-License-Identifier: MIT
"""Playlists: which tracks, in which order, and why."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import mess
from mess.display import html_table, playlist_row
from mess.library.m3u8 import M3u8Entry, write_m3u8
from mess.library.similar import Match
from mess.library.track import Track

MAX_LENGTH = 5_000  # the time to order tracks grows with the square of their number


@dataclass(frozen=True)
class PlaylistEntry:
    """One track of a playlist."""

    track: Track
    cost: float  # of the step from the track before; 0 for the first
    reason: str


@dataclass(frozen=True)
class Playlist:
    """Tracks in the order to play them."""

    entries: tuple[PlaylistEntry, ...]

    @property
    def duration_seconds(self) -> float:
        """How long it plays."""
        return sum(entry.track.duration_seconds for entry in self.entries)

    def _repr_html_(self) -> str:
        return html_table([playlist_row(entry) for entry in self.entries])

    def write_m3u8(self, path: str | os.PathLike[str], *, relative: bool = False) -> None:
        """Write the playlist for a player; see mess.library.write_m3u8."""
        lines = [M3u8Entry(entry.track.path, entry.track.duration_seconds, entry.track.label) for entry in self.entries]
        write_m3u8(path, lines, relative=relative)


@dataclass(frozen=True)
class PlaylistSize:
    """When a playlist is long enough: by tracks, or by time (then the last track may pass it)."""

    length: int | None
    minutes: float | None

    @classmethod
    def checked(cls, length: int | None, minutes: float | None) -> PlaylistSize:
        """Check what a caller asked for; 20 tracks when nothing."""
        if length is not None and minutes is not None:
            raise mess.InvalidArgument("[library] playlist: expected either length or minutes, found both")
        if length is not None and not 1 <= length <= MAX_LENGTH:
            raise mess.InvalidArgument(f"[library] length: expected 1 to {MAX_LENGTH}, found {length}")
        if minutes is not None and not 0 < minutes < float("inf"):
            raise mess.InvalidArgument(f"[library] minutes: expected a positive number, found {minutes}")
        return cls(20 if length is None and minutes is None else length, minutes)

    def reached(self, tracks: Sequence[Track]) -> bool:
        """Tell whether these tracks are enough."""
        if self.length is not None:
            return len(tracks) >= self.length
        assert self.minutes is not None
        return len(tracks) >= MAX_LENGTH or sum(track.duration_seconds for track in tracks) >= 60 * self.minutes

    def expected_length(self, tracks: Sequence[Track]) -> int:
        """Return about how many tracks it takes, if they are as long as these."""
        if self.length is not None:
            return self.length
        assert self.minutes is not None
        seconds = sum(track.duration_seconds for track in tracks)
        return max(1, round(min(MAX_LENGTH, 60 * self.minutes * len(tracks) / seconds))) if seconds else 1


def choose_tracks(
    seeds: Sequence[Track],
    candidates: Sequence[Match],
    size: PlaylistSize,
    *,
    artist_gap: int,
) -> list[Track]:
    """Choose the seeds and the nearest candidates until there is enough.

    No artist gets more tracks than can be kept `artist_gap` tracks apart, as long as others are left.
    """
    chosen = list(seeds)
    postponed: list[Track] = []
    expected_length = size.expected_length([*seeds, *(match.track for match in candidates)])
    # Of n tracks, ceil(n / (gap + 1)) can be kept apart.
    max_per_artist = -(-expected_length // (artist_gap + 1))
    of_artist = Counter(track.artist for track in chosen)
    for match in candidates:
        if size.reached(chosen):
            return chosen
        artist = match.track.artist
        if artist is not None and of_artist[artist] >= max_per_artist:
            postponed.append(match.track)
            continue
        of_artist[artist] += 1
        chosen.append(match.track)
    for track in postponed:
        if size.reached(chosen):
            break
        chosen.append(track)
    return chosen


def order_tracks(
    tracks: Sequence[Track],
    vectors: NDArray[np.float32],
    *,
    loudness_weight: float,
    artist_gap: int,
    length: int,
) -> Playlist:
    """Order tracks so that they flow, the first one first.

    Args:
        tracks: what to play.
        vectors: (n, dim) unit length, one row per track.
        loudness_weight: cost per LU of level difference.
        artist_gap: an artist does not return within so many tracks, while others are left.
        length: how many of the tracks to play.
    """
    loudness = [track.analysis.loudness.integrated_lufs for track in tracks]
    steps = mess.order_playlist(
        np.array([track.id for track in tracks], dtype=np.int64),
        vectors,
        start_id=tracks[0].id,
        length=length,
        loudness_lufs=[math.nan if lufs is None else lufs for lufs in loudness],
        artists=[track.artist or "" for track in tracks],
        loudness_weight=loudness_weight,
        artist_gap=artist_gap,
    )
    by_id = {track.id: track for track in tracks}
    return Playlist(tuple(PlaylistEntry(by_id[step.id], step.cost, step.reason) for step in steps))
