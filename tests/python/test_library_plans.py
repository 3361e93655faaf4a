# SPDX-License-Identifier: MIT
"""What a scan leaves out, what it would do, and what it does again when the analysis has changed."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

import mess
from mess.library import Library
from mess.library.walk import walk_audio


@pytest.fixture
def music(tmp_path, tone_file):
    for number, name in enumerate(("a.wav", "live/b.wav", "live/best/c.wav", "old/d.wav", "old/e.flac")):
        tone_file(f"music/{name}", hz=110.0 + 70 * number)
    return tmp_path / "music"


@contextmanager
def forbidden_opening():
    def refuse(*_arguments, **_options):
        raise AssertionError("opened")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("read_audio_info", "audio_content_hash", "extract", "analyze_file"):
            patch.setattr(mess, name, refuse)
        yield


def walked(music, **texts):
    for folder, text in texts.items():
        place = music if folder == "top" else music / folder
        (place / ".messignore").write_text(text)
    walk = walk_audio([music], excluded=music / "nowhere")
    return [str(file.path.relative_to(music)) for file in walk.files], walk.unreadable


def test_ignore_files_are_read_as_git_reads_them(music):
    assert walked(music, top="# what I never play\nlive/\n*.flac\n")[0] == ["a.wav", "old/d.wav"]
    assert walked(music, top="live/*\n!live/best\n")[0] == ["a.wav", "live/best/c.wav", "old/d.wav", "old/e.flac"]
    assert walked(music, top="/b.wav\n/old/**/*.wav\n")[0] == ["a.wav", "live/b.wav", "live/best/c.wav", "old/e.flac"]


def test_an_inner_ignore_file_has_the_last_word(music):
    found, _ = walked(music, top="*.wav\n", live="!b.wav\n")
    assert found == ["live/b.wav", "old/e.flac"]


def test_an_ignore_file_that_makes_no_sense_closes_its_folder_and_is_listed(music):
    found, unreadable = walked(music, old="\\\n")
    assert found == ["a.wav", "live/b.wav", "live/best/c.wav"]
    assert ".messignore: Invalid git pattern" in unreadable[music / "old"]
    (music / "old/.messignore").write_bytes(b"\xff\xfe")
    assert music / "old" in walked(music)[1]


def test_what_is_ignored_later_is_missing_and_comes_back_without_being_decoded(music, tmp_path):
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy")
        (music / ".messignore").write_text("live\n")
        assert library.scan(music, encoder="dummy").num_missing == 2
        assert len(library.tracks()) == 3
        (music / ".messignore").unlink()
        report = library.scan(music, encoder="dummy")
        assert (report.num_returned, report.num_decoded) == (2, 0)


def test_a_plan_says_what_the_scan_then_does(music, tmp_path, tone_file):
    with Library.open(tmp_path / "library") as library:
        with forbidden_opening():
            plan = library.plan_scan(music, encoder="dummy")
        assert (plan.num_found, plan.num_unchanged, len(plan.to_open), plan.missing) == (5, 0, 5, [])
        assert library.tracks() == []
        library.scan(music, encoder="dummy")
        (music / "a.wav").unlink()
        tone_file("music/new.wav", hz=600.0)
        with forbidden_opening():
            plan = library.plan_scan(music, encoder="dummy")
        assert (plan.to_open, plan.missing, plan.num_unchanged) == ([music / "new.wav"], [music / "a.wav"], 4)
        assert len(library.tracks()) == 5
        report = library.scan(music, encoder="dummy")
        assert (report.num_decoded, report.num_missing, report.num_unchanged) == (1, 1, 4)
        assert library.plan_scan(music, encoder="acoustic").num_unchanged == 0
        with pytest.raises(mess.InvalidArgument, match="folders: expected at least one"):
            library.plan_scan()


def test_the_command_plans_without_making_a_library(music, tmp_path, call):
    library = tmp_path / "library"
    code, out, _ = call("scan", music, "--dry-run", "--encoder", "dummy", "--library", library, "--json")
    assert (code, json.loads(out)["num_found"], library.exists()) == (0, 5, False)
    call("scan", music, "--encoder", "dummy", "--library", library)
    (music / "a.wav").unlink()
    code, out, _ = call("scan", music, "--dry-run", "--encoder", "dummy", "--library", library)
    assert f"missing: {music / 'a.wav'}" in out.replace("\n", " ")
    assert "4 files: 0 to open, 4 unchanged, 1 missing" in out


def test_a_newer_analysis_is_made_without_embedding_again(music, tmp_path, monkeypatch):
    with Library.open(tmp_path / "library") as library:
        library.scan(music, encoder="dummy")
        vectors = [library.resolve(track.id).vector for track in library.tracks()]
        with library._database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE tracks SET tempo_bpm = 1, analysis = json_set(analysis, '$.mood', 'odd')"
            )
        assert {track.analysis.mood for track in library.tracks()} == {"odd"}
        newer = mess.analysis_version() + 1
        monkeypatch.setattr(mess, "analysis_version", lambda: newer)
        monkeypatch.setattr(mess, "extract", lambda *_a, **_k: pytest.fail("embedded"))
        assert len(library.plan_scan(music, encoder="dummy").to_open) == 5
        report = library.scan(music, encoder="dummy")
        assert (report.num_decoded, report.num_new, report.num_duplicates, report.failed) == (5, 0, 0, [])
        assert "odd" not in {track.analysis.mood for track in library.tracks()}
        assert all((library.resolve(t.id).vector == v).all() for t, v in zip(library.tracks(), vectors, strict=True))
        assert library.scan(music, encoder="dummy").num_unchanged == 5
