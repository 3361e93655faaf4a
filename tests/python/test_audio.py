# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess


def test_decode_of_a_float_wav_gives_the_samples_back(tmp_path: Path, tone: Callable[..., np.ndarray]) -> None:
    samples = np.stack([tone(220), tone(330)])
    mess.write_audio(tmp_path / "a.wav", mess.AudioBuffer(samples, 22050), sample_format="float32")
    audio = mess.decode(tmp_path / "a.wav")
    assert (audio.num_channels, audio.num_frames, audio.sample_rate_hz) == (2, samples.shape[1], 22050)
    np.testing.assert_array_equal(audio.samples, samples)


def test_decode_reads_bytes_like_the_file(tone_file: Callable[..., Path]) -> None:
    path = tone_file("a.flac")
    data = path.read_bytes()
    from_path = mess.decode(path)
    for source in (data, bytearray(data), memoryview(data)):
        np.testing.assert_array_equal(mess.decode(source).samples, from_path.samples)
    np.testing.assert_array_equal(mess.decode(str(path)).samples, from_path.samples)


def test_mono_is_the_mean_of_the_channels(tmp_path: Path, tone: Callable[..., np.ndarray]) -> None:
    samples = np.stack([tone(220), tone(330)])
    mess.write_audio(tmp_path / "a.wav", mess.AudioBuffer(samples, 22050), sample_format="float32")
    mono = mess.decode(tmp_path / "a.wav", num_channels=1)
    np.testing.assert_allclose(mono.samples[0], samples.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(
        mess.convert(mess.AudioBuffer(samples, 22050), num_channels=1).samples, mono.samples, atol=1e-6
    )


def test_a_range_is_the_slice_of_the_whole(tone_file: Callable[..., Path]) -> None:
    path = tone_file("a.flac", seconds=3.0)
    whole = mess.decode(path).samples
    part = mess.decode(path, start_seconds=1.0, duration_seconds=0.5).samples
    np.testing.assert_array_equal(part, whole[:, 22050 : 22050 + 11025])


def test_stream_chunks_join_to_the_whole(tone_file: Callable[..., Path]) -> None:
    path = tone_file("a.wav", seconds=2.5)
    stream = mess.AudioStream(path, sample_rate_hz=16000, num_channels=1, chunk_seconds=0.4)
    chunks = list(stream)
    assert all(chunk.num_frames == 6400 for chunk in chunks[:-1])
    joined = np.concatenate([chunk.samples for chunk in chunks], axis=1)
    np.testing.assert_array_equal(joined, mess.decode(path, sample_rate_hz=16000, num_channels=1).samples)
    assert stream.summary.duration_seconds == pytest.approx(2.5, abs=1e-3)


def test_stream_keeps_its_bytes_alive(tone_file: Callable[..., Path]) -> None:
    stream = mess.AudioStream(bytearray(tone_file("a.wav").read_bytes()), chunk_seconds=0.1)
    assert sum(chunk.num_frames for chunk in stream) == 2 * 22050


def test_tags_and_hash_survive_writing_and_retagging(tmp_path: Path, tone: Callable[..., np.ndarray]) -> None:
    audio = mess.AudioBuffer(tone(), 22050)
    mess.write_audio(tmp_path / "a.flac", audio, tags={"title": "Ünïcode 音", "artist": "A"})
    mess.write_audio(tmp_path / "b.flac", audio, tags={"title": "B"})
    info = mess.read_audio_info(tmp_path / "a.flac")
    assert (info.container, info.codec, info.sample_rate_hz, info.num_channels) == ("flac", "flac", 22050, 1)
    assert info.tags["title"] == "Ünïcode 音"
    assert info.claimed_duration_seconds == pytest.approx(2.0, abs=1e-3)
    first = mess.audio_content_hash(tmp_path / "a.flac")
    assert len(first) == 64
    assert first == mess.audio_content_hash(tmp_path / "b.flac")


def test_errors_name_the_file_and_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_text("ffconcat version 1.0\nfile secret.wav\n")
    with pytest.raises(mess.DecodeError, match=r"song\.mp3.*expected .*, found .*ffconcat") as caught:
        mess.decode(path)
    assert isinstance(caught.value, OSError)
    with pytest.raises(mess.DecodeError, match=r"missing\.mp3"):
        mess.decode(tmp_path / "missing.mp3")
    with pytest.raises(mess.InvalidArgument, match="expected a path or the bytes of a file, found int"):
        mess.decode(3)  # type: ignore[arg-type]


def test_file_names_need_not_be_utf8(tmp_path: Path, tone_file: Callable[..., Path]) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/odd-\xff\n'name.wav")
    tone_file("a.wav").rename(odd)
    assert mess.decode(odd).num_frames == 2 * 22050
    with pytest.raises(mess.DecodeError, match="\udcff"):
        mess.decode(odd + "x")


def test_buffers_refuse_what_would_need_a_copy() -> None:
    good = np.zeros((2, 100), np.float32)
    with pytest.raises(mess.InvalidArgument, match="float32 array, 1-D or 2-D, found float64 array of shape 4"):
        mess.AudioBuffer(np.zeros(4), 22050)
    with pytest.raises(mess.InvalidArgument, match="non-contiguous"):
        mess.AudioBuffer(good[:, ::2], 22050)
    with pytest.raises(mess.InvalidArgument, match="found list"):
        mess.AudioBuffer([0.0, 1.0], 22050)  # type: ignore[arg-type]
    with pytest.raises(mess.InvalidArgument, match="sample_rate_hz"):
        mess.AudioBuffer(good, 0)


def test_limits_are_counted_while_decoding(tone_file: Callable[..., Path]) -> None:
    path = tone_file("long.wav", seconds=5.0)
    with pytest.raises(mess.DecodeError, match="2"):
        mess.decode(path, limits=mess.DecodeLimits(max_duration_seconds=2.0))
    with pytest.raises(mess.DecodeError):
        mess.decode(path, limits=mess.DecodeLimits(max_buffer_bytes=1000))
