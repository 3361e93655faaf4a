# SPDX-License-Identifier: MIT
"""What a scan leaves out: `.messignore` files, written like `.gitignore`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".messignore"


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns of a folder and of those above it, up to where the walk began."""

    levels: tuple[tuple[Path, GitIgnoreSpec], ...] = ()

    def entered(self, folder: Path) -> IgnoreRules:
        """Return the rules inside `folder`: these, and those of its own file.

        Raises:
            OSError: the file cannot be read.
            ValueError: it holds what is no pattern, or no UTF-8.
        """
        try:
            text = (folder / IGNORE_FILE).read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return self
        return IgnoreRules((*self.levels, (folder, GitIgnoreSpec.from_lines(text.splitlines()))))

    def ignore(self, path: Path, *, is_folder: bool) -> bool:
        """Tell whether a file or folder is left out: the innermost file that speaks of it decides."""
        for folder, spec in reversed(self.levels):
            name = f"{path.relative_to(folder).as_posix()}{'/' if is_folder else ''}"
            verdict = spec.check_file(name).include
            if verdict is not None:
                return verdict
        return False
