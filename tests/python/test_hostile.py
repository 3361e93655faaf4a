# SPDX-License-Identifier: MIT
"""Small files that claim or cost much, and arguments that are wrong in ways a type checker cannot see."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess


def flac_checksum(data: bytes, polynomial: int, bits: int) -> int:
    value = 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value >> (bits - 1) else value << 1) & ((1 << bits) - 1)
    return value


def flac_frame(number: int, channels: int, block_size: int) -> bytes:
    """A frame of constant subframes, 16 bits, with the rate of the stream header."""
    coded = bytes([number]) if number < 0x80 else bytes([0xC0 | number >> 6, 0x80 | number & 63])
    header = bytes([0xFF, 0xF8, 0x60, (channels - 1) << 4 | 4 << 1]) + coded + bytes([block_size - 1])
    header += bytes([flac_checksum(header, 7, 8)])
    frame = header + b"".join(b"\0" + struct.pack(">h", (number * 37 + c) % 3000) for c in range(channels))
    return frame + struct.pack(">H", flac_checksum(frame, 0x8005, 16))


def flac_of(channels: list[int], *, rate_hz: int = 44101, claimed_frames: int = 0, block_size: int = 64) -> bytes:
    packed = rate_hz << 44 | 15 << 36 | claimed_frames
    stream_info = struct.pack(">HH", block_size, block_size) + bytes(6) + struct.pack(">Q", packed) + bytes(16)
    frames = b"".join(flac_frame(i, count, block_size) for i, count in enumerate(channels))
    return b"fLaC" + bytes([0x80, 0, 0, 34]) + stream_info + frames


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full_box(kind: bytes, *parts: bytes) -> bytes:
    return box(kind, bytes(4), *parts)


def mp4_claiming(
    num_samples: int, *, num_tracks: int = 1, delta: int = 2, samples_per_chunk: int | None = None
) -> bytes:
    """PCM in MP4 with 64 bytes of audio and tables that say otherwise."""
    entry = box(b"sowt", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHHHI", 1, 16, 0, 0, 44100 << 16))
    per_chunk = samples_per_chunk if samples_per_chunk is not None else num_samples
    tables = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), entry),
        full_box(b"stts", struct.pack(">III", 1, num_samples, delta)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, per_chunk, 1)),
        full_box(b"stsz", struct.pack(">II", 2, num_samples)),
        full_box(b"stco", struct.pack(">II", 1, 32)),
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 44100, num_samples, 0, 0)),
        full_box(b"hdlr", bytes(4), b"soun", bytes(13)),
        box(b"minf", full_box(b"smhd", bytes(4)), tables),
    )
    tracks = [
        box(b"trak", full_box(b"tkhd", struct.pack(">IIIII", 0, 0, number, 0, 1000), bytes(60)), media)
        for number in range(1, num_tracks + 1)
    ]
    header = full_box(b"mvhd", struct.pack(">IIII", 0, 0, 44100, 1000), bytes(80))
    return box(b"ftyp", b"M4A ", bytes(4), b"M4A ") + box(b"mdat", bytes(64)) + box(b"moov", header, *tracks)


def test_a_plain_mp4_of_this_make_is_read() -> None:
    assert mess.decode(mp4_claiming(32, delta=1)).num_frames == 32


@pytest.mark.parametrize(
    "data",
    [
        mp4_claiming(50_000_000),
        mp4_claiming(50_000_000, num_tracks=3),
        mp4_claiming(32, delta=1, samples_per_chunk=2**31),
        mp4_claiming(50_000_000).replace(b"stsz", b"skip", 1) + box(b"stsz", bytes(4), struct.pack(">II", 1, 2**31)),
    ],
    ids=["one track", "three tracks", "one chunk", "table outside"],
)
def test_mp4_tables_that_claim_more_than_the_file_are_refused(data: bytes) -> None:
    with pytest.raises(mess.DecodeError, match="expected sample tables that the file has room for"):
        mess.read_audio_info(data)
    with pytest.raises(mess.DecodeError, match="expected sample tables"):
        mess.audio_content_hash(data)


def test_a_change_of_channels_goes_on_in_the_same_format() -> None:
    mixed = flac_of([1 + i % 2 for i in range(200)])
    audio = mess.decode(mixed, sample_rate_hz=22050, num_channels=1)
    assert audio.num_frames == pytest.approx(200 * 64 / 2, abs=20)


def test_endless_changes_of_format_are_refused() -> None:
    with pytest.raises(mess.DecodeError, match="at most 256 changes of rate or channels"):
        mess.decode(flac_of([1 + i % 2 for i in range(400)]))


def test_converting_counts_as_decoding_time() -> None:
    audio = flac_of([2] * 2000, rate_hz=44101)
    with pytest.raises(mess.DecodeError, match="timeout_seconds"):
        mess.decode(audio, sample_rate_hz=383_999, limits=mess.DecodeLimits(timeout_seconds=1e-4))


def test_a_claimed_length_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "claims.flac"
    path.write_bytes(flac_of([1] * 50, claimed_frames=2**36 - 1) + bytes(8_000_000))
    script = (
        "import resource, sys, mess; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "audio = mess.decode(sys.argv[1]); after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print(audio.num_frames, after - before)"
    )
    command = [sys.executable, "-c", script, str(path)]
    frames, kilobytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(frames) == 50 * 64
    assert int(kilobytes) < 100_000


def test_samples_far_beyond_full_scale_count_as_infinite(tmp_path: Path) -> None:
    square = np.where(np.arange(44100) // 50 % 2 == 0, 3.4e38, -3.4e38).astype(np.float32)
    path = tmp_path / "huge.wav"
    mess.write_audio(path, mess.AudioBuffer(square, 44100), sample_format="float32")
    assert not mess.decode(path, sample_rate_hz=22050).samples.any()
    extraction = mess.extract(path, encoder=mess.Encoder.open("acoustic"))
    assert extraction.summary.num_nonfinite_samples == 44100
    assert np.isfinite(extraction.frames.array).all()
    assert extraction.analysis.loudness.integrated_lufs is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e7])
def test_encoders_refuse_samples_they_cannot_use(bad: float) -> None:
    samples = np.zeros(22050, np.float32)
    samples[7] = bad
    with pytest.raises(mess.InvalidArgument, match="samples of at most 1e6 in size, found .* at index 7"):
        mess.Encoder.open("acoustic").encode(mess.AudioBuffer(samples, 22050))


def test_a_stream_serves_one_thread_at_a_time(tone_file: Callable[..., Path]) -> None:
    stream = mess.AudioStream(tone_file("a.flac", seconds=30.0), sample_rate_hz=48000, chunk_seconds=0.05)
    num_frames: list[int] = []
    refused: list[BaseException] = []

    def read() -> None:
        while True:
            try:
                num_frames.append(next(stream).num_frames)
            except StopIteration:
                return
            except mess.InvalidArgument as error:
                refused.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(num_frames) == 30 * 48000
    assert all("one thread at a time" in str(error) for error in refused)


def test_index_arguments_of_the_wrong_size_are_named() -> None:
    index = mess.VectorIndex(4)
    with pytest.raises(mess.InvalidArgument, match="expected rows of 4 values, found 2"):
        index.add([1, 2], np.zeros((4, 2), np.float32))
    with pytest.raises(mess.InvalidArgument, match="expected 2 rows like the ids, found 3"):
        index.add([1, 2], np.zeros((3, 4), np.float32))
    with pytest.raises(mess.InvalidArgument, match="k: expected at least 1, found -3"):
        index.search(np.zeros(4, np.float32), -3)
    with pytest.raises(mess.InvalidArgument, match="at most 268435456 results"):
        index.search(np.ones((4, 4), np.float32), 2**62)


def test_misaligned_arrays_are_refused() -> None:
    misaligned = np.frombuffer(bytearray(401), np.uint8)[1:].view(np.float32)
    assert not misaligned.flags.aligned
    with pytest.raises(mess.InvalidArgument, match="misaligned"):
        mess.AudioBuffer(misaligned, 8000)


def test_paths_with_a_nul_byte_are_refused(tone_file: Callable[..., Path]) -> None:
    path = str(tone_file("a.wav"))
    for call in (mess.decode, mess.read_audio_info, mess.VectorIndex.load):
        with pytest.raises(mess.InvalidArgument, match="NUL"):
            call(path + "\0.txt")


def test_devices_are_checked_by_name() -> None:
    with pytest.raises(mess.InvalidArgument, match="expected auto, cpu, cuda or cuda:N"):
        mess.Encoder.open("acoustic", device="banana")


def test_tag_keys_that_would_read_back_differently_are_refused(tmp_path: Path, tone: Callable[..., np.ndarray]) -> None:
    for key in ("a=b", "", "new\nline"):
        with pytest.raises(mess.InvalidArgument, match="tag keys"):
            mess.write_audio(tmp_path / "a.flac", mess.AudioBuffer(tone(), 22050), tags={key: "value"})
    assert list(tmp_path.iterdir()) == []


def test_a_replaced_file_keeps_its_mode_and_long_names_work(tmp_path: Path, tone: Callable[..., np.ndarray]) -> None:
    path = tmp_path / ("n" * 245 + ".wav")
    path.touch(mode=0o600)
    mess.write_audio(path, mess.AudioBuffer(tone(), 22050))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_very_short_range_gives_at_least_one_sample(tone_file: Callable[..., Path]) -> None:
    assert mess.decode(tone_file("a.wav"), duration_seconds=1e-6).num_frames == 1
