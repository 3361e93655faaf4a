# SPDX-License-Identifier: MIT
"""Audio into vectors, vectors into listening.

>>> import mess
>>> "acoustic" in mess.encoder_names()
True
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

# NumPy comes first: pybind11 imports it lazily otherwise, inside whichever thread returns the first array.
import numpy as _numpy  # noqa: F401

from mess import _core
from mess._core import (
    Analysis,
    AudioBuffer,
    AudioInfo,
    AudioStream,
    Beats,
    DecodeError,
    DecodeLimits,
    DecodeSummary,
    Encoder,
    EncoderId,
    Error,
    Extraction,
    FileAnalysis,
    FormatError,
    Frames,
    GroupSimilarity,
    HubnessReport,
    IndexError,
    IndexInfo,
    IndexStore,
    InvalidArgument,
    KeyEstimate,
    KeySegment,
    Loudness,
    ModelError,
    MusicalKey,
    PlaylistStep,
    RecallEstimate,
    Section,
    SectionInfo,
    SoundingRange,
    SpanEmbeddings,
    Tempo,
    TempoCandidate,
    VectorGroup,
    VectorIndex,
    analyze,
    analyze_file,
    audio_content_hash,
    built_stages,
    convert,
    decode,
    encoder_names,
    energy_weights,
    export_faiss,
    extract,
    find_sections,
    import_faiss,
    load_neural,
    neural_status,
    novelty_weights,
    order_playlist,
    pool,
    pool_spans,
    pooled_id,
    read_audio_info,
    simd_level,
    version,
    window_spans,
    write_audio,
)

if TYPE_CHECKING:
    from mess._neural import DeviceSearch
    from mess.library import Library, LibraryBusyError, LibraryError, TrackNotFoundError
    from mess.text import TextEncoder

__version__ = version()

__all__ = [
    "Analysis",
    "AudioBuffer",
    "AudioInfo",
    "AudioStream",
    "Beats",
    "DecodeError",
    "DecodeLimits",
    "DecodeSummary",
    "DeviceSearch",
    "Encoder",
    "EncoderId",
    "Error",
    "Extraction",
    "FileAnalysis",
    "FormatError",
    "Frames",
    "GroupSimilarity",
    "HubnessReport",
    "IndexError",
    "IndexInfo",
    "IndexStore",
    "InvalidArgument",
    "KeyEstimate",
    "KeySegment",
    "Library",
    "LibraryBusyError",
    "LibraryError",
    "Loudness",
    "ModelError",
    "MusicalKey",
    "PlaylistStep",
    "Section",
    "RecallEstimate",
    "SectionInfo",
    "SoundingRange",
    "SpanEmbeddings",
    "Tempo",
    "TempoCandidate",
    "TextEncoder",
    "TrackNotFoundError",
    "VectorGroup",
    "VectorIndex",
    "__version__",
    "analyze",
    "analyze_file",
    "audio_content_hash",
    "built_stages",
    "cmake_dir",
    "convert",
    "decode",
    "encoder_names",
    "energy_weights",
    "extract",
    "find_sections",
    "export_faiss",
    "import_faiss",
    "load_neural",
    "neural_status",
    "novelty_weights",
    "order_playlist",
    "pool",
    "pool_spans",
    "pooled_id",
    "read_audio_info",
    "simd_level",
    "version",
    "window_spans",
    "write_audio",
]

# Loaded on first use: they bring SQLAlchemy and more, which `import mess` must not pay for.
_LAZY = {
    **dict.fromkeys(("Library", "LibraryBusyError", "LibraryError", "TrackNotFoundError"), "mess.library"),
    "DeviceSearch": "mess._neural",
    "TextEncoder": "mess.text",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'mess' has no attribute {name!r}")


def cmake_dir() -> Path:
    """The folder of messConfig.cmake, for CMAKE_PREFIX_PATH or mess_DIR of a C++ project."""
    return Path(_core.__file__).parent / "lib" / "cmake" / "mess"
