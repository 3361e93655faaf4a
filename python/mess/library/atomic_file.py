# SPDX-License-Identifier: MIT
"""Writing a result file: a reader sees the old one or the new one, and nothing else is ever replaced."""

from __future__ import annotations

import io
import os
import secrets
import stat
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO

import mess


def write_file(target: Path, write: Callable[[IO[bytes]], object], *, suffixes: Collection[str]) -> None:
    """Write a file beside its final place and rename it.

    A link is followed. A device or a pipe is written to directly. A file that is replaced keeps its mode.

    Args:
        target: where to write; its folder must exist.
        write: called with the open file.
        suffixes: an existing file is replaced only when its name ends so.

    Raises:
        mess.Error: the file cannot be written, or an existing one is of another kind.
    """
    try:
        place = Path(os.path.realpath(target))
        mode = _mode_of(place)
        if mode is not None and not stat.S_ISREG(mode):
            # In one piece: a format may want to go back, and a device cannot.
            content = io.BytesIO()
            write(content)
            with place.open("wb") as file:
                file.write(content.getvalue())
            return
        if mode is not None and place.suffix.lower() not in suffixes:
            raise mess.Error(
                f"[file] {target}: expected a new file or one that ends with {' or '.join(sorted(suffixes))}, "
                "found another file; it is left as it is"
            )
        _replace(place, write, mode)
    except OSError as error:
        if isinstance(error, mess.Error):
            raise
        raise mess.Error(f"[file] {target}: expected a file that can be written, found: {error.strerror}") from error


def _mode_of(place: Path) -> int | None:
    try:
        return place.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(place: Path, write: Callable[[IO[bytes]], object], mode: int | None) -> None:
    temporary = place.with_name(f".{place.name[:32]}.{secrets.token_hex(8)}.part")
    # Opened like any new file, so that the umask applies without being asked for.
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            if mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
