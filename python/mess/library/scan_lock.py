# SPDX-License-Identifier: MIT
"""One scan at a time: an advisory lock that the system drops when the process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mess.library.errors import LibraryBusyError, LibraryError


@contextmanager
def scan_lock(folder: Path) -> Iterator[None]:
    """Hold the scan lock of the library in `folder`.

    Raises:
        LibraryBusyError: somebody else holds it.
        LibraryError: the folder cannot be written.
    """
    try:
        descriptor = os.open(folder / "scan.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LibraryError(
            f"[library] {folder}: expected a folder that a scan can write to, found: {error.strerror}"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise LibraryBusyError(
                f"[library] {folder}: expected no other scan in progress, found one (process {holder})"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        try:
            yield
        finally:
            # A process that was forked meanwhile holds the descriptor too, and with it the lock.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)
