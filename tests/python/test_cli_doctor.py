# SPDX-License-Identifier: MIT
from __future__ import annotations

import json

import pytest

import mess
from mess.cli.app import run
from mess.library import Library


@pytest.fixture
def diagnose(capsys, tmp_path):
    """Runs the doctor; returns exit code and checks by name."""

    def make(*arguments):
        code = run(["doctor", "--json", "--library", str(tmp_path / "library"), *arguments])
        printed = json.loads(capsys.readouterr().out)
        assert printed["can_work"] == (code == 0)
        return code, {check["name"]: check for check in printed["checks"]}

    return make


def test_on_a_sound_machine_the_core_works(diagnose):
    code, checks = diagnose()
    assert code == 0
    for name in ("versions", "stages", "decoding", "decoding FLAC", "embedding", "searching", "library folder"):
        assert checks[name]["status"] == "ok", checks[name]
    assert mess.version() in checks["versions"]["found"]
    assert mess.simd_level() in checks["stages"]["found"]


def test_everything_that_is_missing_comes_with_a_remedy(diagnose, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(mess, "load_neural", lambda: False)
    code, checks = diagnose()
    assert code == 0
    assert (checks["synthesizer"]["status"], checks["neural encoders"]["status"]) == ("missing", "missing")
    assert "apt-get install fluidsynth" in checks["synthesizer"]["remedy"]
    assert "pip install" in checks["neural encoders"]["remedy"]
    assert all(check["remedy"] for check in checks.values() if check["status"] != "ok")


def test_the_neural_encoders_are_ok_where_they_load(diagnose, neural):
    assert diagnose()[1]["neural encoders"]["status"] == "ok"


def test_search_by_words_names_what_it_lacks(diagnose, monkeypatch, tmp_path):
    monkeypatch.setattr("mess.library.search._is_here", lambda _name: False)
    check = diagnose()[1]["search by words"]
    assert (check["status"], check["remedy"]) == ("missing", "optional; mess models pull all-minilm-l6-v2")
    monkeypatch.setattr("mess.library.search._is_here", lambda name: name == "all-mpnet-base-v2")
    assert diagnose()[1]["search by words"]["found"] == "with all-mpnet-base-v2"


def test_a_decoder_that_fails_is_broken(diagnose, monkeypatch):
    def fail(_source):
        raise mess.DecodeError("[decode] <bytes>: expected a decoder, found none")

    monkeypatch.setattr(mess, "decode", fail)
    code, checks = diagnose()
    assert (code, checks["decoding"]["status"]) == (1, "broken")
    assert checks["decoding"]["remedy"]


def test_a_library_folder_that_cannot_be_written_is_broken(diagnose, tmp_path, monkeypatch):
    def fail(**_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", fail)
    code, checks = diagnose()
    assert (code, checks["library folder"]["status"]) == (1, "broken")
    assert "MESS_LIBRARY" in checks["library folder"]["remedy"]


def test_a_library_is_read_and_counted(diagnose, tmp_path, tone_file):
    with Library.open(tmp_path / "library") as library:
        library.scan(tone_file(), encoder="dummy")
    assert diagnose()[1]["catalogue"]["found"].startswith("1 tracks")


def test_a_damaged_catalogue_is_broken(diagnose, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library/catalog.sqlite").write_bytes(b"no database" * 1000)
    code, checks = diagnose()
    assert (code, checks["catalogue"]["status"]) == (1, "broken")
    assert "backup" in checks["catalogue"]["remedy"]


def test_the_table_fits_80_columns_and_ends_with_the_verdict(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["doctor", "--library", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Scanning and searching work."
    table = lines[: next(i for i, line in enumerate(lines) if line.startswith("ok        disk"))]
    assert max(map(len, table)) <= 80


def test_a_file_where_the_library_should_be_is_broken(diagnose, tmp_path):
    (tmp_path / "library").write_text("no folder")
    code, checks = diagnose()
    assert (code, checks["library folder"]["status"]) == (1, "broken")
    assert "is no folder" in checks["library folder"]["found"]
