# SPDX-License-Identifier: MIT
"""Makes acoustic-N.npz beside this script, N the encoder's version. Run it once per version, never twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess

SAMPLE_RATE_HZ = 22050
FRAME_STEP = 8  # frames are stored thinned out: the file stays small


def make_tune(
    root_semitones: int,
    steps: list[int],
    *,
    notes_per_second: float,
    brightness: float,
    seed: int,
    seconds: float = 12.0,
) -> NDArray[np.float32]:
    """Plucked notes over noisy beats, (frames,): enough like music for every part of the vector."""
    random = np.random.default_rng(seed)
    audio = np.zeros(int(seconds * SAMPLE_RATE_HZ))
    length = int(SAMPLE_RATE_HZ / notes_per_second)
    time = np.arange(length) / SAMPLE_RATE_HZ
    for number in range(int(seconds * notes_per_second)):
        start = number * length
        room = min(length, audio.size - start)
        hz = 55.0 * 2.0 ** ((root_semitones + steps[number % len(steps)]) / 12.0)
        partials = sum(brightness**k * np.sin(2 * np.pi * hz * (k + 1) * time) for k in range(12))
        beat = (0.5 if number % 4 == 0 else 0.15) * random.normal(size=length) * np.exp(-40.0 * time)
        audio[start : start + room] += (partials * np.exp(-3.0 * time) + beat)[:room]
    return np.ascontiguousarray(0.2 * audio, dtype=np.float32)


def make_signals() -> dict[str, NDArray[np.float32]]:
    """Return mono signals at SAMPLE_RATE_HZ by name."""
    return {
        "slow dark": make_tune(12, [0, 3, 7, 3, 5, 8, 12, 8], notes_per_second=2.0, brightness=0.4, seed=1),
        "fast bright": make_tune(24, [0, 4, 7, 12, 7, 4], notes_per_second=7.0, brightness=0.8, seed=2),
        "whole tones": make_tune(31, [0, 2, 4, 6, 8, 10], notes_per_second=3.5, brightness=0.6, seed=3),
        "noise": np.random.default_rng(4).normal(0.0, 0.1, 5 * SAMPLE_RATE_HZ).astype(np.float32),
    }


def encode(name: str, signal: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return what the golden file stores of one signal."""
    frames = mess.Encoder.open("acoustic").encode(mess.AudioBuffer(signal, SAMPLE_RATE_HZ))
    return {f"{name} vector": mess.pool(frames), f"{name} frames": frames.array[::FRAME_STEP]}


def main() -> None:
    """Write the file."""
    path = Path(__file__).parent / f"acoustic-{mess.Encoder.open('acoustic').id.version}.npz"
    if path.exists():
        raise SystemExit(f"{path.name} exists: a golden file is never rewritten")
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, signal in make_signals().items():
        arrays |= encode(name, signal)
    np.savez_compressed(path, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
