# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
import subprocess
import sys
import venv
import wave
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_command(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; a failure shows all of it."""
    result = subprocess.run(command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == 0, f"{command} ended with {result.returncode}:\n{result.stdout}"
    return result.stdout


@pytest.fixture(scope="session")
def run():
    return run_command


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def build() -> Path:
    """The tree that the installed package and the C++ tests were built in."""
    folder = Path(os.environ.get("MESS_BUILD_DIR", ROOT / "build/dev"))
    assert (folder / "build.ninja").exists(), f"{folder}: expected a build, run scripts/build test"
    return folder


@pytest.fixture(scope="session")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of stereo at 22,050 Hz: a chord that becomes another one half-way."""
    rate_hz = 22050
    seconds = np.arange(4 * rate_hz) / rate_hz
    chords = np.where(seconds < 2, np.sin(2 * np.pi * 220 * seconds), np.sin(2 * np.pi * 277 * seconds))
    chords = 0.3 * chords + 0.2 * np.sin(2 * np.pi * 330 * seconds)
    samples = np.stack([chords, 0.5 * chords], axis=1)
    path = tmp_path_factory.mktemp("audio") / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, rate_hz, 0, "NONE", "NONE"))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source tree; its build folder is kept, so that a second run compiles nothing."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", f"-Cbuild-dir={ROOT / 'build/wheel'}"]
    # The commands of the dev preset, so that ccache knows most of them already.
    options.append("-Ccmake.define.MESS_WERROR=ON")
    run_command(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def wheel_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and its dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    probe = subprocess.run(
        [python, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder / "probe", f"numpy=={np.__version__}"],
        text=True,
        capture_output=True,
    )
    if probe.returncode:
        pytest.skip(f"no package index can be reached: {probe.stderr.strip().splitlines()[-1]}")
    run_command(python, "-m", "pip", "install", "--quiet", wheel)
    return python
