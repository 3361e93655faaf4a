# SPDX-License-Identifier: MIT
"""A frame store of any size on a small disk: written by hand after docs/frames.md, holes for most of its frames."""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HOP_SECONDS = 0.1
DIM = 768
TRACK_FRAMES = 2400  # of all tracks
FRAME_BYTES = 2 * DIM
TRACK_BYTES = TRACK_FRAMES * FRAME_BYTES  # a multiple of 64
BLOCK_BYTES = 32768
ENCODER_ID = b"dummy/1"


def xxh3(data: bytes) -> int:
    name = ctypes.util.find_library("xxhash")
    assert name, "expected libxxhash, found none"
    function = ctypes.CDLL(name).XXH3_64bits
    function.argtypes, function.restype = [ctypes.c_char_p, ctypes.c_size_t], ctypes.c_uint64
    return int(function(data, len(data)))


def block_hashes(track: bytes) -> bytes:
    hashes = [xxh3(track[begin : begin + BLOCK_BYTES]) for begin in range(0, len(track), BLOCK_BYTES)]
    return struct.pack(f"<{len(hashes)}Q", *hashes)


def write_container(path: Path, kind: bytes, sections: Sequence[tuple[bytes, bytes | int, int]]) -> tuple[int, int]:
    """Sections are name, content (or its length, for a hole) and checksum; returns length and header checksum."""
    offset = (64 + 48 * len(sections) + 63) // 64 * 64
    table, contents = b"", []
    end = offset
    for name, content, checksum in sections:
        size = content if isinstance(content, int) else len(content)
        table += struct.pack("<16sQQQQ", name, offset, size, checksum, 0)
        contents.append((offset, content))
        end = offset + size
        offset = (end + 63) // 64 * 64
    header = struct.pack("<8sI4sQIIQQQ", b"MESSFILE", 1, kind, end, len(sections), 0, xxh3(table), 0, 0)
    header_hash = xxh3(header)
    with path.open("wb") as file:
        file.write(header + struct.pack("<Q", header_hash) + table)
        for start, content in contents:
            if not isinstance(content, int):
                file.seek(start)
                file.write(content)
        file.truncate(end)
    return end, header_hash


def checked(name: bytes, content: bytes) -> tuple[bytes, bytes, int]:
    return name, content, xxh3(content)


def meta(*counters: int) -> bytes:
    record = struct.pack("<IIQdd2QII", 1, 1, DIM, HOP_SECONDS, HOP_SECONDS, *counters, len(ENCODER_ID), 0)
    return record + ENCODER_ID


def rows_offset(num_tracks: int) -> int:
    """Where the rows begin in a shard of so many tracks."""
    end = (64 + 4 * 48 + 63) // 64 * 64
    num_blocks = (TRACK_BYTES + BLOCK_BYTES - 1) // BLOCK_BYTES
    for size in (len(meta(0, 0)), 32 * num_tracks, 8 * num_blocks * num_tracks):
        end = (end + size + 63) // 64 * 64
    return end


def write_sparse_store(folder: Path, num_shards: int, tracks_per_shard: int, first_track: np.ndarray) -> list[Path]:
    """Make a store of float16 tracks with ids from 0 on; returns its shards.

    The first track of each shard is `first_track` (TRACK_FRAMES, DIM); of all others the frames are zeros that take no
    room. The checksum of a whole section `rows` is not written: verify() would find it wrong.
    """
    folder.mkdir(parents=True)
    real = first_track.astype(np.float16).tobytes()
    assert len(real) == TRACK_BYTES
    hashes = block_hashes(real) + block_hashes(bytes(TRACK_BYTES)) * (tracks_per_shard - 1)
    blocks_per_track = len(hashes) // 8 // tracks_per_shard
    records, paths = b"", []
    for shard in range(num_shards):
        tracks = b"".join(
            struct.pack("<qQQQ", shard * tracks_per_shard + i, i * TRACK_BYTES, TRACK_FRAMES, i * blocks_per_track)
            for i in range(tracks_per_shard)
        )
        path = folder / f"shard-{shard + 1:08d}.messframes"
        size, header_hash = write_container(
            path,
            b"FRAM",
            [
                checked(b"meta", meta(0, 0)),
                checked(b"tracks", tracks),
                checked(b"blocks", hashes),
                (b"rows", tracks_per_shard * TRACK_BYTES, 0),
            ],
        )
        with path.open("r+b") as file:
            file.seek(rows_offset(tracks_per_shard))
            file.write(real)
        records += struct.pack("<4Q", shard + 1, size, header_hash, 0)
        paths.append(path)
    contents = [checked(b"meta", meta(1, num_shards + 1)), checked(b"shards", records), checked(b"removed", b"")]
    write_container(folder / "MANIFEST", b"FMAN", contents)
    return paths
