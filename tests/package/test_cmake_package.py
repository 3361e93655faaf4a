# SPDX-License-Identifier: MIT
"""examples/cmake_project, an outside project, against what is installed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prefix(root, run, tmp_path_factory):
    """Where `cmake --install` put the release preset."""
    folder = tmp_path_factory.mktemp("prefix")
    run("cmake", "--preset", "release", "-DMESS_NEURAL=OFF", "-DMESS_WERROR=ON", cwd=root)
    run("cmake", "--build", "--preset", "release", cwd=root)
    run("cmake", "--install", root / "build/release", "--prefix", folder)
    return folder


@pytest.fixture
def installed(prefix):
    return f"-DCMAKE_PREFIX_PATH={prefix}"


@pytest.fixture
def from_pip(wheel_python, run, tmp_path):
    return f"-Dmess_DIR={run(wheel_python, '-m', 'mess', '--cmake-dir', cwd=tmp_path).strip()}"


def include_folders(build):
    (command,) = json.loads((build / "compile_commands.json").read_text())
    words = shlex.split(command["command"])
    joined = [word[2:] for word in words if word.startswith("-I") and len(word) > 2]
    separate = [after for word, after in zip(words, words[1:], strict=False) if word in {"-I", "-isystem"}]
    return [Path(folder) for folder in joined + separate]


@pytest.mark.parametrize("where", ["installed", "from_pip"])
def test_an_outside_project_finds_links_and_runs(where, root, run, tone, tmp_path, request):
    build = tmp_path / "build"
    options = [request.getfixturevalue(where), "-G", "Ninja", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"]
    configured = run("cmake", "-S", root / "examples/cmake_project", "-B", build, *options)
    run("cmake", "--build", build)

    (folder,) = include_folders(build)
    assert [entry.name for entry in folder.iterdir()] == ["mess"], "headers of others lie beside ours"
    assert re.search(r"mess::mess link libraries: \S*NOTFOUND", configured), "users would link what we link"

    printed = run(build / "half_distance", tone)
    assert "decoded 4.00 s" in printed
    score = float(re.search(r"scores (-?[\d.]+)", printed).group(1))
    assert -1.0 <= score <= 1.0
