# SPDX-License-Identifier: MIT
"""Frames in a library: kept by scans that are told so, derived, and never those of another track."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess
from mess.library import LibraryError, TrackNotFoundError


@pytest.fixture
def music(tmp_path: Path, tone_file: Callable[..., Path]) -> Path:
    for number in range(4):
        tone_file(f"music/{number}.wav", 200.0 + 40 * number, seconds=3, seed=number)
    return tmp_path / "music"


def encoded(path: Path) -> np.ndarray:
    values = mess.Encoder.open("acoustic").encode_file(path).array
    return values.astype(np.float16).astype(np.float32)


def frames_by_name(library: mess.Library) -> dict[str, np.ndarray]:
    return {track.paths[0].name: library.frames(track.id).array for track in library.tracks()}


def check(library: mess.Library, music: Path) -> None:
    """Every track has the frames of its own file, and nothing else is stored."""
    found = frames_by_name(library)
    assert sorted(found) == sorted(path.name for path in music.iterdir())
    for name, values in found.items():
        np.testing.assert_array_equal(values, encoded(music / name))
    assert set(library.frame_store().ids()) == {track.id for track in library.tracks()}


def test_a_scan_keeps_the_frames_of_each_track_when_it_is_told_to(tmp_path: Path, music: Path) -> None:
    with mess.Library.open(tmp_path / "library") as library:
        assert library.scan(music).num_decoded == 4
        with pytest.raises(LibraryError, match="found none; store them with: mess scan --frames DIR"):
            library.frame_store()
        assert library.scan(music, frames=True).num_decoded == 4, "tracks without frames are decoded again"
        check(library, music)
        assert library.scan(music).num_decoded == 0
        track = library.tracks()[0]
        part = library.frames(track.id, 1.0, 2.0)
        whole = library.frames(track.id)
        first = round(1.0 / whole.hop_seconds - 0.499)
        np.testing.assert_array_equal(part.array[0], whole.array[first])
        assert part.encoder_id == whole.encoder_id == mess.Encoder.open("acoustic").id
        with pytest.raises(mess.InvalidArgument, match="before its end"):
            library.frames(track.id, 99.0)
        with pytest.raises(TrackNotFoundError):
            library.frames(12345)


def test_later_scans_keep_frames_until_told_otherwise(
    tmp_path: Path, music: Path, tone_file: Callable[..., Path]
) -> None:
    with mess.Library.open(tmp_path / "library") as library:
        library.scan(music, frames=True)
        tone_file("music/new.wav", 500.0, seconds=3)
        assert library.scan(music).num_decoded == 1
        check(library, music)
        library.scan(music, frames=False)
        assert not (tmp_path / "library/frames").exists()
        tone_file("music/newer.wav", 600.0, seconds=3)
        library.scan(music)
        with pytest.raises(LibraryError, match="expected stored frames"):
            library.frames(library.tracks()[0].id)
        library.scan(music, frames=True)
        check(library, music)


def test_deleted_or_damaged_frames_come_back_with_a_scan(tmp_path: Path, music: Path) -> None:
    with mess.Library.open(tmp_path / "library") as library:
        library.scan(music, frames=True)
        shutil.rmtree(tmp_path / "library/frames")
        assert library.scan(music).num_decoded == 4
        check(library, music)
        manifest = next((tmp_path / "library/frames").glob("*/MANIFEST"))
        manifest.unlink()
        manifest.write_bytes(b"nonsense")
        with pytest.raises(mess.FormatError, match="MANIFEST"):
            library.frames(library.tracks()[0].id)
        assert library.scan(music).num_decoded == 4
        check(library, music)


def test_changed_audio_is_another_track_and_a_missing_one_keeps_its_frames(
    tmp_path: Path, music: Path, tone_file: Callable[..., Path]
) -> None:
    with mess.Library.open(tmp_path / "library") as library:
        library.scan(music, frames=True)
        before = {track.id for track in library.tracks()}
        tone_file("music/1.wav", 900.0, seconds=4)
        library.scan(music)
        new = next(track for track in library.tracks() if track.id not in before)
        np.testing.assert_array_equal(library.frames(new.id).array, encoded(music / "1.wav"))
        assert set(library.frame_store().ids()) == before | {new.id}


def test_a_catalogue_made_anew_or_restored_never_finds_frames_of_other_tracks(
    tmp_path: Path, music: Path, tone_file: Callable[..., Path]
) -> None:
    folder = tmp_path / "library"
    with mess.Library.open(folder) as library:
        library.scan(music, frames=True)
        library.backup(tmp_path / "backup.sqlite")
        tone_file("music/after-backup.wav", 900.0, seconds=3)
        library.scan(music)
    for file in folder.glob("catalog.sqlite*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.sqlite", folder / "catalog.sqlite")
    (music / "after-backup.wav").unlink()
    tone_file("music/other.wav", 1200.0, seconds=3)
    with mess.Library.open(folder) as library:
        library.scan(music)
        check(library, music)
    for file in folder.glob("catalog.sqlite*"):
        file.unlink()
    (music / "0.wav").unlink()
    with mess.Library.open(folder) as library:
        library.scan(music, frames=True)
        check(library, music)
        assert len(list((folder / "frames").iterdir())) == 1


def test_silent_tracks_have_no_frames(tmp_path: Path, music: Path) -> None:
    mess.write_audio(music / "silent.wav", mess.AudioBuffer(np.zeros(44100, np.float32), 22050))
    with mess.Library.open(tmp_path / "library") as library:
        library.scan(music, frames=True)
        assert library.scan(music).num_decoded == 0
        silent = next(track for track in library.tracks() if track.paths[0].name == "silent.wav")
        with pytest.raises(LibraryError, match=r"silent: expected stored frames of acoustic/\d, found none"):
            library.frames(silent.id)


def test_each_encoder_has_its_own_store(tmp_path: Path, music: Path) -> None:
    with mess.Library.open(tmp_path / "library") as library:
        library.scan(music, frames=True)
        library.scan(music, encoder="dummy", frames=True)
        assert library.frame_store(encoder="dummy").encoder_id == mess.Encoder.open("dummy").id
        assert library.frame_store(encoder="acoustic").encoder_id == mess.Encoder.open("acoustic").id


def test_the_command_line_says_so(tmp_path: Path, music: Path, call: Callable[..., tuple[int, str, str]]) -> None:
    assert call("scan", music, "--library", tmp_path / "library", "--encoder", "dummy", "--frames")[0] == 0
    with mess.Library.open(tmp_path / "library") as library:
        assert len(library.frame_store()) == 4
    assert call("scan", music, "--library", tmp_path / "library", "--encoder", "dummy", "--no-frames")[0] == 0
    assert not (tmp_path / "library/frames").exists()
