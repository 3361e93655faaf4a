# SPDX-License-Identifier: MIT
"""Playlist files of four kinds: M3U8 and XSPF for players, JSPF and JSON for programs.

XSPF (https://www.xspf.org/spec) and JSPF hold locations as URIs: a path of any bytes fits. JSON holds the whole
playlist, with costs and reasons.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit
from xml.etree import ElementTree

import mess
from mess.library.atomic_file import write_file
from mess.library.m3u8 import UNSAFE, M3u8Entry, read_m3u8
from mess.library.paths import absolute_path

if TYPE_CHECKING:
    from mess.library.playlist import Playlist, PlaylistEntry

XSPF_NAMESPACE = "http://xspf.org/ns/0/"
SUFFIXES = (".m3u8", ".xspf", ".jspf", ".json")
MAX_BYTES = 64 << 20  # of a playlist that is read
JSON_FORMAT = "mess playlist"


def write_playlist(
    playlist: Playlist, path: str | os.PathLike[str], *, relative: bool = False, title: str = ""
) -> None:
    """Write a playlist by the suffix of `path`; see Playlist.write()."""
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix == ".m3u8":
        playlist.write_m3u8(target, relative=relative)
        return
    builders: dict[str, Callable[[Playlist, str, Path | None], bytes]] = {
        ".xspf": _xspf,
        ".jspf": _jspf,
        ".json": _json,
    }
    if suffix not in builders:
        raise mess.InvalidArgument(
            f"[playlist] {target}: expected a path that ends in {', '.join(SUFFIXES)}, found {suffix or 'no suffix'}"
        )
    folder = Path(os.path.realpath(target.parent)) if relative else None
    content = builders[suffix](playlist, title or target.stem, folder)
    write_file(target, lambda file: file.write(content), suffixes=frozenset({suffix}))


def read_playlist(path: str | os.PathLike[str]) -> list[M3u8Entry]:
    """Read what to play from a playlist of any of the four kinds; relative paths are taken from its folder.

    Raises:
        mess.Error: the file cannot be read, is not what its suffix says, or names something else than a file.
    """
    source = Path(path)
    readers: dict[str, Callable[[bytes, Path], list[M3u8Entry]]] = {
        ".xspf": _read_xspf,
        ".jspf": _read_jspf,
        ".json": _read_json,
    }
    reader = readers.get(source.suffix.lower())
    if reader is None:
        return read_m3u8(source)
    try:
        if source.stat().st_size > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES >> 20} MiB")
        return reader(source.read_bytes(), Path(os.path.realpath(source.parent)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ElementTree.ParseError) as error:
        kind = source.suffix.lower().removeprefix(".").upper()
        raise mess.Error(f"[playlist] {source}: expected a playlist in {kind}, found: {error}") from error


def _uri(path: Path, folder: Path | None) -> str:
    absolute = absolute_path(path)
    if folder is None:
        return "file://" + quote_from_bytes(os.fsencode(absolute))
    relative = os.path.relpath(Path(os.path.realpath(absolute.parent)) / absolute.name, folder)
    # "./": a first part with a colon would read as a scheme.
    return "./" + quote_from_bytes(os.fsencode(relative))


def _path(uri: str, folder: Path) -> Path:
    parts = urlsplit(uri)
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        raise ValueError(f"a location that is no local file: {uri}")
    return folder / os.fsdecode(unquote_to_bytes(parts.path))


def _track_fields(entry: PlaylistEntry) -> dict[str, str | int | None]:
    track = entry.track
    return {
        "title": track.display_title,
        "creator": track.artist,
        "album": track.album,
        "annotation": entry.reason,
        "duration": round(1000 * track.duration_seconds),  # milliseconds
    }


def _xspf(playlist: Playlist, title: str, folder: Path | None) -> bytes:
    ElementTree.register_namespace("", XSPF_NAMESPACE)
    root = ElementTree.Element(f"{{{XSPF_NAMESPACE}}}playlist", version="1")
    ElementTree.SubElement(root, f"{{{XSPF_NAMESPACE}}}title").text = UNSAFE.sub(" ", title)
    track_list = ElementTree.SubElement(root, f"{{{XSPF_NAMESPACE}}}trackList")
    for entry in playlist.entries:
        track = ElementTree.SubElement(track_list, f"{{{XSPF_NAMESPACE}}}track")
        fields = {"location": _uri(entry.track.path, folder), **_track_fields(entry)}
        for name, value in fields.items():
            if value is not None:
                # XML knows no control characters, not even escaped ones.
                ElementTree.SubElement(track, f"{{{XSPF_NAMESPACE}}}{name}").text = UNSAFE.sub(" ", str(value))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _jspf(playlist: Playlist, title: str, folder: Path | None) -> bytes:
    tracks = []
    for entry in playlist.entries:
        fields = {name: value for name, value in _track_fields(entry).items() if value is not None}
        tracks.append({"location": [_uri(entry.track.path, folder)], **fields})
    return _dump({"playlist": {"title": title, "track": tracks}})


def _json(playlist: Playlist, title: str, folder: Path | None) -> bytes:
    from dataclasses import asdict

    entries = [
        {
            "location": _uri(entry.track.path, folder),
            "track_id": entry.track.id,
            "label": entry.track.label,
            "duration_seconds": entry.track.duration_seconds,
            "cost": entry.cost,
            "reason": entry.reason,
            "reasons": None if entry.reasons is None else asdict(entry.reasons),
        }
        for entry in playlist.entries
    ]
    return _dump(
        {
            "format": JSON_FORMAT,
            "version": 1,
            "title": title,
            "flow": asdict(playlist.flow),
            "shuffled": asdict(playlist.shuffled),
            "greedy": asdict(playlist.greedy),
            "entries": entries,
        }
    )


def _dump(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses what makes XML dangerous: entities are declared in a document type."""

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        raise ValueError("a document type, which a playlist has no use for")


def _read_xspf(content: bytes, folder: Path) -> list[M3u8Entry]:
    root = ElementTree.fromstring(content, ElementTree.XMLParser(target=_NoDoctype()))
    if root.tag != f"{{{XSPF_NAMESPACE}}}playlist":
        raise ValueError(f"the root element {root.tag}")
    entries = []
    for track in root.iter(f"{{{XSPF_NAMESPACE}}}track"):
        text = {child.tag.rpartition("}")[2]: child.text or "" for child in reversed(list(track))}
        if "location" in text:
            entries.append(_entry_of(text, text["location"], folder))
    return entries


def _read_jspf(content: bytes, folder: Path) -> list[M3u8Entry]:
    entries = []
    for track in json.loads(content)["playlist"]["track"]:
        location = track.get("location") or []
        locations = [location] if isinstance(location, str) else location
        if locations:
            entries.append(_entry_of(track, locations[0], folder))
    return entries


def _entry_of(fields: dict[str, Any], location: str, folder: Path) -> M3u8Entry:
    creator, title = fields.get("creator"), str(fields.get("title", ""))
    duration = fields.get("duration")
    return M3u8Entry(
        _path(location.strip(), folder),
        None if duration in (None, "") else float(str(duration)) / 1000,
        f"{creator} - {title}" if creator else title,
    )


def _read_json(content: bytes, folder: Path) -> list[M3u8Entry]:
    document = json.loads(content)
    if document.get("format") != JSON_FORMAT or document.get("version") != 1:
        raise ValueError(f'another format than "{JSON_FORMAT}", version 1')
    return [
        M3u8Entry(_path(entry["location"], folder), float(entry["duration_seconds"]), str(entry["label"]))
        for entry in document["entries"]
    ]
