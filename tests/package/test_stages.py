# SPDX-License-Identifier: MIT
"""A stage that is left out is not built and brings no dependency."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def configure(build: Path, stages: str) -> subprocess.CompletedProcess[str]:
    options = [f"-DMESS_STAGES={stages}", "-DMESS_NEURAL=OFF", "-DMESS_WERROR=ON"]
    return subprocess.run(["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", *options], capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stages", "absent"),
    [("encode;pool", ["avcodec", "blas", "gomp"]), ("index;playlist", ["avcodec", "avutil"])],
    ids=["no audio, no index", "no audio, no encoder"],
)
def test_a_part_of_the_stages_builds_without_the_others_dependencies(stages, absent, tmp_path):
    configured = configure(tmp_path, stages)
    assert configured.returncode == 0, configured.stderr
    built = subprocess.run(["cmake", "--build", tmp_path], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout
    linked = subprocess.run(["ldd", tmp_path / "lib/libmess.so"], capture_output=True, text=True, check=True).stdout
    assert [name for name in absent if name in linked] == []


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="expected torch, found none")
def test_the_neural_stage_needs_no_library_but_torch(tmp_path):
    refused = ["PkgConfig", "FAISS", "BLAS", "LAPACK", "OpenMP", "Eigen3", "nlohmann_json"]
    options = [
        *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in refused),
        "-DMESS_STAGES=encode;neural",
        "-DMESS_NEURAL=ON",
        "-DMESS_PYTHON=ON",
        f"-DPython_EXECUTABLE={sys.executable}",
    ]
    command = ["cmake", "-S", ROOT, "-B", tmp_path, "-G", "Ninja", *options]
    configured = subprocess.run(command, capture_output=True, text=True)
    assert configured.returncode == 0, configured.stderr
    assert "libmess_neural: built with torch" in configured.stdout


def test_a_stage_without_what_it_needs_is_refused_by_name(tmp_path):
    assert "analyze needs audio" in " ".join(configure(tmp_path / "a", "analyze").stderr.split())
    assert "found mixer" in " ".join(configure(tmp_path / "b", "audio;mixer").stderr.split())
