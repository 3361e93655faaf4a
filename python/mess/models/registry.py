# SPDX-License-Identifier: MIT
"""The models that are known by name."""

from __future__ import annotations

from dataclasses import dataclass

import mess

SAFETENSORS_FIRST = ("model.safetensors", "pytorch_model.bin")
BIN_FIRST = ("pytorch_model.bin", "model.safetensors")


@dataclass(frozen=True)
class Model:
    """A checkpoint on the Hugging Face hub."""

    name: str  # what mess calls it, and the name in the encoder ids of its vectors
    kind: str  # "audio", "text", or "audio+text": one space for both
    repository: str
    revision: str  # a branch, tag or commit
    files: tuple[str, ...]  # all are needed; its README.md, which tells the licence, comes with them when there is one
    weights: tuple[str, ...]  # one is needed: the first that the repository has
    license: str  # of the weights, as SPDX writes it
    dim: int
    sample_rate_hz: int | None  # None: it takes no audio
    max_tokens: int | None  # None: it takes no text

    @property
    def allows_commercial_use(self) -> bool:
        """Whether the licence of the weights does."""
        return "-NC" not in self.license


def _mert(name: str, repository: str, dim: int) -> Model:
    return Model(
        name=name,
        kind="audio",
        repository=repository,
        revision="main",
        files=("config.json", "preprocessor_config.json"),
        weights=BIN_FIRST,
        license="CC-BY-NC-4.0",
        dim=dim,
        sample_rate_hz=24_000,
        max_tokens=None,
    )


def _clap(name: str, repository: str) -> Model:
    return Model(
        name=name,
        kind="audio+text",
        repository=repository,
        revision="main",
        files=("config.json", "preprocessor_config.json", "tokenizer.json"),
        weights=SAFETENSORS_FIRST,
        license="Apache-2.0",
        dim=512,
        sample_rate_hz=48_000,
        max_tokens=512,
    )


def _sentence(name: str, dim: int, max_tokens: int) -> Model:
    return Model(
        name=name.lower(),
        kind="text",
        repository=f"sentence-transformers/{name}",
        revision="main",
        files=("config.json", "tokenizer.json", "sentence_bert_config.json", "1_Pooling/config.json"),
        weights=SAFETENSORS_FIRST,
        license="Apache-2.0",
        dim=dim,
        sample_rate_hz=None,
        max_tokens=max_tokens,
    )


_MODELS = {
    model.name: model
    for model in (
        _mert("mert-v1-95m", "m-a-p/MERT-v1-95M", 768),
        _mert("mert-v1-330m", "m-a-p/MERT-v1-330M", 1024),
        _clap("clap-htsat-unfused", "laion/clap-htsat-unfused"),
        _clap("larger-clap-music", "laion/larger_clap_music"),
        _clap("larger-clap-general", "laion/larger_clap_general"),
        _sentence("all-MiniLM-L6-v2", 384, 256),
        _sentence("all-mpnet-base-v2", 768, 384),
    )
}


def list_models() -> list[Model]:
    """Return every model that is known by name."""
    return list(_MODELS.values())


def is_known(name: str) -> bool:
    """Tell whether a model has this name."""
    return name in _MODELS


def find_model(name: str) -> Model:
    """Return the model with this name.

    Raises:
        mess.ModelError: there is none.
    """
    if name not in _MODELS:
        raise mess.ModelError(f"[models] {name}: expected one of {', '.join(_MODELS)}, found no such name")
    return _MODELS[name]
