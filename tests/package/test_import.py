# SPDX-License-Identifier: MIT
from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest

HEAVY = ["torch", "sqlalchemy", "alembic", "typer", "rich", "mido", "mess.library", "mess.cli", "mess._neural"]
# A little work for each library that brings threads of its own.
USE = {
    "mess": "index = mess.VectorIndex(4); index.add(np.arange(4), eye); assert index.search(eye, 2)[1][3, 0] == 3",
    "torch": "assert (torch.ones(64, 64) @ torch.ones(64, 64))[0, 0] == 64",
    "faiss": "flat = faiss.IndexFlatIP(4); flat.add(eye); assert flat.search(eye, 2)[1][3, 0] == 3",
}


def modules_after(statement):
    code = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    return set(json.loads(subprocess.check_output([sys.executable, "-W", "error", "-c", code], text=True)))


def test_importing_mess_loads_nothing_heavy():
    assert modules_after("import mess") & set(HEAVY) == set()


def test_encoding_and_searching_load_no_torch():
    statement = (
        "import mess, numpy as np; encoder = mess.Encoder.open('acoustic');"
        "vector = mess.pool(encoder.encode(mess.AudioBuffer(np.zeros(22050, np.float32), 22050)));"
        "index = mess.VectorIndex(len(vector)); index.add(np.array([1]), vector[None]); index.search(vector, 1)"
    )
    assert "torch" not in modules_after(statement)


def test_every_public_name_is_there():
    modules_after("import mess; assert [name for name in mess.__all__ if not hasattr(mess, name)] == []")


def test_an_unknown_name_is_an_attribute_error():
    modules_after("import mess; assert not hasattr(mess, 'no_such_name')")


@pytest.mark.slow
@pytest.mark.parametrize("order", list(itertools.permutations(USE)), ids="-".join)
def test_it_lives_beside_torch_and_faiss_whichever_is_imported_first(order):
    # All three bring an OpenMP runtime, and two of them a FAISS.
    imports = [f"import {name}" for name in order]
    uses = [USE[name] for name in order]
    arrays = ["import numpy as np", "eye = np.eye(4, dtype=np.float32)"]
    code = "\n".join([*imports, *arrays, *uses, *reversed(uses)])
    subprocess.run([sys.executable, "-c", code], check=True)
