from __future__ import annotations

import os

import numpy
import numpy.typing

from mess._core import VectorIndex

__all__: list[str] = [
    "CheckpointEntry",
    "DeviceSearch",
    "NeuralInfo",
    "clap_random_crop",
    "clap_spectrogram",
    "convert_checkpoint",
    "list_checkpoint",
    "neural_info",
]

class NeuralInfo:
    """What libmess_neural runs on."""

    @property
    def torch_version(self) -> str: ...
    @property
    def num_cuda_devices(self) -> int: ...

class CheckpointEntry:
    """One tensor of a checkpoint."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def shape(self) -> list[int]: ...

class DeviceSearch:
    """The vectors of an index, copied to a GPU for exact search there."""

    def __init__(self, index: VectorIndex, *, device: str = "auto") -> None:
        """Copies all vectors; later changes of the index do not show. device: auto, cpu, cuda or cuda:N."""
    def __len__(self) -> int: ...
    def search(
        self, queries: object, k: int, *, filter: object = None, encoder_id: str = ""
    ) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """As VectorIndex.search(exact=True), with scores in float32: (n, k) scores and ids, best first."""
    @property
    def dim(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def device(self) -> str: ...
    @property
    def encoder_id(self) -> str: ...

def convert_checkpoint(folder_or_file: str | os.PathLike[str], safetensors: str | os.PathLike[str]) -> None: ...
def list_checkpoint(folder_or_file: str | os.PathLike[str]) -> list[CheckpointEntry]: ...
def neural_info() -> NeuralInfo: ...
def clap_spectrogram(samples: numpy.typing.NDArray[numpy.float32]) -> numpy.typing.NDArray[numpy.float32]:
    """Mono float32 samples at 48 kHz to (frames, 64) decibels, as CLAP hears them."""

def clap_random_crop(num_samples: int, *, seed: int) -> int:
    """First of the 480,000 samples that transformers' feature extractor crops after numpy.random.seed(seed)."""
