from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__: list[str] = ["TrainableAudioModel", "TrainableModel", "TrainableTextModel", "open_audio", "open_text"]

class TrainableModel:
    def tensors(self) -> list[tuple[str, Any, bool]]:
        """(name, tensor, trainable) of each, named as in a checkpoint."""
    def set_tensor(self, name: str, tensor: Any) -> None: ...

class TrainableTextModel(TrainableModel):
    def forward(self, rows: Sequence[Sequence[int]]) -> Any: ...

class TrainableAudioModel(TrainableModel):
    @property
    def sample_rate_hz(self) -> int: ...
    def forward(self, waves: Any) -> Any: ...

def open_text(folder: str, *, device: str = "auto") -> TrainableTextModel: ...
def open_audio(
    folder: str, *, device: str = "auto", layers: Sequence[int] = (), layer_combination: str = "mean"
) -> TrainableAudioModel: ...
