# SPDX-License-Identifier: MIT
from __future__ import annotations

import math
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess
from mess.samples import read_truth, write_samples


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


def ffmpeg_loudness(path: Path) -> dict[str, float]:
    """Range and true peak by FFmpeg's ebur128 filter."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return {
        "range_lu": float(re.findall(r"LRA:\s+(-?[0-9.]+) LU", output)[-1]),
        "true_peak_dbtp": float(re.findall(r"Peak:\s+(-?[0-9.]+) dBFS", output)[-1]),
    }


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 1), (32000, 2)])
def test_loudness_range_and_true_peak_agree_with_ffmpeg(tmp_path: Path, rate: int, channels: int) -> None:
    random = np.random.default_rng(rate)
    envelope = 10 ** (np.interp(np.arange(rate * 30), [0, rate * 10, rate * 20, rate * 30], [-1.8, -0.8, -1.5, -0.9]))
    noise = random.normal(size=(channels, rate * 30 + 7))
    # Interpolators differ only close to half the rate, where music has little: a mean of eight takes that out.
    noise = np.stack([np.convolve(channel, np.ones(8) / 3, mode="valid") for channel in noise])
    samples = np.clip(noise * envelope * 0.3, -1, 1).astype(np.float32)
    path = tmp_path / "noise.wav"
    mess.write_audio(path, mess.AudioBuffer(np.ascontiguousarray(samples), rate), sample_format="float32")
    measured = mess.analyze_file(path).analysis.loudness
    expected = ffmpeg_loudness(path)
    assert measured.range_lu == pytest.approx(expected["range_lu"], abs=0.3)
    assert measured.true_peak_dbtp == pytest.approx(expected["true_peak_dbtp"], abs=0.3)


def composed(tmp_path: Path, **arguments: object) -> tuple[Path, dict[str, object]]:
    """One composed piece and its truth."""
    write_samples(tmp_path, num_pieces=1, styles=["house"], target_seconds=25, **arguments)
    truth = read_truth(tmp_path)
    assert truth is not None
    return tmp_path / truth["pieces"][0]["file"], truth["pieces"][0]


def test_a_composed_piece_gives_its_tempo_and_beats(tmp_path: Path) -> None:
    path, truth = composed(tmp_path, seed=21)
    analysis = mess.analyze_file(path).analysis
    assert analysis.tempo.bpm == pytest.approx(truth["tempo_bpm"], abs=0.2)
    beats = np.array(analysis.beats.beats_seconds)
    distances = [np.abs(beats - beat).min() for beat in truth["beats"]]
    assert np.mean(np.array(distances) < 0.07) > 0.9


@pytest.mark.parametrize(("semitones", "factor"), [(1, 1.0), (0, 1.1)])
def test_pitch_moves_the_key_and_speed_the_tempo(tmp_path: Path, semitones: int, factor: float) -> None:
    """Resampling and time-stretching by FFmpeg: each changes one and leaves the other."""
    rate = 44100
    t = np.arange(rate * 24) / rate
    samples = np.zeros_like(t)
    for second in range(24):
        root = (0, 5, 7, 0)[second % 4]
        start = second * rate
        for note in (root, root + 4, root + 7):
            ring = t[: rate // 2]
            tone = np.sin(2 * np.pi * 261.6256 * 2 ** (note / 12) * ring) * np.exp(-4 * ring) * 0.15
            samples[start : start + rate // 2] += tone
            samples[start + rate // 2 : start + rate] += tone
    path, changed = tmp_path / "chords.wav", tmp_path / "changed.wav"
    mess.write_audio(path, mess.AudioBuffer(samples[np.newaxis].astype(np.float32), rate))
    ratio = 2 ** (semitones / 12)
    filters = f"asetrate={round(rate * ratio)},aresample={rate},atempo={factor / ratio:.6f}"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-af", filters, str(changed)], check=True)
    before, after = mess.analyze_file(path).analysis, mess.analyze_file(changed).analysis
    assert before.key.key is not None
    assert after.key.key is not None
    assert before.key.key.name == "C major"
    assert after.key.key.tonic_pitch_class == semitones
    assert before.tempo.bpm is not None
    assert after.tempo.bpm is not None
    candidates = [candidate.bpm for candidate in after.tempo.candidates]
    assert min(abs(bpm / (before.tempo.bpm * factor) - 1) for bpm in candidates) < 0.01


def test_outline_arrays_have_their_shapes() -> None:
    analysis = mess.analyze(mess.AudioBuffer(np.full((2, 44100 * 3), 0.25, np.float32), 44100))
    assert analysis.energy_dbfs.shape == (3,)
    assert analysis.energy_dbfs.dtype == np.float32
    assert analysis.waveform.shape[1] == 2
    assert analysis.waveform.max() == 0.25


RATE_HZ = 22050


def ring(hz: float, seconds: float) -> np.ndarray:
    """A plucked tone of four harmonics."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return sum(np.sin(2 * np.pi * hz * h * t) / h for h in range(1, 5)) * np.exp(-3 * t)


