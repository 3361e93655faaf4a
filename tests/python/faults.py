# SPDX-License-Identifier: MIT
"""Faults and damage for the stores on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

FAULTS = Path(__file__).parents[1] / "faults"


def build_shim(folder: Path, name: str = "fault_shim") -> Path:
    """Compile a library to be loaded before a program's own: the one that makes calls fail, or records them."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    assert compiler, "expected a C compiler, found none"
    library = folder / f"{name}.so"
    source = str(FAULTS / f"{name}.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), source, "-ldl"], check=True)
    return library


def change_under_faults(shim: Path, kind: str, folder: Path, *arguments: str) -> str:
    """Run the program of that name; returns what it prints."""
    return run_preloaded(shim, "change_under_faults.py", kind, str(folder), *arguments)


def run_preloaded(shim: Path, program_name: str, *arguments: str) -> str:
    """Run a program of tests/faults under a shim; returns what it prints."""
    environment = {**os.environ, "LD_PRELOAD": str(shim)}
    program = [sys.executable, str(FAULTS / program_name), *arguments]
    result = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def mutants(data: bytes) -> list[bytes]:
    """Sixty: 30 flips of four bytes, 10 runs of 0xFF in the header, 20 truncations."""
    random = np.random.default_rng(60)
    result = []
    for _ in range(30):
        changed = bytearray(data)
        for position in random.integers(len(data), size=4):
            changed[position] ^= int(random.integers(1, 256))
        result.append(bytes(changed))
    for position in range(0, 60, 6):
        changed = bytearray(data)
        changed[position : position + 4] = b"\xff" * 4
        result.append(bytes(changed))
    result += [data[: int(random.integers(len(data)))] for _ in range(20)]
    return result
