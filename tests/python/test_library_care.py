# SPDX-License-Identifier: MIT
"""Backup and restore, forgetting, duplicates, and the commands for them."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest
from made_library import make_library, make_rows, make_vectors

import mess
from mess.library import Library, LibraryDamagedError, LibraryError

NUM_TRACKS = 60


@pytest.fixture
def made(tmp_path):
    with make_library(tmp_path / "made", make_rows(NUM_TRACKS), make_vectors(NUM_TRACKS)) as library:
        yield library


@pytest.fixture
def music(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number in range(4):
        audio = mess.AudioBuffer(tone(110.0 + 90 * number, 3.0), 22050)
        mess.write_audio(tmp_path / f"music/{number}.flac", audio, tags={"title": f"Tune {number}"})
    return tmp_path / "music"


def test_a_restored_library_is_what_was_backed_up(made, tmp_path):
    made.backup(tmp_path / "all.mess")
    with Library.open(tmp_path / "other") as other:
        other.restore(tmp_path / "all.mess")
        assert other.tracks() == made.tracks()
        assert [m.track.id for m in other.similar(5)] == [m.track.id for m in made.similar(5)]
        other.verify()
    assert not list((tmp_path / "other").glob("catalog.restore*"))
    assert not list(tmp_path.glob(".*"))


def test_restoring_replaces_tracks_only_when_told_so(made, tmp_path, music):
    with Library.open(tmp_path / "other") as other:
        other.scan(music, encoder="dummy")
        other.backup(tmp_path / "four.mess")
    with pytest.raises(LibraryError, match=f"expected an empty library to restore into, found {NUM_TRACKS} tracks"):
        made.restore(tmp_path / "four.mess")
    assert made.stats().num_tracks == NUM_TRACKS
    made.similar(1)
    made.restore(tmp_path / "four.mess", replace=True)
    assert [track.title for track in made.tracks()] == ["Tune 0", "Tune 1", "Tune 2", "Tune 3"]
    assert len(made.similar("Tune 1")) == 3
    report = made.scan(music, encoder="dummy")
    assert (report.num_unchanged, report.num_decoded) == (4, 0)


def test_a_backup_that_is_none_changes_nothing(made, tmp_path):
    made.backup(tmp_path / "all.mess")
    content = bytearray((tmp_path / "all.mess").read_bytes())
    half = len(content) // 2
    content[half : half + 8192] = random.Random(1).randbytes(8192)
    (tmp_path / "damaged.mess").write_bytes(content)
    (tmp_path / "text.mess").write_text("no database")
    (tmp_path / "empty.mess").write_bytes(b"")
    with sqlite3.connect(tmp_path / "foreign.mess") as connection:
        connection.execute("CREATE TABLE plants (name)")
    with sqlite3.connect(tmp_path / "tableless.mess") as connection:
        connection.execute("PRAGMA user_version = 0")
        connection.execute("CREATE TABLE plants (name)")
        connection.execute("DROP TABLE plants")
    before = made.tracks()
    kinds = {
        "damaged": LibraryDamagedError,
        "text": LibraryDamagedError,
        "empty": LibraryError,
        "foreign": LibraryError,
        "tableless": LibraryError,
    }
    for name, error in kinds.items():
        with pytest.raises(error, match=f"{name}.mess: expected"):
            made.restore(tmp_path / f"{name}.mess", replace=True)
    with pytest.raises(LibraryError, match="expected a backup, found no file"):
        made.restore(tmp_path / "nowhere.mess", replace=True)
    assert made.tracks() == before


RESTORE = """
import sys
from mess.library import Library
with Library.open(sys.argv[1]) as library:
    print("ready", flush=True)
    while True:
        for backup in sys.argv[2:]:
            library.restore(backup, replace=True)
            print("done", flush=True)