def accompanied_cadence(semitones: float = 0.0, *, is_minor: bool = False, bpm: float = 104.0) -> np.ndarray:
    """I IV V I, four beats each, with a bass on the beat and a noise between: key, tempo and loudness are all known."""
    beat = 60 / bpm
    random = np.random.default_rng(4)
    samples = np.zeros(int((64 * beat + 1) * RATE_HZ))

    def add(seconds: float, sound: np.ndarray, amplitude: float) -> None:
        start = int(seconds * RATE_HZ)
        samples[start : start + sound.size] += amplitude * sound[: samples.size - start]

    for number in range(64):
        root = (0, 5, 7, 0)[number // 4 % 4]
        third = 3 if is_minor and root != 7 else 4
        for note in (root, root + third, root + 7) if number % 2 == 0 else ():
            add(number * beat, ring(261.6256 * 2 ** ((note + semitones) / 12), beat), 0.1)
        add(number * beat, ring(65.4064 * 2 ** ((root + semitones) / 12), 0.8 * beat), 0.2)
        add((number + 0.5) * beat, random.normal(size=800) * np.exp(-np.arange(800) / 150), 0.1)
    return samples.astype(np.float32)


def analyzed(samples: np.ndarray) -> mess.Analysis:
    return mess.analyze(mess.AudioBuffer(np.ascontiguousarray(samples, np.float32)[np.newaxis], RATE_HZ))


def is_level(bpm: float | None, truth: float) -> bool:
    """Whether a tempo is the truth, its half or its double: where the bass lies decides which of them one taps."""
    return bpm is not None and any(bpm == pytest.approx(truth * ratio, rel=0.01) for ratio in (0.5, 1.0, 2.0))


@settings(max_examples=10, deadline=None, derandomize=True)
@given(decibel=st.floats(-40.0, 12.0))
def test_gain_changes_the_loudness_alone(decibel: float) -> None:
    # Further down the quiet parts sink below the gate of -70 LUFS.
    plain = analyzed(accompanied_cadence())
    gained = analyzed(accompanied_cadence() * 10 ** (decibel / 20))
    assert gained.key.key is not None
    assert plain.key.key is not None
    assert gained.key.key.name == plain.key.key.name == "C major"
    assert gained.tempo.bpm == pytest.approx(plain.tempo.bpm, abs=1e-3)
    assert gained.key.confidence == pytest.approx(plain.key.confidence, abs=2e-3)
    assert gained.tempo.confidence == pytest.approx(plain.tempo.confidence, abs=1e-3)
    np.testing.assert_allclose(gained.beats.beats_seconds, plain.beats.beats_seconds, atol=1e-3)
    assert gained.loudness.integrated_lufs == pytest.approx(plain.loudness.integrated_lufs + decibel, abs=1e-3)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(semitones=st.integers(-11, 11), cents=st.floats(-35.0, 35.0), is_minor=st.booleans())
def test_a_transposition_moves_the_key_alone(semitones: int, cents: float, is_minor: bool) -> None:
    analysis = analyzed(accompanied_cadence(semitones + cents / 100, is_minor=is_minor))
    assert analysis.key.key is not None
    assert analysis.key.key.tonic_pitch_class == semitones % 12
    assert analysis.key.key.is_minor == is_minor
    assert analysis.key.tuning_cents == pytest.approx(cents, abs=8.0)
    assert is_level(analysis.tempo.bpm, 104.0)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(factor=st.floats(0.8, 1.25))
def test_a_time_stretch_scales_the_tempo_alone(factor: float) -> None:
    """FFmpeg stretches; the key stays."""
    with tempfile.TemporaryDirectory() as folder:
        path, stretched = Path(folder) / "plain.wav", Path(folder) / "stretched.wav"
        mess.write_audio(path, mess.AudioBuffer(accompanied_cadence()[np.newaxis], RATE_HZ))
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-af", f"atempo={factor:.6f}", str(stretched)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        analysis = mess.analyze_file(stretched).analysis
    assert is_level(analysis.tempo.bpm, 104.0 * factor)
    assert analysis.key.name == "C major"


@settings(max_examples=6, deadline=None, derandomize=True)
@given(seconds=st.floats(0.01, 40.0))
def test_appended_silence_is_not_heard(seconds: float) -> None:
    plain = analyzed(accompanied_cadence())
    longer = analyzed(np.concatenate([accompanied_cadence(), np.zeros(int(seconds * RATE_HZ), np.float32)]))
    assert longer.key.name == plain.key.name
    assert longer.key.confidence == pytest.approx(plain.key.confidence, abs=0.05)
    assert longer.tempo.bpm == pytest.approx(plain.tempo.bpm, abs=0.1)
    assert longer.loudness.integrated_lufs == pytest.approx(plain.loudness.integrated_lufs, abs=0.1)
    assert longer.sounding.end_seconds == pytest.approx(plain.sounding.end_seconds, abs=0.11)
    count = min(len(longer.beats.beats_seconds), len(plain.beats.beats_seconds))
    assert abs(len(longer.beats.beats_seconds) - len(plain.beats.beats_seconds)) <= 1
    np.testing.assert_allclose(longer.beats.beats_seconds[:count], plain.beats.beats_seconds[:count], atol=0.01)
