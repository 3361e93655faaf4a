# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess
from mess.cli.app import run

SAMPLE_RATE_HZ = 22050


@pytest.fixture(scope="session", autouse=True)
def children_hear_ctrl_c() -> None:
    """A job in the background ignores Ctrl-C, and so would the programs that the tests start and interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def tone() -> Callable[..., np.ndarray]:
    """A sine with overtones and a little noise, (frames,) float32."""

    def make(
        hz: float = 220.0, seconds: float = 2.0, *, sample_rate_hz: int = SAMPLE_RATE_HZ, seed: int = 0
    ) -> np.ndarray:
        time = np.arange(int(seconds * sample_rate_hz)) / sample_rate_hz
        wave = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 5))
        noise = np.random.default_rng(seed).normal(0, 0.02, time.size)
        return np.ascontiguousarray(0.2 * wave + noise, dtype=np.float32)

    return make


@pytest.fixture
def tone_file(tmp_path: Path, tone: Callable[..., np.ndarray]) -> Callable[..., Path]:
    """Writes a tone as WAV or FLAC and returns its path."""

    def make(name: str = "tone.wav", hz: float = 220.0, seconds: float = 2.0, *, seed: int = 0) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mess.write_audio(path, mess.AudioBuffer(tone(hz, seconds, seed=seed), SAMPLE_RATE_HZ))
        return path

    return make


@pytest.fixture
def neural() -> None:
    """Skips where libmess_neural is not built; MESS_REQUIRE_NEURAL=1 makes that a failure."""
    if mess.load_neural():
        return
    if os.environ.get("MESS_REQUIRE_NEURAL") == "1":
        pytest.fail(f"libmess_neural is required here: {mess.neural_status()}")
    pytest.skip(f"libmess_neural: {mess.neural_status()}")


@pytest.fixture
def call(capsys):
    """Runs a command; returns exit code, stdout and stderr."""

    def make(*arguments):
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return make
