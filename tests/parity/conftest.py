# SPDX-License-Identifier: MIT
"""Official architectures with random weights, saved by transformers and opened by mess: both must compute the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import reference_models  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def neural() -> None:
    """Skips where libmess_neural is not built; MESS_REQUIRE_NEURAL=1 makes that a failure."""
    if not mess.load_neural():
        if os.environ.get("MESS_REQUIRE_NEURAL") == "1":
            pytest.fail(f"libmess_neural is required here: {mess.neural_status()}")
        pytest.skip(f"libmess_neural: {mess.neural_status()}")


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[torch.nn.Module, Path]]:
    """The reference model of that name and the folder it was saved to; made once."""
    made: dict[str, tuple[torch.nn.Module, Path]] = {}

    def get(name: str) -> tuple[torch.nn.Module, Path]:
        if name not in made:
            folder = tmp_path_factory.mktemp("models") / name
            made[name] = reference_models.BUILDERS[name](folder), folder
        return made[name]

    return get


@pytest.fixture
def close() -> Callable[..., None]:
    """The parity that float32 must reach, relative to the largest value, and in direction."""

    def check(found: np.ndarray, expected: np.ndarray, *, atol: float = 2e-5, cosine: float = 0.999999) -> None:
        assert found.shape == expected.shape
        scale = max(1.0, float(np.abs(expected).max()))
        assert float(np.abs(found - expected).max()) <= atol * scale
        a, b = found.reshape(-1, found.shape[-1]).astype(np.float64), expected.reshape(-1, found.shape[-1])
        cosines = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b.astype(np.float64), axis=1))
        assert cosines.min() >= cosine

    return check
