# SPDX-License-Identifier: MIT
from __future__ import annotations


def test_the_stubs_are_those_of_the_built_module(root, run, tmp_path):
    run(root / "scripts/stubs", tmp_path)
    fresh = (tmp_path / "_core.pyi").read_text()
    assert "class VectorIndex" in fresh
    assert fresh == (root / "python/mess/_core.pyi").read_text(), "the bindings changed: run scripts/stubs and commit"
