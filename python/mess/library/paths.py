# SPDX-License-Identifier: MIT
"""How the library writes paths down."""

from __future__ import annotations

import os
from pathlib import Path


def absolute_path(path: str | os.PathLike[str]) -> Path:
    """Return a path from the root, without "~", "." and ".."; links stay, they are the names people know."""
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100
