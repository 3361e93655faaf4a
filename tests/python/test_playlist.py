# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest

import mess


def circle(degrees: list[float]) -> np.ndarray:
    radians = np.radians(degrees)
    return np.ascontiguousarray(np.stack([np.cos(radians), np.sin(radians)], axis=1), dtype=np.float32)


def test_the_order_walks_to_the_nearest_track() -> None:
    steps = mess.order_playlist([10, 11, 12, 13], circle([0, 50, 20, 90]), start_id=10, length=4)
    assert [step.id for step in steps] == [10, 12, 11, 13]
    assert steps[1].cost == pytest.approx(1 - np.cos(np.radians(20)), abs=1e-6)
    assert steps[1].reason == "cosine 0.94"


def test_loudness_and_artists_steer_the_order() -> None:
    vectors = circle([0, 10, 60])
    by_level = mess.order_playlist([0, 1, 2], vectors, start_id=0, loudness_lufs=[-10, -60, -10], loudness_weight=0.1)
    assert [step.id for step in by_level] == [0, 2, 1]
    by_artist = mess.order_playlist([0, 1, 2], vectors, start_id=0, artists=["A", "A", "B"])
    assert [step.id for step in by_artist] == [0, 2, 1]


def test_wrong_counts_are_named() -> None:
    with pytest.raises(mess.InvalidArgument, match="artists: expected 2 like the ids, found 1"):
        mess.order_playlist([0, 1], circle([0, 1]), start_id=0, artists=["A"])
    with pytest.raises(mess.InvalidArgument, match="start_id"):
        mess.order_playlist([0, 1], circle([0, 1]), start_id=5)
