# SPDX-License-Identifier: MIT
from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import mess


def ffmpeg_integrated_lufs(path: Path) -> float:
    """FFmpeg's own ebur128 filter, as the oracle."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[0-9.]+) LUFS", output)[-1])


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 1), (32000, 2), (96000, 2), (48000, 6)])
def test_loudness_agrees_with_ffmpeg(tmp_path: Path, rate: int, channels: int) -> None:
    random = np.random.default_rng(channels)
    envelope = 10 ** (np.interp(np.arange(rate * 12), [0, rate * 4, rate * 8, rate * 12], [-2.5, -0.8, -1.6, -0.9]))
    noise = random.normal(size=(channels, rate * 12)) * envelope * 0.3
    samples = np.ascontiguousarray(np.clip(noise, -1, 1), dtype=np.float32)
    path = tmp_path / "noise.wav"
    mess.write_audio(path, mess.AudioBuffer(samples, rate), sample_format="float32")
    measured = mess.analyze(mess.decode(path)).loudness.integrated_lufs
    assert measured == pytest.approx(ffmpeg_integrated_lufs(path), abs=0.11)


def test_silence_has_no_loudness() -> None:
    analysis = mess.analyze(mess.AudioBuffer(np.zeros((2, 44100), np.float32), 44100))
    assert analysis.is_silent
    assert analysis.loudness.integrated_lufs is None
    assert math.isinf(analysis.loudness.peak_dbfs)


def test_a_file_gives_what_its_buffer_gives(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, size=(2, 44100 * 3)).astype(np.float32)
    path = tmp_path / "noise.flac"
    mess.write_audio(path, mess.AudioBuffer(samples, 44100))
    from_file = mess.analyze_file(path)
    from_buffer = mess.analyze(mess.decode(path))
    assert from_file.analysis.loudness.integrated_lufs == from_buffer.loudness.integrated_lufs
    assert from_file.analysis.sounding.end_seconds == from_buffer.sounding.end_seconds
    assert from_file.summary.num_channels == 2
