# SPDX-License-Identifier: MIT
"""Copies of audio as they turn up in real collections: coded, quieter, narrower, noisier."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

import mess

Degradation: TypeAlias = Callable[[mess.AudioBuffer], mess.AudioBuffer]


def degradations() -> dict[str, Degradation]:
    """Return the degradations that can be made here, by name; those that code to mp3 need the program ffmpeg."""
    made: dict[str, Degradation] = {
        "gain -6 dB": quieter,
        "mono": mono,
        "resampled to 16 kHz": narrower,
        "noise at -40 dB": noisier,
    }
    if shutil.which("ffmpeg"):
        made["mp3 64 kbit/s"] = coded
        made["mono, 22.05 kHz, -6 dB, mp3 64 kbit/s"] = worn
    return made


def quieter(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Halve the amplitude."""
    return mess.AudioBuffer(np.ascontiguousarray(audio.samples * np.float32(0.5)), audio.sample_rate_hz)


def mono(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Mix all channels to one."""
    return mess.AudioBuffer(audio.samples.mean(axis=0, keepdims=True, dtype=np.float32), audio.sample_rate_hz)


def narrower(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Leave what 16 kHz can carry."""
    return mess.convert(audio, sample_rate_hz=16000)


def noisier(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Add white noise 40 dB below the audio."""
    level = 0.01 * float(np.sqrt(np.mean(audio.samples.astype(np.float64) ** 2)))
    noise = np.random.default_rng(0).normal(0.0, level, audio.samples.shape).astype(np.float32)
    return mess.AudioBuffer(audio.samples + noise, audio.sample_rate_hz)


def worn(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Do most of it at once, as years of copying do."""
    return coded(quieter(mess.convert(mono(audio), sample_rate_hz=22050)))


def coded(audio: mess.AudioBuffer) -> mess.AudioBuffer:
    """Code to mp3 and back."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "audio.wav"), Path(folder, "audio.mp3")
        mess.write_audio(source, audio)
        command = ["ffmpeg", "-v", "error", "-i", str(source), "-c:a", "libmp3lame", "-b:a", "64k", str(target)]
        result = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise mess.Error(f"[evaluate] ffmpeg: expected an mp3 file, found: {result.stderr.strip()[-300:]}")
        return mess.decode(target)
