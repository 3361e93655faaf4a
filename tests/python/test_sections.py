# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess


@pytest.fixture(scope="module")
def frames_of_form():
    """Frames of a piece whose parts are a low, a high and a noisy sound of 20 s."""
    rate = 22050
    seconds = np.arange(20 * rate) / rate
    rng = np.random.default_rng(3)
    sounds = {
        "A": np.sin(2 * np.pi * 220 * seconds) + 0.5 * np.sin(2 * np.pi * 440 * seconds),
        "B": np.sin(2 * np.pi * 1760 * seconds) * (1 + np.sin(2 * np.pi * 4 * seconds)),
        "C": rng.normal(size=seconds.size),
    }

    def make(form):
        signal = np.concatenate([sounds[letter] for letter in form]) + 0.01 * rng.normal(size=len(form) * seconds.size)
        return mess.Encoder.open("acoustic").encode(mess.AudioBuffer((0.2 * signal).astype(np.float32), rate))

    return make


@pytest.mark.parametrize("form", ["ABAC", "ABCB"])
def test_parts_that_sound_alike_get_the_same_letter(frames_of_form, form):
    sections = mess.find_sections(frames_of_form(form))
    assert "".join(section.label for section in sections) == form
    assert [section.start_seconds for section in sections] == pytest.approx([0, 20, 40, 60], abs=1.5)


@settings(max_examples=50, deadline=None)
@given(
    num_frames=st.integers(1, 300),
    hop_seconds=st.sampled_from([0.02, 0.37, 1.0, 5.0]),
    seed=st.integers(0, 1000),
    kernel_seconds=st.sampled_from([0.5, 16.0, 100.0]),
)
def test_sections_always_cover_the_frames(num_frames, hop_seconds, seed, kernel_seconds):
    array = np.random.default_rng(seed).normal(size=(num_frames, 5)).astype(np.float32)
    frames = mess.Frames(
        array, hop_seconds=hop_seconds, window_seconds=hop_seconds, encoder_id=mess.EncoderId("dummy", 1)
    )
    sections = mess.find_sections(frames, kernel_seconds=kernel_seconds)
    edges = [0.0, *(section.end_seconds for section in sections)]
    assert [section.start_seconds for section in sections] == edges[:-1]
    assert edges == sorted(edges)
    assert edges[-1] == pytest.approx(num_frames * hop_seconds)
    assert sections[0].label == "A"
