# SPDX-License-Identifier: MIT
"""Publication under failing calls and kills, and files with damage: never half, never a crash."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import mess
from faults import build_shim, change_under_faults, mutants, run_preloaded


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shim(tmp_path_factory.mktemp("shim"))


def test_a_failing_call_anywhere_leaves_the_old_or_the_new_generation(shim: Path, tmp_path: Path) -> None:
    runs = int(change_under_faults(shim, "index", tmp_path, "every", "0").split()[0])
    assert runs > 100, "every kind of fault met many calls"


def test_a_kill_anywhere_leaves_the_old_or_the_new_generation(shim: Path, tmp_path: Path) -> None:
    assert change_under_faults(shim, "index", tmp_path, "random", "200").startswith("200 kills")


@pytest.mark.slow
def test_a_thousand_kills_leave_the_old_or_the_new_generation(shim: Path, tmp_path: Path) -> None:
    assert change_under_faults(shim, "index", tmp_path, "random", "1000").startswith("1000 kills")


def test_a_loss_of_power_anywhere_leaves_the_old_or_the_new_generation(tmp_path: Path) -> None:
    found = run_preloaded(build_shim(tmp_path, "record_shim"), "power_loss.py", str(tmp_path))
    losses, old, new = (int(number) for number in re.findall(r"(\d+) (?:losses|times|the new)", found))
    assert losses > 50
    assert min(old, new) > 0
    assert old + new == losses


@pytest.mark.parametrize("sync", range(4))
def test_every_sync_of_a_publication_is_needed(tmp_path: Path, sync: int) -> None:
    with pytest.raises(AssertionError, match="expected"):
        run_preloaded(build_shim(tmp_path, "record_shim"), "power_loss.py", str(tmp_path), str(sync))


@pytest.mark.parametrize("spec", ["flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw", "hnsw,flat-int8", "ivf8,pq6"])
def test_every_mutant_of_every_kind_of_file_is_refused_by_name(tmp_path: Path, spec: str) -> None:
    vectors = np.random.default_rng(1).normal(size=(500, 24)).astype(np.float32)
    index = mess.VectorIndex(24, spec, encoder_id="dummy/1+mean")
    if not index.is_trained:
        index.train(vectors)
    index.add(np.arange(500), vectors)
    index.fit_hubness(16)
    index.remove(np.arange(10))
    whole, path = tmp_path / "whole.messidx", tmp_path / "mutant.messidx"
    index.save(whole)
    assert len(mess.VectorIndex.load(whole)) == 490
    for number, mutant in enumerate(mutants(whole.read_bytes())):
        path.write_bytes(mutant)
        with pytest.raises(mess.FormatError, match=r"mutant\.messidx: .*expected") as caught:
            mess.VectorIndex.load(path)
        if len(mutant) == whole.stat().st_size and number < 30:
            assert "section" in str(caught.value) or "magic" in str(caught.value) or "version" in str(caught.value)
