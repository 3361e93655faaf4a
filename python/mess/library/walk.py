# SPDX-License-Identifier: MIT
"""Finding audio files below folders."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mess.library.errors import LibraryError
from mess.library.ignore import IGNORE_FILE, IgnoreRules
from mess.library.paths import absolute_path

AUDIO_SUFFIXES = frozenset(
    {
        ".mp3",
        ".wav",
        ".flac",
        ".m4a",
        ".mp4",
        ".aac",
        ".ogg",
        ".oga",
        ".opus",
        ".aiff",
        ".aif",
        ".w64",
    }
)


@dataclass(frozen=True)
class FoundFile:
    """One file as the file system describes it."""

    path: Path
    size: int  # bytes
    mtime_ns: int


@dataclass
class Walk:
    """What was found below some folders."""

    files: list[FoundFile] = field(default_factory=list)  # each path once, in the order of the walk
    roots: list[Path] = field(default_factory=list)
    unreadable: dict[Path, str] = field(default_factory=dict)  # what could not be listed or looked at, and why

    def covers(self, path: Path) -> bool:
        """Tell whether the walk would have found a file at `path` if there were one."""
        places = (path, *path.parents)
        return not self.root_set.isdisjoint(places) and not any(place in self.unreadable for place in places)

    @cached_property
    def root_set(self) -> frozenset[Path]:
        """The roots, once the walk is done."""
        return frozenset(self.roots)


def walk_audio(folders: list[Path], *, excluded: Path) -> Walk:
    """List the audio files below `folders`, sorted by name, each path once.

    Hidden files and folders are skipped, and so is what a `.messignore` leaves out; links are followed, no folder is
    entered twice.

    Args:
        folders: folders, or single files (then of any suffix).
        excluded: a folder that is never entered.

    Raises:
        LibraryError: one of `folders` does not exist.
    """
    return _Walker(excluded).run(folders)


def stat_root(folder: str | os.PathLike[str]) -> tuple[Path, os.stat_result]:
    """Return the absolute path and the status of something to walk.

    Raises:
        LibraryError: there is neither a folder nor a regular file.
    """
    root = absolute_path(folder)
    try:
        status = root.stat()
    except OSError as error:
        raise LibraryError(f"[scan] {root}: expected a folder or a file, found none ({error.strerror})") from error
    if not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)):
        raise LibraryError(f"[scan] {root}: expected a folder or a file, found a device, a pipe or a socket")
    return root, status


class _Walker:
    def __init__(self, excluded: Path) -> None:
        self._walk = Walk()
        self._seen_paths: set[Path] = set()
        self._seen_folders: set[tuple[int, int]] = set()
        if excluded.is_dir():
            self._seen_folders.add(_identity(excluded.stat()))

    def run(self, folders: list[Path]) -> Walk:
        for folder in folders:
            root, status = stat_root(folder)
            self._walk.roots.append(root)
            if stat.S_ISDIR(status.st_mode):
                self._enter(root, status)
            else:
                self._add(root, status)
        return self._walk

    def _enter(self, folder: Path, status: os.stat_result) -> None:
        pending = [(folder, status, IgnoreRules())]
        while pending:
            current, current_status, outer_rules = pending.pop()
            if _identity(current_status) in self._seen_folders:
                continue
            self._seen_folders.add(_identity(current_status))
            try:
                rules = outer_rules.entered(current)
            except (OSError, ValueError) as error:
                # Rather nothing than what somebody may have wanted to leave out.
                self._walk.unreadable[current] = f"{IGNORE_FILE}: {error}"
                continue
            # Reversed, because the last one pushed is the next one entered.
            pending.extend((path, found, rules) for path, found in reversed(self._list(current, rules)))

    def _list(self, folder: Path, rules: IgnoreRules) -> list[tuple[Path, os.stat_result]]:
        """Add the folder's files and return its folders."""
        try:
            with os.scandir(folder) as entries:
                listed = sorted(
                    (entry for entry in entries if not entry.name.startswith(".")),
                    key=lambda e: e.name,
                )
        except OSError as error:
            self._walk.unreadable[folder] = error.strerror or str(error)
            return []
        folders: list[tuple[Path, os.stat_result]] = []
        for entry in listed:
            try:
                status = entry.stat()
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                    continue  # vanished meanwhile, or a link to nowhere
                if error.errno == errno.EACCES and not entry.is_symlink():
                    # A folder that may be listed but not entered: nothing in it can be looked at.
                    self._walk.unreadable[folder] = error.strerror or str(error)
                    return folders
                self._walk.unreadable[folder / entry.name] = error.strerror or str(error)
                continue
            path = folder / entry.name
            is_folder = stat.S_ISDIR(status.st_mode)
            if not (is_folder or path.suffix.lower() in AUDIO_SUFFIXES) or rules.ignore(path, is_folder=is_folder):
                continue
            if is_folder:
                folders.append((path, status))
            else:
                self._add(path, status)
        return folders

    def _add(self, path: Path, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode) and path not in self._seen_paths:
            self._seen_paths.add(path)
            self._walk.files.append(FoundFile(path, status.st_size, status.st_mtime_ns))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
