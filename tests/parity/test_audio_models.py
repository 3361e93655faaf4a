# SPDX-License-Identifier: MIT
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

import mess

Saved = Callable[[str], tuple[torch.nn.Module, Path]]
NATIVE = 0.001  # shorter than any model's own frames: those are handed out


def music(seconds: float, rate_hz: int, seed: int = 0) -> np.ndarray:
    """Some tones that come and go over noise, off centre."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = sum(
        np.sin(2 * np.pi * hz * time) * np.sin(np.pi * rate * time) ** 2
        for hz, rate in zip(generator.uniform(80, 3000, 6), generator.uniform(0.3, 4, 6), strict=True)
    )
    return np.ascontiguousarray(0.1 * tones + generator.normal(0.01, 0.02, time.size), dtype=np.float32)


def hubert_states(reference: torch.nn.Module, samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """(layers + 1, frames, hidden); the last is the model's output, after the final norm where there is one."""
    extractor = transformers.Wav2Vec2FeatureExtractor(sampling_rate=rate_hz, do_normalize=True)
    values = extractor(samples, sampling_rate=rate_hz, return_tensors="pt").input_values
    with torch.no_grad():
        output = reference(values, output_hidden_states=True)
    return np.stack([*(s[0].numpy() for s in output.hidden_states[:-1]), output.last_hidden_state[0].numpy()])


def mess_states(folder: Path, samples: np.ndarray, rate_hz: int, **options: object) -> np.ndarray:
    encoder = mess.Encoder.open(
        str(folder),
        layer_combination="concat",
        frame_seconds=NATIVE,
        window_seconds=len(samples) / rate_hz,
        **options,
    )
    frames = encoder.encode(mess.AudioBuffer(samples, rate_hz)).array
    hidden = 1024 if frames.shape[1] % 1024 == 0 and "330m" in str(folder) else 768
    return frames.reshape(len(frames), -1, hidden).transpose(1, 0, 2)


@pytest.mark.parametrize(
    ("name", "rate_hz", "seconds"),
    [
        ("mert-95m", 24000, 5.0),
        ("mert-330m-4-layers", 24000, 2.0),
        ("hubert-layer-norm", 16000, 2.0),
        pytest.param("mert-330m", 24000, 5.0, marks=pytest.mark.slow),
    ],
)
def test_every_hidden_state_is_what_transformers_computes(
    name: str, rate_hz: int, seconds: float, saved: Saved, close: Callable[..., None]
) -> None:
    reference, folder = saved(name)
    samples = music(seconds, rate_hz)
    expected = hubert_states(reference, samples, rate_hz)
    found = mess_states(folder, samples, rate_hz)
    for state in range(len(expected)):
        close(found[state], expected[state])


@pytest.mark.parametrize("name", ["mert-95m", "mert-330m-4-layers"])
def test_bfloat16_frames_point_the_same_way(name: str, saved: Saved, close: Callable[..., None]) -> None:
    _, folder = saved(name)
    samples = music(2.0, 24000)
    exact = mess_states(folder, samples, 24000)
    rounded = mess_states(folder, samples, 24000, precision="bfloat16")
    close(rounded, exact, atol=1.0, cosine=0.999)


def test_a_window_gives_the_same_frames_whatever_it_was_batched_with(saved: Saved) -> None:
    _, folder = saved("mert-95m")
    encoder = mess.Encoder.open(str(folder), window_seconds=1.0, frame_seconds=NATIVE)
    tracks = [mess.AudioBuffer(music(seconds, 24000, seed), 24000) for seed, seconds in enumerate([1.0, 3.7, 2.0, 0.3])]
    together = encoder.encode_batch(tracks)
    for track, frames in zip(tracks, together, strict=True):
        alone = encoder.encode(track)
        np.testing.assert_allclose(frames.array, alone.array, atol=1e-5)
        np.testing.assert_allclose(frames.track_vector, alone.track_vector, atol=1e-5)


