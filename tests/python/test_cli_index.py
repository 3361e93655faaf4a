# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import mess
from mess.cli.app import run


@pytest.fixture
def store(tmp_path: Path) -> mess.IndexStore:
    index = mess.VectorIndex(3, "flat", encoder_id="dummy/1+mean")
    index.add([4, 9], np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], np.float32))
    store = mess.IndexStore(tmp_path / "generations")
    store.publish(index)
    index.remove([9])
    store.publish(index)
    return store


def test_verify_names_the_damaged_file(store: mess.IndexStore, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(store.path_of(1)).parent
    assert run(["index", "verify", str(folder), "--json"]) == 0
    assert [file["is_sound"] for file in json.loads(capsys.readouterr().out)] == [True, True]
    damaged = Path(store.path_of(2))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert run(["index", "verify", str(folder)]) == 1
    assert "generation-00000002.messidx: expected" in capsys.readouterr().out.replace("\n", "")


def test_info_describes_a_file_and_the_current_generation(
    store: mess.IndexStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", "info", str(Path(store.path_of(1)).parent), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["size"], found["encoder_id"], found["structure"]) == (1, "dummy/1+mean", "flat")
    assert "precise" in [section["name"] for section in found["sections"]]
    assert run(["index", "info", store.path_of(1)]) == 0
    assert "dummy/1+mean" in capsys.readouterr().out


def test_rollback_goes_back_one_generation(store: mess.IndexStore, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(Path(store.path_of(1)).parent)
    assert run(["index", "rollback", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["generation"] == 1
    assert len(store.open_current()) == 2
    assert run(["index", "rollback", folder]) == 1
    assert "expected an older sound generation" in capsys.readouterr().err
