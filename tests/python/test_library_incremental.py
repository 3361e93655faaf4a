# SPDX-License-Identifier: MIT
"""A scan does again only what it must."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

import mutagen
import pytest

import mess
from mess.library import Library

NUM_TRACKS = 6


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def music(tmp_path, tone):
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(NUM_TRACKS):
        tags = {"title": f"Tune {number}", "artist": "Somebody"}
        audio = mess.AudioBuffer(tone(110.0 + 70 * number), 22050)
        mess.write_audio(folder / f"{number}.flac", audio, tags=tags)
    return folder


@pytest.fixture
def forbid(monkeypatch):
    def make(*names):
        def refuse(*_arguments, **_options):
            raise AssertionError("expected not to be called")

        for name in names:
            monkeypatch.setattr(mess, name, refuse)

    return make


def scan(library, *folders, **options):
    return library.scan(*folders, encoder="dummy", workers=2, **options)


def vectors_by_title(library):
    return {track.title: library.resolve(track.id).vector.tobytes() for track in library.tracks()}


def test_an_unchanged_file_is_not_even_opened(library, music, forbid):
    scan(library, music)
    forbid("read_audio_info", "audio_content_hash", "extract", "decode")
    report = scan(library, music)
    assert (report.num_unchanged, report.num_decoded, report.num_new) == (NUM_TRACKS, 0, 0)


def test_moved_and_retagged_files_are_not_decoded(library, music, forbid):
    scan(library, music)
    before = vectors_by_title(library)
    ids = {track.title: track.id for track in library.tracks()}
    (music / "moved").mkdir()
    for number in range(3):
        (music / f"{number}.flac").rename(music / f"moved/was {number}.flac")
    for number in (3, 4):
        tags = mutagen.File(music / f"{number}.flac")
        tags["artist"] = ["Somebody else"]
        tags.save()
    forbid("extract", "decode")
    report = scan(library, music)
    assert (report.num_decoded, report.num_moved, report.num_retagged) == (0, 3, 2)
    assert (report.num_unchanged, report.num_missing, report.num_duplicates) == (1, 0, 0)
    tracks = {track.title: track for track in library.tracks()}
    assert tracks["Tune 0"].paths == (music / "moved/was 0.flac",)
    assert [tracks[f"Tune {n}"].artist for n in (2, 3, 4, 5)] == [
        "Somebody",
        "Somebody else",
        "Somebody else",
        "Somebody",
    ]
    assert {title: track.id for title, track in tracks.items()} == ids
    assert vectors_by_title(library) == before


def test_a_file_moved_and_retagged_at_once_is_not_decoded(library, music, forbid):
    scan(library, music)
    tags = mutagen.File(music / "0.flac")
    tags["title"] = ["Another name"]
    tags.save()
    (music / "0.flac").rename(music / "other.flac")
    forbid("extract")
    report = scan(library, music)
    assert (report.num_decoded, report.num_moved, report.num_missing) == (0, 1, 0)
    assert library.track(1).label == "Somebody - Another name"


def test_retagging_decodes_nothing_in_any_format(library, tmp_path, forbid):
    folder = tmp_path / "formats"
    folder.mkdir()
    suffixes = ["mp3", "ogg", "opus", "m4a", "flac"]
    for number, suffix in enumerate(suffixes):
        source = f"sine=frequency={200 + 100 * number}:duration=3"
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            source,
            "-metadata",
            "title=Old",
            folder / f"x.{suffix}",
        ]
        subprocess.run(command, check=True)
    assert scan(library, folder).num_decoded == len(suffixes)
    for suffix in suffixes:
        tags = mutagen.File(folder / f"x.{suffix}", easy=True)
        tags["title"] = [f"New in {suffix}"]
        tags["album"] = ["A much longer text than there was before, so that the audio moves. " * 20]
        tags.save()
    forbid("extract", "decode")
    report = scan(library, folder)
    assert (report.num_decoded, report.num_retagged, report.failed) == (0, len(suffixes), [])
    assert {track.title for track in library.tracks()} == {f"New in {suffix}" for suffix in suffixes}


def test_vanished_files_leave_the_results_and_come_back_without_being_opened(library, music, forbid):
    scan(library, music)
    away = music.parent / "away"
    music.rename(away)
    music.mkdir()
    report = scan(library, music)
    assert (report.num_found, report.num_missing) == (0, NUM_TRACKS)
    assert library.tracks() == []
    assert len(library.tracks(include_missing=True)) == NUM_TRACKS
    assert library.stats().num_missing == NUM_TRACKS
    music.rmdir()
    away.rename(music)
    forbid("read_audio_info", "audio_content_hash", "extract")
    report = scan(library, music)
    assert (report.num_returned, report.num_decoded, report.num_unchanged) == (NUM_TRACKS, 0, NUM_TRACKS)
    assert len(library.similar("Tune 0", k=10)) == NUM_TRACKS - 1


def test_a_missing_track_is_not_among_the_results(library, music):
    scan(library, music)
    (music / "2.flac").unlink()
    scan(library, music)
    assert "Tune 2" not in [match.track.title for match in library.similar("Tune 0", k=10)]
    assert library.track(3).is_missing
    # Its vector is kept: it can still be asked about.
    assert len(library.similar(3, k=10)) == NUM_TRACKS - 1


def test_files_outside_the_scanned_folders_are_left_alone(library, music, tone_file):
    elsewhere = tone_file("elsewhere/x.wav", hz=1000.0)
    scan(library, music, elsewhere.parent)
    elsewhere.unlink()
    assert scan(library, music).num_missing == 0
    assert scan(library, elsewhere.parent).num_missing == 1


def test_the_same_audio_in_two_files_is_one_track(library, music, forbid):
    shutil.copy(music / "0.flac", music / "copy.flac")
    tags = mutagen.File(music / "copy.flac")
    tags["title"] = ["A copy"]
    tags.save()
    report = scan(library, music)
    assert (report.num_found, report.num_decoded, report.num_new) == (NUM_TRACKS + 1, NUM_TRACKS, NUM_TRACKS)
    assert report.num_duplicates == 1
    (track,) = [track for track in library.tracks() if len(track.paths) == 2]
    assert track.paths == (music / "0.flac", music / "copy.flac")
    assert (track.title, len(library.similar(music / "copy.flac", k=10))) == ("Tune 0", NUM_TRACKS - 1)
    # The file that gave the track its name goes; the other one stands in.
    (music / "0.flac").unlink()
    forbid("extract")
    scan(library, music)
    survivor = library.track(track.id)
    assert (survivor.paths, survivor.title) == ((music / "copy.flac",), "A copy")


def test_a_later_copy_is_not_decoded(library, music, forbid):
    scan(library, music)
    shutil.copy(music / "0.flac", music / "copy.flac")
    forbid("extract")
    report = scan(library, music)
    assert (report.num_duplicates, report.num_new, report.num_decoded) == (1, 0, 0)


def test_other_audio_under_an_old_name_is_another_track(library, music, tone):
    scan(library, music)
    mess.write_audio(music / "0.flac", mess.AudioBuffer(tone(1234.0), 22050), tags={"title": "New"})
    report = scan(library, music)
    assert (report.num_new, report.num_decoded) == (1, 1)
    assert sorted(track.title for track in library.tracks()) == ["New", *(f"Tune {n}" for n in range(1, NUM_TRACKS))]


def test_a_track_takes_the_name_of_its_other_file_when_the_first_one_becomes_another_track(library, music, tone):
    shutil.copy(music / "0.flac", music / "copy.flac")
    tags = mutagen.File(music / "copy.flac")
    tags["title"] = ["A copy"]
    tags.save()
    scan(library, music)
    mess.write_audio(music / "0.flac", mess.AudioBuffer(tone(1234.0), 22050), tags={"title": "New"})
    scan(library, music)
    assert {track.path.name: track.title for track in library.tracks()}["copy.flac"] == "A copy"


def test_of_two_files_with_the_same_audio_one_may_vanish_before_it_is_decoded(library, music, monkeypatch):
    shutil.copy(music / "0.flac", music / "copy.flac")
    real_extract = mess.extract
    tried = []

    def extract(path, **options):
        if path.name in ("0.flac", "copy.flac"):
            tried.append(path)
            if len(tried) == 1:
                # Long enough for the other one to wait for this one.
                time.sleep(0.3)
                raise mess.DecodeError(f"[decode] {path}: expected a readable file, found no such file")
        return real_extract(path, **options)

    monkeypatch.setattr(mess, "extract", extract)
    seen = []
    report = scan(library, music, progress=seen.append)
    assert [finding.path for finding in report.failed] == [tried[0]]
    assert (report.num_new, report.num_found, seen[-1].num_done) == (NUM_TRACKS, NUM_TRACKS + 1, NUM_TRACKS + 1)
    assert len(tried) == 2


def test_two_files_that_swap_names_are_not_decoded(library, music, forbid):
    scan(library, music)
    (music / "0.flac").rename(music / "x.flac")
    (music / "1.flac").rename(music / "0.flac")
    (music / "x.flac").rename(music / "1.flac")
    # The times differ, as they do after any editing.
    for name in ("0.flac", "1.flac"):
        os.utime(music / name, ns=(1, 1))
    forbid("extract")
    assert scan(library, music).num_decoded == 0
    assert {track.title: track.path.name for track in library.tracks()}["Tune 0"] == "1.flac"


def test_a_file_that_turns_bad_leaves_the_results_and_returns_when_repaired(library, music, forbid):
    scan(library, music)
    content = (music / "0.flac").read_bytes()
    (music / "0.flac").write_text("no music any more")
    assert [finding.path.name for finding in scan(library, music).failed] == ["0.flac"]
    assert len(library.tracks()) == NUM_TRACKS - 1
    (music / "0.flac").write_bytes(content)
    forbid("extract")
    assert scan(library, music).failed == []
    assert len(library.tracks()) == NUM_TRACKS


def test_warnings_follow_a_file_that_moves(library, tmp_path, tone_file):
    folder = tmp_path / "short"
    tone_file("short/a.wav", seconds=0.2)
    scan(library, folder)
    (folder / "a.wav").rename(folder / "b.wav")
    report = scan(library, folder)
    assert ([finding.path.name for finding in report.warnings], report.num_decoded) == (["b.wav"], 0)
    assert [finding.path.name for finding in library.warnings()] == ["b.wav"]


def test_a_change_of_presence_raises_the_generation_and_a_scan_without_change_does_not(library, music):
    scan(library, music)
    first = library.stats().generation
    scan(library, music)
    assert library.stats().generation == first
    (music / "0.flac").unlink()
    scan(library, music)
    assert library.stats().generation > first