def test_windows_are_cut_normalised_and_averaged_one_by_one(saved: Saved, close: Callable[..., None]) -> None:
    reference, folder = saved("mert-330m-4-layers")
    samples = music(3.4, 24000)
    encoder = mess.Encoder.open(str(folder), layers=[2, -1], layer_weights=[3, 1], window_seconds=2.0)
    frames = encoder.encode(mess.AudioBuffer(samples, 24000))
    windows = [hubert_states(reference, part, 24000) for part in (samples[:48000], samples[48000:])]
    mixed = [0.75 * states[2] + 0.25 * states[-1] for states in windows]
    track = np.concatenate(mixed).mean(0)
    close(frames.track_vector, track / np.linalg.norm(track))
    assert frames.array.shape == (3, 1024)
    assert frames.hop_seconds == pytest.approx(1.0)
    close(frames.array[2], mixed[1].mean(0))


def test_a_rest_of_less_than_a_second_is_left_out(saved: Saved) -> None:
    _, folder = saved("mert-330m-4-layers")
    encoder = mess.Encoder.open(str(folder), window_seconds=1.0)
    samples = music(2.5, 24000)
    with_rest = encoder.encode(mess.AudioBuffer(samples, 24000))
    without = encoder.encode(mess.AudioBuffer(samples[:48000].copy(), 24000))
    np.testing.assert_allclose(with_rest.array, without.array, atol=1e-6)
    assert len(encoder.encode(mess.AudioBuffer(samples[:5].copy(), 24000))) == 1


def test_overlapping_windows_give_a_frame_each(saved: Saved) -> None:
    _, folder = saved("mert-330m-4-layers")
    encoder = mess.Encoder.open(str(folder), window_seconds=1.0, hop_seconds=0.5)
    frames = encoder.encode(mess.AudioBuffer(music(3.0, 24000), 24000))
    assert len(frames) == 5
    assert frames.hop_seconds == 0.5
    assert frames.window_seconds == 1.0


@pytest.mark.parametrize("name", ["clap-htsat-unfused", "larger-clap"])
def test_clap_hears_what_transformers_hears(name: str, saved: Saved, close: Callable[..., None]) -> None:
    reference, folder = saved(name)
    extractor = transformers.ClapFeatureExtractor.from_pretrained(folder)
    encoder = mess.Encoder.open(str(folder))
    for seconds in (10.0, 2.3):
        samples = music(seconds, 48000)
        features = extractor(samples.astype(np.float64), sampling_rate=48000, return_tensors="pt")
        with torch.no_grad():
            output = reference.get_audio_features(**features)
        expected = torch.nn.functional.normalize(getattr(output, "pooler_output", output), dim=-1).numpy()
        frames = encoder.encode(mess.AudioBuffer(samples, 48000))
        close(frames.array, expected)
        close(frames.track_vector[None], expected)


def test_clap_takes_long_audio_window_by_window(saved: Saved) -> None:
    _, folder = saved("clap-htsat-unfused")
    encoder = mess.Encoder.open(str(folder))
    samples = music(25.0, 48000)
    frames = encoder.encode(mess.AudioBuffer(samples, 48000))
    assert frames.array.shape == (3, 512)
    for window in range(3):
        part = samples[window * 480000 : (window + 1) * 480000].copy()
        np.testing.assert_allclose(
            frames.array[window], encoder.encode(mess.AudioBuffer(part, 48000)).array[0], atol=1e-5
        )


def test_bfloat16_clap_points_the_same_way(saved: Saved) -> None:
    _, folder = saved("clap-htsat-unfused")
    audio = mess.AudioBuffer(music(10.0, 48000), 48000)
    exact = mess.Encoder.open(str(folder)).encode(audio).array
    rounded = mess.Encoder.open(str(folder), precision="bfloat16").encode(audio).array
    assert float((exact * rounded).sum()) >= 0.999
