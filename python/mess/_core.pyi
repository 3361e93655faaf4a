"""
Bindings of libmess; import mess instead.
"""
from __future__ import annotations
import builtins
import collections.abc
import mess
import numpy
import numpy.typing
import pathlib
import typing
__all__: list[str] = ['Alignment', 'Analysis', 'AudioBuffer', 'AudioInfo', 'AudioStream', 'Beats', 'DecodeError', 'DecodeLimits', 'DecodeSummary', 'Encoder', 'EncoderId', 'Error', 'Extraction', 'FileAnalysis', 'FlowReasons', 'FlowSummary', 'FlowWeights', 'FormatError', 'FrameScale', 'FrameStore', 'FrameStoreInfo', 'Frames', 'GroupSimilarity', 'HubnessReport', 'IndexError', 'IndexInfo', 'IndexStore', 'InvalidArgument', 'KeyEstimate', 'KeySegment', 'Loudness', 'MixPiece', 'MixPlan', 'MixTrack', 'ModelError', 'Moment', 'MomentIndex', 'MusicalKey', 'Passage', 'PlaylistOrder', 'PlaylistStep', 'RecallEstimate', 'Section', 'SectionInfo', 'SoundingRange', 'SpanEmbeddings', 'Tempo', 'TempoCandidate', 'TextModel', 'Transition', 'VectorGroup', 'VectorIndex', 'Whitening', 'align_frames', 'analysis_version', 'analyze', 'analyze_file', 'audio_content_hash', 'built_stages', 'convert', 'decode', 'describe_order', 'edge_levels', 'encode_passage', 'encoder_names', 'energy_weights', 'export_faiss', 'extract', 'find_sections', 'fit_frame_scale', 'import_faiss', 'load_neural', 'mean_pairwise_cosine', 'neural_status', 'novelty_weights', 'order_playlist', 'plan_mix', 'pool', 'pool_scales', 'pool_spans', 'pooled_id', 'read_audio_info', 'render_mix', 'simd_level', 'track_intensity', 'version', 'window_spans', 'write_audio']
class Error(builtins.Exception):
    """
    Base of every error of mess.
    """
class DecodeError(Error, builtins.OSError):
    """
    The audio cannot be read.
    """
class IndexError(Error, builtins.LookupError):
    """
    An index refuses the operation.
    """
class InvalidArgument(Error, builtins.ValueError):
    """
    The caller's value is wrong.
    """
class ModelError(Error, builtins.RuntimeError):
    """
    An encoder is unknown or cannot be loaded.
    """
class FormatError(IndexError, builtins.OSError):
    """
    A file on disk is damaged or of another kind.
    """
