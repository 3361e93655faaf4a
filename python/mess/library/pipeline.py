# SPDX-License-Identifier: MIT
"""A bounded pipeline: worker threads compute, the calling thread takes the results."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Result = TypeVar("Result")


def default_workers() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


class Pipeline(Generic[Result]):
    """Runs jobs in threads; not thread-safe itself, one thread submits and takes."""

    def __init__(self, workers: int) -> None:
        """Start with `workers` threads; twice as many jobs may be under way before is_full() says so."""
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="mess-scan")
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._capacity = 2 * workers
        self.num_under_way = 0

    def is_full(self) -> bool:
        """Tell whether to take a result before the next job is submitted."""
        return self.num_under_way >= self._capacity

    def submit(self, job: Callable[[], Result]) -> None:
        """Queue a job, even when full: a job may follow from a result just taken."""
        self.num_under_way += 1
        self._executor.submit(job).add_done_callback(self._done.put)

    def take(self, timeout_seconds: float | None) -> Result | None:
        """Return the next result, or None when there is none within the time; raises what the job raised."""
        try:
            future = self._done.get(timeout=timeout_seconds)
        except Empty:
            return None
        self.num_under_way -= 1
        return future.result()

    def stop(self) -> None:
        """Drop the jobs that have not begun and wait for those that have."""
        self._executor.shutdown(wait=True, cancel_futures=True)
