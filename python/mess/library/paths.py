# SPDX-License-Identifier: MIT
"""How the library writes paths down."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def absolute_path(path: str | os.PathLike[str]) -> Path:
    """Return a path from the root, without "~", "." and ".."; links stay, they are the names people know."""
    given = Path(path)
    with suppress(RuntimeError):  # no such user: a file may be called so
        given = given.expanduser()
    parts = given.parts
    if ".." in parts:
        # ".." behind a link leads to the folder of what it points to.
        end = len(parts) - parts[::-1].index("..")
        given = Path(os.path.realpath(Path(*parts[:end])), *parts[end:])
    return Path(os.path.abspath(given))  # noqa: PTH100


def is_gone(path: Path) -> bool:
    """Tell whether there is certainly no file at `path`; one that cannot be looked at is not gone."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
