# SPDX-License-Identifier: MIT
"""Heavy calls release the GIL: a heartbeat thread keeps beating while they run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess

BEAT_SECONDS = 0.002


def beats_during(work: Callable[[], object]) -> tuple[int, float]:
    """How often another thread got to run Python code during `work`, and how long that took."""
    stop = threading.Event()
    beats = 0

    def heart() -> None:
        nonlocal beats
        while not stop.is_set():
            beats += 1
            time.sleep(BEAT_SECONDS)

    thread = threading.Thread(target=heart)
    thread.start()
    while beats == 0:
        time.sleep(BEAT_SECONDS)
    before = beats
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    during = beats - before
    stop.set()
    thread.join()
    return during, seconds


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gil") / "long.flac"
    samples = np.random.default_rng(0).normal(0, 0.1, size=(1, 22050 * 240)).astype(np.float32)
    mess.write_audio(path, mess.AudioBuffer(samples, 22050))
    return path


def heavy_calls(path: Path) -> dict[str, Callable[[], object]]:
    encoder = mess.Encoder.open("acoustic")
    audio = mess.decode(path)
    rows = np.random.default_rng(1).normal(size=(40_000, 256)).astype(np.float32)
    index = mess.VectorIndex(256)
    index.add(np.arange(len(rows)), rows)
    return {
        "decode": lambda: mess.decode(path, sample_rate_hz=44100),
        "hash": lambda: [mess.audio_content_hash(path) for _ in range(6)],
        "convert": lambda: mess.convert(audio, sample_rate_hz=48000),
        "encode": lambda: encoder.encode(audio),
        "encode_file": lambda: encoder.encode_file(path),
        "extract": lambda: mess.extract(path, encoder=encoder),
        "analyze": lambda: mess.analyze(audio),
        "search": lambda: index.search(rows[:2000], 10),
        "stream": lambda: sum(chunk.num_frames for chunk in mess.AudioStream(path, chunk_seconds=60)),
    }


def test_a_heartbeat_goes_on_during_every_heavy_call(long_file: Path) -> None:
    for name, work in heavy_calls(long_file).items():
        beats, seconds = beats_during(work)
        # A held GIL gives 0 or 1 beats however long the call takes; half of a loaded machine's beats is plenty.
        assert seconds > 0.02, f"{name} is too short to tell: {seconds:.3f} s"
        assert beats >= 3, f"{name}: {beats} beats in {seconds:.3f} s"


def test_one_encoder_serves_many_threads(long_file: Path) -> None:
    encoder = mess.Encoder.open("acoustic")
    audio = mess.decode(long_file, duration_seconds=20)
    expected = encoder.encode(audio).array
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(encoder.encode(audio).array)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        np.testing.assert_array_equal(result, expected)
