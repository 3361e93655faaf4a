# SPDX-License-Identifier: MIT
"""Scanning again whenever something changes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchfiles import Change, watch

from mess.library.errors import LibraryBusyError
from mess.library.ignore import IGNORE_FILE
from mess.library.walk import stat_root

if TYPE_CHECKING:
    from mess.library.library import Library
    from mess.library.report import ScanReport

SETTLE_SECONDS = 2.0  # a file that is being copied changes all the time
BUSY_SECONDS = 1.0  # between two tries while somebody else scans
MAX_DELAY_SECONDS = 60.0  # but something is always changing in some folders


def watch_folders(
    library: Library,
    folders: Sequence[str | os.PathLike[str]],
    *,
    stop: threading.Event | None = None,
    settle_seconds: float = SETTLE_SECONDS,
    **scan_options: Any,
) -> Iterator[ScanReport]:
    """Scan at once, and again after each change below the folders; yields the report of each scan.

    Args:
        library: what to bring up to date.
        folders: folders or single files.
        stop: ends the watch when it is set.
        settle_seconds: how long nothing may have changed before a scan.
        scan_options: of Library.scan().

    Raises:
        As Library.scan(); OSError where the system cannot watch so many folders.
    """
    roots = [stat_root(folder)[0] for folder in folders]
    changes = watch(
        *roots,
        watch_filter=_Filter(library.path, roots),
        step=max(1, round(1000 * settle_seconds)),
        debounce=round(1000 * MAX_DELAY_SECONDS),
        stop_event=stop,
        # The first answer, an empty one, comes once the watch has begun: what changes during the first scan counts.
        yield_on_timeout=True,
        rust_timeout=100,
    )
    is_first = True
    for batch in changes:
        if batch or is_first:
            is_first = False
            yield _scan(library, roots, stop, scan_options)


def _scan(library: Library, roots: Sequence[Path], stop: threading.Event | None, options: dict[str, Any]) -> ScanReport:
    """Scan, after waiting for any other scan of the library."""
    while True:
        try:
            return library.scan(*roots, **options)
        except LibraryBusyError:
            if stop is not None and stop.wait(BUSY_SECONDS):
                raise
            if stop is None:
                time.sleep(BUSY_SECONDS)


class _Filter:
    """Leaves out the library's own files and hidden ones."""

    def __init__(self, library: Path, roots: Sequence[Path]) -> None:
        # Links lead to the same place by several names.
        self._library = Path(os.path.realpath(library))
        self._roots = [Path(os.path.realpath(root)) for root in roots]

    def __call__(self, _change: Change, path: str) -> bool:
        changed = Path(os.path.realpath(path))
        if changed.is_relative_to(self._library):
            return False
        root = next((root for root in self._roots if changed.is_relative_to(root)), changed.parent)
        below = changed.relative_to(root).parts
        return not any(part.startswith(".") and part != IGNORE_FILE for part in below)
