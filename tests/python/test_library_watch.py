# SPDX-License-Identifier: MIT
"""A watched folder is scanned again after each change."""

from __future__ import annotations

import json
import queue
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from mess.library import Library, LibraryError

PATIENCE_SECONDS = 60


@pytest.fixture
def watched(tmp_path, tone_file):
    """The folder and the reports of a watch; the library lies inside of the folder."""
    tone_file("music/a.wav", hz=200.0)
    reports: queue.Queue = queue.Queue()
    stop = threading.Event()

    def run():
        with Library.open(tmp_path / "music/.mess") as library:
            for report in library.watch(tmp_path / "music", stop=stop, settle_seconds=0.1, encoder="dummy", workers=1):
                reports.put(report)
        reports.put(None)

    thread = threading.Thread(target=run)
    thread.start()
    yield tmp_path / "music", reports
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def next_report(reports):
    return reports.get(timeout=PATIENCE_SECONDS)


def test_new_moved_and_removed_files_are_noticed(watched, tone_file):
    music, reports = watched
    assert next_report(reports).num_new == 1
    tone_file("b.wav", hz=300.0).rename(music / "b.wav")
    assert next_report(reports).num_new == 1
    (music / "inner").mkdir()
    (music / "a.wav").rename(music / "inner/a.wav")
    moved = next_report(reports)
    while not moved.num_moved:  # making the folder may count as a change of its own
        moved = next_report(reports)
    assert (moved.num_moved, moved.num_decoded) == (1, 0)
    shutil.rmtree(music / "inner")
    gone = next_report(reports)
    while not gone.num_missing:
        gone = next_report(reports)
    assert (gone.num_missing, gone.num_found) == (1, 1)


def test_the_librarys_own_writing_is_no_change(watched):
    _, reports = watched
    next_report(reports)
    with pytest.raises(queue.Empty):
        reports.get(timeout=1.5)


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with (
        Library.open(tmp_path / "library") as library,
        pytest.raises(LibraryError, match="expected a folder or a file"),
    ):
        next(iter(library.watch(tmp_path / "nowhere")))


def test_the_command_goes_on_until_ctrl_c(tmp_path, tone_file):
    tone_file("music/a.wav", hz=200.0)
    options = ["--library", tmp_path / "library", "--encoder", "dummy", "--watch", "--json"]
    command = [sys.executable, "-m", "mess", "scan", tmp_path / "music", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert json.loads(process.stdout.readline())["num_new"] == 1
            tone_file("b.wav", hz=300.0).rename(tmp_path / "music/b.wav")
            assert json.loads(process.stdout.readline())["num_new"] == 1
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_SECONDS) == 130
            assert "interrupted; what was done is kept" in process.stderr.read()
        finally:
            process.kill()
