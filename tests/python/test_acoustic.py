# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import mess

Signal = NDArray[np.float32]

GOLDEN = Path(__file__).parents[1] / "golden"
RATE_HZ = 22050
SCRIPT = runpy.run_path(str(GOLDEN / "make_acoustic_golden.py"))


@pytest.fixture(scope="module")
def encoder() -> mess.Encoder:
    return mess.Encoder.open("acoustic")


@pytest.fixture(scope="module")
def embed(encoder: mess.Encoder) -> Callable[[Signal], Signal]:
    def embed_signal(signal: Signal) -> Signal:
        return mess.pool(encoder.encode(mess.AudioBuffer(signal.astype(np.float32), RATE_HZ)))

    return embed_signal


@pytest.fixture(scope="module")
def signals() -> dict[str, Signal]:
    return dict(SCRIPT["make_signals"]())


@pytest.fixture(scope="module")
def tunes() -> list[Signal]:
    """Tunes that differ in timbre, notes or speed alone, so that telling them apart takes every part."""
    scales = [[0, 3, 7, 3, 5, 8, 12, 8], [0, 4, 7, 12, 7, 4], [0, 2, 4, 6, 8, 10], [0, 5, 7, 10]]
    return [
        SCRIPT["make_tune"](12 + 5 * i, scale, notes_per_second=2.0 + 1.3 * i, brightness=brightness, seed=10 * i)
        for i, scale in enumerate(scales)
        for brightness in (0.4, 0.7)
    ]


def test_the_vectors_of_version_2_stay_what_they_are(signals: dict[str, Signal], encoder: mess.Encoder) -> None:
    assert str(encoder.id) == "acoustic/2"
    with np.load(GOLDEN / "acoustic-2.npz") as golden:
        for name, signal in signals.items():
            for key, values in SCRIPT["encode"](name, signal).items():
                tolerance = 1e-4 if key.endswith("vector") else 2e-3
                np.testing.assert_allclose(values, golden[key], atol=tolerance, rtol=0, err_msg=key)


def test_the_default_pooling_is_the_track_vector(signals: dict[str, Signal], encoder: mess.Encoder) -> None:
    frames = encoder.encode(mess.AudioBuffer(signals["slow dark"], RATE_HZ))
    assert str(mess.pooled_id(encoder)) == "acoustic/2+track"
    assert frames.track_vector is not None
    np.testing.assert_allclose(mess.pool(frames), frames.track_vector, atol=1e-6)
    copied = mess.Frames(
        frames.array,
        hop_seconds=frames.hop_seconds,
        window_seconds=frames.window_seconds,
        encoder_id=frames.encoder_id,
        track_vector=frames.track_vector,
    )
    np.testing.assert_array_equal(mess.pool(copied), mess.pool(frames))
    assert mess.pool(frames, kind="mean").shape == (encoder.dim,)


def test_groups_say_what_made_two_tracks_alike(
    signals: dict[str, Signal], encoder: mess.Encoder, embed: Callable[[Signal], Signal]
) -> None:
    groups = encoder.track_vector_groups
    assert [group.name for group in groups] == ["timbre", "rhythm", "harmony", "dynamics"]
    first, second = embed(signals["slow dark"]), embed(signals["fast bright"])
    parts = [float(first[g.offset :][: g.size] @ second[g.offset :][: g.size]) for g in groups]
    assert sum(parts) == pytest.approx(float(first @ second), abs=1e-5)
    assert all(abs(part) <= group.weight**2 + 1e-5 for part, group in zip(parts, groups, strict=True))
    explained = encoder.explain(first, second)
    assert [group.name for group in explained] == [group.name for group in groups]
    assert [group.part for group in explained] == pytest.approx(parts, abs=1e-6)
    assert [group.cosine for group in encoder.explain(first, first)] == pytest.approx([1.0] * 4, abs=1e-5)
    assert [group.cosine for group in encoder.explain(first, np.zeros_like(first))] == [0.0] * 4


def test_only_track_vectors_of_the_encoder_can_be_explained(encoder: mess.Encoder) -> None:
    vector = np.ones(7, np.float32)
    with pytest.raises(mess.InvalidArgument, match="explain: expected track vectors of 1074 values, found 7"):
        encoder.explain(vector, vector)
    with pytest.raises(mess.InvalidArgument, match="dummy/1: expected an encoder whose track vector has groups"):
        mess.Encoder.open("dummy").explain(vector, vector)


@pytest.mark.parametrize("gain", [0.1, 0.5, 2.0])
def test_gain_does_not_change_the_vector(
    gain: float, signals: dict[str, Signal], embed: Callable[[Signal], Signal]
) -> None:
    for name, signal in signals.items():
        np.testing.assert_allclose(embed(gain * signal), embed(signal), atol=1e-3, err_msg=name)


