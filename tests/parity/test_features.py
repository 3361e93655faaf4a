# SPDX-License-Identifier: MIT
"""What the models hear, against the reference's feature extraction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import transformers
from reference_models import CLAP_PREPROCESSOR

import mess
from mess import _neural

RATE_HZ = 48000


def sweep(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * (20 * time + 1000 * time**2))).astype(np.float32)


def click(seconds: float) -> np.ndarray:
    samples = np.zeros(round(seconds * RATE_HZ), np.float32)
    samples[samples.size // 2] = 1.0
    return samples


SETTINGS = {key: value for key, value in CLAP_PREPROCESSOR.items() if key != "feature_extractor_type"}


def reference(samples: np.ndarray, length: int) -> np.ndarray:
    extractor = transformers.ClapFeatureExtractor(**SETTINGS)
    return extractor(samples, sampling_rate=RATE_HZ, max_length=length)["input_features"][0][0]


SOUNDS: dict[str, Callable[[], np.ndarray]] = {
    "noise": lambda: np.random.default_rng(0).normal(0, 0.1, 10 * RATE_HZ).astype(np.float32),
    "quiet noise": lambda: np.random.default_rng(1).normal(0, 1e-4, 10 * RATE_HZ).astype(np.float32),
    "sweep": lambda: sweep(10.0),
    "pure tone": lambda: np.sin(np.arange(10 * RATE_HZ) * 0.1).astype(np.float32),
    "silence": lambda: np.zeros(10 * RATE_HZ, np.float32),
    "click": lambda: click(10.0),
    "offset": lambda: np.full(10 * RATE_HZ, 0.3, np.float32),
    "44.1 kHz": lambda: mess.convert(mess.AudioBuffer(sweep(11.0, 44100), 44100), sample_rate_hz=RATE_HZ).samples[
        0, : 10 * RATE_HZ
    ],
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_the_spectrogram_of_clap_is_the_reference_to_a_ten_thousandth_of_a_decibel(sound: str) -> None:
    samples = np.ascontiguousarray(SOUNDS[sound]())
    expected = reference(samples, samples.size)
    found = _neural.clap_spectrogram(samples)
    assert found.shape == expected.shape == (1001, 64)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("seconds", [0.2, 3.0, 7.5])
def test_shorter_sounds_are_repeated_like_the_reference(
    seconds: float, saved: Callable[[str], tuple[object, Path]]
) -> None:
    _, folder = saved("clap-htsat-unfused")
    encoder = mess.Encoder.open(str(folder))
    samples = sweep(seconds)
    times = (10 * RATE_HZ) // samples.size
    repeated = np.zeros(10 * RATE_HZ, np.float32)
    repeated[: times * samples.size] = np.tile(samples, times)
    np.testing.assert_allclose(_neural.clap_spectrogram(repeated), reference(samples, 10 * RATE_HZ), atol=1e-4)
    np.testing.assert_allclose(
        encoder.encode(mess.AudioBuffer(samples, RATE_HZ)).array,
        encoder.encode(mess.AudioBuffer(repeated, RATE_HZ)).array,
        atol=1e-5,
    )


@pytest.mark.parametrize("num_samples", [480_000, 480_001, 700_003, 5_000_000])
def test_a_seed_gives_the_reference_s_random_crop(num_samples: int) -> None:
    for seed in (0, 1, 77):
        samples = np.arange(num_samples, dtype=np.float64)
        extractor = transformers.ClapFeatureExtractor(**SETTINGS)
        extractor._np_extract_fbank_features = lambda wave, _filters: wave[None, :1]  # what was cut, not how it sounds
        np.random.seed(seed)  # the generator that the reference draws from
        cut = extractor(samples, sampling_rate=RATE_HZ, truncation="rand_trunc")["input_features"]
        assert _neural.clap_random_crop(num_samples, seed=seed) == float(np.asarray(cut).reshape(-1)[0])
    with pytest.raises(TypeError):
        _neural.clap_random_crop(-1, seed=0)


def test_a_loudness_that_cannot_matter_to_mert_does_not(saved: Callable[[str], tuple[object, Path]]) -> None:
    _, folder = saved("mert-330m-4-layers")
    encoder = mess.Encoder.open(str(folder))
    samples = np.random.default_rng(3).normal(0, 0.1, 24000).astype(np.float32)
    loud = encoder.encode(mess.AudioBuffer(samples, 24000)).array
    quiet = encoder.encode(mess.AudioBuffer(samples * 0.25 + 0.125, 24000)).array
    np.testing.assert_allclose(quiet, loud, atol=1e-3)
