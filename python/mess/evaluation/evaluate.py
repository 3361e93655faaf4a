# SPDX-License-Identifier: MIT
"""Embeds a folder of folders and scores what the vectors find."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess.evaluation.degradation import degradations
from mess.evaluation.retrieval import (
    NEVER,
    FolderScores,
    Hubness,
    PairScores,
    euclidean,
    mutual_proximity,
    score_folders,
    score_hubness,
    score_pairs,
)
from mess.library.walk import walk_audio

# Called with how many files are done, of how many, and the name of the last one.
Progress = Callable[[int, int, str], None]

EDGE_SHARE = 0.15  # of the room around two excerpts lies before the first and after the second


@dataclass(frozen=True)
class Speed:
    """Decoding and embedding whole tracks, one after the other."""

    tracks_per_second: float
    times_real_time: float
    seconds_per_minute: float


@dataclass(frozen=True)
class Evaluation:
    """What an encoder is worth on one collection. Rankings are by Euclidean distance with mutual proximity."""

    encoder_id: str
    num_tracks: int
    num_folders: int
    excerpt_seconds: float
    num_excerpt_pairs: int
    same_folder: FolderScores
    other_artist: FolderScores  # the same, without candidates by the query's artist
    other_excerpt: PairScores | None  # None: fewer than two tracks are long enough
    robustness: dict[str, PairScores]  # the same from a degraded query, by degradation
    hubness: Hubness
    speed: Speed
    failures: list[tuple[Path, str]]


Embed = Callable[[mess.AudioBuffer], NDArray[np.float32]]


@dataclass
class Vectors:
    """The vectors of a collection: of whole tracks, of two excerpts of each, and of degraded copies of the first."""

    tracks: list[NDArray[np.float32]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    artists: list[str] = field(default_factory=list)
    first: list[NDArray[np.float32]] = field(default_factory=list)
    second: list[NDArray[np.float32]] = field(default_factory=list)
    degraded: dict[str, list[NDArray[np.float32]]] = field(default_factory=dict)
    embed_seconds: float = 0.0
    audio_seconds: float = 0.0
    failures: list[tuple[Path, str]] = field(default_factory=list)

    def transformed(self, transform: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Vectors:
        """Return the same with every vector passed through a function."""
        return replace(
            self,
            tracks=[transform(vector) for vector in self.tracks],
            first=[transform(vector) for vector in self.first],
            second=[transform(vector) for vector in self.second],
            degraded={name: [transform(vector) for vector in copies] for name, copies in self.degraded.items()},
        )


def evaluate_folder(
    folder: Path,
    *,
    encoder: str = "acoustic",
    pooling: str = "auto",
    excerpt_seconds: float = 30.0,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure how well an encoder finds tracks of the same folder, and another part of the same track.

    Args:
        folder: its sub-folders say what belongs together: soundtracks, albums, styles.
        encoder: the encoder's name.
        pooling: as in mess.pool().
        excerpt_seconds: length of the two excerpts cut from each track that is at least twice as long.
        progress: called after each file.

    Raises:
        mess.InvalidArgument: there are fewer than two tracks, or an option is out of range.
        mess.ModelError: there is no such encoder.
    """
    opened = mess.Encoder.open(encoder)
    encoder_id = str(mess.pooled_id(opened, kind=pooling))

    def embed(audio: mess.AudioBuffer) -> NDArray[np.float32]:
        return mess.pool(opened.encode(audio), kind=pooling)

    vectors = collect_vectors(folder, embed, excerpt_seconds=excerpt_seconds, progress=progress)
    return score_vectors(vectors, encoder_id, excerpt_seconds=excerpt_seconds)


def collect_vectors(
    folder: Path, embed: Embed, *, excerpt_seconds: float = 30.0, progress: Progress | None = None
) -> Vectors:
    """Embed a folder of folders by any function from audio to a vector (D,).

    Raises:
        mess.InvalidArgument: there are fewer than two tracks, or an option is out of range.
    """
    if not excerpt_seconds > 0:
        raise mess.InvalidArgument(f"[evaluate] excerpt_seconds: expected more than 0, found {excerpt_seconds}")
    embedder = _Embedder(embed, excerpt_seconds)
    files = walk_audio([folder], excluded=folder / ".mess").files
    for number, found in enumerate(files, start=1):
        embedder.add(found.path)
        if progress is not None:
            progress(number, len(files), found.path.name)
    vectors = embedder.vectors
    if len(vectors.tracks) < 2:
        raise mess.InvalidArgument(f"[evaluate] {folder}: expected at least 2 tracks, found {len(vectors.tracks)}")
    return vectors


