# SPDX-License-Identifier: MIT
"""Text into vectors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess import _core
from mess.models.names import resolve
from mess.models.registry import is_known
from mess.models.tokenizer import Tokenizer

# Far apart in meaning: a sound model keeps them apart, a broken one maps them all to nearly the same vector.
_PROMPTS = (
    "a dog barking",
    "solo piano, slow and sad",
    "aggressive death metal with blast beats",
    "rain on a tin roof",
    "a woman speaking on the radio",
    "bossa nova with nylon guitar",
    "a car engine starting",
    "euphoric trance with a long build-up",
    "church bells in the distance",
    "baroque harpsichord and strings",
    "children laughing in a playground",
    "dub reggae with deep bass",
    "applause in a large hall",
    "chiptune from an old video game",
    "a string quartet tuning",
    "ocean waves at night",
    "fast drum and bass",
    "an a cappella choir",
    "a helicopter flying over",
    "lo-fi hip hop with vinyl crackle",
)
_MAX_MEAN_COSINE = 0.9


class TextEncoder:
    """Turns text into vectors of unit length; all methods may run concurrently.

    Example:
        encoder = mess.TextEncoder.open("all-minilm-l6-v2")
        ballad, metal = encoder.encode(["a slow piano ballad", "fast death metal"])
    """

    def __init__(self, model: _core.TextModel, tokenizer: Tokenizer) -> None:
        """Use open() instead."""
        self._model = model
        self._tokenizer = tokenizer

    @classmethod
    def open(
        cls,
        name: str | os.PathLike[str],
        *,
        device: str = "auto",
        precision: str = "float32",
        check: bool = True,
    ) -> TextEncoder:
        """Open a text model, or the text part of a joint model such as CLAP.

        Args:
            name: as in mess.models.list_models(), or a folder with config.json, tokenizer.json and weights.
            device: "cpu", "cuda", "cuda:N" or "auto".
            precision: "float32" or "bfloat16".
            check: encode a few texts to find weights that tell nothing apart.

        Raises:
            mess.ModelError: no such model, damaged, or what it needs is not installed; the message says the command.
        """
        folder = resolve(name)
        text = os.fspath(name)
        model = _core.TextModel.open(folder, device=device, precision=precision, id_name=text if is_known(text) else "")
        encoder = cls(model, Tokenizer(folder, max_tokens=model.max_tokens))
        if check:
            encoder._check(folder)
        return encoder

    @property
    def id(self) -> mess.EncoderId:
        """What the vectors are compared by; a joint model's audio encoder has the same name."""
        return self._model.id

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._model.dim

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut here."""
        return self._model.max_tokens

    @property
    def license(self) -> str:
        """Of the weights; empty when unknown."""
        return self._model.license

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        return self._tokenizer.encode(texts)

    def encode(self, texts: str | Sequence[str]) -> NDArray[np.float32]:
        """Encode one text or several.

        Returns:
            (n, dim) float32, each row of unit length; (1, dim) for a single string.
        """
        several = [texts] if isinstance(texts, str) else list(texts)
        if not several:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._model.encode_tokens(self._tokenizer.encode(several))

    def _check(self, folder: Path) -> None:
        vectors = self.encode(_PROMPTS)
        cosine = _core.mean_pairwise_cosine(vectors) if np.isfinite(vectors).all() else np.nan
        if not cosine < _MAX_MEAN_COSINE:
            raise mess.ModelError(
                f"[models] {folder}: expected vectors that tell texts apart (mean cosine of {len(_PROMPTS)} unlike "
                f"texts below {_MAX_MEAN_COSINE}), found {cosine:.3f}: the weights are broken, or of another model"
            )
