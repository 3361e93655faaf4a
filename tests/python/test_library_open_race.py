# SPDX-License-Identifier: MIT
from __future__ import annotations

import multiprocessing

from mess.library import Library


def open_and_count(path):
    with Library.open(path) as library:
        return library.stats().num_tracks


def test_many_processes_may_make_the_same_library_at_once(tmp_path):
    with multiprocessing.get_context("forkserver").Pool(4) as pool:
        pool.map(open_and_count, [tmp_path / "first"] * 4)
        for number in range(10):
            assert pool.map(open_and_count, [tmp_path / str(number)] * 8, chunksize=1) == [0] * 8
