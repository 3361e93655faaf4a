# SPDX-License-Identifier: MIT
"""The index is derived: whatever happens to it, it comes back."""

from __future__ import annotations

import shutil

import pytest

import mess
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
    return sorted((folder / "index").glob("*.messidx"))


def test_a_scan_leaves_one_index_file_named_after_the_encoder(folder):
    (path,) = index_files(folder)
    assert path.name.startswith("dummy_1+mean_std-")


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
    assert mess.VectorIndex.load(path).size == 5


def test_an_index_of_another_encoder_under_this_name_is_not_used(folder):
    (path,) = index_files(folder)
    expected = answers(folder)
    mess.VectorIndex(16, encoder_id="other/1").save(path)
    assert answers(folder) == expected


def test_a_stale_index_is_replaced_and_removed(folder, music, tone_file):
    (old,) = index_files(folder)
    tone_file("music/new.wav", hz=1500.0)
    with Library.open(folder) as library:
        library.scan(music, encoder="dummy")
        assert len(library.similar(1, k=10)) == 5
    (new,) = index_files(folder)
    assert new != old


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
    assert len(index_files(folder)) == 2
    assert {mess.VectorIndex.load(path).dim for path in index_files(folder)} == {8, 16}


def test_an_index_that_cannot_be_saved_does_not_stop_a_search(folder):
    expected = answers(folder)
    shutil.rmtree(folder / "index")
    (folder / "index").write_text("a file where the folder should be")
    assert answers(folder) == expected
