# SPDX-License-Identifier: MIT
"""The vectors of what tracks are in words: kept in the catalogue, made again only where the words changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError
from mess.library.schema import text_vectors, tracks
from mess.library.track_text import TEXT_VERSION, track_text

BATCH_SIZE = 256

# Called with how many texts are encoded, and of how many.
TextProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Loaded:
    state: str
    index: mess.VectorIndex


class TextVectorCache:
    """The text indexes of a library, one per encoder id; thread-safe."""

    def __init__(self, database: Database) -> None:
        """Start empty."""
        self._database = database
        self._lock = threading.Lock()
        self._loaded: dict[str, _Loaded] = {}

    def index(self, encoder: mess.TextEncoder, progress: TextProgress | None = None) -> mess.VectorIndex:
        """Return the index over all tracks that are there, after encoding what is new or changed.

        Raises:
            LibraryError: there is no track.
        """
        encoder_id = str(encoder.id)
        with self._lock:
            with self._database.read() as connection:
                state = catalogue.read_state(connection)
                loaded = self._loaded.get(encoder_id)
                if loaded is not None and loaded.state == state:
                    return loaded.index
                is_current = catalogue.read_meta(connection, _state_key(encoder_id)) == _followed(state)
                changed = {} if is_current else _changed_texts(connection, encoder_id)
            made = _encode(encoder, changed, progress)
            if not is_current:
                self._store(encoder_id, state, changed, made)
            with self._database.read() as connection:
                ids, vectors = _read_vectors(connection, encoder_id)
            # Where the library cannot be written, what was made is used all the same.
            known = dict(zip(ids.tolist(), vectors, strict=True)) | made
            if not known:
                raise LibraryError("[library] tracks: expected some, found none; scan a folder of music first")
            index = mess.VectorIndex(encoder.dim, encoder_id=encoder_id)
            index.add(np.array(list(known), dtype=np.int64), np.stack(list(known.values())))
            self._loaded[encoder_id] = _Loaded(state, index)
            return index

    def _store(
        self, encoder_id: str, state: str, changed: dict[int, str], made: dict[int, NDArray[np.float32]]
    ) -> None:
        try:
            with self._database.write() as connection:
                if catalogue.read_state(connection) != state:
                    return  # somebody scanned meanwhile: the next search looks again
                _write_vectors(connection, encoder_id, changed, made)
                catalogue.write_meta(connection, _state_key(encoder_id), _followed(state))
        except LibraryError:
            return


def _state_key(encoder_id: str) -> str:
    return f"text_state/{encoder_id}"


def _followed(state: str) -> str:
    return f"{TEXT_VERSION}:{state}"


def _changed_texts(connection: Connection, encoder_id: str) -> dict[int, str]:
    """Return the texts of the tracks that have no vector of theirs."""
    rows = connection.execute(
        select(text_vectors.c.track_id, text_vectors.c.text).where(text_vectors.c.encoder_id == encoder_id)
    )
    known = {row.track_id: row.text for row in rows}
    texts = {track.id: track_text(track) for track in catalogue.read_tracks(connection)}
    return {track_id: text for track_id, text in texts.items() if known.get(track_id) != text}


def _encode(
    encoder: mess.TextEncoder, texts: dict[int, str], progress: TextProgress | None
) -> dict[int, NDArray[np.float32]]:
    made: dict[int, NDArray[np.float32]] = {}
    ids = list(texts)
    for start in range(0, len(ids), BATCH_SIZE):
        chunk: Sequence[int] = ids[start : start + BATCH_SIZE]
        vectors = encoder.encode([texts[track_id] for track_id in chunk])
        made.update(zip(chunk, vectors, strict=True))
        if progress is not None:
            progress(len(made), len(ids))
    return made


def _write_vectors(
    connection: Connection, encoder_id: str, texts: dict[int, str], vectors: dict[int, NDArray[np.float32]]
) -> None:
    table = text_vectors
    for track_id, vector in vectors.items():
        connection.execute(delete(table).where(table.c.track_id == track_id, table.c.encoder_id == encoder_id))
        connection.execute(
            insert(table).values(
                track_id=track_id,
                encoder_id=encoder_id,
                text=texts[track_id].encode("utf-8", "replace").decode("utf-8"),
                dim=len(vector),
                vector=vector.astype("<f4").tobytes(),
            )
        )


def _read_vectors(connection: Connection, encoder_id: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return ids (n,) and vectors (n, dim) of the tracks that are there."""
    rows = connection.execute(
        select(text_vectors.c.track_id, text_vectors.c.vector)
        .join(tracks, tracks.c.id == text_vectors.c.track_id)
        .where(text_vectors.c.encoder_id == encoder_id, catalogue.is_present())
        .order_by(text_vectors.c.track_id)
    ).all()
    ids = np.array([row.track_id for row in rows], dtype=np.int64)
    values = np.frombuffer(b"".join(row.vector for row in rows), dtype="<f4").astype(np.float32)
    return ids, values.reshape(len(rows), -1 if rows else 0)
