# SPDX-License-Identifier: MIT
"""Finding tracks by words.

Two views of a track may answer: what its tags and analysis say in words (a sentence encoder), and what it sounds like
(a model that hears audio and reads text into one space). Each ranks all tracks; the ranks are fused, because the scores
of two models have no common scale: Cormack, Clarke, Buettcher 2009, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods".
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library import catalogue
from mess.library.database import Database
from mess.library.errors import LibraryError
from mess.library.text_vectors import TextProgress, TextVectorCache
from mess.library.track import Track
from mess.library.vectors import VectorCache
from mess.models import find_model, list_models
from mess.models.cache import default_cache_dir, find_folder
from mess.models.registry import is_known

RANK_OFFSET = 60  # of the paper: how little the very first ranks stand out
DEFAULT_TEXT_MODEL = "all-minilm-l6-v2"
WORDS = "words"  # the view of tags and analysis
SOUND = "sound"  # the view of the audio
JOINT_POOLINGS = ("mean", "track")  # a deviation has no text side; the last is preferred


@dataclass(frozen=True)
class SearchMatch:
    """One result."""

    track: Track
    score: float  # of one view: its cosine; of several: the sum of 1 / (60 + rank) over the views
    rank: int  # from 1
    cosines: Mapping[str, float]  # "words": with the text of tags and analysis; "sound": with the audio


@dataclass(frozen=True)
class _View:
    name: str  # WORDS or SOUND
    model: str
    encoder_id: str  # of the stored vectors; empty for WORDS


class TextEncoderCache:
    """Opens each text encoder once; thread-safe."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._encoders: dict[str, mess.TextEncoder] = {}

    def open(self, name: str) -> mess.TextEncoder:
        """Return the encoder of this name."""
        with self._lock:
            if name not in self._encoders:
                self._encoders[name] = mess.TextEncoder.open(name)
            return self._encoders[name]


class TextSearch:
    """Search by words in one library; thread-safe."""

    def __init__(self, database: Database, vectors: VectorCache) -> None:
        """Use the audio indexes of `vectors`."""
        self._database = database
        self._vectors = vectors
        self._texts = TextVectorCache(database)
        self._encoders = TextEncoderCache()

    def search(
        self,
        text: str,
        k: int,
        *,
        encoder: str | None = None,
        allowed: Collection[int] | None = None,
        progress: TextProgress | None = None,
    ) -> list[SearchMatch]:
        """Return the `k` tracks that fit the text best; see Library.search(). `allowed`: the ids to choose from."""
        if not text.strip():
            raise mess.InvalidArgument("[library] text: expected some words, found none")
        if k < 1:
            raise mess.InvalidArgument(f"[library] k: expected at least 1, found {k}")
        views = self._choose_views(encoder)
        rankings = {view.name: self._rank(view, text, progress) for view in views}
        if allowed is not None:
            kept = frozenset(allowed)
            rankings = {name: [hit for hit in ranking if hit[0] in kept] for name, ranking in rankings.items()}
        return self._fuse(rankings, k)

    def sound_of(self, text: str, encoder_id: str) -> NDArray[np.float32]:
        """Return the vector (dim,) of a text in the space of the audio vectors of `encoder_id`.

        Raises:
            mess.ModelError: the model is not on this machine.
            LibraryError: these vectors have no text side.
            mess.InvalidArgument: no words.
        """
        if not text.strip():
            raise mess.InvalidArgument("[library] text: expected some words, found none")
        models = {joint_id: model for model, joint_id in _joint_vectors([encoder_id]).items()}
        if encoder_id not in models:
            raise LibraryError(
                f"[library] text: expected vectors of a model that reads text too, found those of {encoder_id}; "
                "scan with one first: mess scan FOLDER --encoder clap-htsat-unfused"
            )
        (vector,) = self._encoders.open(models[encoder_id]).encode([text])
        return np.asarray(vector, dtype=np.float32)

    def _choose_views(self, wanted: str | None) -> list[_View]:
        with self._database.read() as connection:
            audio = _joint_vectors(catalogue.encoder_ids(connection))
            if catalogue.count_tracks(connection)[0] == 0:
                raise LibraryError("[library] tracks: expected some, found none; scan a folder of music first")
        if wanted is not None:
            model = mess.EncoderId.parse(wanted).name if "/" in wanted and not is_known(wanted) else wanted
            if find_model(model).kind == "text":
                return [_View(WORDS, model, "")]
            if model not in audio:
                raise LibraryError(
                    f"[library] {model}: expected vectors of this encoder, found none; "
                    f"scan with it first: mess scan FOLDER --encoder {model}"
                )
            return [_View(SOUND, model, audio[model])]
        views = [_View(WORDS, name, "") for name in sentence_models_here()[:1]]
        views += [_View(SOUND, name, encoder_id) for name, encoder_id in audio.items() if _is_here(name)][:1]
        if not views:
            raise mess.ModelError(
                "[library] search: expected a text model, found none; "
                f"get one with: mess models pull {DEFAULT_TEXT_MODEL}"
            )
        return views

    def _rank(self, view: _View, text: str, progress: TextProgress | None) -> list[tuple[int, float]]:
        """Return id and cosine of all tracks of a view, best first."""
        encoder = self._encoders.open(view.model)
        index = self._texts.index(encoder, progress) if view.name == WORDS else self._vectors.index(view.encoder_id)
        scores, ids = index.search(encoder.encode(text), index.size)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def _fuse(self, rankings: Mapping[str, list[tuple[int, float]]], k: int) -> list[SearchMatch]:
        cosines: defaultdict[int, dict[str, float]] = defaultdict(dict)
        fused: defaultdict[int, float] = defaultdict(float)
        for name, ranking in rankings.items():
            for rank, (track_id, cosine) in enumerate(ranking, start=1):
                cosines[track_id][name] = cosine
                fused[track_id] += cosine if len(rankings) == 1 else 1 / (RANK_OFFSET + rank)
        best = sorted(fused, key=lambda track_id: (-fused[track_id], track_id))[:k]
        with self._database.read() as connection:
            tracks = {track.id: track for track in catalogue.read_tracks(connection, best)}
        # A track may have vanished from the catalogue since the index was built.
        found = [track_id for track_id in best if track_id in tracks]
        return [
            SearchMatch(tracks[track_id], fused[track_id], rank, cosines[track_id])
            for rank, track_id in enumerate(found, start=1)
        ]


def _joint_vectors(encoder_ids: list[str]) -> dict[str, str]:
    """Return the encoder ids whose vectors lie in one space with texts, by the names of their models."""
    found: dict[str, str] = {}
    parsed = [mess.EncoderId.parse(encoder_id) for encoder_id in encoder_ids]
    fitting = [one for one in parsed if one.pooling in JOINT_POOLINGS]
    for one in sorted(fitting, key=lambda one: (JOINT_POOLINGS.index(one.pooling), one.version)):
        model = one.name.split(":")[0]  # settings follow the name
        if is_known(model) and find_model(model).kind == "audio+text":
            found[model] = str(one)
    return found


def sentence_models_here() -> list[str]:
    """Return the names of the sentence encoders on this machine, the one that a search takes first."""
    names = [model.name for model in list_models() if model.kind == "text"]
    names.sort(key=lambda name: name != DEFAULT_TEXT_MODEL)
    return [name for name in names if _is_here(name)]


def _is_here(name: str) -> bool:
    return find_folder(find_model(name), default_cache_dir(), None) is not None
