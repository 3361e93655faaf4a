# SPDX-License-Identifier: MIT
"""Playlists of a library: from seeds, along a path, reordered, extended, endless."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import mess
from mess.library.playlist import Playlist, PlaylistEntry, PlaylistRules, PlaylistSize
from mess.library.playlist_maker import PlaylistMaker
from mess.library.queries import LibraryQueries
from mess.library.seed import AnyQuery, Query, Seed, as_list, one_encoder_id
from mess.library.selection import Selection
from mess.library.track import Track


class LibraryPlaylists(LibraryQueries):
    """The part of a Library that makes playlists."""

    def playlist(
        self,
        seeds: Query | Seed | Sequence[Query | Seed],
        *,
        to: Query | Seed | None = None,
        length: int | None = None,
        minutes: float | None = None,
        encoder: str | None = None,
        where: str = "",
        excluded: Collection[int] = (),
        rules: PlaylistRules | None = None,
    ) -> Playlist:
        """Make a playlist of tracks near to the seeds that flows: chosen and ordered at once (mess.order_playlist).

        It begins with the first seed that is in the library (with a near track when none is) and holds them all; with
        `to` it leads evenly from the one seed to that track.

        Args:
            seeds: one query or several, as for resolve().
            to: the last track.
            length: tracks in all, seeds included, at most 5,000; 20 when neither this nor `minutes` is given.
            minutes: as many tracks as fill this time, at most 5,000.
            encoder: a name or an id; that of the last scan when None.
            where: a filter; only tracks that fit it may join the seeds.
            excluded: ids of tracks that must not come in.
            rules: gaps, limits, arc and weights.

        Raises:
            As resolve(); mess.InvalidArgument for a bad length, no seeds, more seeds than the length, or resolved seeds
            of different encoders.
        """
        size = PlaylistSize.checked(length, minutes)
        resolved = self._resolve_all(seeds, encoder)
        maker = self._maker(resolved[0].encoder_id, where)
        if to is None:
            return maker.from_seeds(resolved, size, rules or PlaylistRules(), excluded=excluded)
        ends = [*resolved, self.resolve(to, encoder=encoder)]
        tracks = [seed.track for seed in ends if seed.track and not seed.track.is_missing]
        if len(ends) != 2 or len(tracks) != 2:
            raise mess.InvalidArgument(
                f"[library] path: expected two tracks of the library, found {len(tracks)} among {len(ends)} queries"
            )
        return maker.path(tracks[0], tracks[1], size, rules or PlaylistRules(), excluded=excluded)

    def reorder(
        self,
        tracks: Sequence[Query | Seed],
        *,
        keeps_first: bool = False,
        encoder: str | None = None,
        rules: PlaylistRules | None = None,
    ) -> Playlist:
        """Put a list of tracks in an order that flows; nothing comes in or is left out, but what is there twice.

        Args:
            tracks: of the library, as for resolve().
            keeps_first: begin with the same track.
            encoder: a name or an id; that of the last scan when None.
            rules: gaps, arc and weights; limits do not apply.

        Raises:
            As resolve(); mess.InvalidArgument for a file outside the library.
        """
        found, encoder_id = self._known_tracks(tracks, encoder)
        return self._maker(encoder_id).reorder(found, rules or PlaylistRules(), keeps_first=keeps_first)

    def extend(
        self,
        tracks: Sequence[Query | Seed],
        *,
        length: int | None = None,
        minutes: float | None = None,
        encoder: str | None = None,
        where: str = "",
        excluded: Collection[int] = (),
        rules: PlaylistRules | None = None,
    ) -> Playlist:
        """Return what to play after a list of tracks; its first entry is the last track of the list.

        Args:
            tracks: of the library, as for resolve(); none of them comes again.
            length: how many more; 20 when neither this nor `minutes` is given.
            minutes: how much more.
            encoder: a name or an id; that of the last scan when None.
            where: a filter; only tracks that fit it may join the seeds.
            excluded: ids of tracks that must not come in.
            rules: gaps, limits, arc and weights.

        Raises:
            As reorder().
        """
        size = PlaylistSize.checked(length, minutes)
        found, encoder_id = self._known_tracks(tracks, encoder)
        return self._maker(encoder_id, where).extend(found, size, rules or PlaylistRules(), excluded=excluded)

    def radio(
        self,
        seeds: Query | Seed | Sequence[Query | Seed],
        *,
        encoder: str | None = None,
        where: str = "",
        excluded: Collection[int] = (),
        rules: PlaylistRules | None = None,
    ) -> Iterator[PlaylistEntry]:
        """Yield tracks without end, until everything was played: near to the seeds, flowing, none twice.

        Args:
            seeds: one query or several, as for resolve().
            encoder: a name or an id; that of the last scan when None.
            where: a filter; only tracks that fit it may join the seeds.
            excluded: ids of tracks that must not come, such as those played yesterday.
            rules: gaps, limits (for each stretch of ten), arc and weights.

        Raises:
            As playlist().
        """
        resolved = self._resolve_all(seeds, encoder)
        return self._maker(resolved[0].encoder_id, where).radio(resolved, rules or PlaylistRules(), excluded=excluded)

    def describe(self, tracks: Sequence[Query | Seed], *, encoder: str | None = None) -> Playlist:
        """Say how well a list of tracks flows as it is, step by step. Arguments and errors as reorder()."""
        found, encoder_id = self._known_tracks(tracks, encoder)
        return self._maker(encoder_id).describe(found)

    def _resolve_all(self, queries: AnyQuery | Sequence[AnyQuery], encoder: str | None) -> list[Seed]:
        weighted = as_list(queries)
        if any(one.weight != 1.0 for one in weighted):
            raise mess.InvalidArgument("[library] seeds: expected seeds that count alike, found weights")
        resolved = [self.resolve(one.query, encoder=encoder) for one in weighted]
        one_encoder_id(resolved)
        return resolved

    def _known_tracks(self, queries: Sequence[Query | Seed], encoder: str | None) -> tuple[list[Track], str]:
        seeds = self._resolve_all(queries, encoder)
        for seed in seeds:
            if seed.track is None:
                raise mess.InvalidArgument(
                    f"[library] {seed.label}: expected a track of the library, found another seed"
                )
        return [seed.track for seed in seeds if seed.track], seeds[0].encoder_id

    def _maker(self, encoder_id: str, where: str = "") -> PlaylistMaker:
        index = self._vectors.index(encoder_id)
        return PlaylistMaker(self._database, index, self._tables, Selection(where=where))
