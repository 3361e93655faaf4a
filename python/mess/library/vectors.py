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

NUM_KEPT = 2  # the current generation, and the one before it to go back to
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
                index = None if rebuild else _load(self._store(encoder_id), encoder_id, state)
                is_new = index is None
                if index is None:
                    index = _build(connection, encoder_id, state)
            if is_new:
                self._publish(index)
            self._loaded[encoder_id] = _Loaded(state, index)
            return index

    def _store(self, encoder_id: str) -> mess.IndexStore:
        return mess.IndexStore(self._folder / file_stem(encoder_id), num_kept=NUM_KEPT)

    def _publish(self, index: mess.VectorIndex) -> None:
        """Make an index the current generation; a library that cannot be written works without."""
        try:
            self._store(index.encoder_id).publish(index)
            # Libraries once kept files here, named after the encoder and the state of the catalogue.
            for old in self._folder.glob("*.messidx"):
                old.unlink(missing_ok=True)
        except (mess.Error, OSError):
            return


def _load(store: mess.IndexStore, encoder_id: str, state: str) -> mess.VectorIndex | None:
    """Open the current generation if it was built from this state of the catalogue."""
    try:
        index = store.open_current()
    except (mess.Error, OSError):
        return None
    return index if (index.encoder_id, index.label) == (encoder_id, state) else None


def _build(connection: Connection, encoder_id: str, state: str) -> mess.VectorIndex:
    ids, vectors = catalogue.read_vectors(connection, encoder_id)
    if len(ids) == 0:
        raise LibraryError(f"[library] {encoder_id}: expected tracks with vectors of this encoder, found none")
    index = mess.VectorIndex(vectors.shape[1], encoder_id=encoder_id, label=state)
    index.add(ids, vectors)
    if len(ids) >= MIN_TRACKS_FOR_PROXIMITY:
        index.fit_hubness()
    return index


def file_stem(encoder_id: str) -> str:
    """Return what an encoder's files are called."""
    return re.sub(r"[^\w.+-]", "_", encoder_id, flags=re.ASCII)
