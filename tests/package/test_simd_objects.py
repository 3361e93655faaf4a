# SPDX-License-Identifier: MIT
"""Instructions beyond the baseline stay in the kernels' own files: the library starts on every x86-64."""

from __future__ import annotations

import platform
import re

import pytest

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="kernels beyond the baseline exist for x86-64")

# VEX- and EVEX-coded instructions begin with v, whatever the width of their registers.
BEYOND_BASELINE = re.compile(r"^\s+[0-9a-f]+:\s+v\w+\s[^\n]*%[xyz]mm", re.MULTILINE)
KERNEL_OBJECT = re.compile(r"_(avx2|avx512)\.cc\.o$")


@pytest.fixture(scope="module")
def objects(build):
    found = sorted((build / "src").rglob("*.o"))
    assert found, f"{build}: expected object files, found none"
    return found


def disassemble(run, path):
    return run("objdump", "--disassemble", "--no-show-raw-insn", path)


def test_the_common_code_holds_no_avx_instruction(objects, run):
    common = [path for path in objects if not KERNEL_OBJECT.search(path.name)]
    assert len(common) > 10
    assert [path.name for path in common if BEYOND_BASELINE.search(disassemble(run, path))] == []


@pytest.mark.parametrize(("level", "register"), [("avx2", "%ymm"), ("avx512", "%zmm")])
def test_the_kernels_use_the_registers_they_are_named_after(objects, run, level, register):
    kernels = [path for path in objects if path.name.endswith(f"_{level}.cc.o")]
    assert kernels
    for path in kernels:
        assert register in disassemble(run, path), path.name


def test_the_avx2_kernels_hold_no_avx512_instruction(objects, run):
    for path in objects:
        if path.name.endswith("_avx2.cc.o"):
            assert not re.search(r"%zmm|%k[0-7]|%[xy]mm(1[6-9]|2\d|3[01])", disassemble(run, path)), path.name
