# SPDX-License-Identifier: MIT
"""The frames of a library's tracks: derived, kept in `frames/`, made when they are needed and absent."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.encoders import EncoderCache
from mess.library.errors import LibraryError
from mess.library.ledger import SUFFIX, read_ledger, write_ledger
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

    def store(self, encoder_id: str, progress: FrameProgress | None = None) -> tuple[mess.FrameStore, dict[int, str]]:
        """Return the store of an encoder, after encoding what it lacks, and the content hashes of its tracks.

        Args:
            encoder_id: of vectors of the library; pooling does not matter.
            progress: called after each track that is encoded.

        Raises:
            LibraryError: no track has a vector of this encoder.
            mess.Error: the frames cannot be written.
        """
        with self._database.read() as connection:
            ids, _ = catalogue.read_vectors(connection, encoder_id)
            tracks = catalogue.read_tracks(connection, [int(track_id) for track_id in ids])
        if not tracks:
            raise LibraryError(f"[library] {encoder_id}: expected tracks with vectors of this encoder, found none")
        stem = file_stem(frames_id(encoder_id))
        with self._lock:
            store = self._open(stem)
            ledger = self._folder / f"{stem}{SUFFIX}"
            stored = set(store.ids().tolist())
            hashes = {track_id: known for track_id, known in read_ledger(ledger).items() if track_id in stored}
            absent = [track for track in tracks if hashes.get(track.id) != track.content_hash]
            for start in range(0, len(absent), BATCH_SIZE):
                made = self._encode(encoder_id, absent, start, progress)
                if made:
                    store.update([track.id for track, _ in made], [frames for _, frames in made])
                    hashes |= {track.id: track.content_hash for track, _ in made}
                    write_ledger(ledger, hashes)
        return store, {track.id: track.content_hash for track in tracks if hashes.get(track.id) == track.content_hash}

    def _open(self, stem: str) -> mess.FrameStore:
        if stem not in self._stores:
            self._stores[stem] = mess.FrameStore.open(self._folder / stem)
        self._stores[stem].refresh()
        return self._stores[stem]

    def _encode(
        self, encoder_id: str, tracks: Sequence[Track], start: int, progress: FrameProgress | None
    ) -> list[tuple[Track, mess.Frames]]:
        encoder = self._encoders.open(encoder_id)
        made: list[tuple[Track, mess.Frames]] = []
        for number, track in enumerate(tracks[start : start + BATCH_SIZE], start=start + 1):
            # What cannot be read now is listed by the next scan; until then it has no moments.
            with contextlib.suppress(mess.DecodeError, OSError):
                made.append((track, encoder.encode_file(track.path)))
            if progress is not None:
                progress(number, len(tracks), track.label)
        return made


def frames_id(encoder_id: str) -> str:
    """Return the id of the frames that vectors were pooled from."""
    return str(mess.EncoderId.parse(encoder_id).with_pooling(""))