@pytest.mark.parametrize("seconds", [2, 60])
def test_appended_silence_changes_little(
    seconds: int, signals: dict[str, Signal], embed: Callable[[Signal], Signal]
) -> None:
    # Not of the noise: in a sound that never changes its own end is what happens most.
    for name in ("slow dark", "fast bright", "whole tones"):
        signal = signals[name]
        longer = np.concatenate([signal, np.zeros(seconds * RATE_HZ, np.float32)])
        assert float(embed(longer) @ embed(signal)) > 0.98, name


def test_a_constant_offset_changes_little(signals: dict[str, Signal], embed: Callable[[Signal], Signal]) -> None:
    assert float(embed(signals["slow dark"] + np.float32(0.05)) @ embed(signals["slow dark"])) > 0.98


def test_a_transposition_changes_harmony_more_than_rhythm(
    encoder: mess.Encoder, embed: Callable[[Signal], Signal]
) -> None:
    def tune(root: int) -> Signal:
        return np.asarray(SCRIPT["make_tune"](root, [0, 4, 7, 12], notes_per_second=3.0, brightness=0.5, seed=1))

    low, high = embed(tune(20)), embed(tune(23))
    alike = {
        g.name: float(low[g.offset :][: g.size] @ high[g.offset :][: g.size]) / g.weight**2
        for g in encoder.track_vector_groups
    }
    assert alike["harmony"] < 0.7 < 0.9 < alike["rhythm"]


def test_half_of_a_tune_is_nearest_to_its_other_half(tunes: list[Signal], embed: Callable[[Signal], Signal]) -> None:
    half = tunes[0].size // 2
    firsts = np.stack([embed(tune[:half]) for tune in tunes])
    seconds = np.stack([embed(tune[half:]) for tune in tunes])
    np.testing.assert_array_equal((firsts @ seconds.T).argmax(axis=1), np.arange(len(tunes)))


def test_a_degraded_copy_stays_nearest(
    tunes: list[Signal], embed: Callable[[Signal], Signal], encoder: mess.Encoder, tmp_path: Path
) -> None:
    originals = np.stack([embed(tune) for tune in tunes])
    degraded = []
    for number, tune in enumerate(tunes):
        source, coded = tmp_path / f"{number}.wav", tmp_path / f"{number}.mp3"
        mess.write_audio(source, mess.AudioBuffer(np.float32(0.5) * tune, RATE_HZ))
        command = ["ffmpeg", "-v", "error", "-i", str(source), "-c:a", "libmp3lame", "-b:a", "64k", str(coded)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        degraded.append(mess.pool(encoder.encode_file(coded)))
    cosines = np.stack(degraded) @ originals.T
    np.testing.assert_array_equal(cosines.argmax(axis=1), np.arange(len(tunes)))
    assert cosines.diagonal().min() > 0.8


def test_what_is_above_10_khz_does_not_matter(signals: dict[str, Signal], embed: Callable[[Signal], Signal]) -> None:
    signal = signals["slow dark"]
    whistle = 0.02 * np.sin(2 * np.pi * 10500 * np.arange(signal.size) / RATE_HZ)
    assert float(embed(signal + whistle.astype(np.float32)) @ embed(signal)) > 0.98


def test_silence_and_a_single_sample_give_zeros(embed: Callable[[Signal], Signal]) -> None:
    for count in (1, 1000, 3 * RATE_HZ):
        np.testing.assert_array_equal(embed(np.zeros(count, np.float32)), 0.0)
    assert np.isfinite(embed(np.ones(1, np.float32))).all()


@pytest.mark.parametrize("level", ["baseline", "avx2", "avx512"])
def test_simd_levels_agree(
    level: str, signals: dict[str, Signal], embed: Callable[[Signal], Signal], tmp_path: Path
) -> None:
    levels = ["baseline", "avx2", "avx512"]
    if levels.index(level) > levels.index(mess.simd_level()):
        pytest.skip(f"this processor has {mess.simd_level()} at most")
    signal, output = tmp_path / "signal.npy", tmp_path / "vector.npy"
    np.save(signal, signals["fast bright"])
    program = (
        "import sys, numpy as np, mess\n"
        "audio = mess.AudioBuffer(np.load(sys.argv[1]), 22050)\n"
        "np.save(sys.argv[2], mess.pool(mess.Encoder.open('acoustic').encode(audio)))\n"
    )
    environment = {**os.environ, "MESS_SIMD": level}
    subprocess.run([sys.executable, "-c", program, str(signal), str(output)], check=True, env=environment)
    np.testing.assert_allclose(np.load(output), embed(signals["fast bright"]), atol=1e-4)


def test_a_style_of_the_composed_collection_finds_its_own(tmp_path: Path, encoder: mess.Encoder) -> None:
    command = [sys.executable, "-m", "mess", "samples", str(tmp_path), "--pieces", "40", "--seed", "5"]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"mess samples: {made.stderr.strip()[-200:]}")
    files = sorted(tmp_path.rglob("*.flac"))
    vectors = np.stack([mess.pool(encoder.encode_file(file)) for file in files])
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    styles = np.array([file.parent.name for file in files])
    assert (styles[cosines.argmax(axis=1)] == styles).mean() >= 0.9
