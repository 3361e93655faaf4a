# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import shutil
import threading
import time

import numpy as np
import pytest

import mess
from mess.library import Library, LibraryBusyError, LibraryError
from mess.library.walk import walk_audio


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def music(tmp_path, tone_file):
    """Four different tones in two folders."""
    for number, name in enumerate(["a.wav", "b.flac", "sub/c.wav", "sub/d.flac"]):
        tone_file(f"music/{name}", hz=150.0 * (number + 1))
    return tmp_path / "music"


def scan(library, *folders, **options):
    return library.scan(*folders, encoder="dummy", workers=2, **options)


def test_a_first_scan_embeds_every_file(library, music):
    report = scan(library, music)
    assert (report.num_found, report.num_decoded, report.num_new) == (4, 4, 4)
    assert (report.failed, report.warnings) == ([], [])
    assert report.encoder_id == "dummy/1+mean_std"
    assert report.audio_seconds == pytest.approx(8.0, abs=0.01)
    assert [track.path.name for track in library.tracks()] == ["a.wav", "b.flac", "c.wav", "d.flac"]


def test_a_track_carries_what_the_scan_measured(library, tmp_path, tone):
    tags = {"title": "Über", "artist": "Björk", "album": "A", "track": "3", "genre": "Pop", "date": "1999"}
    (tmp_path / "music").mkdir()
    mess.write_audio(tmp_path / "music/x.flac", mess.AudioBuffer(tone(330.0), 22050), tags=tags)
    scan(library, tmp_path / "music")
    (track,) = library.tracks()
    assert (track.title, track.artist, track.album, track.genre) == ("Über", "Björk", "A", "Pop")
    assert (track.date, track.track_number, track.label) == ("1999", "3", "Björk - Über")
    assert (track.codec, track.container, track.sample_rate_hz, track.num_channels) == ("flac", "flac", 22050, 1)
    assert track.duration_seconds == pytest.approx(2.0)
    measured = mess.analyze(mess.decode(track.path))
    assert track.analysis.loudness.integrated_lufs == pytest.approx(measured.loudness.integrated_lufs)
    assert track.analysis.loudness.peak_dbfs == pytest.approx(measured.loudness.peak_dbfs)
    assert track.analysis.sounding.end_seconds == pytest.approx(measured.sounding.end_seconds)
    assert track.content_hash == mess.audio_content_hash(track.path)
    assert library.track(track.id) == track


def test_progress_is_called_in_order_for_every_file(library, music):
    seen = []
    scan(library, music, progress=seen.append)
    assert [now.num_done for now in seen] == [1, 2, 3, 4]
    assert {now.num_total for now in seen} == {4}
    assert {now.path.name for now in seen} == {"a.wav", "b.flac", "c.wav", "d.flac"}


def test_ids_follow_the_order_of_the_walk_whichever_thread_is_first(library, music, monkeypatch):
    real_extract = mess.extract

    def extract(path, **options):
        # The first file is the last to be done.
        if path.name == "a.wav":
            time.sleep(0.3)
        return real_extract(path, **options)

    monkeypatch.setattr(mess, "extract", extract)
    scan(library, music)
    assert [(track.id, track.path.name) for track in library.tracks()] == [
        (1, "a.wav"),
        (2, "b.flac"),
        (3, "c.wav"),
        (4, "d.flac"),
    ]


def test_one_file_can_be_scanned_by_name(library, music):
    assert scan(library, music / "a.wav").num_new == 1
    assert scan(library, music).num_new == 3


def test_the_same_folder_given_twice_counts_once(library, music):
    assert scan(library, music, music / "sub", music).num_found == 4


def test_a_folder_that_does_not_exist_is_an_error(library, tmp_path):
    with pytest.raises(LibraryError, match="expected a folder or a file, found none"):
        scan(library, tmp_path / "nowhere")


