# SPDX-License-Identifier: MIT
"""Playlists: which tracks, in which order, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass

import mess
from mess.display import html_table, playlist_row
from mess.library.m3u8 import M3u8Entry, write_m3u8
from mess.library.track import Track

MAX_LENGTH = 5_000  # the time to order tracks grows with the square of their number


@dataclass(frozen=True)
class StepReasons:
    """What the cost of a step is made of, as mess.FlowReasons; the parts of the cost add up to it."""

    cosine: float  # of the tail before and this head
    tempo_ratio: float | None  # octave-aware
    key_relation: str | None  # "fifth up"
    loudness_lu: float | None  # above 0: this one is louder
    level_db: float | None  # how it begins against how the one before ends
    timbre_cost: float
    tempo_cost: float
    key_cost: float
    loudness_cost: float
    level_cost: float


@dataclass(frozen=True)
class PlaylistEntry:
    """One track of a playlist."""

    track: Track
    cost: float  # of the step from the track before; 0 for the first
    reason: str
    reasons: StepReasons | None = None  # None for the first


@dataclass(frozen=True)
class Flow:
    """Costs of the steps of an order."""

    mean: float
    p95: float
    worst: float


@dataclass(frozen=True)
class Playlist:
    """Tracks in the order to play them."""

    entries: tuple[PlaylistEntry, ...]
    flow: Flow
    shuffled: Flow  # the same tracks at random
    greedy: Flow  # the same tracks, each time to the nearest left
    gap_shortfall: int = 0  # places that lack between tracks of one artist or album; 0 unless there is no choice

    @property
    def duration_seconds(self) -> float:
        """How long it plays."""
        return sum(entry.track.duration_seconds for entry in self.entries)

    def _repr_html_(self) -> str:
        return html_table([playlist_row(entry) for entry in self.entries])

    @property
    def tracks(self) -> list[Track]:
        """The tracks alone."""
        return [entry.track for entry in self.entries]

    def write(self, path: str | os.PathLike[str], *, relative: bool = False, title: str = "") -> None:
        """Write the playlist as .m3u8, .xspf, .jspf or .json, by the suffix of `path`.

        Args:
            path: the file; an existing one is replaced when it is a playlist by its name.
            relative: write paths as seen from the playlist's folder.
            title: of the list; the file's name without suffix when empty.

        Raises:
            mess.InvalidArgument: another suffix.
            mess.Error: the file cannot be written.
        """
        from mess.library.playlist_files import write_playlist

        write_playlist(self, path, relative=relative, title=title)

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


@dataclass(frozen=True)
class PlaylistRules:
    """How to choose and order; the names are those of mess.order_playlist()."""

    artist_gap: int = 2  # tracks between two of one artist
    album_gap: int = 0  # tracks between two of one album
    max_per_artist: int = 0  # 0: no limit
    max_per_album: int = 0  # 0: no limit
    arc: str | None = None  # of intensity: "flat", "build", "peak" or "cool-down"
    weights: mess.FlowWeights | None = None
    seed: int = 0  # of the search
    time_limit_seconds: float = 0.0  # of the search; 0: none

    def __post_init__(self) -> None:
        """Check what a caller asked for."""
        for name in ("artist_gap", "album_gap", "max_per_artist", "max_per_album", "seed"):
            if getattr(self, name) < 0:
                raise mess.InvalidArgument(f"[library] {name}: expected at least 0, found {getattr(self, name)}")


def playlist_from_order(order: mess.PlaylistOrder, tracks: list[Track]) -> Playlist:
    """Put tracks to the steps of an order."""
    by_id = {track.id: track for track in tracks}
    return Playlist(
        tuple(
            PlaylistEntry(by_id[step.id], step.cost, step.text, _reasons(step.reasons) if number else None)
            for number, step in enumerate(order.steps)
        ),
        flow=_flow(order.flow),
        shuffled=_flow(order.shuffled),
        greedy=_flow(order.greedy),
        gap_shortfall=order.gap_shortfall,
    )


def _flow(summary: mess.FlowSummary) -> Flow:
    return Flow(summary.mean, summary.p95, summary.worst)


def _reasons(reasons: mess.FlowReasons) -> StepReasons:
    return StepReasons(
        cosine=reasons.cosine,
        tempo_ratio=reasons.tempo_ratio,
        key_relation=reasons.key_relation or None,
        loudness_lu=reasons.loudness_lu,
        level_db=reasons.level_db,
        timbre_cost=reasons.timbre_cost,
        tempo_cost=reasons.tempo_cost,
        key_cost=reasons.key_cost,
        loudness_cost=reasons.loudness_cost,
        level_cost=reasons.level_cost,
    )
