# SPDX-License-Identifier: MIT
"""The wheel in an environment of its own, as someone gets it from an index."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import zipfile

import pytest

pytestmark = pytest.mark.slow

MEGABYTE = 1e6


def import_seconds(python, module, cwd):
    def once():
        start = time.perf_counter()
        subprocess.run([python, "-c", f"import {module}"], cwd=cwd, check=True)
        return time.perf_counter() - start

    return statistics.median(once() for _ in range(5))


def folder_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def test_the_wheel_works_in_an_empty_environment(wheel, wheel_python, tone, run, tmp_path, capsys):
    code = (
        "import sys, mess; assert 'torch' not in sys.modules;"
        "import importlib.util; assert importlib.util.find_spec('torch') is None;"
        "frames = mess.Encoder.open('acoustic').encode_file(sys.argv[1]);"
        "print(mess.__version__, mess.__file__, frames.array.shape)"
    )
    printed = run(wheel_python, "-W", "error", "-c", code, tone, cwd=tmp_path)
    assert str(wheel_python.parents[1]) in printed

    with capsys.disabled():
        seconds = {module: import_seconds(wheel_python, module, tmp_path) for module in ("sys", "numpy", "mess")}
        print(f"\nimport mess: {seconds['mess'] - seconds['sys']:.3f} s", end=", ")
        print(f"numpy alone: {seconds['numpy'] - seconds['sys']:.3f} s (median of 5, interpreter start taken off)")
        print(f"wheel: {wheel.stat().st_size / MEGABYTE:.1f} MB", end=", ")
        print(f"environment without torch: {folder_bytes(wheel_python.parents[1]) / MEGABYTE:.0f} MB")


def test_the_command_line_is_installed_with_the_wheel(wheel_python, run, tmp_path):
    assert "scan" in run(wheel_python.with_name("mess"), "--help", cwd=tmp_path)
    run(wheel_python.with_name("mess"), "doctor", cwd=tmp_path)


def test_the_wheel_holds_headers_and_types_and_no_sources(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "mess/py.typed" in names
    assert "mess/_core.pyi" in names
    assert any(name.endswith("include/mess/audio.h") for name in names)
    assert any(name.endswith("messConfig.cmake") for name in names)
    assert any("licenses/LICENSE" in name for name in names)
    assert [name for name in names if name.startswith(("tests/", "src/", "benchmarks/")) or name.endswith(".cc")] == []


def test_without_torch_a_neural_encoder_names_the_command_that_installs_it(wheel_python, run, tmp_path):
    code = (
        "import mess\n"
        "try:\n    mess.Encoder.open('no-such-encoder')\n"
        "except mess.ModelError as error:\n    print(error)\n"
    )
    printed = run(wheel_python, "-c", code, cwd=tmp_path)
    assert "no-such-encoder" in printed
    assert "acoustic" in printed
    assert "mess-ai[neural]" in printed


def test_the_source_distribution_has_all_that_a_build_needs(root, run, tmp_path):
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, root)
    (archive,) = tmp_path.glob("*.tar.gz")
    names = run("tar", "-tf", archive)
    for needed in ("CMakeLists.txt", "src/audio/CMakeLists.txt", "include/mess/audio.h", "python/bindings", "LICENSE"):
        assert needed in names
    assert "/.venv/" not in names
    assert "/build/" not in names
