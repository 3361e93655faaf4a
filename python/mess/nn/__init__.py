# SPDX-License-Identifier: MIT
"""The neural models as torch modules, for fine-tuning: the same C++ forward pass, with gradients.

    text = mess.nn.TextModule("models/all-MiniLM-L6-v2")
    optimizer = torch.optim.AdamW(text.parameters(), lr=2e-5)
    loss = (1 - text([[101, 6517, 102]]) @ text([[101, 3894, 102]]).T).mean()
    loss.backward()

Importing this module imports torch; `import mess` does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from typing import Any

import torch

# Its library must be loaded before: it holds the classes of the extension.
from mess import (
    _neural,  # noqa: F401
    _nn,
)

__all__ = ["AudioModule", "TextModule"]


class _Module(torch.nn.Module):
    """Holds the tensors of a model under their names in a checkpoint: state_dict() can be saved as one."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._model = model
        for name, tensor, trainable in model.tensors():
            holder: torch.nn.Module = self
            *path, leaf = name.split(".")
            for part in path:
                if part not in holder._modules:
                    holder.add_module(part, torch.nn.Module())
                holder = holder.get_submodule(part)
            if trainable:
                holder.register_parameter(leaf, torch.nn.Parameter(tensor))
            else:
                holder.register_buffer(leaf, tensor)
        self._hand_over()

    def _hand_over(self) -> None:
        """Let the model compute with the tensors that the module holds now."""
        for name, tensor in [*self.named_parameters(), *self.named_buffers()]:
            self._model.set_tensor(name, tensor)


class TextModule(_Module):
    """A text model: token ids to vectors."""

    def __init__(self, folder: str | PathLike[str], *, device: str = "auto") -> None:
        super().__init__(_nn.open_text(fspath(folder), device=device))

    def forward(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """Rows of token ids, without padding, to (n, dim) of unit length."""
        self._hand_over()
        vectors: torch.Tensor = self._model.forward(rows)
        return torch.nn.functional.normalize(vectors, dim=-1)


class AudioModule(_Module):
    """An audio model: windows of samples at `sample_rate_hz` to frames."""

    def __init__(
        self,
        folder: str | PathLike[str],
        *,
        device: str = "auto",
        layers: Sequence[int] = (),
        layer_combination: str = "mean",
    ) -> None:
        super().__init__(
            _nn.open_audio(fspath(folder), device=device, layers=list(layers), layer_combination=layer_combination)
        )

    @property
    def sample_rate_hz(self) -> int:
        """The rate that the samples must have."""
        rate_hz: int = self._model.sample_rate_hz
        return rate_hz

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        """(windows, samples) float32 to (windows, frames, dim)."""
        self._hand_over()
        frames: torch.Tensor = self._model.forward(waves)
        return frames
