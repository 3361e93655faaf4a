# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mess
from mess.library import M3u8Entry, read_m3u8, write_m3u8

# Any bytes a file name may have; "." and ".." name folders.
NAMES = st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & {0, 0x2F} and name not in (b".", b".."))
TEXTS = st.text(max_size=60)
ODD_NAMES = [
    "plain.mp3",
    "new\nline.mp3",
    "carriage\rreturn.mp3",
    "#EXTM3U.mp3",
    " blanks at the edges ",
    "quote\"d 'name'.mp3",
    "100 % sure?.mp3",
    "file:x.mp3",
    "日本語 ümlaut.mp3",
    "line\u2028separator\x85.mp3",
    os.fsdecode(b"latin-1 \xe9.mp3"),
]


def entries(paths):
    return [M3u8Entry(path, 3.0, "x") for path in paths]


@pytest.mark.parametrize("relative", [False, True])
def test_every_file_name_survives_a_round_trip(tmp_path, relative):
    paths = [tmp_path / "music" / name for name in ODD_NAMES]
    write_m3u8(tmp_path / "list.m3u8", entries(paths), relative=relative)
    assert [entry.path for entry in read_m3u8(tmp_path / "list.m3u8")] == paths


@given(names=st.lists(NAMES, min_size=1, max_size=5), relative=st.booleans())
def test_any_bytes_in_a_name_survive_a_round_trip(tmp_path_factory, names, relative):
    folder = tmp_path_factory.getbasetemp()
    paths = [folder / "music" / os.fsdecode(name) for name in names]
    write_m3u8(folder / "any.m3u8", entries(paths), relative=relative)
    assert [entry.path for entry in read_m3u8(folder / "any.m3u8")] == paths


@given(label=TEXTS, seconds=st.one_of(st.none(), st.floats(0, 1e6)))
def test_no_title_adds_a_line(tmp_path_factory, label, seconds):
    path = tmp_path_factory.getbasetemp() / "label.m3u8"
    write_m3u8(path, [M3u8Entry(Path("/music/a.mp3"), seconds, label)])
    text = path.read_bytes().decode("utf-8")
    assert text.count("\n") == 3
    assert len(text.splitlines()) == 3
    (entry,) = read_m3u8(path)
    assert entry.path == Path("/music/a.mp3")
    assert entry.duration_seconds == (None if seconds is None else round(seconds))
    if label.isprintable():
        assert entry.label == label


def test_the_file_is_what_players_expect(tmp_path):
    write_m3u8(
        tmp_path / "list.m3u8",
        [M3u8Entry(tmp_path / "music/ü.mp3", 61.6, "Artist - Ü"), M3u8Entry(tmp_path / "x.mp3")],
        relative=True,
    )
    assert (tmp_path / "list.m3u8").read_bytes().decode("utf-8") == (
        "#EXTM3U\n#EXTINF:62,Artist - Ü\nmusic/ü.mp3\n#EXTINF:-1,\nx.mp3\n"
    )


def test_a_relative_playlist_moves_with_its_folder(tmp_path):
    track = tmp_path / "one/music/a.mp3"
    track.parent.mkdir(parents=True)
    track.write_bytes(b"audio")
    write_m3u8(tmp_path / "one/list.m3u8", entries([track]), relative=True)
    (tmp_path / "one").rename(tmp_path / "two")
    (entry,) = read_m3u8(tmp_path / "two/list.m3u8")
    assert entry.path.read_bytes() == b"audio"


def test_a_relative_playlist_in_a_linked_folder_leads_to_the_files(tmp_path):
    (tmp_path / "deep/down/lists").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "deep/down/lists", target_is_directory=True)
    (tmp_path / "a.mp3").write_bytes(b"audio")
    write_m3u8(tmp_path / "lists/list.m3u8", entries([tmp_path / "a.mp3"]), relative=True)
    (entry,) = read_m3u8(tmp_path / "lists/list.m3u8")
    assert entry.path.read_bytes() == b"audio"


def test_playlists_of_other_programs_are_read(tmp_path):
    (tmp_path / "list.m3u8").write_bytes(
        b'\xef\xbb\xbf#EXTM3U\r\n#PLAYLIST:mine\r\n#EXTINF:12 tvg-id="x",A - B\r\nsub/a.mp3\r\n\r\n'
        b"/abs/b.mp3\r\n#EXTINF:x\nc"
    )
    found = read_m3u8(tmp_path / "list.m3u8")
    assert [entry.path for entry in found] == [tmp_path / "sub/a.mp3", Path("/abs/b.mp3"), tmp_path / "c"]
    assert [(entry.duration_seconds, entry.label) for entry in found] == [(12.0, "A - B"), (None, ""), (None, "")]


def test_writing_replaces_the_file_at_once_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "list.m3u8"
    path.write_text("old")
    write_m3u8(path, entries([tmp_path / "a.mp3"]))
    assert path.read_text().startswith("#EXTM3U")
    assert [found.name for found in tmp_path.iterdir()] == ["list.m3u8"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_files_that_cannot_be_written_or_read_are_errors(tmp_path):
    with pytest.raises(mess.Error, match="expected a file that can be written"):
        write_m3u8(tmp_path / "no folder/list.m3u8", [])
    with pytest.raises(mess.Error, match="expected a playlist in UTF-8"):
        read_m3u8(tmp_path / "nothing.m3u8")
    (tmp_path / "latin.m3u").write_bytes(b"caf\xe9.mp3")
    with pytest.raises(mess.Error, match="expected a playlist in UTF-8"):
        read_m3u8(tmp_path / "latin.m3u")


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_device_is_written_to_and_stays_what_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_m3u8(pipe, entries([tmp_path / "a.mp3"]))
        assert os.read(reader, 7) == b"#EXTM3U"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    (tmp_path / "null").symlink_to("/dev/null")
    write_m3u8(tmp_path / "null", entries([tmp_path / "a.mp3"]))
    assert Path("/dev/null").is_char_device()


def test_only_a_playlist_is_replaced(tmp_path):
    song = tmp_path / "song.flac"
    song.write_bytes(b"music")
    (tmp_path / "link.m3u8").symlink_to(song)
    for target in (song, tmp_path / "link.m3u8"):
        with pytest.raises(mess.Error, match="found another file; it is left as it is"):
            write_m3u8(target, [])
    assert song.read_bytes() == b"music"


def test_a_link_to_a_playlist_stays_a_link_and_the_mode_stays_too(tmp_path):
    path = tmp_path / "real.m3u8"
    path.write_text("old")
    path.chmod(0o640)
    (tmp_path / "link.m3u8").symlink_to(path)
    write_m3u8(tmp_path / "link.m3u8", entries([tmp_path / "a.mp3"]))
    assert (tmp_path / "link.m3u8").is_symlink()
    assert path.read_text().startswith("#EXTM3U")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_playlist_follows_the_umask_without_changing_it(tmp_path, monkeypatch):
    previous = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda _mask: pytest.fail("the umask belongs to all threads"))
        write_m3u8(tmp_path / "new.m3u8", [])
    finally:
        monkeypatch.undo()
        os.umask(previous)
    assert (tmp_path / "new.m3u8").stat().st_mode & 0o777 == 0o640
