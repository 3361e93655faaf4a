# SPDX-License-Identifier: MIT
"""mess and its peers behind one function type: an audio file to tempo, beats, downbeats and key.

What an analyzer does not estimate stays None. Peers are imported on their first use.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import mess

# Krumhansl and Kessler's probe-tone ratings, for librosa, which has no key estimation of its own.
KRUMHANSL = {
    "major": [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    "minor": [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
}
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class Estimate:
    """What an analyzer said about one piece; an unknown tempo is 0, an unknown key is ""."""

    bpm: float | None = None
    beats: Sequence[float] | None = None
    downbeats: Sequence[float] | None = None
    key: str | None = None  # "F# minor"


Analyzer = Callable[[Path], Estimate]


def with_mess(path: Path) -> Estimate:
    analysis = mess.analyze_file(path).analysis
    return Estimate(
        bpm=analysis.tempo.bpm or 0.0,
        beats=list(analysis.beats.beats_seconds),
        downbeats=list(analysis.beats.downbeats_seconds),
        key=analysis.key.name or "",
    )


def load_for_essentia(path: Path) -> Any:
    import essentia
    import essentia.standard

    essentia.log.infoActive = False
    essentia.log.warningActive = False
    return essentia.standard.MonoLoader(filename=str(path), sampleRate=44100)()


def with_essentia(path: Path) -> Estimate:
    """RhythmExtractor2013 (multifeature) and KeyExtractor with edma profiles."""
    import essentia.standard

    samples = load_for_essentia(path)
    bpm, beats, *_ = essentia.standard.RhythmExtractor2013(method="multifeature")(samples)
    tonic, scale, _ = essentia.standard.KeyExtractor(profileType="edma")(samples)
    return Estimate(bpm=float(bpm), beats=[float(beat) for beat in beats], key=f"{tonic} {scale}")


def with_percival(path: Path) -> Estimate:
    import essentia.standard

    return Estimate(bpm=float(essentia.standard.PercivalBpmEstimator()(load_for_essentia(path))))


def with_librosa(path: Path) -> Estimate:
    """beat_track, and the mean chroma_cqt against Krumhansl's profiles by Pearson correlation."""
    import librosa

    samples, rate = librosa.load(path, sr=22050)
    tempo, beats = librosa.beat.beat_track(y=samples, sr=rate, units="time")
    chroma = librosa.feature.chroma_cqt(y=samples, sr=rate).mean(axis=1)
    scores = {
        f"{TONICS[tonic]} {mode}": float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1])
        for mode, profile in KRUMHANSL.items()
        for tonic in range(12)
    }
    return Estimate(
        bpm=float(np.atleast_1d(tempo)[0]),
        beats=[float(beat) for beat in beats],
        key=max(scores, key=lambda name: scores[name]),
    )


def available(*, with_peers: bool = True) -> dict[str, Analyzer]:
    """mess, and those peers that are installed."""
    analyzers: dict[str, Analyzer] = {"mess": with_mess}
    if with_peers and importlib.util.find_spec("essentia") is not None:
        analyzers["essentia RhythmExtractor2013, edma"] = with_essentia
        analyzers["essentia Percival"] = with_percival
    if with_peers and importlib.util.find_spec("librosa") is not None:
        analyzers["librosa beat_track, Krumhansl"] = with_librosa
    return analyzers
