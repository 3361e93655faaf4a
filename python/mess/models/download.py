# SPDX-License-Identifier: MIT
"""Fetching models from the Hugging Face hub, by its own library."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import mess
from mess.models.cache import default_cache_dir, find_folder
from mess.models.registry import Model, find_model

_INSTALL_HINT = 'pip install "mess-ai[models]"'
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class PullProgress:
    """How far the download of one file is."""

    file: str
    num_bytes: int
    num_total: int | None  # None: the server did not say


def pull(
    name: str,
    *,
    revision: str | None = None,
    endpoint: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    offline: bool | None = None,
    progress: Callable[[PullProgress], None] | None = None,
) -> Path:
    """Fetch a model's files, those that are not there yet, and return their folder.

    A connection that is cut is taken up again where it broke; files that were finished are never fetched twice. Every
    file is compared with the checksum that the hub gives for it.

    Args:
        name: of a model that is known, as in list_models().
        revision: a branch, tag or commit; the registry's when None. A commit makes the result reproducible.
        endpoint: of another hub, such as "https://hub.example.org"; HF_ENDPOINT or the official one when None.
        cache_dir: default_cache_dir() when None.
        offline: ask no network; HF_HUB_OFFLINE decides when None.
        progress: called often, in the calling thread or another.

    Raises:
        mess.ModelError: no such model, revision or file; no access; offline and not there; damaged on the way; the
            library huggingface_hub is not installed.
    """
    model = find_model(name)
    cache = default_cache_dir() if cache_dir is None else Path(cache_dir).expanduser()
    if offline if offline is not None else _is_offline_by_environment():
        folder = find_folder(model, cache, revision)
        if folder is None:
            raise mess.ModelError(f"[models] {name}: expected its files in {cache} while offline, found none")
        return folder
    fetch = partial(
        _fetch, model, revision=revision or model.revision, endpoint=endpoint, cache=cache, progress=progress
    )
    # The first file tells the commit, so that all come from the same one even if the branch moves meanwhile.
    first = fetch(model.files[0])
    commit = first.parent.name
    for file in model.files[1:]:
        fetch(file, revision=commit)
    with suppress(_NoSuchFileError):
        fetch("README.md", revision=commit)
    _fetch_weights(model, fetch, commit)
    return first.parent


def _fetch_weights(model: Model, fetch: Callable[..., Path], commit: str) -> None:
    for file in model.weights[:-1]:
        with suppress(_NoSuchFileError):
            fetch(file, revision=commit)
            return
    fetch(model.weights[-1], revision=commit)


class _NoSuchFileError(mess.ModelError):  # type: ignore[misc,unused-ignore]
    """The repository has no file of this name."""


def _fetch(
    model: Model,
    file: str,
    *,
    revision: str,
    endpoint: str | None,
    cache: Path,
    progress: Callable[[PullProgress], None] | None,
) -> Path:
    hub = _import_hub()
    with _translated_errors(model, file, revision):
        fetched = Path(
            hub.hf_hub_download(
                model.repository,
                file,
                revision=revision,
                endpoint=endpoint,
                cache_dir=cache,
                library_name="mess-ai",
                library_version=mess.__version__,
                tqdm_class=_reporter(hub, file, progress),
            )
        )
    _check_content(fetched, file, model)
    return fetched


def _import_hub() -> Any:
    try:
        import huggingface_hub
    except ImportError as error:
        raise mess.ModelError(
            f"[models] huggingface_hub: expected this package for downloads, found none; {_INSTALL_HINT} brings it"
        ) from error
    return huggingface_hub


def _reporter(hub: Any, file: str, progress: Callable[[PullProgress], None] | None) -> type:
    """Make a progress bar that draws nothing and tells `progress` instead."""

    class Reporter(hub.utils.tqdm):  # type: ignore[misc,name-defined,unused-ignore]
        def __init__(self, *args: Any, **options: Any) -> None:
            self.num_bytes = int(options.get("initial") or 0)
            self.num_total = options.get("total")
            super().__init__(*args, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self.num_bytes += int(n or 0)
            if progress is not None:
                progress(PullProgress(file, self.num_bytes, self.num_total))

    return Reporter


@contextmanager
def _translated_errors(model: Model, file: str, revision: str) -> Iterator[None]:
    from huggingface_hub import errors

    def failure(expected: str, found: str) -> mess.ModelError:
        return mess.ModelError(f"[models] {model.name}: expected {expected}, found {found}")

    try:
        yield
    except errors.GatedRepoError as error:
        raise failure(
            f"access to {model.repository}",
            "that its owner asks for consent: accept the conditions on its page and log in with: hf auth login",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise failure(f"a revision {revision} of {model.repository}", "none") from error
    except errors.RepositoryNotFoundError as error:
        raise failure(f"the repository {model.repository}", "none that is open to you") from error
    except errors.LocalEntryNotFoundError as error:
        raise failure(f"an answer for {model.repository}/{file}", f"none: {_first_line(error)}") from error
    except errors.EntryNotFoundError as error:
        raise _NoSuchFileError(
            f"[models] {model.name}: expected a file {file} in {model.repository}, found none"
        ) from error
    except Exception as error:  # of its HTTP library, of TLS, of the disk
        raise failure(f"{model.repository}/{file}", _first_line(error)) from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _check_content(fetched: Path, file: str, model: Model) -> None:
    """Compare a file with its checksum, by which the cache names it: SHA-256, or git's SHA-1 for small files."""
    blob = fetched.resolve()
    expected = blob.name
    if re.fullmatch("[0-9a-f]{64}", expected):
        digest = hashlib.sha256()
    elif re.fullmatch("[0-9a-f]{40}", expected):
        digest = hashlib.sha1(f"blob {blob.stat().st_size}\0".encode(), usedforsecurity=False)
    else:
        return
    with blob.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        fetched.unlink()
        blob.unlink(missing_ok=True)
        raise mess.ModelError(
            f"[models] {model.name}: expected {file} with the checksum {expected}, found {digest.hexdigest()}; "
            "it was damaged on the way and is removed: try again"
        )


def _is_offline_by_environment() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
