# SPDX-License-Identifier: MIT
"""The index is derived: whatever happens to it, it comes back."""

from __future__ import annotations

import json
import shutil

import pytest

import mess
from mess.cli.app import run
from mess.library import Library


@pytest.fixture
def music(tmp_path, tone_file):
    for number in range(5):
        tone_file(f"music/{number}.wav", hz=110.0 + 60 * number)
    return tmp_path / "music"


@pytest.fixture
def folder(tmp_path, music):
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy")
    return tmp_path / "library"


def answers(folder):
    with Library.open(folder, create=False) as library:
        return [(match.track.id, match.score) for match in library.similar(1, k=10)]


def index_files(folder):
    return sorted((folder / "index").glob("*/generation-*.messidx"))


def test_a_scan_publishes_the_first_generation_under_the_encoder_s_name(folder):
    (path,) = index_files(folder)
    assert (path.parent.name, path.name) == ("dummy_1+mean_std", "generation-00000001.messidx")
    assert mess.IndexStore(path.parent).current == 1


def test_a_deleted_index_comes_back_the_same(folder):
    (path,) = index_files(folder)
    before, expected = path.read_bytes(), answers(folder)
    shutil.rmtree(folder / "index")
    assert answers(folder) == expected
    assert index_files(folder) == [path]
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "other"])
def test_a_damaged_index_comes_back(folder, damage):
    (path,) = index_files(folder)
    content, expected = path.read_bytes(), answers(folder)
    middle = len(content) // 2
    path.write_bytes(
        {
            "flipped": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
            "cut": content[:middle],
            "empty": b"",
            "other": b"RIFF" + content,
        }[damage]
    )
    assert answers(folder) == expected
    assert mess.IndexStore(path.parent).open_current(verify=True).size == 5


def test_an_index_of_another_encoder_under_this_name_is_not_used(folder):
    (path,) = index_files(folder)
    expected = answers(folder)
    mess.IndexStore(path.parent).publish(mess.VectorIndex(16, encoder_id="other/1"))
    assert answers(folder) == expected


def test_a_stale_index_is_replaced_and_one_before_is_kept(folder, music, tone_file):
    for number in range(3):
        tone_file(f"music/new{number}.wav", hz=1500.0 + 50 * number)
        with Library.open(folder) as library:
            library.scan(music, encoder="dummy")
            assert len(library.similar(1, k=10)) == 5 + number
    assert [path.name for path in index_files(folder)] == ["generation-00000003.messidx", "generation-00000004.messidx"]


def test_a_generation_gone_back_to_is_used_only_if_it_fits_the_catalogue(folder, music, tone_file):
    (first,) = index_files(folder)
    store = mess.IndexStore(first.parent)
    with Library.open(folder) as library:
        library.rebuild_index()
    assert (store.rollback(), len(answers(folder)), store.current) == (1, 4, 1)
    tone_file("music/new.wav", hz=1500.0)
    with Library.open(folder) as library:
        library.scan(music, encoder="dummy")
    store.rollback()
    assert len(answers(folder)) == 5
    assert len(store.open_current()) == 6


def test_files_of_the_layout_before_are_cleared_away(folder):
    (path,) = index_files(folder)
    expected = answers(folder)
    shutil.copy(path, folder / "index" / "dummy_1+mean_std-0123.messidx")
    shutil.rmtree(path.parent)
    assert answers(folder) == expected
    assert not list((folder / "index").glob("*.messidx"))
    assert index_files(folder) == [path]


def test_the_commands_find_the_index_of_a_library(folder, music, capsys):
    for command in (["verify"], ["info"], ["rebuild", "--library"], ["rollback"], ["verify"]):
        assert run(["index", *command, str(folder), "--json"]) == 0
        print()
    sound, described, rebuilt, back, both = map(json.loads, capsys.readouterr().out.split("\n\n")[:5])
    assert [verdict["is_sound"] for verdict in sound] == [True]
    assert (described["size"], described["encoder_id"], rebuilt["size"]) == (5, "dummy/1+mean_std", 5)
    assert (back["generation"], len(both)) == (1, 2)
    with Library.open(folder) as library:
        library.scan(music, encoder="dummy", pooling="mean")
        library.similar(1, encoder="dummy/1+mean")
    assert run(["index", "info", str(folder)]) == 2
    assert "found several" in capsys.readouterr().err


def test_a_library_that_is_open_sees_what_another_one_scanned(folder, music, tone_file):
    with Library.open(folder) as reader:
        assert len(reader.similar(1, k=10)) == 4
        tone_file("music/new.wav", hz=1500.0)
        with Library.open(folder) as writer:
            writer.scan(music, encoder="dummy")
        assert len(reader.similar(1, k=10)) == 5


def test_each_encoder_has_its_own_index_file(folder, music):
    with Library.open(folder) as library:
        library.scan(music, encoder="dummy", pooling="mean")
        library.similar(1, encoder="dummy/1+mean_std")
        library.similar(1, encoder="dummy/1+mean")
    stores = {path.name: mess.IndexStore(path) for path in (folder / "index").iterdir()}
    assert {name: store.open_current().dim for name, store in stores.items()} == {
        "dummy_1+mean": 8,
        "dummy_1+mean_std": 16,
    }


def test_an_index_that_cannot_be_saved_does_not_stop_a_search(folder):
    expected = answers(folder)
    shutil.rmtree(folder / "index")
    (folder / "index").write_text("a file where the folder should be")
    assert answers(folder) == expected
