# SPDX-License-Identifier: MIT
"""The frames of a library's tracks: derived, kept in `frames/`, made when they are needed and absent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache
from mess.library.errors import LibraryError
from mess.library.track import Track
from mess.library.vectors import file_stem

BATCH_SIZE = 16  # tracks in one shard: what a crash loses

# Called with how many tracks are encoded, of how many, and the name of the last one.
FrameProgress = Callable[[int, int, str], None]


class TrackFrames:
    """The frame stores of a library, one per encoder; thread-safe."""

    def __init__(self, database: Database, encoders: EncoderCache, folder: Path) -> None:
        """Keep stores below `folder`, which may vanish at any time."""
        self._database = database
        self._encoders = encoders
        self._folder = folder
        self._lock = threading.Lock()
        self._stores: dict[str, mess.FrameStore] = {}

    def store(self, encoder_id: str, progress: FrameProgress | None = None) -> tuple[mess.FrameStore, list[int]]:
        """Return the store of an encoder and the tracks in it that are there, after encoding those it lacks.

        Args:
            encoder_id: of vectors of the library; pooling does not matter.
            progress: called after each track that is encoded.

        Raises:
            LibraryError: no track has a vector of this encoder, or the store is damaged and cannot be made anew.
        """
        frames_id = str(mess.EncoderId.parse(encoder_id).with_pooling(""))
        with self._database.read() as connection:
            ids, _ = catalogue.read_vectors(connection, encoder_id)
            tracks = catalogue.read_tracks(connection, [int(track_id) for track_id in ids])
        if not tracks:
            raise LibraryError(f"[library] {encoder_id}: expected tracks with vectors of this encoder, found none")
        with self._lock:
            store = self._open(frames_id)
            known = set(store.ids().tolist())
            absent = [track for track in tracks if track.id not in known]
            self._add(store, encoder_id, absent, progress)
            known = set(store.ids().tolist())
        return store, [track.id for track in tracks if track.id in known]

    def _open(self, frames_id: str) -> mess.FrameStore:
        if frames_id not in self._stores:
            self._stores[frames_id] = mess.FrameStore.open(self._folder / file_stem(frames_id))
        self._stores[frames_id].refresh()
        return self._stores[frames_id]

    def _add(
        self, store: mess.FrameStore, encoder_id: str, tracks: Sequence[Track], progress: FrameProgress | None
    ) -> None:
        encoder = self._encoders.open(encoder_id) if tracks else None
        done = 0
        for start in range(0, len(tracks), BATCH_SIZE):
            made: dict[int, mess.Frames] = {}
            for track in tracks[start : start + BATCH_SIZE]:
                assert encoder is not None
                try:
                    made[track.id] = encoder.encode_file(track.path)
                except (mess.DecodeError, OSError):
                    pass  # the next scan lists it; until then it has no moments
                done += 1
                if progress is not None:
                    progress(done, len(tracks), track.label)
            if made:
                store.update(list(made), list(made.values()))
