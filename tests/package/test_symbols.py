# SPDX-License-Identifier: MIT
"""What is linked into the libraries stays inside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mess._core

THIRD_PARTY = re.compile(r"\bfaiss::|Eigen|XXH\d*_|\b(av|avcodec|avformat|swr|cblas|omp)_|openblas|[sd]gemm_")


def exported(run, library):
    lines = run("nm", "--dynamic", "--defined-only", "--demangle", library).splitlines()
    return [line.split(maxsplit=2)[2] for line in lines if len(line.split(maxsplit=2)) == 3]


def loaded_from(name):
    """Where the running process took a library from."""
    maps = Path("/proc/self/maps").read_text()
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if re.search(rf"/{name}[.\d]*$", line)}
    assert len(paths) == 1, f"{name}: expected one loaded file, found {paths}"
    return Path(paths.pop())


def test_libmess_exports_its_interface_and_no_third_party(run):
    symbols = exported(run, loaded_from(r"libmess\.so"))
    assert any(name.startswith("mess::decode(") for name in symbols)
    assert any(name.startswith("mess::VectorIndex::search(") for name in symbols)
    assert [name for name in symbols if THIRD_PARTY.search(name)] == []


def test_libmess_exports_nothing_internal(run):
    symbols = exported(run, loaded_from(r"libmess\.so"))
    assert [name for name in symbols if re.match(r"([\w ]+ for )?mess::internal::", name)] == []


def test_the_extension_module_exports_only_its_initialiser(run):
    symbols = exported(run, mess._core.__file__)
    assert "PyInit__core" in symbols
    assert [name for name in symbols if THIRD_PARTY.search(name) or name.startswith(("mess::", "pybind11::"))] == []


def test_libmess_neural_exports_its_interface_and_no_tensor_type(run):
    library = loaded_from(r"libmess\.so").with_name("libmess_neural.so")
    if not library.exists():
        pytest.skip(f"this build has no libmess_neural: {mess.neural_status()}")
    symbols = exported(run, library)
    assert any(name.startswith("mess::neural_info") for name in symbols)
    assert [name for name in symbols if re.match(r"(at|c10|torch)::", name)] == []


def test_libmess_does_not_need_torch_or_python(run):
    needed = re.findall(r"NEEDED\s+(\S+)", run("objdump", "--private-headers", loaded_from(r"libmess\.so")))
    assert any(name.startswith("libavcodec") for name in needed)
    assert [name for name in needed if re.match(r"lib(torch|c10|python)", name)] == []
