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
    Alignment,
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
    FlowReasons,
    FlowSummary,
    FlowWeights,
    FormatError,
    Frames,
    FrameScale,
    FrameStore,
    FrameStoreInfo,
    GroupSimilarity,
    HubnessReport,
    IndexError,
    IndexInfo,
    IndexStore,
    InvalidArgument,
    KeyEstimate,
    KeySegment,
    Loudness,
    MixPiece,
    MixPlan,
    MixTrack,
    ModelError,
    Moment,
    MomentIndex,
    MusicalKey,
    Passage,
    PlaylistOrder,
    PlaylistStep,
    RecallEstimate,
    Section,
    SectionInfo,
    SoundingRange,
    SpanEmbeddings,
    Tempo,
    TempoCandidate,
    Transition,
    VectorGroup,
    VectorIndex,
    Whitening,
    align_frames,
    analysis_version,
    analyze,
    analyze_file,
    audio_content_hash,
    built_stages,
    convert,
    decode,
    describe_order,
    edge_levels,
    encode_passage,
    encoder_names,
    energy_weights,
    export_faiss,
    extract,
    find_sections,
    fit_frame_scale,
    import_faiss,
    load_neural,
    neural_status,
    novelty_weights,
    order_playlist,
    plan_mix,
    pool,
    pool_scales,
    pool_spans,
    pooled_id,
    read_audio_info,
    render_mix,
    simd_level,
    track_intensity,
    version,
    window_spans,
    write_audio,
)
from mess.display import analysis_html, section_html

if TYPE_CHECKING:
    from mess.library import Library, LibraryBusyError, LibraryError, TrackNotFoundError
    from mess.mixing import mix_track, mix_track_of
    from mess.text import TextEncoder

__version__ = version()

# What Jupyter shows; texts and tables are no business of the bindings.
setattr(Analysis, "_repr_html_", analysis_html)  # noqa: B010
setattr(Section, "_repr_html_", section_html)  # noqa: B010

__all__ = [
    "Alignment",
    "Analysis",
    "AudioBuffer",
    "AudioInfo",
    "AudioStream",
    "Beats",
    "DecodeError",
    "DecodeLimits",
    "DecodeSummary",
    "Encoder",
    "EncoderId",
    "Error",
    "Extraction",
    "FileAnalysis",
    "FormatError",
    "FrameScale",
    "FrameStore",
    "FrameStoreInfo",
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
    "Moment",
    "MomentIndex",
    "MusicalKey",
    "Passage",
    "MixPiece",
    "MixPlan",
    "MixTrack",
    "FlowReasons",
    "FlowSummary",
    "FlowWeights",
    "PlaylistOrder",
    "PlaylistStep",
    "RecallEstimate",
    "Section",
    "SectionInfo",
    "SoundingRange",
    "SpanEmbeddings",
    "Tempo",
    "TempoCandidate",
    "Transition",
    "TextEncoder",
    "TrackNotFoundError",
    "VectorGroup",
    "VectorIndex",
    "Whitening",
    "__version__",
    "align_frames",
    "analyze",
    "analysis_version",
    "analyze_file",
    "audio_content_hash",
    "built_stages",
    "cmake_dir",
    "convert",
    "decode",
    "encode_passage",
    "encoder_names",
    "energy_weights",
    "export_faiss",
    "extract",
    "find_sections",
    "fit_frame_scale",
    "import_faiss",
    "load_neural",
    "mix_track",
    "mix_track_of",
    "neural_status",
    "novelty_weights",
    "describe_order",
    "edge_levels",
    "order_playlist",
    "track_intensity",
    "plan_mix",
    "pool",
    "pool_scales",
    "pool_spans",
    "pooled_id",
    "read_audio_info",
    "render_mix",
    "simd_level",
    "version",
    "window_spans",
    "write_audio",
]

# Loaded on first use: they bring SQLAlchemy and more, which `import mess` must not pay for.
_LAZY = {
    **dict.fromkeys(("Library", "LibraryBusyError", "LibraryError", "TrackNotFoundError"), "mess.library"),
    "TextEncoder": "mess.text",
    **dict.fromkeys(("mix_track", "mix_track_of"), "mess.mixing"),
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'mess' has no attribute {name!r}")


def cmake_dir() -> Path:
    """The folder of messConfig.cmake, for CMAKE_PREFIX_PATH or mess_DIR of a C++ project."""
    return Path(_core.__file__).parent / "lib" / "cmake" / "mess"
