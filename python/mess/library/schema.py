# SPDX-License-Identifier: MIT
"""The tables of the catalogue, as the newest migration leaves them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

APPLICATION_ID = 0x6D657373  # "mess", so that `file` and other programs can tell whose database it is
SCHEMA_VERSION = 3  # raised with every migration; kept in user_version


class FilePath(TypeDecorator[Path]):
    """A path as the bytes the file system knows: names need not be valid UTF-8."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Path | None, dialect: Dialect) -> bytes | None:
        """Encode a path for the database."""
        return None if value is None else os.fsencode(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Path | None:
        """Decode a path from the database."""
        return None if value is None else Path(os.fsdecode(value))


metadata = MetaData()

tracks = Table(
    "tracks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False, unique=True),
    Column("codec", Text, nullable=False),
    Column("container", Text, nullable=False),
    Column("sample_rate_hz", Integer, nullable=False),
    Column("num_channels", Integer, nullable=False),
    Column("duration_seconds", Float, nullable=False),  # as decoded
    Column("title", Text),
    Column("artist", Text),
    Column("album", Text),
    Column("album_artist", Text),
    Column("genre", Text),
    Column("date", Text),
    Column("track_number", Text),  # as tagged: "3" or "3/12"
    Column("tags", JSON, nullable=False),  # all tags of the file whose tags the columns above repeat
    Column("integrated_lufs", Float),  # null: no block louder than -70 LUFS
    Column("tempo_bpm", Float),  # null: nothing repeats
    Column("musical_key", Text),  # "F# minor"; null: none was found
    Column("is_silent", Boolean, nullable=False),
    Column("analysis_version", Integer, nullable=False, server_default="1"),  # mess.analysis_version() then
    Column("mood", Text),  # mood and words repeat what the analysis says
    Column("words", JSON, nullable=False, server_default="[]"),
    Column("analysis", JSON, nullable=False),  # the whole analysis, under the names of mess.Analysis
    Column("added_at", DateTime, nullable=False),  # UTC
)

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", FilePath, nullable=False, unique=True),
    Column("track_id", ForeignKey("tracks.id"), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("mtime_ns", Integer, nullable=False),
    Column("is_missing", Boolean, nullable=False),
    Column("tags", JSON, nullable=False),
    Index("ix_files_track_id", "track_id"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("track_id", ForeignKey("tracks.id"), primary_key=True),
    Column("encoder_id", Text, primary_key=True),  # "acoustic/2+track"
    Column("dim", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # dim little-endian float32
    Index("ix_vectors_encoder_id", "encoder_id"),
)

text_vectors = Table(
    "text_vectors",
    metadata,
    Column("track_id", ForeignKey("tracks.id"), primary_key=True),
    Column("encoder_id", Text, primary_key=True),  # "all-minilm-l6-v2/1"
    Column("text", Text, nullable=False),  # what the vector was made of
    Column("dim", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # dim little-endian float32
)

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", FilePath, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("kind IN ('error', 'warning')", name="ck_failures_kind"),
    Index("ix_failures_path", "path"),
)

# "generation": raised with every change that an index must follow; "state": a random name of what is there now;
# "encoder_id": of the last scan; "encoder_folder/NAME": where the encoder of this name was opened; "text_state/ID": the
# state its text vectors follow; "largest_forgotten_id": no new track gets it or a smaller one.
meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
