# SPDX-License-Identifier: MIT
"""Errors are one line on stderr, and the exit code says what kind they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mess
from mess.cli.app import app, run
from mess.library import Library

LIBRARY_COMMANDS = ["info", "errors", "duplicates", "forget", "export", "import"]
COMMANDS = ["scan", "similar", "tracks", "search", "playlist", "embed", "analyze", "samples", "evaluate", "doctor"]


def call(capsys, *arguments):
    code = run([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["similar", "x", "--library", "{tmp}/none"], 1, "expected a library, found none"),
        (["playlist", "--seed", "x", "--library", "{tmp}/none"], 1, "expected a library, found none"),
        (["search", "x", "--library", "{tmp}/none"], 1, "expected a library, found none"),
        (["search", "x", "-k", "0"], 2, "-k"),
        (["models", "path", "no-such"], 1, "no-such: expected one of mert-v1-95m"),
        (["models", "pull"], 2, "NAME"),
        (["scan", "{tmp}/nowhere", "--library", "{tmp}/library"], 1, "expected a folder or a file, found none"),
        (["scan", "{tmp}", "--library", "{tmp}/library", "--encoder", "nothing"], 1, "nothing"),
        (["scan", "{tmp}", "--library", "{tmp}/library", "--pooling", "nope"], 2, "nope"),
        (["scan", "{tmp}", "--library", "{tmp}/library", "--min-duration", "nan"], 2, "min-duration"),
        (["similar", "~nobody-is-called-so/x", "--library", "{tmp}/none"], 1, "expected a library, found none"),
        (["embed", "{tmp}/a.mp3", "-o", "{tmp}/x.npz", "--pooling", "nope"], 2, "nope"),
        (["samples", "{tmp}/file"], 1, "expected a folder or a new name"),
        (["analyze", "{tmp}/nowhere.mp3"], 1, "nowhere.mp3"),
        (["embed", "{tmp}/nowhere.mp3", "-o", "{tmp}/x.npz", "--encoder", "nothing"], 1, "nothing"),
        (["evaluate", "{tmp}/nowhere"], 1, "expected a folder or a file, found none"),
        (["scan"], 2, "DIR"),
        (["scan", "{tmp}", "--workers", "0"], 2, "workers"),
        (["similar", "x", "-k", "none"], 2, "-k"),
        (["embed", "{tmp}/a.mp3"], 2, "output"),
        (["no-such-command"], 2, "no-such-command"),
        (["scan", "--no-such-option"], 2, "no-such-option"),
    ],
)
def test_an_error_is_one_line_on_stderr(tmp_path, capsys, arguments, code, message):
    (tmp_path / "library").mkdir()
    (tmp_path / "file").write_text("a file")
    found, out, err = call(capsys, *(argument.format(tmp=tmp_path) for argument in arguments))
    assert (found, out) == (code, "")
    assert err.startswith("mess: ")
    assert err.count("\n") == 1
    assert message in err
    assert "Traceback" not in err


def test_an_output_that_cannot_be_written_is_an_error(tmp_path, tone_file, capsys):
    target = tmp_path / "no folder" / "out.npz"
    code, _, err = call(capsys, "embed", tone_file(), "-o", target, "--encoder", "dummy")
    assert (code, "expected a file that can be written" in err) == (1, True)
    with Library.open(tmp_path / "library") as library:
        library.scan(tone_file(), encoder="dummy")
    target = tmp_path / "no folder" / "list.m3u8"
    code, _, err = call(capsys, "playlist", "--seed", "1", "-o", target, "--library", tmp_path / "library")
    assert (code, "expected a file that can be written" in err) == (1, True)


def test_json_is_all_that_stdout_holds_even_when_files_fail(tmp_path, capsys):
    (tmp_path / "music").mkdir()
    (tmp_path / "music/bad.mp3").write_text("no music")
    code, out, err = call(
        capsys, "scan", tmp_path / "music", "--json", "--library", tmp_path / "l", "--encoder", "dummy"
    )
    assert (code, out[0], out[-2], err) == (3, "{", "}", "")


@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        *(f"models {name}" for name in ("list", "pull", "path", "convert")),
        *(f"library {name}" for name in LIBRARY_COMMANDS),
    ],
)
def test_help_ends_with_examples_and_exit_codes(capsys, command):
    code, out, _ = call(capsys, *command.split(), "--help")
    assert code == 0
    examples = out[out.index("Examples:") :]
    assert f"mess {command} " in examples or f"mess {command}\n" in examples
    assert "Exit codes: 0 fine" in examples
    assert max(map(len, out.splitlines())) <= 80


def test_every_command_is_tested_above():
    assert sorted(command.callback.__name__ for command in app.registered_commands) == sorted(COMMANDS)


def test_without_a_command_the_help_is_shown(capsys):
    code, out, _ = call(capsys)
    assert code == 0
    assert "Usage: mess" in out
    assert all(command in out for command in COMMANDS)


def test_version_and_cmake_dir_are_printed(capsys):
    assert call(capsys, "--version") == (0, f"mess {mess.version()}\n", "")
    assert call(capsys, "--cmake-dir") == (0, f"{mess.cmake_dir()}\n", "")


def test_python_m_mess_is_the_same_program():
    printed = subprocess.run([sys.executable, "-m", "mess", "--cmake-dir"], capture_output=True, text=True, check=True)
    assert printed.stdout == f"{mess.cmake_dir()}\n"


def test_help_loads_neither_the_library_nor_the_models():
    code = "import sys; from mess.cli.app import run; run(['scan', '--help']); print(*sys.modules, file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.split()
    assert "mess.cli.scan" in loaded
    assert not {"sqlalchemy", "alembic", "torch", "mess.library", "mess.samples"} & set(loaded)


def test_a_reader_that_has_seen_enough_is_no_error(tone_file):
    command = [sys.executable, "-m", "mess", "analyze", *[tone_file()] * 3, "--json"]
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(command, stdout=write, stderr=subprocess.PIPE, text=True) as process:
        os.close(write)
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_ctrl_c_ends_with_code_130_and_no_traceback(tmp_path, tone_file):
    for number in range(40):
        tone_file(f"music/{number:02}.wav", hz=100.0 + 20 * number, seconds=20)
    code = """
