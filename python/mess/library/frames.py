# SPDX-License-Identifier: MIT
"""The frames of a library's tracks: derived, written by scans, deleted at any time and back with the next scan."""

from __future__ import annotations

import secrets
import shutil
import threading
from pathlib import Path
from urllib.parse import quote

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError
from mess.library.plan import FrameIds

# Its value is part of the folders' names. A catalogue that was made anew gives the same ids to other tracks, and has
# another value; a library that keeps no frames has none.
META_KEY = "frames_key"


class FrameShelf:
    """The frame stores of a library, one per encoder; thread-safe."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Keep stores in `folder`, which may vanish at any time."""
        self._database = database
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: dict[Path, mess.FrameStore] = {}

    def store(self, encoder_id: str) -> mess.FrameStore:
        """Return the store with the frames that vectors of `encoder_id` were pooled from, as it is now.

        Raises:
            LibraryError: there is none.
            mess.FormatError: it is damaged.
        """
        with self._database.read() as connection:
            key = catalogue.read_meta(connection, META_KEY)
        path = self._path(encoder_id, key or "")
        with self._lock:
            if key and path in self._opened:
                self._opened[path].refresh()
            elif key and (path / "MANIFEST").exists():
                self._opened[path] = mess.FrameStore.open(path, read_only=True)
            else:
                raise LibraryError(
                    f"[library] {encoder_id}: expected stored frames, found none; "
                    "store them with: mess scan --frames DIR"
                )
            return self._opened[path]

    def prepare(self, encoder_id: str, *, wanted: bool | None) -> mess.FrameStore | None:
        """Open the store of a scan, which must hold the scan's lock; None when the library keeps no frames.

        Args:
            encoder_id: whose vectors the scan makes.
            wanted: from now on; False removes what is stored, None leaves it as it is.
        """
        with self._database.read() as connection:
            key = catalogue.read_meta(connection, META_KEY)
            known = catalogue.known_tracks(connection, encoder_id)
        if wanted is False and key:
            self._set_key("")
        if not (bool(key) if wanted is None else wanted):
            shutil.rmtree(self._folder, ignore_errors=True)
            return None
        if not key:
            key = secrets.token_hex(8)
            self._set_key(key)
        for other in self._folder.glob("*"):
            if not other.name.endswith(f"-{key}"):
                shutil.rmtree(other, ignore_errors=True)
        store = _open_or_replace(self._path(encoder_id, key))
        # Of scans that died before the catalogue knew the track, or of a time that a backup does not know.
        store.remove([int(track_id) for track_id in store.ids() if track_id not in known])
        return store

    def peek(self, encoder_id: str, *, wanted: bool | None) -> FrameIds | None:
        """Return the ids of the tracks whose frames a scan would find stored; None when it would store none."""
        with self._database.read() as connection:
            key = catalogue.read_meta(connection, META_KEY)
        if not (bool(key) if wanted is None else wanted):
            return None
        try:
            return self.store(encoder_id)
        except mess.Error:
            return frozenset()

    def forget_stores(self) -> None:
        """Have the next scan make all frames anew: the ids of tracks may mean other tracks from now on."""
        with self._database.read() as connection:
            keeps_frames = bool(catalogue.read_meta(connection, META_KEY))
        if keeps_frames:
            self._set_key(secrets.token_hex(8))

    def _set_key(self, key: str) -> None:
        with self._database.write() as connection:
            catalogue.write_meta(connection, META_KEY, key)

    def _path(self, encoder_id: str, key: str) -> Path:
        frames_id = mess.EncoderId.parse(encoder_id).with_pooling("")
        return self._folder / f"{quote(str(frames_id), safe='')}-{key}"


def _open_or_replace(path: Path) -> mess.FrameStore:
    try:
        return mess.FrameStore.open(path)
    except mess.FormatError:
        shutil.rmtree(path, ignore_errors=True)
        return mess.FrameStore.open(path)