def test_scanning_nothing_and_bad_options_are_errors(library, music):
    with pytest.raises(mess.InvalidArgument, match="folders"):
        library.scan()
    with pytest.raises(mess.InvalidArgument, match="workers"):
        library.scan(music, workers=0)
    for seconds in (float("nan"), float("inf"), -1.0):
        with pytest.raises(mess.InvalidArgument, match="min_duration_seconds"):
            library.scan(music, encoder="dummy", min_duration_seconds=seconds)
    os.mkfifo(music / "pipe.flac")
    with pytest.raises(LibraryError, match="found a device, a pipe or a socket"):
        library.scan(music / "pipe.flac", encoder="dummy")
    with pytest.raises(mess.ModelError, match="no-such-encoder"):
        library.scan(music, encoder="no-such-encoder")
    with pytest.raises(mess.InvalidArgument, match='found "mode"'):
        library.scan(music, encoder="dummy", pooling="mode")


def test_files_that_cannot_be_read_are_listed_and_do_not_stop_the_scan(library, music):
    (music / "text.mp3").write_text("this is no music\n" * 100)
    (music / "empty.flac").write_bytes(b"")
    # libavformat on its own would open this as a playlist and read the other file.
    (music / "concat.mp3").write_text("ffconcat version 1.0\nfile a.wav\n")
    report = scan(library, music)
    assert report.num_new == 4
    assert {finding.path.name for finding in report.failed} == {"text.mp3", "empty.flac", "concat.mp3"}
    assert all(finding.reason and str(finding.path) not in finding.reason for finding in report.failed)
    assert library.failures() == report.failed


def test_a_bad_file_is_not_tried_again_until_it_changes(library, music, monkeypatch):
    bad = music / "bad.mp3"
    bad.write_text("no music")
    assert len(scan(library, music).failed) == 1

    def refuse(*_arguments, **_options):
        raise AssertionError("opened")

    with monkeypatch.context() as patch:
        patch.setattr(mess, "read_audio_info", refuse)
        report = scan(library, music)
    assert (report.num_unchanged, len(report.failed)) == (5, 1)
    shutil.copy(music / "a.wav", bad)
    os.utime(bad, ns=(1, 1))
    report = scan(library, music)
    assert (report.failed, report.num_duplicates) == ([], 1)


def test_retry_failed_tries_bad_files_again(library, music, monkeypatch):
    def fail(*_arguments, **_options):
        raise mess.DecodeError("[decode] file: expected audio, found nothing that this version knows")

    with monkeypatch.context() as patch:
        patch.setattr(mess, "audio_content_hash", fail)
        assert len(scan(library, music).failed) == 4
    assert len(scan(library, music).failed) == 4
    report = scan(library, music, retry_failed=True)
    assert (report.failed, report.num_new) == ([], 4)


def test_a_bad_file_that_vanishes_is_forgotten(library, music):
    (music / "bad.mp3").write_text("no music")
    scan(library, music)
    (music / "bad.mp3").unlink()
    assert scan(library, music).failed == []
    assert library.failures() == []


def test_silent_and_short_files_are_listed_and_get_no_vector(library, music, tone_file):
    mess.write_audio(music / "silent.wav", mess.AudioBuffer(np.zeros(44100, np.float32), 22050))
    tone_file("music/short.wav", seconds=0.2)
    report = scan(library, music)
    reasons = {finding.path.name: finding.reason for finding in report.warnings}
    assert reasons["silent.wav"].startswith("silent: expected something above -60 dBFS")
    assert reasons["short.wav"].startswith("too short: expected at least 0.5 s, found 0.2 s")
    assert report.failed == []
    assert library.stats().num_vectors == {"dummy/1+mean_std": 4}
    again = scan(library, music)
    assert (again.num_decoded, again.warnings) == (0, report.warnings)
    with pytest.raises(LibraryError, match=r"expected a vector of dummy/1\+mean_std, found none \(silent"):
        library.similar(music / "silent.wav")


