# SPDX-License-Identifier: MIT
"""From what a caller names to a folder that can be opened."""

from __future__ import annotations

import os
import threading
import warnings
from pathlib import Path

from mess.models.cache import path
from mess.models.registry import Model, find_model, is_known


class NonCommercialWarning(UserWarning):
    """The weights may not be used commercially; said once per process and model."""


_lock = threading.Lock()
_warned: set[str] = set()


def resolve(name: str | os.PathLike[str]) -> Path:
    """Return the folder of a model: that of a name in the registry, or the folder itself.

    Warns with NonCommercialWarning on the first use of weights that may not be used commercially.

    Raises:
        mess.ModelError: neither a known name nor a folder, or a model that is not on this machine.
    """
    text = os.fspath(name)
    if is_known(text):
        folder = path(text)
        warn_of_license(find_model(text))
        return folder
    if os.path.isdir(os.path.expanduser(text)):  # noqa: PTH112, PTH111  a name may hold anything, "~x" too
        return Path(text).expanduser()
    find_model(text)  # says which names there are
    raise AssertionError


def resolve_encoder(name: str) -> tuple[str, str]:
    """Return what an encoder is opened from, and the name its ids get ("" for its own): called by Encoder.open()."""
    return (os.fspath(resolve(name)), name) if is_known(name) else (name, "")


def warn_of_license(model: Model) -> None:
    """Warn once of a licence that forbids commercial use."""
    if model.allows_commercial_use:
        return
    with _lock:
        is_first = model.name not in _warned
        _warned.add(model.name)
    if is_first:
        warnings.warn(license_notice(model), NonCommercialWarning, stacklevel=3)


def license_notice(model: Model) -> str:
    """Return what a user of a model has to know about its licence."""
    return f"{model.name}: its weights are licensed {model.license}, not for commercial use (https://huggingface.co/{model.repository})"
