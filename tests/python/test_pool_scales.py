# SPDX-License-Identifier: MIT
"""A track at several scales: each vector is what pool_spans() makes of its span."""

from __future__ import annotations

import numpy as np
import pytest

import mess


def frames_of(seconds: float, *, dim: int = 6) -> mess.Frames:
    """Three parts that differ, ten frames a second."""
    random = np.random.default_rng(2)
    count = int(seconds * 10)
    parts = (np.arange(count) * 3 // max(count, 1))[:, None]
    values = random.normal(size=(3, dim))[parts[:, 0]] * 3 + random.normal(size=(count, dim)) * 0.3
    return mess.Frames(
        np.ascontiguousarray(values, np.float32),
        hop_seconds=0.1,
        window_seconds=0.1,
        encoder_id=mess.EncoderId("dummy", 1),
    )


@pytest.mark.parametrize("kind", ["mean_std", "mean", "max", "gem", "median"])
def test_every_scale_is_what_its_spans_give(kind: str) -> None:
    frames = frames_of(120)
    scales = mess.pool_scales(frames, kind=kind, window_seconds=20, hop_seconds=10, edge_seconds=15)
    assert list(scales) == ["track", "sections", "windows", "head", "tail"]
    assert scales["track"].spans == [pytest.approx((0.0, 120.0))]
    assert scales["sections"].spans == [(s.start_seconds, s.end_seconds) for s in mess.find_sections(frames)]
    assert len(scales["sections"]) == 3
    assert scales["windows"].spans == mess.window_spans(frames, window_seconds=20, hop_seconds=10)
    assert (scales["head"].spans, scales["tail"].spans) == ([(0.0, 15.0)], [pytest.approx((105.0, 120.0))])
    for scale in scales.values():
        expected = mess.pool_spans(frames, scale.spans, kind=kind)
        np.testing.assert_array_equal(scale.array, expected.array)
        assert str(scale.encoder_id) == f"dummy/1+{kind}"
    np.testing.assert_allclose(scales["track"].array[0], mess.pool(frames, kind=kind), rtol=1e-5, atol=1e-6)


def test_head_and_tail_lie_where_the_track_sounds() -> None:
    scales = mess.pool_scales(frames_of(60), edge_seconds=10, sounding=(5.0, 48.0))
    assert (scales["head"].spans, scales["tail"].spans) == ([(5.0, 15.0)], [(38.0, 48.0)])
    short = mess.pool_scales(frames_of(60), edge_seconds=10, sounding=(5.0, 9.0))
    assert short["head"].spans == short["tail"].spans == [(5.0, 9.0)]
    silent = mess.pool_scales(frames_of(60), edge_seconds=10, sounding=(0.0, 0.0))
    assert silent["tail"].spans == [pytest.approx((50.0, 60.0))]
    beyond = mess.pool_scales(frames_of(60), edge_seconds=10, sounding=(5.0, 61.0))
    assert beyond["tail"].spans == [pytest.approx((50.0, 60.0))], (
        "the analysis may hear a little longer than the frames last"
    )


def test_one_frame_has_all_scales() -> None:
    scales = mess.pool_scales(frames_of(0.1))
    assert [len(scale) for scale in scales.values()] == [1, 1, 1, 1, 1]


def test_what_does_not_fit_is_refused() -> None:
    holed = frames_of(60).array.copy()
    holed[100, 2] = np.nan
    bad = mess.Frames(holed, hop_seconds=0.1, window_seconds=0.1, encoder_id=mess.EncoderId("dummy", 1))
    for match, frames, options in [
        ("found none|at least one", frames_of(0), {}),
        ("finite", bad, {}),
        ("found track", frames_of(60), {"kind": "track"}),
        ("edge_seconds: expected a length above 0", frames_of(60), {"edge_seconds": 0.0}),
        ("edge_seconds", frames_of(60), {"edge_seconds": float("nan")}),
        ("sounding: expected a range", frames_of(60), {"sounding": (9.0, 5.0)}),
        ("sounding: expected a range", frames_of(60), {"sounding": (70.0, 75.0)}),
        ("windows: expected lengths above 0", frames_of(60), {"window_seconds": -1.0}),
    ]:
        with pytest.raises(mess.InvalidArgument, match=match):
            mess.pool_scales(frames, **options)