def test_a_short_file_is_embedded_once_the_minimum_allows_it(library, tone_file, tmp_path):
    tone_file("music/short.wav", seconds=0.2)
    assert scan(library, tmp_path / "music").num_decoded == 1
    report = scan(library, tmp_path / "music", min_duration_seconds=0.1)
    assert (report.num_decoded, report.num_new, report.warnings) == (1, 0, [])
    assert library.stats().num_vectors == {"dummy/1+mean_std": 1}


def test_a_truncated_file_is_indexed_with_a_warning(library, music):
    whole = (music / "a.wav").read_bytes()
    (music / "cut.wav").write_bytes(whole[: len(whole) // 2])
    report = scan(library, music)
    assert report.num_new == 5
    (warning,) = report.warnings
    assert warning.path.name == "cut.wav"
    assert "truncated" in warning.reason
    assert library.warnings() == [warning]


def test_hidden_files_links_in_circles_and_the_library_itself_are_skipped(tmp_path, tone_file):
    tone_file("music/a.wav")
    tone_file("music/.hidden/b.wav")
    tone_file("music/._c.wav")
    tone_file("music/.mess/index/d.wav")
    (tmp_path / "music/notes.txt").write_text("not audio")
    (tmp_path / "music/circle").symlink_to(tmp_path / "music", target_is_directory=True)
    (tmp_path / "music/nowhere.wav").symlink_to(tmp_path / "gone.wav")
    os.mkfifo(tmp_path / "music/pipe.wav")
    visible = tmp_path / "music/library"
    with Library.open(visible) as library:
        tone_file("music/library/index/e.wav")
        assert scan(library, tmp_path / "music").num_found == 1


def test_linked_folders_are_followed(tmp_path, tone_file):
    tone_file("elsewhere/a.wav")
    (tmp_path / "music").mkdir()
    (tmp_path / "music/link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    walk = walk_audio([tmp_path / "music"], excluded=tmp_path / "library")
    assert [file.path for file in walk.files] == [tmp_path / "music/link/a.wav"]


def test_files_below_a_folder_that_cannot_be_listed_are_not_called_missing(library, music, monkeypatch):
    scan(library, music)
    real_scandir = os.scandir

    def scandir(path):
        if path == music / "sub":
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    report = scan(library, music)
    assert (report.num_found, report.num_missing) == (2, 0)
    assert [finding.path for finding in report.warnings] == [music / "sub"]
    assert len(library.tracks()) == 4


def test_a_second_scan_of_the_same_library_is_refused_and_readers_work_meanwhile(library, music):
    is_scanning = threading.Event()
    may_go_on = threading.Event()

    def wait(_now):
        is_scanning.set()
        assert may_go_on.wait(60)

    thread = threading.Thread(target=scan, args=(library, music), kwargs={"progress": wait})
    thread.start()
    try:
        assert is_scanning.wait(60)
        with Library.open(library.path) as other:
            with pytest.raises(LibraryBusyError, match=f"process {os.getpid()}"):
                scan(other, music)
            assert other.stats().num_tracks == 0
    finally:
        may_go_on.set()
        thread.join()
    assert library.stats().num_tracks == 4
    assert scan(library, music).num_unchanged == 4


def test_vectors_of_different_encoders_never_mix(library, music):
    scan(library, music)
    report = library.scan(music, encoder="dummy", pooling="mean")
    assert (report.num_decoded, report.num_new, report.num_retagged) == (4, 0, 0)
    library.scan(music / "a.wav", music / "b.flac", encoder="acoustic")
    assert library.stats().num_vectors == {"acoustic/2+track": 2, "dummy/1+mean": 4, "dummy/1+mean_std": 4}
    assert len(library.similar(1, encoder="dummy/1+mean")) == 3
    # The last scan decides, when nothing is said.
    assert len(library.similar(1)) == 1
    with pytest.raises(LibraryError, match="expected vectors of this encoder, found only those of"):
        library.similar(1, encoder="mert-v1-95m")
    with pytest.raises(LibraryError, match=r"expected a vector of acoustic/2\+track"):
        library.similar(3)
