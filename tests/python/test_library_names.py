# SPDX-License-Identifier: MIT
"""File names hold anything but a slash and a zero byte."""

from __future__ import annotations

import os

import pytest

import mess
from mess.library import Library, read_m3u8

NAMES = [
    "日本語 – ünï.wav",
    "new\nline.wav",
    "quo\"te's %20 `$(x)`.wav",
    "-option.wav",
    "#5.wav",
    "[brackets] {braces}.wav",
    "e\u0301.wav",
    "\u00e9.wav",
    os.fsdecode(b"latin \xe9\xff.wav"),
    "\x1b[31mred.wav",
]


@pytest.fixture
def library(tmp_path, tone_file):
    for number, name in enumerate(NAMES):
        tone_file(f"music/{name}", hz=110.0 + 40 * number)
    with Library.open(tmp_path / "li'bra\"ry ü") as opened:
        opened.scan(tmp_path / "music", encoder="dummy")
        yield opened


def test_every_name_is_found_stored_and_found_again(library, tmp_path):
    assert {track.path.name for track in library.tracks()} == set(NAMES)
    report = library.scan(tmp_path / "music", encoder="dummy")
    assert (report.num_found, report.num_unchanged, report.failed) == (len(NAMES), len(NAMES), [])


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_asked_for(library, tmp_path, name):
    assert library.resolve(tmp_path / "music" / name).track.path.name == name
    assert name not in [match.track.path.name for match in library.similar(tmp_path / "music" / name, k=100)]


@pytest.mark.parametrize("relative", [False, True])
def test_every_name_can_be_played(library, tmp_path, relative):
    library.playlist(1, length=100).write_m3u8(tmp_path / "list.m3u8", relative=relative)
    played = [entry.path for entry in read_m3u8(tmp_path / "list.m3u8")]
    assert sorted(path.name for path in played) == sorted(NAMES)
    assert all(mess.decode(path).duration_seconds > 1 for path in played)


def test_a_bad_file_with_an_odd_name_is_listed(tmp_path):
    bad = tmp_path / "music" / os.fsdecode(b"b\xe4d\n.mp3")
    bad.parent.mkdir()
    bad.write_text("no music")
    with Library.open(tmp_path / "library") as library:
        (failure,) = library.scan(bad.parent, encoder="dummy").failed
    assert failure.path == bad
    assert str(bad) not in failure.reason


def test_tags_that_are_not_text_do_no_harm(tmp_path, tone_file):
    # RIFF INFO: a title in Latin-1 with a zero byte in it.
    value = b"caf\xe9 \0 x\0"
    chunk = b"INAM" + len(value).to_bytes(4, "little") + value + b"\0" * (len(value) % 2)
    info = b"LIST" + (4 + len(chunk)).to_bytes(4, "little") + b"INFO" + chunk
    content = tone_file("plain.wav").read_bytes() + info
    (tmp_path / "music").mkdir()
    tagged = content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:]
    (tmp_path / "music/tagged.wav").write_bytes(tagged)
    with Library.open(tmp_path / "library") as library:
        assert library.scan(tmp_path / "music", encoder="dummy").failed == []
        (track,) = library.tracks()
    assert track.label.encode("utf-8")
    assert "\0" not in track.label
