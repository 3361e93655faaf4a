# SPDX-License-Identifier: MIT
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess


@pytest.mark.parametrize("name", ["acoustic", "dummy"])
def test_file_and_buffer_give_the_same_frames(name: str, tone_file: Callable[..., Path]) -> None:
    encoder = mess.Encoder.open(name)
    path = tone_file("a.wav", seconds=4.0)
    from_file = encoder.encode_file(path)
    from_buffer = encoder.encode(mess.decode(path))
    np.testing.assert_allclose(from_file.array, from_buffer.array, atol=1e-3)
    assert from_file.encoder_id == encoder.id
    assert from_file.array.shape == (len(from_file), encoder.dim)


def test_extract_gives_what_encoder_and_analysis_give(tone_file: Callable[..., Path]) -> None:
    encoder = mess.Encoder.open("acoustic")
    path = tone_file("a.wav", seconds=4.0)
    extraction = mess.extract(path, encoder=encoder)
    np.testing.assert_array_equal(extraction.frames.array, encoder.encode_file(path).array)
    expected = mess.analyze(mess.decode(path))
    assert extraction.analysis.loudness.integrated_lufs == expected.loudness.integrated_lufs
    assert extraction.summary.warnings == []


def test_vectors_are_bit_identical_from_run_to_run(tone_file: Callable[..., Path]) -> None:
    encoder = mess.Encoder.open("acoustic")
    path = tone_file("a.flac", seconds=3.0)
    first = mess.pool(encoder.encode_file(path))
    np.testing.assert_array_equal(first, mess.pool(encoder.encode_file(path)))
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-6)


def test_encoder_ids_compare_hash_and_round_trip() -> None:
    pooled = mess.Encoder.open("dummy").id.with_pooling("mean")
    assert str(pooled) == "dummy/1+mean"
    assert mess.EncoderId.parse("dummy/1+mean") == pooled
    assert len({pooled, mess.EncoderId("dummy", 1, "mean"), mess.EncoderId("dummy", 1)}) == 2
    with pytest.raises(mess.InvalidArgument):
        mess.EncoderId.parse("dummy")


def test_an_unknown_encoder_names_the_known_ones() -> None:
    with pytest.raises(mess.ModelError, match="expected one of acoustic, dummy"):
        mess.Encoder.open("nope")


def test_frames_from_python_pool_like_numpy() -> None:
    array = np.random.default_rng(1).normal(size=(50, 6)).astype(np.float32)
    frames = mess.Frames(array, hop_seconds=0.5, window_seconds=0.5, encoder_id=mess.EncoderId("mine", 3))
    np.testing.assert_allclose(mess.pool(frames, kind="mean", l2_normalize=False), array.mean(axis=0), atol=1e-6)
    expected = np.concatenate([array.mean(axis=0), array.std(axis=0)])
    np.testing.assert_allclose(mess.pool(frames), expected / np.linalg.norm(expected), atol=1e-6)
    with pytest.raises(mess.InvalidArgument, match="expected one of auto, track, mean, mean_std"):
        mess.pool(frames, kind="mode")
    with pytest.raises(mess.InvalidArgument, match="2-D"):
        mess.Frames(array[0], hop_seconds=1, window_seconds=1, encoder_id=mess.EncoderId("mine", 3))


def test_the_neural_library_loads_on_demand_and_computes(neural: None, tone: Callable[..., np.ndarray]) -> None:
    encoder = mess.Encoder.open("neural-probe")
    low = encoder.encode(mess.AudioBuffer(tone(120.0), 22050))
    high = encoder.encode(mess.AudioBuffer(tone(2000.0), 22050))
    assert low.array.shape[1] == encoder.dim == 16
    assert low.array.mean(axis=0).argmax() < high.array.mean(axis=0).argmax()
    assert "neural-probe" in mess.encoder_names()
    with pytest.raises(mess.InvalidArgument, match="cuda"):
        mess.Encoder.open("neural-probe", device="cuda")
