# SPDX-License-Identifier: MIT
"""Whatever interrupts a scan, what was done is kept and the next scan does the rest."""

from __future__ import annotations

import signal
import subprocess
import sys

import numpy as np
import pytest

import mess
from mess.library import Library

NUM_TRACKS = 60

# Prints a line per file, slowly enough to be killed in between.
SCAN = """
import sys, time
import mess
from mess.library import Library

def show(now):
    print(now.num_done, flush=True)
    time.sleep(0.02)

with Library.open(sys.argv[1]) as library:
    library.scan(sys.argv[2], encoder="dummy", workers=1, progress=show)
"""


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    time = np.arange(8000) / 8000
    for number in range(NUM_TRACKS):
        samples = 0.3 * np.sin(2 * np.pi * (100 + 20 * number) * time).astype(np.float32)
        mess.write_audio(folder / f"{number:02}.wav", mess.AudioBuffer(samples, 8000))
    return folder


def interrupt_at(num_done, signal_number, library, music):
    command = [sys.executable, "-c", SCAN, library, music]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        for line in process.stdout:
            if int(line) == num_done:
                process.send_signal(signal_number)
        return process.wait()


def test_a_killed_scan_is_finished_by_the_next_one_with_nothing_lost(tmp_path, music):
    assert interrupt_at(NUM_TRACKS // 2, signal.SIGKILL, tmp_path / "library", music) == -signal.SIGKILL
    with Library.open(tmp_path / "library") as library:
        library.verify()
        num_kept = library.stats().num_tracks
        # At most the files of one transaction are lost.
        assert NUM_TRACKS // 2 - 16 <= num_kept < NUM_TRACKS
        report = library.scan(music, encoder="dummy")
        assert (report.num_unchanged, report.num_decoded) == (num_kept, NUM_TRACKS - num_kept)
        assert library.stats().num_vectors == {"dummy/1+mean_std": NUM_TRACKS}
        assert len(library.similar(1, k=NUM_TRACKS)) == NUM_TRACKS - 1


def test_killed_again_and_again_a_scan_still_comes_to_its_end(tmp_path, music):
    for num_done in (20, 40):
        interrupt_at(num_done, signal.SIGKILL, tmp_path / "library", music)
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy")
        assert sorted(track.path.name for track in library.tracks()) == [f"{n:02}.wav" for n in range(NUM_TRACKS)]


def test_ctrl_c_keeps_everything_that_was_done(tmp_path, music):
    def stop(now):
        if now.num_done == 10:
            raise KeyboardInterrupt

    with Library.open(tmp_path / "library") as library:
        with pytest.raises(KeyboardInterrupt):
            library.scan(music, encoder="dummy", workers=2, progress=stop)
        assert library.stats().num_tracks == 10
        # The lock is free again.
        assert library.scan(music, encoder="dummy").num_decoded == NUM_TRACKS - 10


def test_the_process_of_a_scan_that_gets_ctrl_c_ends_soon_and_keeps_what_was_done(tmp_path, music):
    assert interrupt_at(20, signal.SIGINT, tmp_path / "library", music) != 0
    with Library.open(tmp_path / "library") as library:
        assert library.stats().num_tracks >= 20
