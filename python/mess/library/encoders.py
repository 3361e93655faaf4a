# SPDX-License-Identifier: MIT
"""Which encoder a question is about, and embedding files that are not in the library."""

from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError
from mess.library.extraction import MIN_DURATION_SECONDS, no_vector_reason
from mess.library.paths import absolute_path
from mess.models.registry import is_known


def choose_encoder_id(known: Collection[str], wanted: str | None, last_scanned: str | None) -> str:
    """Choose among the encoder ids of a library.

    Args:
        known: the encoder ids that have vectors.
        wanted: an id ("acoustic/2+track"), a name ("acoustic": its newest version), or None for `last_scanned`.
        last_scanned: the encoder id of the last scan.

    Raises:
        LibraryError: the library has no vectors of it.
    """
    if not known:
        raise LibraryError("[library] tracks: expected some, found none; scan a folder of music first")
    if wanted is None and last_scanned in known:
        return str(last_scanned)
    fitting = [key for key in known if wanted in (None, key, mess.EncoderId.parse(key).name)]
    if not fitting:
        raise LibraryError(
            f"[library] {wanted}: expected vectors of this encoder, found only those of {', '.join(known)}; "
            "scan with it first"
        )
    return max(
        fitting,
        key=lambda key: (mess.EncoderId.parse(key).version, key == last_scanned, key),
    )


def encoder_folder_key(name: str) -> str:
    """Return under which key of `meta` the folder of an encoder stands, when it was opened from one."""
    return f"encoder_folder/{name}"


def remember_folder(database: Database, name: str, opened: str) -> None:
    """Note where the encoder `name` was opened, so that it is found again: `opened` is a folder, or nothing to note."""
    key = encoder_folder_key(name)
    is_name = opened in mess.encoder_names() or is_known(opened)
    folder = "" if is_name or not absolute_path(opened).is_dir() else str(absolute_path(opened))
    with database.read() as connection:
        if (catalogue.read_meta(connection, key) or "") == folder:
            return
    with database.write() as connection:
        catalogue.write_meta(connection, key, folder)


class EncoderCache:
    """Opens each encoder once; thread-safe."""

    def __init__(self, database: Database) -> None:
        """Start empty; the catalogue knows the folders of encoders that were opened from one."""
        self._database = database
        self._lock = threading.Lock()
        self._encoders: dict[str, mess.Encoder] = {}

    def embed(self, path: Path, encoder_id: str) -> NDArray[np.float32]:
        """Decode and embed a file.

        Returns:
            (dim,) float32 of unit length.

        Raises:
            mess.DecodeError: the file cannot be read.
            LibraryError: it is silent or too short to be compared, or this program's encoder has another version than
                `encoder_id`.
        """
        wanted = mess.EncoderId.parse(encoder_id)
        encoder = self.open(encoder_id)
        extraction = mess.extract(path, encoder=encoder)
        reason = no_vector_reason(
            extraction.summary.duration_seconds, extraction.analysis.is_silent, MIN_DURATION_SECONDS
        )
        if reason:
            raise LibraryError(f"[library] {path}: {reason}")
        return mess.pool(extraction.frames, kind=wanted.pooling)

    def open(self, encoder_id: str) -> mess.Encoder:
        """Return the encoder that makes vectors of `encoder_id`.

        Raises:
            LibraryError: this program's encoder has another version.
        """
        wanted = mess.EncoderId.parse(encoder_id)
        encoder = self._open(wanted.name)
        made = str(encoder.id.with_pooling(wanted.pooling))
        if made != encoder_id:
            raise LibraryError(
                f"[library] {wanted.name}: expected vectors of {encoder_id}, found that this program makes {made}; "
                "scan again"
            )
        return encoder

    def _open(self, name: str) -> mess.Encoder:
        with self._lock:
            if name not in self._encoders:
                with self._database.read() as connection:
                    folder = catalogue.read_meta(connection, encoder_folder_key(name))
                self._encoders[name] = mess.Encoder.open(folder or name)
            return self._encoders[name]