class _Embedder:
    def __init__(self, embed: Embed, excerpt_seconds: float) -> None:
        self.vectors = Vectors()
        self._embed = embed
        self._excerpt_seconds = excerpt_seconds
        self._degradations = degradations()

    def add(self, path: Path) -> None:
        started = time.perf_counter()
        try:
            audio = mess.decode(path)
            vector = self._embed(audio)
            artist = mess.read_audio_info(path).tags.get("artist", "")
        except (mess.Error, OSError) as error:
            self.vectors.failures.append((path, str(error)))
            return
        self.vectors.embed_seconds += time.perf_counter() - started
        self.vectors.audio_seconds += audio.num_frames / audio.sample_rate_hz
        self.vectors.tracks.append(vector)
        self.vectors.folders.append(str(path.parent))
        self.vectors.artists.append(artist)
        self._add_excerpts(audio)

    def _add_excerpts(self, audio: mess.AudioBuffer) -> None:
        length = int(self._excerpt_seconds * audio.sample_rate_hz)
        room = audio.num_frames - 2 * length
        if room < 0:
            return
        edge = int(EDGE_SHARE * room)
        first = _cut(audio, edge, length)
        self.vectors.first.append(self._embed(first))
        self.vectors.second.append(self._embed(_cut(audio, audio.num_frames - length - edge, length)))
        for name, degrade in self._degradations.items():
            self.vectors.degraded.setdefault(name, []).append(self._embed(degrade(first)))


def _cut(audio: mess.AudioBuffer, start: int, length: int) -> mess.AudioBuffer:
    return mess.AudioBuffer(np.ascontiguousarray(audio.samples[:, start : start + length]), audio.sample_rate_hz)


def score_vectors(vectors: Vectors, encoder_id: str, *, excerpt_seconds: float) -> Evaluation:
    """Rank by Euclidean distance with mutual proximity, and score the ranking."""
    folders, artists = np.array(vectors.folders), np.array(vectors.artists)
    ranked = _ranked_among_themselves(np.stack(vectors.tracks))
    is_same_artist = (artists[:, None] == artists) & (artists != "")
    pairs, robustness = _score_excerpts(vectors)
    seconds, audio_seconds = vectors.embed_seconds, vectors.audio_seconds
    return Evaluation(
        encoder_id=encoder_id,
        num_tracks=len(folders),
        num_folders=len(set(vectors.folders)),
        excerpt_seconds=excerpt_seconds,
        num_excerpt_pairs=len(vectors.first),
        same_folder=score_folders(ranked, folders),
        other_artist=score_folders(np.where(is_same_artist, NEVER, ranked), folders),
        other_excerpt=pairs,
        robustness=robustness,
        hubness=score_hubness(ranked),
        speed=Speed(len(folders) / seconds, audio_seconds / seconds, 60.0 * seconds / audio_seconds),
        failures=vectors.failures,
    )


def _ranked_among_themselves(items: NDArray[np.float32]) -> NDArray[np.float64]:
    distances = euclidean(items, items)
    np.fill_diagonal(distances, NEVER)
    return mutual_proximity(distances, distances, distances)


def _score_excerpts(vectors: Vectors) -> tuple[PairScores | None, dict[str, PairScores]]:
    count = len(vectors.first)
    if count < 2:
        return None, {}
    items = np.stack(vectors.first + vectors.second)
    among_items = euclidean(items, items)
    np.fill_diagonal(among_items, NEVER)
    seconds = np.arange(count, 2 * count)
    partners = np.concatenate([seconds, np.arange(count)])
    pairs = score_pairs(mutual_proximity(among_items, among_items, among_items), partners)
    robustness = {}
    for name, queries in vectors.degraded.items():
        distances = euclidean(np.stack(queries), items)
        # Not the clean copy of the query itself: another part of its track.
        distances[np.arange(count), np.arange(count)] = NEVER
        robustness[name] = score_pairs(mutual_proximity(distances, distances, among_items), seconds)
    return pairs, robustness
