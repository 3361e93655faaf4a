# SPDX-License-Identifier: MIT
"""Finds the candidates of a playlist in a library and has them chosen and ordered."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mess
from mess.albums import album_identity
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError
from mess.library.playlist import MAX_LENGTH, Playlist, PlaylistEntry, PlaylistRules, PlaylistSize, playlist_from_order
from mess.library.seed import Seed, mean_direction
from mess.library.selection import Selection
from mess.library.similar import find_similar
from mess.library.track import Track
from mess.library.track_table import TrackTableCache

CANDIDATES_PER_TRACK = 10  # of the list: 500 for 50
MIN_CANDIDATES = 64
MAX_CANDIDATES = 1_000  # beyond the tracks that are asked for
RADIO_STRETCH = 10  # tracks that a radio plans at once
PATH_WAYPOINTS = 8  # places between both ends whose neighbours are candidates


class PlaylistMaker:
    """Makes playlists from the vectors of one encoder."""

    def __init__(
        self, database: Database, index: mess.VectorIndex, tables: TrackTableCache, selection: Selection
    ) -> None:
        """Use the tracks of `index` that the selection's filter lets in."""
        self._database = database
        self._index = index
        self._tables = tables
        self._selection = selection

    def from_seeds(
        self, seeds: Sequence[Seed], size: PlaylistSize, rules: PlaylistRules, *, excluded: Collection[int] = ()
    ) -> Playlist:
        """Make a list that begins with the first seed of the library and holds them all.

        Raises:
            mess.InvalidArgument: more seeds than the length.
            LibraryError: nothing is left to play.
        """
        required = {seed.track.id: seed.track for seed in seeds if seed.track and not seed.track.is_missing}
        _check_fits(len(required), size)
        direction = mean_direction([seed.vector for seed in seeds])
        known = {seed.track.id for seed in seeds if seed.track} | set(excluded)
        tracks = [*required.values(), *self._near([direction], size, known, len(required))]
        if not tracks:
            raise LibraryError("[library] playlist: expected tracks to play, found only missing ones")
        return self._order(tracks, size, rules, direction=direction, first_id=tracks[0].id, required_ids=list(required))

    def path(
        self, first: Track, last: Track, size: PlaylistSize, rules: PlaylistRules, *, excluded: Collection[int] = ()
    ) -> Playlist:
        """Make a list that leads evenly from one track to another.

        Raises:
            mess.InvalidArgument: the same track twice, or a length below 2.
        """
        if first.id == last.id:
            raise mess.InvalidArgument("[library] to: expected another track than the first, found the same")
        _check_fits(2, size)
        ends = self._vectors([first, last])
        shares = np.linspace(0, 1, PATH_WAYPOINTS + 2, dtype=np.float32)
        waypoints = [_unit((1 - share) * ends[0] + share * ends[1], ends[0]) for share in shares]
        tracks = [first, last, *self._near(waypoints, size, {first.id, last.id, *excluded}, 2)]
        return self._order(tracks, size, rules, first_id=first.id, last_id=last.id, is_path=True)

    def extend(
        self,
        played: Sequence[Track],
        size: PlaylistSize,
        rules: PlaylistRules,
        *,
        excluded: Collection[int] = (),
        anchors: Sequence[NDArray[np.float32]] = (),
    ) -> Playlist:
        """Make the list of what follows after these tracks, none of them again.

        It is near to the anchors (without any: to all that was played), and flows on from the last track played, which
        is its first entry.
        """
        gap = max(rules.artist_gap - 1, 0)
        recent = {track.artist for track in played[-1 - gap : -1]} - {None} if gap else set()
        direction = mean_direction(list(anchors) or list(self._vectors(played)))
        known = {track.id for track in played} | set(excluded)
        size = replace(size, length=None if size.length is None else size.length + 1)
        found = self._near([direction], size, known, 1)
        fresh = [track for track in found if track.artist not in recent]
        tracks = [played[-1], *(fresh if len(fresh) >= len(found) / 2 else found)]
        return self._order(tracks, size, rules, direction=direction, first_id=played[-1].id)

    def radio(
        self, seeds: Sequence[Seed], rules: PlaylistRules, *, excluded: Collection[int] = ()
    ) -> Iterator[PlaylistEntry]:
        """Yield entries until everything was played: stretch after stretch, each flowing on from the one before."""
        stretch = PlaylistSize(RADIO_STRETCH, None)
        made = self.from_seeds(seeds[:RADIO_STRETCH], stretch, rules, excluded=excluded)
        played = made.tracks
        yield from made.entries
        while len(made.entries) > 1:
            made = self.extend(played, stretch, rules, excluded=excluded, anchors=[seed.vector for seed in seeds])
            played += made.tracks[1:]
            yield from made.entries[1:]

    def reorder(self, tracks: Sequence[Track], rules: PlaylistRules, *, keeps_first: bool) -> Playlist:
        """Put a list in an order that flows; nothing comes in or is left out."""
        unique = list({track.id: track for track in tracks}.values())
        if len(unique) > MAX_LENGTH:
            raise mess.InvalidArgument(f"[library] tracks: expected at most {MAX_LENGTH}, found {len(unique)}")
        rules = replace(rules, max_per_artist=0, max_per_album=0)
        size = PlaylistSize(len(unique), None)
        if keeps_first:
            return self._order(unique, size, rules, first_id=unique[0].id)
        return self._order(unique, size, rules)

    def describe(self, tracks: Sequence[Track]) -> Playlist:
        """Say how well a list flows as it is."""
        unique = list({track.id: track for track in tracks}.values())
        return playlist_from_order(mess.describe_order(**self._columns(unique, None)), unique)

    def _near(
        self, directions: Sequence[NDArray[np.float32]], size: PlaylistSize, known: Collection[int], num_known: int
    ) -> list[Track]:
        """Return candidates near to the directions, nearest first, enough to choose from."""
        wanted = size.length or 0
        while True:
            count = max(MIN_CANDIDATES, min(CANDIDATES_PER_TRACK * wanted, wanted + MAX_CANDIDATES))
            each = -(-count // len(directions))
            found: dict[int, Track] = {}
            for direction in directions:
                for match in find_similar(
                    self._database,
                    self._index,
                    direction,
                    k=each,
                    seed_ids=known,
                    selection=self._selection,
                    tables=self._tables,
                ):
                    found.setdefault(match.track.id, match.track)
            tracks = list(found.values())
            if size.minutes is None or each >= self._index.size or num_known + len(tracks) >= MAX_LENGTH:
                return tracks
            seconds = sum(track.duration_seconds for track in tracks)
            estimate = 60 * size.minutes * len(tracks) / seconds if seconds else math.inf
            if estimate <= wanted or wanted >= MAX_LENGTH:
                return tracks
            wanted = math.ceil(min(estimate, MAX_LENGTH))

    def _order(
        self,
        tracks: Sequence[Track],
        size: PlaylistSize,
        rules: PlaylistRules,
        *,
        direction: NDArray[np.float32] | None = None,
        **options: Any,
    ) -> Playlist:
        order = mess.order_playlist(
            **self._columns(tracks, direction),
            length=min(size.length or len(tracks), MAX_LENGTH),
            total_seconds=0.0 if size.minutes is None else min(60 * size.minutes, 1e12),
            artist_gap=min(rules.artist_gap, len(tracks)),  # a larger one says no more
            album_gap=min(rules.album_gap, len(tracks)),
            max_per_artist=min(rules.max_per_artist, len(tracks)),
            max_per_album=min(rules.max_per_album, len(tracks)),
            arc=rules.arc,
            weights=rules.weights,
            seed=rules.seed,
            time_limit_seconds=rules.time_limit_seconds,
            **options,
        )
        return playlist_from_order(order, list(tracks))

    def _vectors(self, tracks: Sequence[Track]) -> NDArray[np.float32]:
        with self._database.read() as connection:
            ids, vectors = catalogue.read_vectors(connection, self._index.encoder_id, [track.id for track in tracks])
        rows = dict(zip(ids.tolist(), vectors, strict=True))
        for track in tracks:
            if track.id not in rows:
                raise LibraryError(
                    f"[library] {track.label}: expected a vector of {self._index.encoder_id}, found none"
                )
        return np.stack([rows[track.id] for track in tracks])

    def _columns(self, tracks: Sequence[Track], direction: NDArray[np.float32] | None) -> dict[str, Any]:
        vectors = self._vectors(tracks)
        analyses = [track.analysis for track in tracks]
        levels = [
            mess.edge_levels(
                np.array(a.energy_dbfs, dtype=np.float32), a.sounding.start_seconds, a.sounding.end_seconds
            )
            for a in analyses
        ]
        return {
            "ids": np.array([track.id for track in tracks], dtype=np.int64),
            "vectors": vectors,
            "loudness_lufs": [a.loudness.integrated_lufs for a in analyses],
            "head_level_dbfs": [head for head, _ in levels],
            "tail_level_dbfs": [tail for _, tail in levels],
            "intensity": [
                mess.track_intensity(_or_nan(a.loudness.integrated_lufs), a.onsets_per_second, a.brightness)
                for a in analyses
            ],
            "tempo_bpm": [a.tempo.bpm for a in analyses],
            "tempo_confidence": [a.tempo.confidence for a in analyses],
            "keys": [a.key.name for a in analyses],
            "key_confidence": [a.key.confidence for a in analyses],
            "duration_seconds": [track.duration_seconds for track in tracks],
            "relevance": None if direction is None else vectors @ direction,
            "artists": [track.artist for track in tracks],
            "albums": [album_identity(track.album, track.album_artist or track.artist) for track in tracks],
        }


def _unit(vector: NDArray[np.float32], otherwise: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 1e-6 else otherwise


def _check_fits(num_required: int, size: PlaylistSize) -> None:
    if size.length is not None and num_required > size.length:
        raise mess.InvalidArgument(
            f"[library] length: expected at least as many tracks as seeds ({num_required}), found {size.length}"
        )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
