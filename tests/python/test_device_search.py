# SPDX-License-Identifier: MIT
"""Exact search through libtorch, on the processor and on a GPU where there is one."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import mess

_neural = pytest.importorskip("mess._neural")


def cuda_or_skip() -> str:
    if _neural.neural_info().num_cuda_devices == 0:
        if os.environ.get("MESS_REQUIRE_CUDA") == "1":
            pytest.fail("expected a GPU, found none")
        pytest.skip("this machine has no GPU")
    return "cuda"


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> str:
    return cuda_or_skip() if request.param == "cuda" else "cpu"


def make_index(metric: str = "ip", count: int = 5000, dim: int = 40) -> tuple[mess.VectorIndex, np.ndarray]:
    random = np.random.default_rng(3)
    index = mess.VectorIndex(dim, "flat", metric=metric, encoder_id="dummy/1+mean")
    index.add(random.permutation(count) * 3, random.normal(size=(count, dim)).astype(np.float32))
    return index, random.normal(size=(300, dim)).astype(np.float32)


@pytest.mark.parametrize("metric", ["ip", "l2"])
def test_a_device_finds_what_the_index_finds_exactly(device: str, metric: str) -> None:
    index, queries = make_index(metric)
    search = mess.DeviceSearch(index, device=device)
    assert (search.device.split(":")[0], search.dim, len(search), search.encoder_id) == (
        device,
        40,
        5000,
        "dummy/1+mean",
    )
    for count, k in ((1, 1), (1, 10), (300, 10), (3, 5000), (2, 5100)):
        scores, ids = search.search(queries[:count], k)
        expected, expected_ids = index.search(queries[:count], k, exact=True)
        tolerance = 1e-5 * float((queries**2).sum(1).max() + (index.vectors(index.ids()) ** 2).sum(1).max())
        np.testing.assert_allclose(scores, expected, atol=tolerance, rtol=0)
        # Where ids differ, the scores are nearer to each other than the tolerance.
        differs = ids != expected_ids
        assert differs.mean() < 0.01
        for row in range(count):
            assert set(ids[row, : min(k, 5000)]) - {-1} <= set(index.ids())
            assert len(set(ids[row])) == min(k, 5000) + (k > 5000)


def test_every_form_of_filter_gives_all_that_match(device: str) -> None:
    index, queries = make_index()
    search = mess.DeviceSearch(index, device=device)
    forms: list[Any] = [range(300), np.arange(300), np.arange(15_000) < 300, lambda i: i < 300]
    for form in forms:
        found = search.search(queries[0], 150, filter=form)[1][0]
        np.testing.assert_array_equal(found, index.search(queries[0], 150, filter=range(300))[1][0])
        assert (found >= 0).sum() == 100
    assert (search.search(queries[0], 3, filter=np.array([], np.int64))[1] == -1).all()


def test_many_rows_are_searched_block_by_block(device: str) -> None:
    vectors = np.random.default_rng(1).normal(size=(140_000, 8)).astype(np.float32)
    index = mess.VectorIndex(8, "flat")
    index.add(np.arange(140_000), vectors)
    found = mess.DeviceSearch(index, device=device).search(vectors[139_990:], 3)[1]
    assert (found == index.search(vectors[139_990:], 3)[1]).mean() > 0.9


def test_equal_scores_come_in_the_order_of_ids(device: str) -> None:
    index = mess.VectorIndex(2, "flat")
    index.add([9, 4, 7], np.ones((3, 2), np.float32))
    assert list(mess.DeviceSearch(index, device=device).search(np.ones(2, np.float32), 3)[1][0]) == [4, 7, 9]


def test_an_empty_index_finds_nothing(device: str) -> None:
    search = mess.DeviceSearch(mess.VectorIndex(2, "flat"), device=device)
    assert list(search.search(np.ones(2, np.float32), 2)[1][0]) == [-1, -1]


def test_bad_arguments_name_what_was_found() -> None:
    index, queries = make_index(count=10)
    search = mess.DeviceSearch(index, device="cpu")
    with pytest.raises(mess.InvalidArgument, match="expected 1 x 40 values, found 39"):
        search.search(queries[0, :39].copy(), 1)
    with pytest.raises(mess.InvalidArgument, match="k: expected at least 1, found 0"):
        search.search(queries[0], 0)
    with pytest.raises(mess.InvalidArgument, match=r"vectors of dummy/1\+mean, found other/1"):
        search.search(queries[0], 1, encoder_id="other/1")
    with pytest.raises(mess.InvalidArgument, match="at most 1e15 in size, found nan"):
        search.search(np.full(40, np.nan, np.float32), 1)
    with pytest.raises(mess.InvalidArgument, match="device"):
        mess.DeviceSearch(index, device="tpu")
