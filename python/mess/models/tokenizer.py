# SPDX-License-Identifier: MIT
"""Text into token ids, by Hugging Face's tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mess

_INSTALL_HINT = 'pip install "mess-ai[models]"'


class Tokenizer:
    """The tokenizer of a model's folder; all methods may run concurrently."""

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        """Read tokenizer.json.

        Args:
            folder: of a model.
            max_tokens: longer texts are cut, special tokens included.

        Raises:
            mess.ModelError: there is no such file, it is damaged, or the library tokenizers is not installed.
        """
        file = folder / "tokenizer.json"
        if not file.is_file():
            raise mess.ModelError(f"[models] {folder}: expected tokenizer.json, found none")
        try:
            self._tokenizer: Any = _import_tokenizers().Tokenizer.from_file(str(file))
        except mess.ModelError:
            raise
        except Exception as error:  # it raises nothing narrower
            raise mess.ModelError(f"[models] {file}: expected a tokenizer, found: {error}") from error
        # A file may carry the settings of its training: all-MiniLM-L6-v2 cuts at 128 and pads everything to 128.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=max_tokens)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, special tokens included, without padding."""
        # Text with half a surrogate pair, as in a name that is not UTF-8, has no tokens.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [list(encoding.ids) for encoding in self._tokenizer.encode_batch(clean)]


def _import_tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise mess.ModelError(
            f"[models] tokenizers: expected this package for text, found none; {_INSTALL_HINT} brings it"
        ) from error
    return tokenizers
