# SPDX-License-Identifier: MIT
"""Soundtracks that Debian packages, from the folder to similar tracks, with a scan killed on the way."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import mutagen
import pytest

import mess

pytestmark = pytest.mark.slow

SCAN = "import sys, mess; mess.Library.open(sys.argv[1]).scan(sys.argv[2])"
WAIT_SECONDS = 300


@dataclass
class Scanned:
    music: Path
    library: Path
    num_files: int
    num_after_kill: int


@pytest.fixture(scope="module")
def music(root, tmp_path_factory):
    """A copy that may be moved and retagged."""
    fetched = subprocess.run([root / "scripts/real-music"], capture_output=True, text=True)
    if fetched.returncode:
        pytest.skip(f"no real music: {fetched.stderr.strip()}")
    return Path(shutil.copytree(root / "real-music", tmp_path_factory.mktemp("real") / "music"))


def read_tracks(library):
    """Id and content hash of every track, read past the library's own code."""
    catalogue = library / "catalog.sqlite"
    if not catalogue.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{catalogue.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT id, content_hash FROM tracks ORDER BY id").fetchall()
    except sqlite3.OperationalError:
        return []  # the tables are not there yet


@pytest.fixture(scope="module")
def scanned(music, tmp_path_factory):
    """A library whose scan was killed once some tracks were in."""
    library = tmp_path_factory.mktemp("library") / "mess"
    num_files = sum(path.is_file() for path in music.rglob("*"))
    child = subprocess.Popen([sys.executable, "-c", SCAN, library, music])
    deadline = time.monotonic() + WAIT_SECONDS
    while len(read_tracks(library)) < num_files // 4:
        assert child.poll() is None, "the scan ended before it could be killed"
        assert time.monotonic() < deadline, f"fewer than {num_files // 4} tracks after {WAIT_SECONDS} s"
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    return Scanned(music, library, num_files, len(read_tracks(library)))


@pytest.fixture(scope="module")
def show(pytestconfig):
    """Print past pytest's capture: the figures belong to the report, none of them decides."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def write(text):
        with capture.global_and_fixture_disabled():
            print(text)

    return write


@pytest.fixture(scope="module")
def finished(scanned, show):
    """The same library after a second scan."""
    library = mess.Library.open(scanned.library)
    report = library.scan(scanned.music)
    show(
        f"\n{scanned.num_files} files; killed with {scanned.num_after_kill} in; the second scan decoded "
        f"{report.num_decoded}: {report.audio_seconds / 60:.0f} min of music in {report.seconds:.0f} s"
    )
    return library, report


def test_a_killed_scan_keeps_what_it_had_and_the_next_one_does_the_rest(scanned, finished):
    _, report = finished
    assert 0 < scanned.num_after_kill < scanned.num_files
    assert report.failed == []
    assert report.num_unchanged == scanned.num_after_kill
    assert report.num_decoded == scanned.num_files - scanned.num_after_kill
    assert len(read_tracks(scanned.library)) == scanned.num_files


def test_a_third_scan_decodes_nothing(scanned, finished):
    library, _ = finished
    report = library.scan(scanned.music)
    assert report.num_decoded == 0
    assert report.num_unchanged == scanned.num_files


def test_moved_and_retagged_files_are_recognised_without_decoding(scanned, finished):
    library, _ = finished
    files = sorted(path for path in scanned.music.rglob("*.ogg"))[:5]
    before = read_tracks(scanned.library)
    (scanned.music / "moved").mkdir()
    for number, path in enumerate(files):
        moved = path.rename(scanned.music / "moved" / f"{number}.ogg")
        tags = mutagen.File(moved)
        tags["title"] = f"Retagged {number}"
        tags.save()
    report = library.scan(scanned.music)
    assert report.num_decoded == 0
    assert report.num_moved == len(files)
    assert report.failed == []
    assert read_tracks(scanned.library) == before


def test_a_track_is_never_similar_to_itself(scanned, finished):
    library, _ = finished
    query = next(scanned.music.rglob("Castle.ogg"))
    matches = library.similar(query, 10)
    assert len(matches) == 10
    assert query not in [match.track.path for match in matches]
