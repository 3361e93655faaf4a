# SPDX-License-Identifier: MIT
"""Scanning again whenever something changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchfiles import Change, watch

from mess.library.ignore import IGNORE_FILE
from mess.library.paths import absolute_path
from mess.library.walk import stat_root

if TYPE_CHECKING:
    from mess.library.library import Library
    from mess.library.report import ScanReport

SETTLE_SECONDS = 2.0  # a file that is being copied changes all the time
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
        watch_filter=_Filter(library.path),
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
            yield library.scan(*roots, **scan_options)


class _Filter:
    """Leaves out the library's own files and hidden ones."""

    def __init__(self, library: Path) -> None:
        self._library = library

    def __call__(self, _change: Change, path: str) -> bool:
        changed = absolute_path(path)
        if changed.is_relative_to(self._library):
            return False
        return not changed.name.startswith(".") or changed.name == IGNORE_FILE
