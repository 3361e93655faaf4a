"""
Bindings of libmess; import mess instead.
"""
from __future__ import annotations
import builtins
import collections.abc
import numpy
import numpy.typing
import typing
__all__: list[str] = ['Analysis', 'AudioBuffer', 'AudioInfo', 'AudioStream', 'Beats', 'DecodeError', 'DecodeLimits', 'DecodeSummary', 'Encoder', 'EncoderId', 'Error', 'Extraction', 'FileAnalysis', 'FormatError', 'Frames', 'IndexError', 'InvalidArgument', 'KeyEstimate', 'KeySegment', 'Loudness', 'ModelError', 'MusicalKey', 'PlaylistStep', 'SoundingRange', 'Tempo', 'TempoCandidate', 'VectorGroup', 'VectorIndex', 'analyze', 'analyze_file', 'audio_content_hash', 'built_stages', 'convert', 'decode', 'encoder_names', 'extract', 'load_neural', 'neural_status', 'order_playlist', 'pool', 'pooled_id', 'read_audio_info', 'simd_level', 'version', 'write_audio']
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
class Encoder:
    """
    Turns audio into frames. Immutable: calls may run from several threads.
    """
    @staticmethod
    def open(name: str, *, device: str = 'auto') -> Encoder:
        """
        Opens an encoder by name; loads the neural ones on demand. Raises ModelError.
        """
    def encode(self, audio: AudioBuffer) -> Frames:
        """
        Encodes a buffer; other rates and channels are converted first.
        """
    def encode_file(self, source: typing.Any, *, limits: DecodeLimits | None = None) -> Frames:
        """
        Encodes a file (path or bytes) of any length in bounded memory. Raises DecodeError.
        """
    @property
    def dim(self) -> int:
        ...
    @property
    def id(self) -> EncoderId:
        ...
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
class VectorIndex:
    """
    Nearest neighbours by inner product. Thread-safe.
    """
    @staticmethod
    def load(path: typing.Any) -> VectorIndex:
        """
        Reads a file made by save(). Raises FormatError when it is damaged.
        """
    def __contains__(self, id: typing.SupportsInt | typing.SupportsIndex) -> bool:
        ...
    def __init__(self, dim: typing.SupportsInt | typing.SupportsIndex, spec: str = 'auto', *, encoder_id: str = '') -> None:
        ...
    def __len__(self) -> int:
        ...
    def add(self, ids: typing.Any, vectors: typing.Any) -> None:
        """
        Args: ids (n,) integers of at least 0, vectors (n, dim) float32. Raises InvalidArgument; then nothing is added.
        """
    def ids(self) -> numpy.typing.NDArray[numpy.int64]:
        """
        All ids, in no order.
        """
    def remove(self, ids: typing.Any) -> int:
        """
        Removes ids in O(1) each; returns how many were present.
        """
    def save(self, path: typing.Any) -> None:
        """
        Writes a checked file; readers see the old one or the new one.
        """
    def search(self, queries: typing.Any, k: typing.SupportsInt | typing.SupportsIndex, *, filter: typing.Any = None, encoder_id: str = '') -> tuple[numpy.typing.NDArray[numpy.float32], numpy.typing.NDArray[numpy.int64]]:
        """
        Args: queries (n, dim) or (dim,) float32; filter, ids to consider. Returns scores (n, k) float32 and ids (n, k) int64, best first, padded with -inf and -1.
        """
    def vector(self, id: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float32]:
        """
        The vector stored under an id, (dim,) float32. Raises IndexError.
        """
    @property
    def dim(self) -> int:
        ...
    @property
    def encoder_id(self) -> str:
        ...
    @property
    def size(self) -> int:
        ...
    @property
    def spec(self) -> str:
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
    def reason(self) -> str:
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
def encoder_names() -> list[str]:
    """
    Names Encoder.open() knows right now, sorted.
    """
def extract(source: typing.Any, *, encoder: Encoder, limits: DecodeLimits | None = None) -> Extraction:
    """
    Encodes and analyzes a file (path or bytes) in one decode pass of bounded memory. Raises DecodeError.
    """
def load_neural() -> bool:
    """
    Loads libmess_neural; False when it is not installed (see neural_status()).
    """
def neural_status() -> str:
    """
    "not loaded", "loaded: PATH", or why it could not be.
    """
def order_playlist(ids: typing.Any, vectors: typing.Any, *, start_id: typing.SupportsInt | typing.SupportsIndex, length: typing.SupportsInt | typing.SupportsIndex = 20, loudness_lufs: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] | None = None, artists: collections.abc.Sequence[str] | None = None, loudness_weight: typing.SupportsFloat | typing.SupportsIndex = 0.01, artist_gap: typing.SupportsInt | typing.SupportsIndex = 2) -> list[PlaylistStep]:
    """
    Greedy nearest-next order of candidates. Args: ids (n,), vectors (n, dim) float32 of unit length, start_id among the ids, loudness_lufs and artists of n entries (NaN and "" when unknown). Raises InvalidArgument.
    """
def pool(frames: Frames, *, kind: str = 'auto', l2_normalize: bool = True) -> numpy.typing.NDArray[numpy.float32]:
    """
    One vector per track, float32, unit length by default: "track" is the encoder's own, "mean" (D,), "mean_std" (2 D,); "auto" is "track" where there is one, otherwise "mean_std".
    """
def pooled_id(encoder: Encoder, *, kind: str = 'auto') -> EncoderId:
    """
    The id of what pool() makes of this encoder's frames. Raises InvalidArgument for "track" where there is none.
    """
def read_audio_info(source: typing.Any) -> AudioInfo:
    """
    Reads headers and tags without decoding. Raises DecodeError.
    """
def simd_level() -> str:
    """
    The SIMD level in use: baseline, avx2 or avx512 (MESS_SIMD forces a lower one).
    """
def version() -> str:
    """
    The version of libmess.
    """
def write_audio(path: typing.Any, audio: AudioBuffer, *, sample_format: str = 'int16', tags: collections.abc.Mapping[str, str] | None = None) -> None:
    """
    Writes .wav or .flac by suffix, as int16, int24 or float32 (WAV); atomic. Raises InvalidArgument or Error.
    """
