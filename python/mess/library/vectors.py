# SPDX-License-Identifier: MIT
"""The derived index: built from the catalogue, kept on disk and in memory, rebuilt whenever it does not fit."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError

SUFFIX = ".messidx"
MIN_TRACKS_FOR_PROXIMITY = 32  # fewer say too little about how near tracks usually are


@dataclass(frozen=True)
class _Loaded:
    state: str
    index: mess.VectorIndex


class VectorCache:
    """The indexes of a library, one per encoder id; thread-safe."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Keep index files in `folder`, which may vanish at any time."""
        self._database = database
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: dict[str, _Loaded] = {}

    def index(self, encoder_id: str, *, rebuild: bool = False) -> mess.VectorIndex:
        """Return the index over all tracks that are there and have a vector of `encoder_id`.

        Args:
            encoder_id: whose vectors.
            rebuild: build it from the catalogue even where it is at hand.

        Raises:
            LibraryError: there is no such track.
        """
        with self._lock:
            with self._database.read() as connection:
                state = catalogue.read_state(connection)
                loaded = self._loaded.get(encoder_id)
                if loaded is not None and loaded.state == state and not rebuild:
                    return loaded.index
                path = self._folder / f"{file_stem(encoder_id)}-{state}{SUFFIX}"
                index = None if rebuild else _load(path, encoder_id)
                is_new = index is None
                if index is None:
                    index = _build(connection, encoder_id)
            if is_new:
                self._publish(index, path)
            self._loaded[encoder_id] = _Loaded(state, index)
            return index

    def _publish(self, index: mess.VectorIndex, path: Path) -> None:
        """Save an index and remove the ones it replaces; a library that cannot be written works without."""
        try:
            self._folder.mkdir(exist_ok=True)
            index.save(path)
            for other in self._folder.glob(f"*{SUFFIX}"):
                if other != path and other.stem.rpartition("-")[0] == file_stem(index.encoder_id):
                    other.unlink(missing_ok=True)
        except (mess.Error, OSError):
            return


def _load(path: Path, encoder_id: str) -> mess.VectorIndex | None:
    if not path.exists():
        return None
    try:
        index = mess.VectorIndex.load(path)
    except (mess.Error, OSError):
        return None
    return index if index.encoder_id == encoder_id else None


def _build(connection: Connection, encoder_id: str) -> mess.VectorIndex:
    ids, vectors = catalogue.read_vectors(connection, encoder_id)
    if len(ids) == 0:
        raise LibraryError(f"[library] {encoder_id}: expected tracks with vectors of this encoder, found none")
    index = mess.VectorIndex(vectors.shape[1], encoder_id=encoder_id)
    index.add(ids, vectors)
    if len(ids) >= MIN_TRACKS_FOR_PROXIMITY:
        index.fit_hubness()
    return index


def file_stem(encoder_id: str) -> str:
    """Return what an encoder's files are called."""
    return re.sub(r"[^\w.+-]", "_", encoder_id, flags=re.ASCII)