class DecodeLimits:
    """
    What an untrusted file may cost; counted while decoding.
    """
    def __init__(self, *, max_duration_seconds: typing.SupportsFloat | typing.SupportsIndex = 43200.0, timeout_seconds: typing.SupportsFloat | typing.SupportsIndex = 900.0, max_buffer_bytes: typing.SupportsInt | typing.SupportsIndex = 4294967296, max_expansion: typing.SupportsFloat | typing.SupportsIndex = 65536.0) -> None:
        ...
    @property
    def max_buffer_bytes(self) -> int:
        ...
    @max_buffer_bytes.setter
    def max_buffer_bytes(self, arg0: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    @property
    def max_duration_seconds(self) -> float:
        ...
    @max_duration_seconds.setter
    def max_duration_seconds(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    @property
    def max_expansion(self) -> float:
        ...
    @max_expansion.setter
    def max_expansion(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    @property
    def timeout_seconds(self) -> float:
        ...
    @timeout_seconds.setter
    def timeout_seconds(self, arg0: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
class AudioBuffer:
    """
    Samples of a piece of audio: float32, channels x frames.
    """
    def __init__(self, samples: typing.Any, sample_rate_hz: typing.SupportsInt | typing.SupportsIndex) -> None:
        """
        Args: samples, (frames,) or (channels, frames) C-contiguous float32, kept without copying; sample_rate_hz.
        """
    def __repr__(self) -> str:
        ...
    @property
    def duration_seconds(self) -> float:
        ...
    @property
    def num_channels(self) -> int:
        ...
    @property
    def num_frames(self) -> int:
        ...
    @property
    def sample_rate_hz(self) -> int:
        ...
    @property
    def samples(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        The array itself, (channels, frames): no copy.
        """
class DecodeSummary:
    """
    What one decode pass met.
    """
    @property
    def duration_seconds(self) -> float:
        ...
    @property
    def num_bad_packets(self) -> int:
        ...
    @property
    def num_channels(self) -> int:
        ...
    @property
    def num_nonfinite_samples(self) -> int:
        ...
    @property
    def sample_rate_hz(self) -> int:
        ...
    @property
    def warnings(self) -> list[str]:
        ...
class AudioStream:
    """
    Iterates over chunks of a file, with bounded memory.
    """
    def __init__(self, source: typing.Any, *, sample_rate_hz: typing.SupportsInt | typing.SupportsIndex = 0, num_channels: typing.SupportsInt | typing.SupportsIndex = 0, start_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, duration_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, chunk_seconds: typing.SupportsFloat | typing.SupportsIndex = 10.0, limits: DecodeLimits | None = None) -> None:
        ...
    def __iter__(self) -> AudioStream:
        ...
    def __next__(self) -> AudioBuffer:
        ...
    @property
    def num_channels(self) -> int:
        ...
    @property
    def sample_rate_hz(self) -> int:
        ...
    @property
    def summary(self) -> DecodeSummary:
        """
        Complete once the iteration has ended.
        """
class AudioInfo:
    """
    What a file says about itself.
    """
    @property
    def claimed_duration_seconds(self) -> float:
        ...
    @property
    def codec(self) -> str:
        ...
    @property
    def container(self) -> str:
        ...
    @property
    def num_channels(self) -> int:
        ...
    @property
    def sample_rate_hz(self) -> int:
        ...
    @property
    def tags(self) -> dict[str, str]:
        """
        Lower-case keys: title, artist, album, album_artist, track, date, genre, ...
        """
class Loudness:
    """
    Loudness of a track.
    """
    @property
    def integrated_lufs(self) -> float | None:
        """
        ITU-R BS.1770-4, gated; None when all is below -70 LUFS.
        """
    @property
    def peak_dbfs(self) -> float:
        """
        Largest sample; -inf for digital silence.
        """
    @property
    def range_lu(self) -> float | None:
        """
        EBU Tech 3342; None under 3 s or when all is below -70 LUFS.
        """
    @property
    def true_peak_dbtp(self) -> float:
        """
        Largest value between samples, 4 times oversampled.
        """
class SoundingRange:
    """
    First and last moment above -60 dBFS.
    """
    @property
    def end_seconds(self) -> float:
        ...
    @property
    def start_seconds(self) -> float:
        ...
class TempoCandidate:
    """
    The pulse at one metrical level.
    """
    @property
    def bpm(self) -> float:
        ...
    @property
    def strength(self) -> float:
        """
        0 to 1; a track's candidates sum to 1.
        """
class Tempo:
    """
    Beats per minute, or nothing where nothing repeats.
    """
    @property
    def bpm(self) -> float | None:
        """
        Mean over the track; None when unknown.
        """
    @property
    def candidates(self) -> list[TempoCandidate]:
        """
        Strongest first.
        """
    @property
    def confidence(self) -> float:
        """
        0 to 1: how regularly onsets repeat.
        """
class Beats:
    """
    Where a foot would tap.
    """
    @property
    def beats_per_bar(self) -> int | None:
        """
        2 to 7; None when no bar length stands out.
        """
    @property
    def beats_seconds(self) -> list[float]:
        """
        Ascending.
        """
    @property
    def downbeat_confidence(self) -> float:
        """
        0 to 1.
        """
    @property
    def downbeats_seconds(self) -> list[float]:
        """
        Beats that begin a bar.
        """
class MusicalKey:
    """
    A tonic and a mode.
    """
    @property
    def is_minor(self) -> bool:
        ...
    @property
    def name(self) -> str:
        """
        As in "F# minor".
        """
    @property
    def tonic_pitch_class(self) -> int:
        """
        0 = C to 11 = B.
        """
class KeySegment:
    """
    The key of a part of a track.
    """
    @property
    def confidence(self) -> float:
        """
        0 to 1.
        """
    @property
    def end_seconds(self) -> float:
        ...
    @property
    def key(self) -> MusicalKey:
        ...
    @property
    def start_seconds(self) -> float:
        ...
class KeyEstimate:
    """
    The key of a track, or nothing where there is none.
    """
    @property
    def confidence(self) -> float:
        """
        0 to 1.
        """
    @property
    def key(self) -> MusicalKey | None:
        """
        None when unknown.
        """
    @property
    def name(self) -> str | None:
        """
        "F# minor", or None when unknown.
        """
    @property
    def runner_up(self) -> MusicalKey | None:
        ...
    @property
    def segments(self) -> list[KeySegment]:
        """
        About 20 s each, neighbours of the same key joined.
        """
    @property
    def tuning_cents(self) -> float:
        """
        Against A = 440 Hz, -50 to 50.
        """
class Analysis:
    """
    Measurements of a track that belong to transitions.
    """
    @staticmethod
    def _repr_html_(analysis: mess.Analysis) -> str:
        """
        Return what was measured of a track, as a table.
        """
    @property
    def beats(self) -> Beats:
        ...
    @property
    def brightness(self) -> float:
        """
        0 to 1: centre of the spectrum, 200 Hz to 2,000 Hz.
        """
    @property
    def duration_seconds(self) -> float:
        ...
    @property
    def energy_dbfs(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        float32 [seconds]: RMS of each second, -100 at the least.
        """
    @property
    def fade_out_seconds(self) -> float | None:
        """
        Where a fade-out begins; None for a cold end.
        """
    @property
    def is_silent(self) -> bool:
        ...
    @property
    def key(self) -> KeyEstimate:
        ...
    @property
    def loudness(self) -> Loudness:
        ...
    @property
    def mood(self) -> str:
        """
        "happy", "tense", "sad", "calm", or empty when unknown.
        """
    @property
    def onsets_per_second(self) -> float:
        ...
    @property
    def regularity(self) -> float:
        """
        0 to 1: how well one could dance to it; 0 without a tempo.
        """
    @property
    def sounding(self) -> SoundingRange:
        ...
    @property
    def tempo(self) -> Tempo:
        ...
    @property
    def waveform(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        float32 [pieces, 2]: lowest and highest sample of at most 1,000 equal pieces.
        """
    @property
    def words(self) -> list[str]:
        """
        Plain words such as "slow" and "minor"; see docs/analyze.md.
        """
class FileAnalysis:
    """
    The analysis of a file, and what decoding it met.
    """
    @property
    def analysis(self) -> Analysis:
        ...
    @property
    def summary(self) -> DecodeSummary:
        ...
class EncoderId:
    """
    Names what made a vector; vectors of different ids refuse to compare.
    """
    @staticmethod
    def parse(text: str) -> EncoderId:
        """
        Inverse of str(). Raises InvalidArgument.
        """
    def __eq__(self, arg0: object) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, name: str, version: typing.SupportsInt | typing.SupportsIndex, pooling: str = '') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __str__(self) -> str:
        ...
    def with_pooling(self, pooling: str) -> EncoderId:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def pooling(self) -> str:
        ...
    @property
    def version(self) -> int:
        ...
class Frames:
    """
    A time series of vectors: T x D float32.
    """
    def __init__(self, array: typing.Any, *, hop_seconds: typing.SupportsFloat | typing.SupportsIndex, window_seconds: typing.SupportsFloat | typing.SupportsIndex, encoder_id: EncoderId, track_vector: typing.Any = None) -> None:
        ...
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def array(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        The array itself, (T, D): no copy.
        """
    @property
    def encoder_id(self) -> EncoderId:
        ...
    @property
    def hop_seconds(self) -> float:
        ...
    @property
    def track_vector(self) -> numpy.typing.NDArray[numpy.float32] | None:
        """
        The encoder's own vector of the whole track, (E,); None when pooling is all there is.
        """
    @property
    def window_seconds(self) -> float:
        ...
class VectorGroup:
    """
    A run of values of a track vector that tell one thing.
    """
    def __repr__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def offset(self) -> int:
        ...
    @property
    def size(self) -> int:
        ...
    @property
    def weight(self) -> float:
        """
        Length of the run: its part in a cosine is at most its square.
        """
class GroupSimilarity:
    """
    One group's part in the cosine of two track vectors.
    """
    def __repr__(self) -> str:
        ...
    @property
    def cosine(self) -> float:
        """
        Within the group alone.
        """
    @property
    def name(self) -> str:
        ...
    @property
    def part(self) -> float:
        """
        Inner product over the group; the parts of all groups add up to the cosine.
        """
class Encoder:
    """
    Turns audio into frames. Immutable: calls may run from several threads.
    """
    @staticmethod
    def open(name: str, *, device: str = 'auto', precision: str = 'float32', id_name: str = '', layers: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = [], layer_weights: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] = [], layer_combination: str = 'mean', window_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, hop_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, frame_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> Encoder:
        """
        Opens an encoder by name, or a model's folder; loads the neural library on demand. Raises ModelError.
        """
    def encode(self, audio: AudioBuffer) -> Frames:
        """
        Encodes a buffer; other rates and channels are converted first.
        """
    def encode_batch(self, tracks: collections.abc.Sequence[AudioBuffer]) -> list[Frames]:
        """
        encode() of each; neural encoders take the windows of all of them together.
        """
    def encode_file(self, source: typing.Any, *, limits: DecodeLimits | None = None) -> Frames:
        """
        Encodes a file (path or bytes) of any length in bounded memory. Raises DecodeError.
        """
    def explain(self, a: typing.Any, b: typing.Any) -> list[GroupSimilarity]:
        """
        How much each group of two track vectors of unit length, (E,), adds to their cosine. Raises InvalidArgument.
        """
    @property
    def dim(self) -> int:
        ...
    @property
    def id(self) -> EncoderId:
        ...
    @property
    def license(self) -> str:
        """
        Of the weights; empty when there are none or it is unknown.
        """
    @property
    def num_channels(self) -> int:
        ...
    @property
    def sample_rate_hz(self) -> int:
        ...
    @property
    def track_vector_groups(self) -> list[VectorGroup]:
        """
        The parts of a track vector, in order; empty when the encoder makes none.
        """
class SpanEmbeddings:
    """
    One vector for each span of a track: N x D float32.
    """
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def array(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        (N, D): no copy.
        """
    @property
    def encoder_id(self) -> EncoderId:
        ...
    @property
    def spans(self) -> list[tuple[float, float]]:
        """
        Start and end in seconds.
        """
class Section:
    """
    A part of a track; the same label means that it sounds alike.
    """
    @staticmethod
    def _repr_html_(section: mess.Section) -> str:
        """
        Return one section as a table.
        """
    def __repr__(self) -> str:
        ...
    @property
    def end_seconds(self) -> float:
        ...
    @property
    def label(self) -> str:
        ...
    @property
    def start_seconds(self) -> float:
        ...
class Whitening:
    """
    PCA whitening, fitted on the user's own vectors. Immutable.
    """
    @staticmethod
    def fit(vectors: typing.Any, *, encoder_id: typing.Any, num_components: typing.SupportsInt | typing.SupportsIndex = 0, shrinkage: typing.SupportsFloat | typing.SupportsIndex | None = None, l2_normalize: bool = True) -> Whitening:
        """
        Fits on an array (n, D) float32, or on an iterable of such arrays, one at a time. `num_components` 0: all there are; `shrinkage` of the variances, 0 to 1, None: estimated (Chen et al., 2010). Raises InvalidArgument.
        """
    @staticmethod
    def load(path: typing.Any) -> Whitening:
        """
        Reads a file of save(). Raises FormatError.
        """
    def __repr__(self) -> str:
        ...
    def apply(self, vectors: typing.Any, encoder_id: typing.Any = None) -> numpy.typing.NDArray[numpy.float32]:
        """
        (n, D) to (n, K) float32, or (D,) to (K,). Raises InvalidArgument: another width, or the encoder id, where it is given, is not input_id.
        """
    def save(self, path: typing.Any) -> None:
        """
        Writes beside the target, syncs, renames.
        """
    @property
    def components(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        (K, D): eigenvectors over the square roots of the shrunk variances.
        """
    @property
    def dim(self) -> int:
        """
        D, of what comes in.
        """
    @property
    def encoder_id(self) -> EncoderId:
        """
        Of what apply() gives.
        """
    @property
    def explained_variance(self) -> float:
        """
        Share of the components, 0 to 1.
        """
    @property
    def input_id(self) -> EncoderId:
        """
        Of the vectors it was fitted on.
        """
    @property
    def mean(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        (D,)
        """
    @property
    def num_components(self) -> int:
        """
        K, of what comes out.
        """
    @property
    def num_vectors(self) -> int:
        """
        That it was fitted on.
        """
    @property
    def shrinkage(self) -> float:
        ...
class HubnessReport:
    """
    How often vectors are among the k nearest of others.
    """
    @property
    def anti_hub_share(self) -> float:
        ...
    @property
    def k(self) -> int:
        ...
    @property
    def largest_count(self) -> int:
        ...
    @property
    def num_queries(self) -> int:
        ...
    @property
    def skewness(self) -> float:
        ...
class RecallEstimate:
    """
    What share of the true nearest a search finds.
    """
    @property
    def k(self) -> int:
        ...
    @property
    def lowest(self) -> float:
        ...
    @property
    def num_queries(self) -> int:
        ...
    @property
    def recall(self) -> float:
        ...
class SectionInfo:
    """
    A section of an index file, in bytes.
    """
    @property
    def name(self) -> str:
        ...
    @property
    def offset(self) -> int:
        ...
    @property
    def size(self) -> int:
        ...
class IndexInfo:
    """
    What an index is made of and how much room it takes.
    """
    @property
    def bytes_per_vector(self) -> float:
        ...
    @property
    def dim(self) -> int:
        ...
    @property
    def encoder_id(self) -> str:
        ...
    @property
    def mapped_bytes(self) -> int:
        ...
    @property
    def metric(self) -> str:
        ...
    @property
    def num_removed(self) -> int:
        ...
    @property
    def owned_bytes(self) -> int:
        ...
    @property
    def sections(self) -> list[SectionInfo]:
        ...
    @property
    def size(self) -> int:
        ...
    @property
    def spec(self) -> str:
        ...
    @property
    def storage(self) -> str:
        ...
    @property
    def structure(self) -> str:
        ...
class VectorIndex:
    """
    Nearest neighbours, exact or through a graph. Thread-safe.
    """
    @staticmethod
    def load(path: typing.Any, *, verify: bool = False) -> VectorIndex:
        """
        Maps a file made by save(); verify reads all of it first. Raises FormatError when it is damaged.
        """
    def __contains__(self, id: typing.SupportsInt | typing.SupportsIndex) -> bool:
        ...
    def __init__(self, dim: typing.SupportsInt | typing.SupportsIndex, spec: str = 'auto', *, encoder_id: str = '', metric: str = 'ip', ef_construction: typing.SupportsInt | typing.SupportsIndex = 64, num_threads: typing.SupportsInt | typing.SupportsIndex = 0) -> None:
        """
        spec: auto, flat, flat-fp16, flat-bf16, flat-int8, hnsw (hnsw48,flat-fp16). metric: ip or l2.
        """
    def __len__(self) -> int:
        ...
    def add(self, ids: typing.Any, vectors: typing.Any) -> None:
        """
        Args: ids (n,) integers of at least 0, vectors (n, dim) float32. Raises InvalidArgument; then nothing is added.
        """
    def compact(self) -> None:
        """
        Builds anew without what was removed. Ids stay.
        """
    def diversify(self, ids: typing.Any, scores: typing.Any, k: typing.SupportsInt | typing.SupportsIndex, *, diversity: typing.SupportsFloat | typing.SupportsIndex = 0.3) -> numpy.typing.NDArray[numpy.int64]:
        """
        Maximal marginal relevance: at most k of the ids, unlike each other for a diversity towards 1.
        """
    def fit_hubness(self, sample_size: typing.SupportsInt | typing.SupportsIndex = 256) -> None:
        """
        Learns how similar each vector is to others in general, for search(correct_hubness=True).
        """
    def hubness(self, k: typing.SupportsInt | typing.SupportsIndex = 10, *, corrected: bool = False, max_queries: typing.SupportsInt | typing.SupportsIndex = 20000) -> HubnessReport:
        """
        How unevenly vectors appear among the k nearest of others.
        """
    def ids(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        All ids, in no order.
        """
    def info(self) -> IndexInfo:
        """
        What the index is made of and how much room it takes.
        """
    def recall_estimate(self, k: typing.SupportsInt | typing.SupportsIndex = 10, *, num_queries: typing.SupportsInt | typing.SupportsIndex = 200, effort: typing.SupportsInt | typing.SupportsIndex = 0) -> RecallEstimate:
        """
        The share of the true k nearest that search() finds, measured with stored vectors.
        """
    def remove(self, ids: typing.Any) -> int:
        """
        Removes ids in O(1) each; returns how many were present.
        """
    def save(self, path: typing.Any) -> None:
        """
        Writes a checked file; readers see the old one or the new one.
        """
    def search(self, queries: typing.Any, k: typing.SupportsInt | typing.SupportsIndex, *, filter: typing.Any = None, encoder_id: str = '', effort: typing.SupportsInt | typing.SupportsIndex = 0, exact: bool = False, correct_hubness: bool = False) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """
        Args: queries (n, dim) or (dim,) float32; filter, ids to consider: an array of ids, a range, a boolean array over ids from 0 on, or a function of an id; effort, candidates that a graph keeps. Returns scores (n, k) float32 and ids (n, k) int64, best first, padded with -inf and -1.
        """
    def search_any(self, vectors: typing.Any, k: typing.SupportsInt | typing.SupportsIndex, *, filter: typing.Any = None, encoder_id: str = '') -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """
        By several vectors (n, dim) at once; each id is scored by the one it is nearest to. As search().
        """
    def search_range(self, query: typing.Any, min_score: typing.SupportsFloat | typing.SupportsIndex, *, filter: typing.Any = None) -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """
        All with at least min_score, best first: scores and ids (1, found).
        """
    def search_weighted(self, vectors: typing.Any, weights: typing.Any, k: typing.SupportsInt | typing.SupportsIndex, *, filter: typing.Any = None, encoder_id: str = '') -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """
        By several vectors (n, dim) at once, each with a weight; negative ones push away. As search().
        """
    def update(self, ids: typing.Any, vectors: typing.Any) -> int:
        """
        As add(), but ids that are present get the new vector; returns how many were present.
        """
    def vector(self, id: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float32]:
        """
        The vector stored under an id, (dim,) float32. Raises IndexError.
        """
    def vectors(self, ids: typing.Any) -> numpy.typing.NDArray[numpy.float32]:
        """
        The vectors of ids, (n, dim) float32. Raises IndexError.
        """
    def verify(self) -> None:
        """
        Checks the whole file this was loaded from.
        """
    @property
    def dim(self) -> int:
        ...
    @property
    def encoder_id(self) -> str:
        ...
    @property
    def has_hubness(self) -> bool:
        ...
    @property
    def metric(self) -> str:
        ...
    @property
    def size(self) -> int:
        ...
    @property
    def spec(self) -> str:
        ...
class IndexStore:
    """
    Index files in generations: publish a new one, open the current one, go back.
    """
    def __init__(self, folder: typing.Any, *, num_kept: typing.SupportsInt | typing.SupportsIndex = 3) -> None:
        ...
    def generations(self) -> list[int]:
        """
        The generations whose files are there, ascending.
        """
    def open_current(self, *, verify: bool = False) -> VectorIndex:
        """
        Opens the current generation, which stays whole while it is open. Raises FormatError.
        """
    def path_of(self, generation: typing.SupportsInt | typing.SupportsIndex) -> str:
        """
        The file of a generation.
        """
    def publish(self, index: VectorIndex) -> int:
        """
        Writes the next generation and makes it current; returns its number.
        """
    def rollback(self) -> int:
        """
        Makes the newest sound generation below the current one current; returns its number.
        """
    @property
    def current(self) -> int:
        """
        The number of the current generation, 0 when there is none.
        """
class Passage:
    """
    What to look for: the frames of a clip, at several phases of the hop.
    """
    @staticmethod
    def from_frames(frames: Frames) -> Passage:
        """
        One phase: frames as they are, such as a part of a stored track.
        """
    def __repr__(self) -> str:
        ...
    @property
    def duration_seconds(self) -> float:
        ...
    @property
    def encoder_id(self) -> EncoderId:
        ...
    @property
    def num_phases(self) -> int:
        ...
class FrameScale:
    """
    Mean and deviation of each dimension of frames.
    """
    def __init__(self, mean: typing.Any, deviation: typing.Any) -> None:
        ...
    @property
    def deviation(self) -> numpy.typing.NDArray[numpy.float32]:
        ...
    @property
    def mean(self) -> numpy.typing.NDArray[numpy.float32]:
        ...
class Alignment:
    """
    A place in a track where a passage is heard.
    """
    def __repr__(self) -> str:
        ...
    @property
    def agreement(self) -> float:
        """
        Whether it also changes alike over time, -1 to 1.
        """
    @property
    def end_seconds(self) -> float:
        ...
    @property
    def is_same_recording(self) -> bool:
        ...
    @property
    def query_start_seconds(self) -> float:
        """
        Where in the passage that is: above 0 when the track begins within it.
        """
    @property
    def score(self) -> float:
        """
        1 is the same, about 0 has nothing in common.
        """
    @property
    def start_seconds(self) -> float:
        """
        In the track.
        """
    @property
    def tempo_ratio(self) -> float:
        """
        Above 1: the track plays it faster.
        """
class Moment:
    """
    A place in one of the tracks of an index.
    """
    def __repr__(self) -> str:
        ...
    @property
    def alignment(self) -> Alignment:
        ...
    @property
    def track_id(self) -> int:
        ...
class MomentIndex:
    """
    Windows of tracks propose where a passage may be, their frames decide. Thread-safe.
    """
    @staticmethod
    def load(path: typing.Any) -> MomentIndex:
        """
        Raises FormatError.
        """
    def __init__(self, *, window_seconds: typing.SupportsFloat | typing.SupportsIndex = 10.0, hop_seconds: typing.SupportsFloat | typing.SupportsIndex = 5.0, index_spec: str = 'auto', scale: FrameScale | None = None) -> None:
        ...
    def add(self, track_id: typing.SupportsInt | typing.SupportsIndex, frames: Frames) -> None:
        """
        Add a track's windows, or replace them. Raises InvalidArgument: frames of another encoder, not finite.
        """
    def find(self, passage: Passage, read: collections.abc.Callable[[int, float, float], Frames], *, k: typing.SupportsInt | typing.SupportsIndex = 10, max_per_track: typing.SupportsInt | typing.SupportsIndex = 3, num_proposals: typing.SupportsInt | typing.SupportsIndex = 64, any_tempo: bool = False, own: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex] | None = None) -> list[Moment]:
        """
        The moments most like a passage, best first. `read(track_id, begin_seconds, end_seconds)` gives Frames, as FrameStore.read does; num_proposals 0 aligns with every track; results that overlap `own` (track_id, start_seconds, end_seconds) are left out. Raises InvalidArgument.
        """
    def remove(self, track_ids: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> int:
        """
        Return how many were present.
        """
    def save(self, path: typing.Any) -> None:
        """
        Write one checked file beside the old one and rename it.
        """
    @property
    def encoder_id(self) -> EncoderId:
        ...
    @property
    def num_tracks(self) -> int:
        ...
    @property
    def num_windows(self) -> int:
        ...
    @property
    def track_ids(self) -> list[int]:
        """
        Ascending.
        """
class FlowReasons:
    """
    What the cost of a step is made of; the parts add up to it.
    """
    @property
    def cosine(self) -> float:
        """
        Of the tail before and this head.
        """
    @property
    def key_cost(self) -> float:
        ...
    @property
    def key_relation(self) -> str:
        """
        "fifth up"; empty when a key is unknown.
        """
    @property
    def level_cost(self) -> float:
        ...
    @property
    def level_db(self) -> float | None:
        """
        How it begins against how the one before ends.
        """
    @property
    def loudness_cost(self) -> float:
        ...
    @property
    def loudness_lu(self) -> float | None:
        """
        Above 0: this one is louder. None when unknown.
        """
    @property
    def tempo_cost(self) -> float:
        ...
    @property
    def tempo_ratio(self) -> float | None:
        """
        Octave-aware; None when a tempo is unknown.
        """
    @property
    def timbre_cost(self) -> float:
        ...
class PlaylistStep:
    """
    One track of an order, with the cost of the step to it and why.
    """
    def __repr__(self) -> str:
        ...
    @property
    def cost(self) -> float:
        ...
    @property
    def id(self) -> int:
        ...
    @property
    def reasons(self) -> FlowReasons:
        ...
    @property
    def text(self) -> str:
        ...
class FlowSummary:
    """
    Costs of the steps of one order.
    """
    @property
    def mean(self) -> float:
        ...
    @property
    def p95(self) -> float:
        ...
    @property
    def worst(self) -> float:
        ...
class PlaylistOrder:
    """
    Which tracks, in which order, and how well they flow.
    """
    @property
    def flow(self) -> FlowSummary:
        ...
    @property
    def gap_shortfall(self) -> int:
        ...
    @property
    def greedy(self) -> FlowSummary:
        """
        The same tracks, each time to the nearest left.
        """
    @property
    def is_optimal(self) -> bool:
        ...
    @property
    def num_iterations(self) -> int:
        ...
    @property
    def shuffled(self) -> FlowSummary:
        """
        The same tracks at random, the mean of 32 shuffles.
        """
    @property
    def steps(self) -> list[PlaylistStep]:
        ...
    @property
    def stopped_by_time(self) -> bool:
        ...
    @property
    def total_cost(self) -> float:
        ...
class FlowWeights:
    """
    What each part of a playlist's cost weighs; docs/playlist.md.
    """
    def __init__(self, *, timbre: typing.SupportsFloat | typing.SupportsIndex = 1.0, tempo: typing.SupportsFloat | typing.SupportsIndex = 0.15, key: typing.SupportsFloat | typing.SupportsIndex = 0.1, loudness: typing.SupportsFloat | typing.SupportsIndex = 0.01, level: typing.SupportsFloat | typing.SupportsIndex = 0.004, roughness: typing.SupportsFloat | typing.SupportsIndex = 0.5, relevance: typing.SupportsFloat | typing.SupportsIndex = 0.3, arc: typing.SupportsFloat | typing.SupportsIndex = 0.3, path: typing.SupportsFloat | typing.SupportsIndex = 0.6) -> None:
        ...
    @property
    def arc(self) -> float:
        ...
    @property
    def key(self) -> float:
        ...
    @property
    def level(self) -> float:
        """
        Per dB.
        """
    @property
    def loudness(self) -> float:
        """
        Per LU.
        """
    @property
    def path(self) -> float:
        ...
    @property
    def relevance(self) -> float:
        ...
    @property
    def roughness(self) -> float:
        """
        Of the square of a step's cost.
        """
    @property
    def tempo(self) -> float:
        ...
    @property
    def timbre(self) -> float:
        ...
class MixTrack:
    """
    A file and what its analysis says of it.
    """
    def __init__(self, path: typing.Any, *, duration_seconds: typing.SupportsFloat | typing.SupportsIndex, sounding_start_seconds: typing.SupportsFloat | typing.SupportsIndex, sounding_end_seconds: typing.SupportsFloat | typing.SupportsIndex, fade_out_seconds: typing.SupportsFloat | typing.SupportsIndex | None = None, loudness_lufs: typing.SupportsFloat | typing.SupportsIndex | None = None, beats_seconds: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] = [], downbeats_seconds: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] = [], beats_per_bar: typing.SupportsInt | typing.SupportsIndex | None = None, key: str | None = None, key_confidence: typing.SupportsFloat | typing.SupportsIndex = 1.0, title: str = '', artist: str = '', album: str = '', track_number: typing.SupportsInt | typing.SupportsIndex = 0) -> None:
        ...
    @property
    def artist(self) -> str:
        ...
    @property
    def path(self) -> pathlib.Path:
        ...
    @property
    def title(self) -> str:
        ...
class Transition:
    """
    How one track follows another.
    """
    @property
    def bars(self) -> int:
        ...
    @property
    def in_seconds(self) -> float:
        """
        Of the file that comes, where it enters.
        """
    @property
    def key_relation(self) -> str:
        ...
    @property
    def out_seconds(self) -> float:
        """
        Of the file that leaves, where the overlap begins.
        """
    @property
    def overlap_seconds(self) -> float:
        """
        Of the mix; a pause when negative.
        """
    @property
    def reasons(self) -> list[str]:
        ...
    @property
    def return_seconds(self) -> float:
        """
        Until it is back at its own tempo.
        """
    @property
    def tempo_ratio(self) -> float:
        """
        Seconds of the file that comes per second of the mix.
        """
    @property
    def tier(self) -> str:
        """
        "gapless", "beat-match", "fade" or "cold".
        """
class MixPiece:
    """
    One track on the timeline of the mix.
    """
    def mix_time(self, source_seconds: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Where a moment of the file is heard, in seconds of the mix.
        """
    @property
    def end_seconds(self) -> float:
        """
        Of the mix.
        """
    @property
    def entry(self) -> Transition | None:
        """
        None for the first.
        """
    @property
    def gain_db(self) -> float:
        ...
    @property
    def source_end_seconds(self) -> float:
        """
        Of the file.
        """
    @property
    def source_start_seconds(self) -> float:
        """
        Of the file.
        """
    @property
    def start_seconds(self) -> float:
        """
        Of the mix.
        """
    @property
    def track(self) -> MixTrack:
        ...
class MixPlan:
    """
    What a mix will be.
    """
    def cue_sheet(self, file_name: str, *, title: str = '') -> str:
        ...
    @property
    def duration_seconds(self) -> float:
        ...
    @property
    def pieces(self) -> list[MixPiece]:
        ...
class FrameStoreInfo:
    """
    What a frame store holds.
    """
    def __repr__(self) -> str:
        ...
    @property
    def dim(self) -> int:
        ...
    @property
    def file_bytes(self) -> int:
        """
        Of all shards.
        """
    @property
    def num_frames(self) -> int:
        ...
    @property
    def num_shards(self) -> int:
        ...
    @property
    def num_tracks(self) -> int:
        ...
    @property
    def removed_bytes(self) -> int:
        """
        Of frames that compact() would drop.
        """
    @property
    def storage(self) -> str:
        ...
    @property
    def window_seconds(self) -> float:
        ...
class FrameStore:
    """
    All frames of all tracks of a library in a folder, read by track and time. Thread-safe.
    """
    @staticmethod
    def open(folder: typing.Any, *, storage: str = 'float16', read_only: bool = False, shard_bytes: typing.SupportsInt | typing.SupportsIndex = 268435456) -> FrameStore:
        """
        Opens a folder, which the first add() makes. `storage` ("float32", "float16", "int8") is that of a store without tracks. Reads no frames. Raises FormatError.
        """
    def __contains__(self, id: typing.SupportsInt | typing.SupportsIndex) -> bool:
        ...
    def __len__(self) -> int:
        ...
    @typing.overload
    def add(self, id: typing.SupportsInt | typing.SupportsIndex, frames: Frames) -> None:
        """
        Adds a track; it is on the disk when this returns. Raises InvalidArgument: an id that is present, values that are not finite or above 65,504 in float16, frames of another encoder, width or hop.
        """
    @typing.overload
    def add(self, ids: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], frames: collections.abc.Sequence[Frames]) -> None:
        """
        Adds many tracks at once: all or none.
        """
    def compact(self) -> None:
        """
        Writes shards with removed tracks anew, and small ones together.
        """
    def ids(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        All ids, ascending, int64.
        """
    def info(self) -> FrameStoreInfo:
        ...
    def num_frames(self, id: typing.SupportsInt | typing.SupportsIndex) -> int:
        """
        Raises IndexError where there is no such track.
        """
    def read(self, id: typing.SupportsInt | typing.SupportsIndex, begin_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, end_seconds: typing.SupportsFloat | typing.SupportsIndex | None = None) -> Frames:
        """
        Frames in float32. The frames whose time [t, t + 1) x hop_seconds overlaps [begin_seconds, end_seconds); None is the end. Raises IndexError where there is no such track, InvalidArgument for a range outside it, FormatError for damage.
        """
    def refresh(self) -> bool:
        """
        Looks for changes by others; returns whether there were some.
        """
    def remove(self, ids: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> int:
        """
        Removes tracks; returns how many were present.
        """
    def update(self, ids: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], frames: collections.abc.Sequence[Frames]) -> int:
        """
        As add(), but tracks that are present are replaced; returns how many were.
        """
    def verify(self) -> None:
        """
        Compares everything with its checksum. Raises FormatError.
        """
    def view(self, id: typing.SupportsInt | typing.SupportsIndex, begin_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, end_seconds: typing.SupportsFloat | typing.SupportsIndex | None = None) -> numpy.ndarray[typing.Any, numpy.dtype[typing.Any]]:
        """
        (T, D) as they lie in the file, float16 or float32, read-only: no copy. The frames whose time [t, t + 1) x hop_seconds overlaps [begin_seconds, end_seconds); None is the end. Raises IndexError where there is no such track, InvalidArgument for a range outside it, FormatError for damage.
        """
    @property
    def encoder_id(self) -> EncoderId | None:
        """
        Of all frames; None while the store is empty.
        """
    @property
    def folder(self) -> str:
        ...
    @property
    def hop_seconds(self) -> float:
        """
        Of all frames; 0 while the store is empty.
        """
class TextModel:
    """
    Turns token ids into vectors. Immutable: calls may run from several threads.
    """
    @staticmethod
    def open(folder: typing.Any, *, device: str = 'auto', precision: str = 'float32', id_name: str = '') -> TextModel:
        """
        Opens a folder with config.json and weights of a text model. Raises ModelError.
        """
    def encode_tokens(self, rows: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]]) -> numpy.typing.NDArray[numpy.float32]:
        """
        Rows of token ids, special tokens included, to (n, dim) float32 of unit length.
        """
    @property
    def dim(self) -> int:
        ...
    @property
    def id(self) -> EncoderId:
        ...
    @property
    def license(self) -> str:
        """
        Of the weights; empty when unknown.
        """
    @property
    def max_tokens(self) -> int:
        """
        Longest row, special tokens included.
        """
    @property
    def pad_token_id(self) -> int:
        ...
class Extraction:
    """
    What one decode pass gave.
    """
    @property
    def analysis(self) -> Analysis:
        ...
    @property
    def frames(self) -> Frames:
        ...
    @property
    def summary(self) -> DecodeSummary:
        ...
def align_frames(passage: Passage, track: Frames, *, max_results: typing.SupportsInt | typing.SupportsIndex = 1, any_tempo: bool = False, min_separation_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, scale: FrameScale | None = None) -> list[Alignment]:
    """
    The places in the Frames of a track that are most like a passage, best first; any_tempo: half to twice the tempo too, by dynamic time warping. Raises InvalidArgument.
    """
def analysis_version() -> int:
    """
    The version of the measurements; raised with every change of their numbers.
    """
def analyze(audio: AudioBuffer) -> Analysis:
    """
    Measures loudness and the sounding range at the audio's own rate and channels.
    """
def analyze_file(source: typing.Any, *, limits: DecodeLimits | None = None) -> FileAnalysis:
    """
    Analyzes a file (path or bytes) of any length in bounded memory. Raises DecodeError.
    """
def audio_content_hash(source: typing.Any) -> str:
    """
    SHA-256 of the compressed audio, 64 hex digits; survives renaming, moving and retagging. Raises DecodeError.
    """
def built_stages() -> list[str]:
    """
    The stages this build holds, in the order of the data flow.
    """
def convert(audio: AudioBuffer, *, sample_rate_hz: typing.SupportsInt | typing.SupportsIndex = 0, num_channels: typing.SupportsInt | typing.SupportsIndex = 0) -> AudioBuffer:
    """
    Converts rate and channels by the rules of decode(); 0 keeps.
    """
def decode(source: typing.Any, *, sample_rate_hz: typing.SupportsInt | typing.SupportsIndex = 0, num_channels: typing.SupportsInt | typing.SupportsIndex = 0, start_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, duration_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.0, limits: DecodeLimits | None = None) -> AudioBuffer:
    """
    Decodes a file (path or bytes) into memory; 0 keeps the file's rate, channels or end. Raises DecodeError.
    """
def describe_order(ids: typing.Any, vectors: typing.Any, **kwargs: typing.Any) -> PlaylistOrder:
    """
    Describe the tracks in the order given; arguments as order_playlist().
    """
def edge_levels(energy_dbfs: typing.Annotated[numpy.typing.ArrayLike, numpy.float32], sounding_start_seconds: typing.SupportsFloat | typing.SupportsIndex, sounding_end_seconds: typing.SupportsFloat | typing.SupportsIndex, *, edge_seconds: typing.SupportsFloat | typing.SupportsIndex = 10.0) -> tuple[float, float]:
    """
    Mean power (dBFS) of the first and the last seconds that sound: (head, tail), NaN when nothing does.
    """
def encode_passage(encoder: Encoder, audio: AudioBuffer, *, num_phases: typing.SupportsInt | typing.SupportsIndex = 16) -> Passage:
    """
    Encode a clip to look for; num_phases times, each from audio that begins a part of a hop later. Raises InvalidArgument.
    """
def encoder_names() -> list[str]:
    """
    Names Encoder.open() knows right now, sorted.
    """
def energy_weights(frames: Frames, energy_dbfs: typing.Any) -> numpy.typing.NDArray[numpy.float32]:
    """
    Weights of the frames (T,) by power, from the level of each second (Analysis.energy_dbfs).
    """
def export_faiss(index: VectorIndex, path: typing.Any) -> str:
    """
    Writes a FAISS file (IndexIDMap2 over IndexFlat); returns its XXH3-64 in hexadecimal.
    """
def extract(source: typing.Any, *, encoder: Encoder, limits: DecodeLimits | None = None) -> Extraction:
    """
    Encodes and analyzes a file (path or bytes) in one decode pass of bounded memory. Raises DecodeError.
    """
def find_sections(frames: Frames, *, kernel_seconds: typing.SupportsFloat | typing.SupportsIndex = 16.0, min_section_seconds: typing.SupportsFloat | typing.SupportsIndex = 6.0, min_novelty: typing.SupportsFloat | typing.SupportsIndex = 0.07, same_label_cosine: typing.SupportsFloat | typing.SupportsIndex = 0.4) -> list[Section]:
    """
    The form of a track: boundaries where the music before and after differs most (Foote, 2000), labels by likeness. Raises InvalidArgument.
    """
def fit_frame_scale(frames: collections.abc.Sequence[Frames]) -> FrameScale:
    """
    Mean and deviation over all frames of a list of Frames. Raises InvalidArgument.
    """
def import_faiss(path: typing.Any, spec: str = 'auto', *, encoder_id: str = '', metric: str = 'ip', xxh3: str = '', is_trusted: bool = False) -> VectorIndex:
    """
    Reads a FAISS file with this XXH3-64, or one that the caller trusts. Raises FormatError.
    """
def load_neural() -> bool:
    """
    Loads libmess_neural; False when it is not installed (see neural_status()).
    """
def mean_pairwise_cosine(vectors: typing.Annotated[numpy.typing.ArrayLike, numpy.float32]) -> float:
    """
    Mean cosine over all pairs of the rows of (n, dim), n >= 2.
    """
def neural_status() -> str:
    """
    "not loaded", "loaded: PATH", or why it could not be.
    """
def novelty_weights(frames: Frames) -> numpy.typing.NDArray[numpy.float32]:
    """
    Weights of the frames (T,) by change: softmax of the standardised distance between before and after.
    """
def order_playlist(ids: typing.Any, vectors: typing.Any, **kwargs: typing.Any) -> PlaylistOrder:
    """
    Choose among candidates and order them so that the list flows.
    
    Args: ids (n,) and vectors (n, dim) float32 of unit length; by keyword what else is known, n entries each, None or NaN where unknown: head_vectors, tail_vectors (n, dim), loudness_lufs, head_level_dbfs, tail_level_dbfs, intensity, tempo_bpm, tempo_confidence, keys ("F# minor"), key_confidence, duration_seconds, relevance, artists, albums.
    Options: length=20, total_seconds, first_id, last_id, required_ids, artist_gap=2, album_gap=0, max_per_artist, max_per_album, arc ("flat", "build", "peak", "cool-down"), is_path, weights (FlowWeights), seed=0, max_iterations, time_limit_seconds.
    
    Raises InvalidArgument.
    """
def plan_mix(tracks: collections.abc.Sequence[MixTrack], *, target_lufs: typing.SupportsFloat | typing.SupportsIndex = -16.0, max_boost_db: typing.SupportsFloat | typing.SupportsIndex = 20.0, max_bars: typing.SupportsInt | typing.SupportsIndex = 8, fade_seconds: typing.SupportsFloat | typing.SupportsIndex = 8.0, pause_seconds: typing.SupportsFloat | typing.SupportsIndex = 0.3, keeps_albums: bool = True) -> MixPlan:
    """
    Plan how each track follows the one before; docs/mix.md has the rules. Raises InvalidArgument.
    """
def pool(frames: Frames, *, kind: str = 'auto', l2_normalize: bool = True, frame_weights: typing.Any = None) -> numpy.typing.NDArray[numpy.float32]:
    """
    One vector per track, float32, unit length by default: "track" is the encoder's own, "mean" (D,), "mean_std" (2 D,), "max", "gem" and "median" (D,); "auto" is "track" where there is one, otherwise "mean_std". With frame_weights (T,) mean and deviation are weighted. Raises InvalidArgument.
    """
def pool_scales(frames: Frames, *, kind: str = 'mean_std', l2_normalize: bool = True, window_seconds: typing.SupportsFloat | typing.SupportsIndex = 10.0, hop_seconds: typing.SupportsFloat | typing.SupportsIndex = 5.0, edge_seconds: typing.SupportsFloat | typing.SupportsIndex = 20.0, sounding: tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex] | None = None) -> dict[str, SpanEmbeddings]:
    """
    A track at several scales: a dict of SpanEmbeddings "track", "sections", "windows", "head" and "tail", the last two of edge_seconds of what sounds (start_seconds, end_seconds). Raises InvalidArgument.
    """
def pool_spans(frames: Frames, spans: collections.abc.Sequence[tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex]], *, kind: str = 'mean_std', l2_normalize: bool = True, frame_weights: typing.Any = None) -> SpanEmbeddings:
    """
    One vector for each (start_seconds, end_seconds): of the frames whose middle lies in it, or of the nearest frame. Raises InvalidArgument.
    """
def pooled_id(encoder: Encoder, *, kind: str = 'auto') -> EncoderId:
    """
    The id of what pool() makes of this encoder's frames. Raises InvalidArgument for "track" where there is none.
    """
def read_audio_info(source: typing.Any) -> AudioInfo:
    """
    Reads headers and tags without decoding. Raises DecodeError.
    """
def render_mix(plan: MixPlan, path: typing.Any, *, sample_rate_hz: typing.SupportsInt | typing.SupportsIndex = 44100, num_channels: typing.SupportsInt | typing.SupportsIndex = 2, ceiling_dbtp: typing.SupportsFloat | typing.SupportsIndex = -1.0, swaps_bass: bool = True, sample_format: str = 'int16', bit_rate_kbps: typing.SupportsInt | typing.SupportsIndex = 0, title: str = '', writes_cue_sheet: bool = True, progress: typing.Any = None) -> bool:
    """
    Render a plan to .flac, .wav, .mp3 or .opus in bounded memory, with a cue sheet beside it. `progress` is called with 0 to 1; False stops it and leaves no file, and so does an exception. Returns whether it was finished. Raises DecodeError, InvalidArgument, Error.
    """
def simd_level() -> str:
    """
    The SIMD level in use: baseline, avx2 or avx512 (MESS_SIMD forces a lower one).
    """
def track_intensity(integrated_lufs: typing.SupportsFloat | typing.SupportsIndex, onsets_per_second: typing.SupportsFloat | typing.SupportsIndex, brightness: typing.SupportsFloat | typing.SupportsIndex) -> float:
    """
    How much a track drives, 0 to 1; NaN when nothing is known (NaN) of it.
    """
def version() -> str:
    """
    The version of libmess.
    """
def window_spans(frames: Frames, *, window_seconds: typing.SupportsFloat | typing.SupportsIndex = 10.0, hop_seconds: typing.SupportsFloat | typing.SupportsIndex = 5.0) -> list[tuple[float, float]]:
    """
    Windows (start_seconds, end_seconds) that cover the frames, the last one ending with them.
    """
def write_audio(path: typing.Any, audio: AudioBuffer, *, sample_format: str = 'int16', tags: collections.abc.Mapping[str, str] | None = None) -> None:
    """
    Writes .wav or .flac by suffix, as int16, int24 or float32 (WAV); atomic. Raises InvalidArgument or Error.
    """
