# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mess
from mess.cli.printing import printable
from mess.library import Library, read_m3u8


@pytest.fixture
def music(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number in range(6):
        audio = mess.AudioBuffer(tone(110.0 + 60 * number), 22050)
        tags = {"title": f"Tune {number}", "artist": f"Artist {number % 3}"}
        mess.write_audio(tmp_path / "music" / f"{number}.flac", audio, tags=tags)
    return tmp_path / "music"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Where the commands of a test keep their library."""
    monkeypatch.setenv("MESS_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


@pytest.fixture
def scanned(library, music):
    with Library.open(library) as opened:
        opened.scan(music, encoder="dummy")
    return library


@pytest.fixture
def call_json(call):
    def make(*arguments, expected_code=0):
        code, out, _ = call(*arguments, "--json")
        assert code == expected_code
        return json.loads(out)

    return make


def test_scan_prints_the_report_under_the_names_of_the_python_api(library, music, call_json):
    report = call_json("scan", music, "--encoder", "dummy", "--workers", 2)
    with Library.open(library) as opened:
        again = opened.scan(music, encoder="dummy")
        assert set(report) == set(vars(again))
    assert (report["num_found"], report["num_decoded"], report["num_new"]) == (6, 6, 6)
    assert (report["failed"], report["warnings"], report["encoder_id"]) == ([], [], "dummy/1+mean_std")


def test_scan_says_what_it_did_in_words(library, music, call):
    code, out, err = call("scan", music, "--encoder", "dummy")
    assert (code, err) == (0, "")
    assert out.startswith("6 files: 6 new, 6 decoded\n")
    assert f"The library now holds 6 tracks, 0:12 of audio: {library}" in out
    assert call("scan", music, "--encoder", "dummy")[1].startswith("6 files: 6 unchanged\n")


def test_scan_lists_files_that_cannot_be_read_and_says_so_with_code_3(library, music, call, call_json):
    (music / "bad.mp3").write_text("no music")
    code, out, _ = call("scan", music, "--encoder", "dummy")
    assert code == 3
    assert "Could not be read" in out
    report = call_json("scan", music, "--encoder", "dummy", expected_code=3)
    (failure,) = report["failed"]
    assert failure["path"] == str(music / "bad.mp3")
    assert failure["reason"]


def test_scan_says_how_to_try_bad_files_again(library, music, call):
    (music / "bad.mp3").write_text("no music")
    assert "--retry-failed does" in call("scan", music, "--encoder", "dummy")[1]
    assert "--retry-failed does" not in call("scan", music, "--encoder", "dummy", "--retry-failed")[1]


def test_scan_options_reach_the_library(library, music, call_json, tone_file):
    tone_file("music/short.wav", seconds=0.2)
    assert len(call_json("scan", music, "--encoder", "dummy")["warnings"]) == 1
    report = call_json("scan", music, "--encoder", "dummy", "--min-duration", "0.1", "--pooling", "mean")
    assert (report["warnings"], report["encoder_id"]) == ([], "dummy/1+mean")
    (music / "bad.mp3").write_text("no music")
    call_json("scan", music, "--encoder", "dummy", expected_code=3)
    assert call_json("scan", music, "--encoder", "dummy", expected_code=3)["num_unchanged"] == 8
    assert call_json("scan", music, "--encoder", "dummy", "--retry-failed", expected_code=3)["num_unchanged"] == 7


def test_the_library_option_wins_over_the_environment(library, music, tmp_path, call_json):
    call_json("scan", music, "--encoder", "dummy", "--library", tmp_path / "other")
    assert (tmp_path / "other/catalog.sqlite").exists()
    assert not library.exists()


def test_without_option_and_environment_the_library_is_in_the_data_folder(music, tmp_path, monkeypatch, call_json):
    monkeypatch.delenv("MESS_LIBRARY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    call_json("scan", music, "--encoder", "dummy")
    assert (tmp_path / "data/mess/library/catalog.sqlite").exists()


def test_similar_prints_matches_under_the_names_of_the_python_api(scanned, call_json):
    found = call_json("similar", "Tune 2", "-k", 3)
    assert found["seeds"][0]["track"]["title"] == "Tune 2"
    assert found["encoder_id"] == "dummy/1+mean_std"
    assert [match["rank"] for match in found["matches"]] == [1, 2, 3]
    with Library.open(scanned) as opened:
        matches = opened.similar("Tune 2", k=3)
    assert [match["track"]["id"] for match in found["matches"]] == [match.track.id for match in matches]
    assert [match["score"] for match in found["matches"]] == [match.score for match in matches]
    first, expected = found["matches"][0]["track"], matches[0].track
    assert set(first) == set(vars(expected))
    assert first["analysis"]["loudness"]["integrated_lufs"] == expected.analysis.loudness.integrated_lufs
    assert first["paths"] == [str(expected.path)]


def test_similar_takes_a_file_an_id_or_a_title(scanned, music, tone_file, call_json):
    for query in (music / "2.flac", "3", "#3", "tune 2"):
        assert call_json("similar", query)["seeds"][0]["track"]["title"] == "Tune 2"
    outside = call_json("similar", tone_file("outside.wav", hz=200.0))
    assert (outside["seeds"][0]["track"], len(outside["matches"])) == (None, 6)


def test_similar_prints_a_table_that_fits_80_columns(scanned, call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = call("similar", "Tune 2")
    assert (code, err) == (0, "")
    assert out.startswith("Like Artist 2 - Tune 2:\n")
    assert "Artist 0 - Tune 3" in out
    assert max(map(len, out.splitlines())) <= 80


def test_playlist_writes_the_file_and_prints_its_steps(scanned, tmp_path, call_json, call):
    made = call_json("playlist", "--seed", "Tune 1", "--length", 4, "-o", tmp_path / "list.m3u8")
    assert [entry["track"]["path"] for entry in made["entries"]] == [
        str(entry.path) for entry in read_m3u8(tmp_path / "list.m3u8")
    ]
    assert (made["entries"][0]["track"]["title"], made["entries"][0]["cost"]) == ("Tune 1", 0.0)
    assert "cosine" in made["entries"][1]["reason"]
    assert made["path"] == str(tmp_path / "list.m3u8")
    assert made["duration_seconds"] == pytest.approx(8.0)
    code, out, _ = call("playlist", "--seed", "Tune 1", "--length", 4)
    assert code == 0
    assert "4 tracks, 0:08" in out


def test_long_titles_give_way_and_numbers_do_not(scanned, music, call, monkeypatch):
    tags = {"title": "A very long title " * 5, "artist": "Somebody"}
    audio = mess.decode(music / "1.flac")
    mess.write_audio(music / "long.flac", mess.AudioBuffer(audio.samples[:, 1000:].copy(), 22050), tags=tags)
    with Library.open(scanned) as opened:
        opened.scan(music, encoder="dummy")
    monkeypatch.setenv("COLUMNS", "80")
    for arguments in (["similar", "1"], ["playlist", "--seed", "1"]):
        _, out, _ = call(*arguments)
        (row,) = [line for line in out.splitlines() if "A very long" in line]
        assert len(row) <= 80
        assert row.split()[-1] == "7"
        assert "0:02" in row


def test_playlist_takes_several_seeds_and_minutes_and_relative_paths(scanned, tmp_path, call_json):
    arguments = ["--seed", "Tune 5", "--seed", "1", "--minutes", "0.16", "-o", tmp_path / "list.m3u8", "--relative"]
    made = call_json("playlist", *arguments)
    titles = [entry["track"]["title"] for entry in made["entries"]]
    assert (titles[0], "Tune 0" in titles, len(titles)) == ("Tune 5", True, 5)
    assert "\nmusic/5.flac\n" in (tmp_path / "list.m3u8").read_text()


def test_playlist_with_bad_sizes_is_wrong_usage(scanned, call):
    assert call("playlist", "--seed", "1", "--length", 3, "--minutes", 3)[0] == 2
    assert call("playlist", "--seed", "1", "--minutes", "-1")[0] == 2
    assert call("playlist", "--seed", "1", "--length", "0")[0] == 2
    assert call("playlist", "--seed", "1", "--length", "5001")[0] == 2
    assert call("playlist", "--seed", "1", "--seed", "2", "--length", "1")[0] == 2
    assert call("playlist", "--seed", "1", "--loudness-weight", "inf")[0] == 2
    assert call("playlist")[0] == 2
    assert call("playlist", "--seed", "1", "--minutes", "1e308", "--artist-gap", "9" * 30)[0] == 0


def test_playlist_says_what_its_seeds_stand_for(scanned, tmp_path, call, call_json, tone_file):
    outside = tone_file("outside.wav", hz=300.0)
    queries = ["tune 3", outside]
    made = call_json("playlist", "--seed", queries[0], "--seed", queries[1], "--length", 3)
    assert [seed["query"] for seed in made["seeds"]] == ["tune 3", str(outside)]
    assert [seed["label"] for seed in made["seeds"]] == ["Artist 0 - Tune 3", "outside.wav"]
    assert [seed["track"] and seed["track"]["id"] for seed in made["seeds"]] == [4, None]
    _, out, _ = call("playlist", "--seed", "tune 3", "--length", 3)
    assert out.startswith("Seed tune 3: Artist 0 - Tune 3 (id 4)\n")


def test_similar_says_when_there_is_nothing_else(library, music, call):
    with Library.open(library) as opened:
        opened.scan(music / "0.flac", encoder="dummy")
    assert call("similar", "1")[:2] == (0, "Artist 0 - Tune 0: there is nothing else in the library that fits\n")


def test_embed_writes_one_vector_per_file(music, tmp_path, call_json):
    files = [music / "0.flac", music / "1.flac"]
    result = call_json("embed", *files, "-o", tmp_path / "out.npz", "--encoder", "dummy")
    assert (result["encoder_id"], result["failures"]) == ("dummy/1+mean_std", [])
    with np.load(tmp_path / "out.npz") as arrays:
        assert arrays["paths"].tolist() == [str(path) for path in files]
        assert (arrays["vectors"].shape, arrays["vectors"].dtype) == ((2, 16), np.float32)
        assert str(arrays["encoder_id"]) == "dummy/1+mean_std"
        encoder = mess.Encoder.open("dummy")
        for row, path in zip(arrays["vectors"], files, strict=True):
            np.testing.assert_array_equal(row, mess.pool(encoder.encode_file(path)))


def test_embed_keeps_time_when_asked(music, tmp_path, tone_file, call_json):
    files = [music / "0.flac", tone_file("long.wav", seconds=5.0)]
    call_json("embed", *files, "-o", tmp_path / "out.npz", "--encoder", "dummy", "--frames")
    encoder = mess.Encoder.open("dummy")
    with np.load(tmp_path / "out.npz") as arrays:
        assert str(arrays["encoder_id"]) == "dummy/1"
        for number, path in enumerate(files):
            rows = arrays["frames"][arrays["offsets"][number] : arrays["offsets"][number + 1]]
            expected = encoder.encode_file(path)
            np.testing.assert_array_equal(rows, expected.array)
            assert arrays["hop_seconds"] == expected.hop_seconds
            assert arrays["window_seconds"] == expected.window_seconds
        assert arrays["offsets"][-1] == len(arrays["frames"])


def test_embed_goes_on_past_a_bad_file_and_fails_without_a_good_one(music, tmp_path, call):
    (tmp_path / "bad.mp3").write_text("no music")
    out = tmp_path / "out.npz"
    code, _, err = call("embed", tmp_path / "bad.mp3", music / "0.flac", "-o", out, "--encoder", "dummy")
    assert (code, err.count("mess: "), err.count("\n")) == (3, 1, 1)
    assert np.load(out)["paths"].tolist() == [str(music / "0.flac")]
    code, _, err = call("embed", tmp_path / "bad.mp3", "-o", tmp_path / "none.npz", "--encoder", "dummy")
    assert (code, "bad.mp3" in err, (tmp_path / "none.npz").exists()) == (1, True, False)


def test_embed_says_what_is_wrong_with_a_file_that_was_read(tmp_path, tone_file, call, call_json):
    mess.write_audio(tmp_path / "silent.wav", mess.AudioBuffer(np.zeros(44100, np.float32), 22050))
    whole = tone_file("cut.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    arguments = ["embed", tmp_path / "silent.wav", tmp_path / "cut.wav", "-o", tmp_path / "out.npz"]
    code, _, err = call(*arguments, "--encoder", "dummy")
    assert (code, err.count("\n")) == (0, 2)
    assert "silent.wav: silent: " in err
    assert "truncated" in err
    printed = call_json(*arguments, "--encoder", "dummy")
    assert [warning["path"] for warning in printed["warnings"]] == [str(path) for path in arguments[1:3]]


def test_embed_prints_a_document_even_when_no_file_could_be_read(tmp_path, call_json):
    (tmp_path / "bad.mp3").write_text("no music")
    printed = call_json("embed", tmp_path / "bad.mp3", "-o", tmp_path / "out.npz", expected_code=1)
    assert (printed["output"], len(printed["failures"])) == (None, 1)


def test_embed_follows_the_umask(tmp_path, tone_file, call):
    previous = os.umask(0o077)
    try:
        assert call("embed", tone_file(), "-o", tmp_path / "out.npz", "--encoder", "dummy")[0] == 0
    finally:
        os.umask(previous)
    assert (tmp_path / "out.npz").stat().st_mode & 0o777 == 0o600


def test_the_help_of_embed_says_how_offsets_are_read(call):
    out = " ".join(call("embed", "--help")[1].split())
    assert "the rows of a file begin at its offset and end at the next one" in out


def test_analyze_prints_what_the_python_api_measures(music, call_json, call):
    printed = call_json("analyze", music / "0.flac", music / "1.flac")
    for result, name in zip(printed["results"], ("0.flac", "1.flac"), strict=True):
        expected = mess.analyze(mess.decode(music / name))
        assert result["path"] == str(music / name)
        assert result["loudness"]["integrated_lufs"] == pytest.approx(expected.loudness.integrated_lufs)
        assert result["loudness"]["peak_dbfs"] == pytest.approx(expected.loudness.peak_dbfs)
        assert result["sounding"]["end_seconds"] == pytest.approx(expected.sounding.end_seconds)
        assert (result["is_silent"], result["warnings"]) == (False, [])
    code, out, _ = call("analyze", music / "0.flac")
    assert code == 0
    assert "0.flac" in out


def test_analyze_says_null_where_there_is_no_level(tmp_path, call_json, call):
    mess.write_audio(tmp_path / "silent.wav", mess.AudioBuffer(np.zeros(22050, np.float32), 22050))
    (result,) = call_json("analyze", tmp_path / "silent.wav")["results"]
    names = ("integrated_lufs", "range_lu", "peak_dbfs", "true_peak_dbtp")
    assert result["loudness"] == dict.fromkeys(names)
    assert (result["tempo"]["bpm"], result["key"]["name"]) == (None, None)
    assert result["is_silent"] is True
    assert "silent" in call("analyze", tmp_path / "silent.wav")[1]


def test_analyze_goes_on_past_a_bad_file(tmp_path, music, call_json):
    (tmp_path / "bad.mp3").write_text("no music")
    printed = call_json("analyze", tmp_path / "bad.mp3", music / "0.flac", expected_code=3)
    assert (len(printed["results"]), len(printed["failures"])) == (1, 1)
    assert call_json("analyze", tmp_path / "bad.mp3", expected_code=1)["results"] == []


def test_samples_passes_its_options_on(tmp_path, monkeypatch, call_json):
    import mess.samples

    calls = []

    def write_samples(directory, **options):
        options.pop("progress")(1, 4, "first.wav")
        calls.append((directory, options))
        return Path(directory) / "truth.json"

    monkeypatch.setattr(mess.samples, "write_samples", write_samples)
    printed = call_json("samples", tmp_path / "samples", "--pieces", 4, "--seed", 7)
    assert calls == [(tmp_path / "samples", {"num_pieces": 4, "seed": 7, "form": "themes"})]
    assert printed["truth"] == str(tmp_path / "samples/truth.json")


def test_blanks_and_joiners_of_all_scripts_are_printed_and_controls_of_direction_are_not():
    for text in ("全角\u3000スペース", "Sigur\u00a0Rós", "👩\u200d🚀", "می\u200cخواهم", "مرحبا"):
        assert printable(text) == text
    assert printable("a\u202eb\u2066c\u200bd\x1b") == r"a\u202eb\u2066c\u200bd\x1b"


@pytest.mark.parametrize("name", ["latin \udce9.flac", "new\nline.flac", "\x1b[31mred.flac"])
def test_odd_file_names_are_printed_without_harm(library, music, name):
    (music / "0.flac").rename(music / name)
    # In a process of its own: a terminal's encoding and a process's arguments are part of it.
    command = [sys.executable, "-m", "mess"]
    environment = {**os.environ, "MESS_LIBRARY": str(library), "LC_ALL": "C.UTF-8"}

    def call(*arguments):
        return subprocess.run([*command, *arguments], env=environment, capture_output=True, check=True).stdout

    call("scan", music, "--encoder", "dummy")
    assert json.loads(call("similar", "2", "--json"))["matches"]
    assert json.loads(call("similar", music / name, "--json"))["seeds"][0]["track"]["path"] == str(music / name)
    table = call("analyze", music / name)
    assert b"\x1b[31mred" not in table
    assert len(table.splitlines()) == 3


def test_similar_explains_its_scores(library, music, call, call_json):
    call("scan", music)
    code, out, _ = call("similar", "tune 0", "-k", "2", "--explain")
    assert code == 0
    assert all(name in out.splitlines()[1] for name in ("Timbre", "Rhythm", "Harmony", "Dynamics"))
    match = call_json("similar", "tune 0", "-k", "1", "--explain")["matches"][0]
    assert sum(part["part"] for part in match["parts"]) == pytest.approx(match["cosine"], abs=1e-4)