import os, signal, sys
import mess
from mess.cli.app import run
real_extract = mess.extract
def extract(path, **options):
    if path.name == "20.wav":
        os.kill(os.getpid(), signal.SIGINT)
    return real_extract(path, **options)
mess.extract = extract
sys.exit(run(sys.argv[1:]))
"""
    arguments = ["scan", tmp_path / "music", "--library", tmp_path / "library", "--encoder", "dummy"]
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (128 + signal.SIGINT, "")
    assert result.stderr == "mess: interrupted; what was done is kept\n"
    with Library.open(tmp_path / "library") as library:
        assert 0 < library.stats().num_tracks < 40


def test_a_mistyped_folder_makes_no_library(tmp_path, capsys):
    assert call(capsys, "scan", tmp_path / "nowhere", "--library", tmp_path / "library")[0] == 1
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(tone_file, closed):
    command = f"'{sys.executable}' -m mess analyze '{tone_file()}' --json {closed}"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("{") == (closed in ("2>&-", "<&-"))


def test_an_interruption_claims_to_keep_only_what_is_kept(tone_file, tmp_path, monkeypatch, capsys):
    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(mess, "extract", interrupt)
    arguments = ["embed", tone_file(), "-o", tmp_path / "x.npz", "--encoder", "dummy"]
    assert call(capsys, *arguments) == (130, "", "mess: interrupted\n")


def test_a_result_replaces_only_a_file_of_its_kind(tone_file, tmp_path, capsys):
    song = tone_file("song.wav")
    before = song.read_bytes()
    code, _, err = call(capsys, "embed", song, "-o", song, "--encoder", "dummy")
    assert (code, "found another file; it is left as it is" in err) == (1, True)
    assert song.read_bytes() == before
    assert call(capsys, "embed", song, "-o", "/dev/null", "--encoder", "dummy")[0] == 0
    assert Path("/dev/null").is_char_device()


def test_a_long_run_without_a_terminal_says_how_far_it_is(monkeypatch, capsys):
    from mess.cli import progress

    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 0.0)
    with progress.progress_bar("scan") as advance:
        advance(3, 10, "x.mp3")
    assert capsys.readouterr().err == "mess: scan: 3 of 10\n"
