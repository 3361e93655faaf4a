# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess

ID = mess.EncoderId("dummy", 1)


def make_frames(array: np.ndarray, hop_seconds: float = 0.5, window_seconds: float = 0.5) -> mess.Frames:
    return mess.Frames(array.astype(np.float32), hop_seconds=hop_seconds, window_seconds=window_seconds, encoder_id=ID)


def frames_in(array: np.ndarray, start: float, end: float) -> np.ndarray:
    middles = 0.5 * np.arange(len(array)) + 0.25
    chosen = array[(middles >= start) & (middles < end)]
    nearest = int(np.clip(np.round((0.5 * (start + end) - 0.25) / 0.5), 0, len(array) - 1))
    return chosen if len(chosen) else array[nearest : nearest + 1]


FORMULAS = {
    "mean": lambda x: x.mean(axis=0),
    "mean_std": lambda x: np.concatenate([x.mean(axis=0), x.std(axis=0)]),
    "max": lambda x: x.max(axis=0),
    "gem": lambda x: np.cbrt((x**3).mean(axis=0)),
    "median": lambda x: np.median(x, axis=0),
}


@pytest.mark.parametrize("kind", FORMULAS)
@settings(max_examples=40, deadline=None)
@given(num_frames=st.integers(1, 200), start=st.integers(0, 400), length=st.integers(0, 200), seed=st.integers(0, 99))
def test_every_pooling_of_every_span_is_its_formula(kind, num_frames, start, length, seed):
    array = np.random.default_rng(seed).normal(2.0, 1.0, (num_frames, 3)).astype(np.float32)
    span = (start / 3.3, (start + length) / 3.3)
    whole = mess.pool(make_frames(array), kind=kind, l2_normalize=False)
    np.testing.assert_allclose(whole, FORMULAS[kind](array.astype(np.float64)), rtol=1e-4, atol=1e-4)
    part = mess.pool_spans(make_frames(array), [span], kind=kind, l2_normalize=False)
    expected = FORMULAS[kind](frames_in(array, *span).astype(np.float64))
    np.testing.assert_allclose(part.array[0], expected, rtol=1e-4, atol=1e-3)
    assert str(part.encoder_id) == f"dummy/1+{kind}"


def test_windows_of_a_track_are_rows_of_unit_length():
    frames = make_frames(np.random.default_rng(0).normal(size=(121, 4)))
    spans = mess.window_spans(frames, window_seconds=10, hop_seconds=5)
    assert spans[:2] == [(0.0, 10.0), (5.0, 15.0)]
    assert spans[-1] == (50.5, 60.5)
    windows = mess.pool_spans(frames, spans)
    assert (windows.array.shape, len(windows), windows.spans) == ((len(spans), 8), len(spans), spans)
    np.testing.assert_allclose(np.linalg.norm(windows.array, axis=1), 1.0, atol=1e-5)


def test_weights_change_what_a_vector_is_called():
    frames = make_frames(np.array([[1.0], [5.0]]))
    weights = np.array([3.0, 1.0], np.float32)
    assert mess.pool(frames, kind="mean", l2_normalize=False, frame_weights=weights)[0] == 2.0
    spans = mess.pool_spans(frames, [(0.0, 1.0)], kind="mean", frame_weights=weights)
    assert str(spans.encoder_id) == "dummy/1+weighted_mean"
    with pytest.raises(mess.InvalidArgument, match="expected one for each of 2 frames, found 1"):
        mess.pool(frames, kind="mean", frame_weights=weights[:1])


def test_energy_and_novelty_make_weights():
    frames = make_frames(np.repeat([[0.0], [1.0]], 30, axis=0))
    energy = mess.energy_weights(frames, np.array([-30.0] * 10 + [-10.0] * 20, np.float32))
    np.testing.assert_allclose(energy[[0, -1]], [0.01, 1.0], rtol=1e-5)
    novelty = mess.novelty_weights(frames)
    assert abs(int(novelty.argmax()) - 30) <= 1


def test_frames_without_a_time_axis_have_no_windows():
    frames = make_frames(np.ones((3, 2)), hop_seconds=0.0)
    with pytest.raises(mess.InvalidArgument, match="expected hop_seconds above 0"):
        mess.window_spans(frames)