"""


def test_a_killed_restore_leaves_the_old_library_or_the_new_one(tmp_path):
    for name, count in (("a", 30), ("b", 50)):
        with make_library(tmp_path / name, make_rows(count), make_vectors(count)) as library:
            library.backup(tmp_path / f"{name}.mess")
    folder = tmp_path / "a"
    seen = set()
    for round_number in range(15):
        command = [sys.executable, "-c", RESTORE, folder, tmp_path / "b.mess", tmp_path / "a.mess"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.003 * round_number)
            process.send_signal(signal.SIGKILL)
        with Library.open(folder) as library:
            library.verify()
            seen.add(len(library.tracks()))
            assert len(library.similar(3, k=100)) == len(library.tracks()) - 1
    assert seen <= {30, 50}


def test_what_is_missing_can_be_forgotten_for_good(music, tmp_path):
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy")
        (music / "3.flac").unlink()
        (music / "1.flac").unlink()
        library.scan(music, encoder="dummy")
        assert library.forget_missing() == 2
        assert library.forget_missing() == 0
        assert library.stats().num_missing == 0
        assert [track.id for track in library.tracks(include_missing=True)] == [1, 3]
        assert sorted(match.track.id for match in library.similar(1)) == [3]
        library.verify()
        # The id of a track that was forgotten means nothing else later.
        shutil.copy(music / "0.flac", music / "5.flac")
        mess.write_audio(music / "9.flac", mess.AudioBuffer(np.sin(np.arange(40000) / 9).astype(np.float32), 22050))
        library.scan(music, encoder="dummy")
        assert [track.id for track in library.tracks()][:2] == [1, 3]
        assert all(track.id > 4 for track in library.tracks()[2:])


def test_duplicates_are_proposed_with_their_evidence_and_nothing_is_merged(music, tmp_path, tone):
    shutil.copy(music / "0.flac", music / "copy of 0.flac")
    samples = tone(110.0 + 90, 3.0)
    mess.write_audio(music / "again.wav", mess.AudioBuffer(0.5 * samples, 22050), tags={"title": "Tune 1"})
    mess.write_audio(music / "longer.wav", mess.AudioBuffer(tone(110.0 + 90, 9.0), 22050))
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="acoustic")
        found = library.duplicates()
        assert found[0].is_same_audio
        assert [path.name for path in found[0].first.paths] == ["0.flac", "copy of 0.flac"]
        (pair,) = [one for one in found[1:] if {one.first.path.name, one.second.path.name} == {"1.flac", "again.wav"}]
        assert (pair.is_same_audio, pair.is_same_name) == (False, True)
        assert pair.cosine > 0.98
        assert abs(pair.duration_difference_seconds) < 0.1
        assert not any("longer.wav" in (one.first.path.name, one.second.path.name) for one in found)
        assert len(library.tracks()) == 6
        with pytest.raises(mess.InvalidArgument, match="min_cosine: expected -1 to 1"):
            library.duplicates(min_cosine=2.0)


@pytest.fixture
def call_json(call):
    def make(*arguments):
        code, out, _ = call(*arguments, "--json")
        assert code == 0
        return json.loads(out)

    return make


def test_the_commands_do_what_the_methods_do(music, tmp_path, monkeypatch, call, call_json):
    monkeypatch.setenv("MESS_LIBRARY", str(tmp_path / "library"))
    (music / "bad.mp3").write_text("no music")
    call("scan", music, "--encoder", "dummy")
    info = call_json("library", "info")
    assert (info["num_tracks"], info["num_failed"], info["num_vectors"]) == (4, 1, {"dummy/1+mean_std": 4})
    assert [finding["path"] for finding in call_json("library", "errors")["failed"]] == [str(music / "bad.mp3")]
    assert "bad.mp3" in call("library", "errors")[1]
    assert call_json("tracks", 'title:="tune 2"')["tracks"][0]["title"] == "Tune 2"
    assert call("tracks", "tune", "--paths")[1].splitlines() == [str(music / f"{n}.flac") for n in range(4)]
    assert call("tracks", "colour:red")[0] == 2
    assert call_json("library", "export", tmp_path / "all.mess")["num_tracks"] == 4
    other = ("--library", tmp_path / "other")
    assert call_json("library", "import", tmp_path / "all.mess", *other)["num_tracks"] == 4
    code, _, err = call("library", "import", tmp_path / "all.mess", *other)
    assert (code, "expected an empty library" in err) == (1, True)
    assert call_json("library", "import", tmp_path / "all.mess", "--replace", *other)["num_tracks"] == 4
    (music / "0.flac").unlink()
    call("scan", music, "--encoder", "dummy")
    assert call_json("library", "forget") == {"num_forgotten": 1}
    assert call_json("library", "duplicates", "--min-cosine", 0.5)["duplicates"]


def test_similar_takes_weights_filters_and_exclusions(music, tmp_path, monkeypatch, call, call_json):
    monkeypatch.setenv("MESS_LIBRARY", str(tmp_path / "library"))
    call("scan", music, "--encoder", "dummy")
    found = call_json("similar", "tune 0^2", "tune 1", "--unlike", "tune 2")
    assert [(seed["query"], seed["weight"]) for seed in found["seeds"]] == [
        ("tune 0", 2),
        ("tune 1", 1),
        ("tune 2", -1),
    ]
    assert [match["track"]["title"] for match in found["matches"]] == ["Tune 3"]
    assert call_json("similar", "tune 0", "--where", "title:2")["matches"][0]["track"]["title"] == "Tune 2"
    left = call_json("similar", "tune 0", "--exclude", "id:2", "--exclude", "id:3")["matches"]
    assert [match["track"]["id"] for match in left] == [4]
    assert "Like Tune 0 and Tune 1, unlike Tune 2" in call("similar", "1", "2", "--unlike", "3")[1]


def test_frames_are_made_anew_after_a_restore(music, tmp_path):
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy", frames=True)
        library.backup(tmp_path / "all.mess")
        library.restore(tmp_path / "all.mess", replace=True)
        # The store that is there may hold other tracks under the ids of the backup.
        with pytest.raises(LibraryError, match="expected stored frames"):
            library.frames(1)
        assert library.scan(music, encoder="dummy").num_decoded == 4
        assert library.frames(1).array.size > 0


def test_a_reader_sees_what_others_write_meanwhile(music, tmp_path, tone_file):
    with Library.open(tmp_path / "library") as writer:
        writer.scan(music, encoder="dummy")
        with Library.open(tmp_path / "library", read_only=True) as reader:
            assert len(reader.tracks()) == 4
            tone_file("music/more.wav", hz=700.0)
            writer.scan(music, encoder="dummy")
            assert len(reader.tracks()) == 5
            reader.verify()
