# SPDX-License-Identifier: MIT
"""Passages inside tracks: where in the library something is heard."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

import mess
from mess.display import Results, moment_row
from mess.library import catalogue
from mess.library.care import LibraryCare
from mess.library.database import Database
from mess.library.encoders import EncoderCache
from mess.library.frames import FrameShelf
from mess.library.ledger import SUFFIX as LEDGER_SUFFIX
from mess.library.ledger import read_ledger, write_ledger
from mess.library.seed import Query, find_query
from mess.library.track import Track
from mess.library.track_table import TrackTableCache
from mess.library.vectors import file_stem

SUFFIX = ".messmom"
STANDARDISED = ("acoustic",)  # encoders whose frames need no scale
MAX_TRACKS_OF_SCALE = 200


@dataclass(frozen=True)
class MomentMatch:
    """A place in a track that is like a passage."""

    track: Track
    start_seconds: float
    end_seconds: float
    score: float  # 1 sounds the same, about 0 has nothing in common
    agreement: float  # whether it also changes alike over time, -1 to 1
    is_same_recording: bool  # the same audio, perhaps encoded anew
    tempo_ratio: float  # above 1: the track plays it faster
    query_start_seconds: float  # where in the passage the place begins; above 0 when the track begins within it
    rank: int  # from 1


@dataclass(frozen=True)
class _Asked:
    """A query that was understood."""

    passage: mess.Passage
    own: tuple[int, float, float] | None  # track, start and end, of a passage of the library


@dataclass(frozen=True)
class _Indexed:
    """An index of windows, the content hash of each track in it, and the state of library and frames it is of."""

    index: mess.MomentIndex
    hashes: Mapping[int, str]
    state: str


class MomentSearch:
    """Passage search in one library; thread-safe."""

    def __init__(
        self, database: Database, tables: TrackTableCache, encoders: EncoderCache, frames: FrameShelf, folder: Path
    ) -> None:
        """Keep the index of windows in `folder`, which may vanish at any time."""
        self._database = database
        self._tables = tables
        self._encoders = encoders
        self._frames = frames
        self._folder = folder
        self._lock = threading.Lock()
        self._indexes: dict[str, _Indexed] = {}

    def find(
        self,
        query: Query | mess.AudioBuffer,
        k: int,
        *,
        encoder_id: str,
        begin_seconds: float,
        end_seconds: float | None,
        max_per_track: int,
        any_tempo: bool,
        include_own: bool,
    ) -> list[MomentMatch]:
        """Return the `k` places most like a passage, best first; see Library.find_moment()."""
        if not begin_seconds >= 0 or (end_seconds is not None and not begin_seconds < end_seconds):
            raise mess.InvalidArgument(
                f"[library] begin_seconds, end_seconds: expected 0 or more and a later end, found {begin_seconds} and "
                f"{end_seconds}"
            )
        store = self._frames.store(encoder_id)
        asked = self._understand(query, encoder_id, begin_seconds, end_seconds)
        index = self._index(encoder_id, store)
        found = index.find(
            asked.passage,
            partial(_read, store),
            k=k,
            max_per_track=max_per_track,
            any_tempo=any_tempo,
            own=None if include_own else asked.own,
        )
        with self._database.read() as connection:
            ids = sorted({moment.track_id for moment in found})
            tracks = {track.id: track for track in catalogue.read_tracks(connection, ids)}
        # A track may have vanished from the catalogue since the index was built.
        found = [moment for moment in found if moment.track_id in tracks]
        return [_match(tracks[moment.track_id], moment.alignment, rank) for rank, moment in enumerate(found, start=1)]

    def _understand(
        self, query: Query | mess.AudioBuffer, encoder_id: str, begin_seconds: float, end_seconds: float | None
    ) -> _Asked:
        encoder = self._encoders.open(encoder_id)
        if isinstance(query, mess.AudioBuffer):
            return _Asked(mess.encode_passage(encoder, _cut(query, begin_seconds, end_seconds)), None)
        with self._database.read() as connection:
            track_id, path = find_query(connection, query, self._tables)
            track = catalogue.read_tracks(connection, [track_id])[0] if track_id is not None else None
        source = track.path if track is not None else path
        assert source is not None
        duration = 0.0 if end_seconds is None else end_seconds - begin_seconds
        clip = mess.decode(source, start_seconds=begin_seconds, duration_seconds=duration)
        own = None if track is None else (track.id, begin_seconds, begin_seconds + clip.duration_seconds)
        return _Asked(mess.encode_passage(encoder, clip), own)

    def _index(self, encoder_id: str, store: mess.FrameStore) -> mess.MomentIndex:
        """Return the windows of the tracks that are there, made or brought up to date."""
        frames_id = str(mess.EncoderId.parse(encoder_id).with_pooling(""))
        path = self._folder / f"{file_stem(frames_id)}{SUFFIX}"
        with self._lock:
            with self._database.read() as connection:
                info = store.info()
                state = f"{catalogue.read_state(connection)} {info.num_tracks} {info.num_frames}"
                known = self._indexes.get(frames_id)
                if known is not None and known.state == state:
                    return known.index
                hashes = catalogue.content_hashes(connection)
            present = {track_id: hashes[track_id] for track_id in store.ids().tolist() if track_id in hashes}
            if known is None:
                known = _load(path, frames_id)
            if known is None:
                known = _Indexed(mess.MomentIndex(scale=_fit_scale(frames_id, store, sorted(present))), {}, "")
            index = known.index
            stale = [track_id for track_id in index.track_ids if known.hashes.get(track_id) != present.get(track_id)]
            index.remove(stale)
            new = sorted(set(present) - set(index.track_ids))
            for track_id in new:
                index.add(track_id, store.read(track_id))
            self._indexes[frames_id] = _Indexed(index, present, state)
            if stale or new:
                self._publish(self._indexes[frames_id], path)
            return index

    def _publish(self, indexed: _Indexed, path: Path) -> None:
        """Save an index; a library that cannot be written works without."""
        with contextlib.suppress(mess.Error, OSError):
            self._folder.mkdir(exist_ok=True)
            ledger = path.with_suffix(LEDGER_SUFFIX)
            # Without a ledger an index counts as empty: the two are never of different times.
            ledger.unlink(missing_ok=True)
            indexed.index.save(path)
            write_ledger(ledger, indexed.hashes)


def _load(path: Path, wanted_id: str) -> _Indexed | None:
    try:
        index = mess.MomentIndex.load(path)
    except (mess.Error, OSError):
        return None
    if str(index.encoder_id) != wanted_id:
        return None
    return _Indexed(index, read_ledger(path.with_suffix(LEDGER_SUFFIX)), "")


def _read(store: mess.FrameStore, track_id: int, begin_seconds: float, end_seconds: float) -> mess.Frames:
    """Read frames; none of a track that a scan has removed since the index was brought up to date."""
    try:
        return store.read(track_id, begin_seconds, end_seconds)
    except mess.IndexError:
        info = store.info()
        assert store.encoder_id is not None
        return mess.Frames(
            np.empty((0, info.dim), np.float32),
            hop_seconds=store.hop_seconds,
            window_seconds=info.window_seconds,
            encoder_id=store.encoder_id,
        )


def _fit_scale(wanted_id: str, store: mess.FrameStore, present: Sequence[int]) -> mess.FrameScale | None:
    if mess.EncoderId.parse(wanted_id).name in STANDARDISED or not present:
        return None
    step = max(1, len(present) // MAX_TRACKS_OF_SCALE)
    return mess.fit_frame_scale([store.read(track_id) for track_id in present[::step]])


def _cut(audio: mess.AudioBuffer, begin_seconds: float, end_seconds: float | None) -> mess.AudioBuffer:
    if begin_seconds == 0 and end_seconds is None:
        return audio
    first = round(begin_seconds * audio.sample_rate_hz)
    last = None if end_seconds is None else round(end_seconds * audio.sample_rate_hz)
    if first >= audio.num_frames:
        raise mess.InvalidArgument(
            f"[library] begin_seconds: expected less than the clip's {audio.duration_seconds:.2f} s, found "
            f"{begin_seconds}"
        )
    return mess.AudioBuffer(audio.samples[:, first:last].copy(), audio.sample_rate_hz)


def _match(track: Track, alignment: mess.Alignment, rank: int) -> MomentMatch:
    return MomentMatch(
        track,
        alignment.start_seconds,
        alignment.end_seconds,
        alignment.score,
        alignment.agreement,
        alignment.is_same_recording,
        alignment.tempo_ratio,
        alignment.query_start_seconds,
        rank,
    )


class LibraryMoments(LibraryCare):
    """The part of a Library that looks inside tracks."""

    _frames: FrameShelf
    _moments: MomentSearch

    def frame_store(self, *, encoder: str | None = None) -> mess.FrameStore:
        """Return the store with the frames of all tracks, read-only, under the tracks' ids.

        Args:
            encoder: a name or an id; that of the last scan when None.

        Raises:
            LibraryError: this library keeps no frames, or none of this encoder.
            mess.FormatError: the store is damaged; delete the folder `frames` and scan again.
        """
        return self._frames.store(self._encoder_id(encoder))

    def find_moment(
        self,
        query: Query | mess.AudioBuffer,
        k: int = 10,
        *,
        begin_seconds: float = 0.0,
        end_seconds: float | None = None,
        encoder: str | None = None,
        max_per_track: int = 3,
        any_tempo: bool = False,
        include_own: bool = False,
    ) -> list[MomentMatch]:
        """Return the `k` places in tracks that sound most like a passage, best first.

        The library must keep frames: scan(..., frames=True).

        Args:
            query: a file, a track id or a title as for resolve(), or a clip.
            k: how many; fewer when there are not so many.
            begin_seconds: where the passage begins in the query.
            end_seconds: where it ends; with the query when None.
            encoder: a name or an id; that of the last scan when None.
            max_per_track: places in one track, at least half the passage apart.
            any_tempo: places that play it at half to twice the tempo too (dynamic time warping).
            include_own: also places that overlap the passage itself, where the query is a track of the library.

        Raises:
            TrackNotFoundError: nothing fits the query.
            LibraryError: the library is empty, or keeps no frames of this encoder.
            mess.DecodeError: the file cannot be read.
            mess.InvalidArgument: a range outside the query, samples that are not finite, a bad `k`.
        """
        matches = self._moments.find(
            query,
            k,
            encoder_id=self._encoder_id(encoder),
            begin_seconds=begin_seconds,
            end_seconds=end_seconds,
            max_per_track=max_per_track,
            any_tempo=any_tempo,
            include_own=include_own,
        )
        return Results(matches, moment_row)
