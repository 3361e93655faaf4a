# SPDX-License-Identifier: MIT
"""Playlist files: extended M3U in UTF-8.

One line is one path, so a path that cannot stand on a line (a line break, bytes that are not UTF-8, a blank at an
edge) is written as a file: URI, which players read too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

import mess
from mess.library.atomic_file import write_file
from mess.library.paths import absolute_path

# What some reader takes for the end of a line, and other control characters.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

PLAYLIST_SUFFIXES = frozenset({".m3u8", ".m3u"})


@dataclass(frozen=True)
class M3u8Entry:
    """One line of a playlist."""

    path: Path
    duration_seconds: float | None = None
    label: str = ""  # "Artist - Title"


def write_m3u8(
    path: str | os.PathLike[str],
    entries: Sequence[M3u8Entry],
    *,
    relative: bool = False,
) -> None:
    """Write a playlist; a reader sees the old file or the new one.

    Args:
        path: the playlist file; its folder must exist. An existing file is replaced when it is a playlist by its name.
        entries: what to play, in order.
        relative: write paths as seen from the playlist's folder, so that both can move together.

    Raises:
        mess.Error: the file cannot be written.
    """
    target = Path(path)
    content = "".join(f"{line}\n" for line in _lines(entries, target, relative)).encode("utf-8")
    write_file(target, lambda file: file.write(content), suffixes=PLAYLIST_SUFFIXES)


def _lines(entries: Sequence[M3u8Entry], target: Path, relative: bool) -> list[str]:
    folder = Path(os.path.realpath(target.parent))
    lines = ["#EXTM3U"]
    for entry in entries:
        seconds = -1 if entry.duration_seconds is None else round(entry.duration_seconds)
        lines += [
            f"#EXTINF:{seconds},{UNSAFE.sub(' ', entry.label)}",
            _path_line(entry.path, folder, relative),
        ]
    return lines


def read_m3u8(path: str | os.PathLike[str]) -> list[M3u8Entry]:
    """Read a playlist; relative paths are taken from its folder.

    Raises:
        mess.Error: the file cannot be read or is not UTF-8.
    """
    source = Path(path)
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise mess.Error(f"[playlist] {source}: expected a playlist in UTF-8, found: {error}") from error
    entries: list[M3u8Entry] = []
    duration_seconds: float | None = None
    label = ""
    for line in re.split(r"\r?\n|\r", text):
        if line.startswith("#EXTINF:"):
            duration_seconds, label = _parse_extinf(line)
        elif line.strip() and not line.startswith("#"):
            try:
                entries.append(M3u8Entry(_parse_path(line, source.parent), duration_seconds, label))
            except ValueError as error:
                raise mess.Error(
                    f"[playlist] {source}: expected paths or file: URIs, found {line} ({error})"
                ) from error
            duration_seconds, label = None, ""
    return entries


def _path_line(track: Path, folder: Path, relative: bool) -> str:
    absolute = absolute_path(track)
    if relative:
        # Links resolved on both sides: ".." of a linked folder leads elsewhere.
        line = os.path.relpath(Path(os.path.realpath(absolute.parent)) / absolute.name, folder)
        if line.startswith("#") or ":" in line.split("/", 1)[0]:
            line = f"./{line}"
    else:
        line = str(absolute)
    if UNSAFE.search(line) or line != line.strip():
        return "file://" + quote_from_bytes(os.fsencode(absolute))
    return line


def _parse_path(line: str, folder: Path) -> Path:
    if line.startswith("file://"):
        return Path(os.fsdecode(unquote_to_bytes(urlsplit(line).path)))
    return folder / line


def _parse_extinf(line: str) -> tuple[float | None, str]:
    seconds, _, label = line.removeprefix("#EXTINF:").partition(",")
    try:
        duration_seconds = float(seconds.split(" ", 1)[0])
    except ValueError:
        return None, label
    return (duration_seconds if duration_seconds >= 0 else None), label
