# SPDX-License-Identifier: MIT
from __future__ import annotations

import shutil
import subprocess
import sys
import wave

import numpy as np
import pytest


@pytest.fixture(scope="module")
def songs(tone, tmp_path_factory):
    """The tone, a copy of it and noise: which one is nearest is not a matter of taste."""
    folder = tmp_path_factory.mktemp("songs")
    shutil.copy(tone, folder / "copy.wav")
    noise = np.random.default_rng(1).normal(0, 3000, 4 * 22050).astype("<i2")
    with wave.open(str(folder / "noise.wav"), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", "NONE"))
        file.writeframes(noise.tobytes())
    return [tone, folder / "noise.wav", folder / "copy.wav"]


def test_cpp_decode_prints_what_the_file_holds(build, run, tone):
    printed = run(build / "bin/example_decode", tone)
    assert "wav, pcm_s16le" in printed
    assert "4.000 s, 22050 Hz, 2 channels" in printed
    assert "LUFS" in printed


def test_cpp_embed_prints_one_vector(build, run, tone):
    frames, vector = run(build / "bin/example_embed", tone).splitlines()
    dim = int(frames.split()[3])
    assert vector.startswith("acoustic/2+track:")
    assert dim > 0
    values = np.array(vector.split()[1:], dtype=float)
    assert values.shape == (1074,)
    assert np.linalg.norm(values) == pytest.approx(1.0, abs=0.01)


def test_cpp_search_puts_the_copy_first(build, run, songs):
    best, worst = run(build / "bin/example_search", *songs).splitlines()
    assert best.endswith("copy.wav")
    assert best.startswith("1.0000")
    assert worst.endswith("noise.wav")


@pytest.mark.parametrize("name", ["decode", "embed", "search"])
def test_cpp_examples_explain_a_missing_file(build, name, tmp_path):
    command = [build / f"bin/example_{name}", tmp_path / "missing.mp3"]
    if name == "search":
        command.append(tmp_path / "other.mp3")
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert "missing.mp3" in result.stderr


def test_python_embed_prints_a_matrix_of_cosines(root, run, songs):
    rows = [line.split() for line in run(sys.executable, root / "examples/python/embed.py", *songs).splitlines()]
    cosines = np.array([row[:3] for row in rows], dtype=float)
    assert np.allclose(cosines, cosines.T)
    assert np.allclose(np.diag(cosines), 1.0, atol=1e-3)
    assert cosines[0, 2] > cosines[0, 1]


def test_python_search_puts_the_copy_first(root, run, songs):
    best = run(sys.executable, root / "examples/python/search.py", *songs).splitlines()[0]
    assert best.endswith("copy.wav")


def test_python_stream_prints_every_piece(root, run, tone):
    lines = run(sys.executable, root / "examples/python/stream.py", tone).splitlines()
    assert len(lines) == 1
    assert "RMS" in lines[0]
