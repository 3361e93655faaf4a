# SPDX-License-Identifier: MIT
"""What a library says after backups, damage, and files that come and go."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

import mess
from mess.library import Library, LibraryDamagedError, LibraryError


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def music(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number in range(4):
        write(tmp_path / f"music/{number}.flac", tone(110.0 + 90 * number), title=f"Tune {number}")
    return tmp_path / "music"


def write(path, samples, **tags):
    mess.write_audio(path, mess.AudioBuffer(samples, 22050), tags=tags)


def scan(folder, *paths, **options):
    with Library.open(folder) as library:
        return library.scan(*paths, encoder="dummy", workers=2, **options)


def neighbours(folder, query):
    with Library.open(folder) as library:
        return [(match.track.title, round(match.score, 5)) for match in library.similar(query, k=10)]


def true_neighbours(folder, query):
    shutil.rmtree(folder / "index")
    return neighbours(folder, query)


def test_an_index_of_a_deleted_catalogue_is_not_used_for_a_new_one(folder, music, tone):
    scan(folder, music)
    for path in folder.glob("catalog.sqlite*"):
        path.unlink()
    for number in range(4):
        write(music / f"{number}.flac", tone(2000.0 - 300 * number), title=f"Other {number}")
    scan(folder, music)
    found = neighbours(folder, "Other 0")
    assert found == true_neighbours(folder, "Other 0")


def test_an_index_of_what_followed_a_backup_is_not_used_after_it_is_restored(folder, music, tone, tmp_path):
    scan(folder, music)
    shutil.copy(folder / "catalog.sqlite", tmp_path / "backup.sqlite")
    write(music / "new.flac", tone(3000.0), title="New")
    scan(folder, music)
    shutil.copy(tmp_path / "backup.sqlite", folder / "catalog.sqlite")
    write(music / "new.flac", tone(150.0), title="Newer")
    scan(folder, music)
    found = neighbours(folder, "Newer")
    assert found == true_neighbours(folder, "Newer")


def test_after_a_scan_the_catalogue_file_alone_holds_everything(folder, music, tmp_path):
    with Library.open(folder) as other:
        other.stats()
        scan(folder, music)
        (tmp_path / "copy").mkdir()
        shutil.copy(folder / "catalog.sqlite", tmp_path / "copy/catalog.sqlite")
    with Library.open(tmp_path / "copy") as copy:
        assert copy.stats().num_tracks == 4


def test_a_backup_is_a_library_of_its_own(folder, music, tmp_path):
    scan(folder, music)
    (tmp_path / "copy").mkdir()
    with Library.open(folder) as library:
        library.backup(tmp_path / "copy/catalog.sqlite")
        with pytest.raises(LibraryError, match="expected a new file for the backup"):
            library.backup(tmp_path / "copy/catalog.sqlite")
    assert neighbours(tmp_path / "copy", "Tune 1") == neighbours(folder, "Tune 1")
    assert scan(tmp_path / "copy", music).num_unchanged == 4


def test_a_file_that_is_restored_with_its_old_time_is_no_failure_any_more(folder, music, tmp_path):
    scan(folder, music)
    shutil.copy2(music / "0.flac", tmp_path / "kept.flac")
    (music / "0.flac").write_bytes(b"garbage")
    assert len(scan(folder, music).failed) == 1
    shutil.copy2(tmp_path / "kept.flac", music / "0.flac")
    report = scan(folder, music)
    assert (report.failed, report.num_returned, report.num_decoded) == ([], 1, 0)
    with Library.open(folder) as library:
        assert (library.failures(), library.stats().num_tracks) == ([], 4)


def test_the_warnings_about_a_file_return_with_it(folder, tmp_path, tone):
    (tmp_path / "short").mkdir()
    path = tmp_path / "short/a.flac"
    write(path, tone(220.0, 0.2))
    warnings = scan(folder, path).warnings
    shutil.copy2(path, tmp_path / "kept.flac")
    path.write_bytes(b"garbage")
    assert scan(folder, path).warnings == []
    shutil.copy2(tmp_path / "kept.flac", path)
    assert scan(folder, path).warnings == warnings


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError(), "decode"])
@pytest.mark.parametrize("stage", ["audio_content_hash", "extract"])
def test_an_error_of_the_system_is_said_and_not_remembered(folder, music, tone, monkeypatch, error, stage):
    scan(folder, music)
    write(music / "new.flac", tone(1000.0), title="New")
    os.utime(music / "0.flac", ns=(1, 1))

    def fail(path, **_options):
        raise (
            mess.DecodeError(f"[decode] {path}: expected a readable file, found Input/output error")
            if error == "decode"
            else error
        )

    with monkeypatch.context() as patch:
        patch.setattr(mess, stage, fail)
        report = scan(folder, music)
    assert "new.flac" in [finding.path.name for finding in report.failed]
    with Library.open(folder) as library:
        assert library.failures() == []
        assert library.stats().num_tracks == 4
    report = scan(folder, music)
    assert (report.failed, report.num_new, report.num_missing) == ([], 1, 0)


def test_a_file_that_changes_while_it_is_read_is_not_called_bad(folder, music, tone, monkeypatch):
    real_info = mess.read_audio_info

    def read_audio_info(path):
        if path.name == "0.flac":
            path.write_bytes(b"half a download")
        return real_info(path)

    with monkeypatch.context() as patch:
        patch.setattr(mess, "read_audio_info", read_audio_info)
        assert [finding.path.name for finding in scan(folder, music).failed] == ["0.flac"]
    with Library.open(folder) as library:
        assert library.failures() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tracks SET analysis = '{' WHERE id = 2",
        "UPDATE tracks SET analysis = '{}' WHERE id = 2",
        "UPDATE tracks SET analysis = '7' WHERE id = 2",
        "UPDATE tracks SET added_at = 'never' WHERE id = 2",
        "UPDATE tracks SET title = x'ff' WHERE id = 2",
        "UPDATE tracks SET title = CAST(x'ff' AS TEXT) WHERE id = 2",
        "UPDATE meta SET value = 'x' WHERE key = 'generation'",
        "UPDATE vectors SET vector = x'00' WHERE track_id = 2",
    ],
)
def test_rows_that_nobody_wrote_are_errors_of_the_library(folder, music, change):
    scan(folder, music)
    shutil.rmtree(folder / "index")
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        connection.execute(change)
        connection.commit()
    os.utime(music / "1.flac", ns=(1, 1))
    questions = [
        lambda library: library.similar("Tune"),
        lambda library: library.playlist("Tune 1"),
        lambda library: library.tracks(),
        lambda library: library.stats(),
        lambda library: library.scan(music, encoder="dummy"),
    ]
    num_errors = 0
    for ask in questions:
        with Library.open(folder) as library:
            try:
                ask(library)
            except LibraryDamagedError:
                num_errors += 1
    assert num_errors > 0


def test_a_closed_library_answers_nothing(folder):
    library = Library.open(folder)
    library.close()
    with pytest.raises(LibraryError, match="found a closed one"):
        library.stats()


def test_a_query_by_path_is_about_what_the_file_holds_now(folder, music, tone):
    scan(folder, music)
    write(music / "0.flac", tone(383.0), title="Changed")
    with Library.open(folder) as library:
        seed = library.resolve(music / "0.flac")
        assert seed.track is None
        expected = mess.pool(mess.Encoder.open("dummy").encode_file(music / "0.flac"))
        np.testing.assert_allclose(seed.vector, expected, atol=1e-6)
        shutil.copy(music / "2.flac", music / "1.flac")
        assert library.resolve(music / "1.flac").track.title == "Tune 2"


@pytest.mark.parametrize(("seconds", "level", "reason"), [(2.0, 0.0, "silent"), (0.2, 1.0, "too short")])
def test_a_seed_outside_the_library_must_be_worth_comparing(folder, music, tmp_path, tone, seconds, level, reason):
    scan(folder, music)
    write(tmp_path / "outside.wav", (level * tone(220.0, seconds)).astype(np.float32))
    with Library.open(folder) as library, pytest.raises(LibraryError, match=f"outside.wav: {reason}"):
        library.similar(tmp_path / "outside.wav")
