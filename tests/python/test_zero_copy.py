# SPDX-License-Identifier: MIT
"""Arrays go in and come out without being copied, and stay alive as long as someone holds them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np

import mess


def address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


def test_audio_in_keeps_the_callers_array() -> None:
    mono = np.zeros(1000, np.float32)
    stereo = np.zeros((2, 1000), np.float32)
    assert address(mess.AudioBuffer(mono, 8000).samples) == address(mono)
    assert address(mess.AudioBuffer(stereo, 8000).samples) == address(stereo)
    assert np.shares_memory(mess.AudioBuffer(mono, 8000).samples, mono)


def test_audio_out_is_one_array(tone_file: Callable[..., Path]) -> None:
    audio = mess.decode(tone_file("a.wav"))
    assert address(audio.samples) == address(audio.samples)
    samples = audio.samples
    del audio
    gc.collect()
    assert np.isfinite(samples).all()
    assert samples.any()


def test_frames_in_and_out_share_memory() -> None:
    array = np.ones((5, 3), np.float32)
    frames = mess.Frames(array, hop_seconds=1, window_seconds=1, encoder_id=mess.EncoderId("mine", 1))
    assert np.shares_memory(frames.array, array)
    encoded = mess.Encoder.open("dummy").encode(mess.AudioBuffer(np.ones(8000, np.float32), 8000))
    assert np.shares_memory(encoded.array, encoded.array)


def test_a_buffer_holds_its_array_and_lets_go() -> None:
    class Marked(np.ndarray):
        pass

    array = np.zeros(100, np.float32).view(Marked)
    alive = weakref.ref(array)
    buffer = mess.AudioBuffer(array, 8000)
    del array
    gc.collect()
    assert alive() is not None
    del buffer
    gc.collect()
    assert alive() is None


def test_search_results_own_their_memory() -> None:
    index = mess.VectorIndex(2)
    index.add([1, 2], np.eye(2, dtype=np.float32))
    scores, ids = index.search(np.eye(2, dtype=np.float32), 2)
    del index
    gc.collect()
    assert ids.tolist() == [[1, 2], [2, 1]]
    assert scores.flags.writeable
