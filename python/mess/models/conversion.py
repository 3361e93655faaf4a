# SPDX-License-Identifier: MIT
"""Checkpoints of other kinds as safetensors."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import mess
from mess.models.names import resolve

# What describes a model lies beside its weights in small files of these kinds.
_DESCRIPTIONS = ("*.json", "*.txt", "*.md", "*.model")
_INDEX = ".index.json"


def convert(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> Path:
    """Write a checkpoint as safetensors, bit for bit; nothing in the source is run.

    Args:
        source: a model's name or folder, or a file: .bin, .pt, .safetensors, or the .index.json of sharded ones.
        target: a file when its name ends in .safetensors; otherwise a folder, which also gets the configuration and
            the tokenizer of a source folder, so that it can be opened in its place.

    Returns:
        The file that was written.

    Raises:
        mess.ModelError: the source is damaged, or the neural part is not installed.
        mess.Error: the target cannot be written.
    """
    if not mess.load_neural():
        raise mess.ModelError(f"[models] convert: expected libmess_neural, found: {mess.neural_status()}")
    from mess import _neural

    origin = Path(source).expanduser()
    if not origin.is_file():
        origin = resolve(source)
    destination = Path(target).expanduser()
    if destination.suffix == ".safetensors":
        destination.parent.mkdir(parents=True, exist_ok=True)
        _neural.convert_checkpoint(origin, destination)
        return destination
    destination.mkdir(parents=True, exist_ok=True)
    weights = destination / "model.safetensors"
    _neural.convert_checkpoint(origin, weights)
    if origin.is_dir():
        _copy_descriptions(origin, destination)
    return weights


def _copy_descriptions(origin: Path, destination: Path) -> None:
    if origin.resolve() == destination.resolve():
        return
    for pattern in _DESCRIPTIONS:
        for file in origin.glob(f"**/{pattern}"):
            if file.name.endswith(_INDEX):
                continue
            copy = destination / file.relative_to(origin)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
