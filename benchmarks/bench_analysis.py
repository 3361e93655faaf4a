# SPDX-License-Identifier: MIT
"""Tempo, beats, bars and key against composed pieces whose truth is known; librosa beside them when it is installed."""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import mess
from mess.samples import read_truth, write_samples

COLLECTIONS: dict[str, dict[str, Any]] = {
    "plain": {"num_pieces": 40, "seed": 11},
    "swing": {"num_pieces": 20, "seed": 12, "swing": 0.66},
    "rubato": {"num_pieces": 20, "seed": 13, "rubato": 0.1},
    "no drums": {"num_pieces": 20, "seed": 14, "drums": False},
    "3/4": {"num_pieces": 20, "seed": 15, "time_signature": "3/4"},
    "5/4": {"num_pieces": 20, "seed": 16, "time_signature": "5/4"},
}
TEMPO_TOLERANCE = 0.04
BEAT_TOLERANCE_SECONDS = 0.07
TRIM_SECONDS = 5.0  # mir_eval leaves the first beats out


@dataclass(frozen=True)
class Estimate:
    """What an analyzer said about one piece."""

    bpm: float | None
    beats: Sequence[float]
    downbeats: Sequence[float]
    key: tuple[int, str] | None  # tonic pitch class and mode


def is_near(bpm: float | None, truth: float, *factors: float) -> bool:
    """Whether a tempo is within 4 % of one of the truth's multiples."""
    return bpm is not None and any(abs(bpm / (truth * factor) - 1) <= TEMPO_TOLERANCE for factor in factors)


def f_measure(reference: Sequence[float], estimate: Sequence[float]) -> float:
    """mir_eval.beat.f_measure: one-to-one hits within 70 ms, after the first five seconds."""
    truth = [beat for beat in reference if beat >= TRIM_SECONDS]
    found = [beat for beat in estimate if beat >= TRIM_SECONDS]
    hits = i = j = 0
    while i < len(truth) and j < len(found):
        distance = found[j] - truth[i]
        if abs(distance) <= BEAT_TOLERANCE_SECONDS:
            hits, i, j = hits + 1, i + 1, j + 1
        elif distance < 0:
            j += 1
        else:
            i += 1
    return 2 * hits / (len(truth) + len(found)) if hits else 0.0


def key_score(truth: tuple[int, str], found: tuple[int, str] | None) -> float:
    """MIREX: 1 for the key, 0.5 a fifth off, 0.3 for the relative, 0.2 for the parallel key."""
    if found is None:
        return 0.0
    interval = (found[0] - truth[0]) % 12
    if found[1] == truth[1]:
        return {0: 1.0, 5: 0.5, 7: 0.5}.get(interval, 0.0)
    relative = 9 if truth[1] == "major" else 3
    return 0.3 if interval == relative else 0.2 if interval == 0 else 0.0


def analyze_with_mess(path: Path) -> Estimate:
    analysis = mess.analyze_file(path).analysis
    found = analysis.key.key
    return Estimate(
        bpm=analysis.tempo.bpm,
        beats=analysis.beats.beats_seconds,
        downbeats=analysis.beats.downbeats_seconds,
        key=None if found is None else (found.tonic_pitch_class, "minor" if found.is_minor else "major"),
    )


def analyze_with_librosa(path: Path) -> Estimate:
    """beat_track, and the mean chroma_cqt against Krumhansl's profiles."""
    import librosa

    samples, rate = librosa.load(path, sr=22050)
    tempo, beats = librosa.beat.beat_track(y=samples, sr=rate, units="time")
    chroma = librosa.feature.chroma_cqt(y=samples, sr=rate).mean(axis=1)
    profiles = {
        "major": [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        "minor": [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    }
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1])
        for mode, profile in profiles.items()
        for tonic in range(12)
    }
    return Estimate(
        bpm=float(np.atleast_1d(tempo)[0]), beats=list(beats), downbeats=[], key=max(scores, key=lambda k: scores[k])
    )


def measure(analyze: Callable[[Path], Estimate], folder: Path) -> dict[str, float]:
    """Mean scores over a collection, and the time it took."""
    truth = read_truth(folder)
    assert truth is not None
    rows: list[list[float]] = []
    start = time.perf_counter()
    for piece in truth["pieces"]:
        estimate = analyze(folder / piece["file"])
        beats = np.array(piece["beats"])
        bpm = piece["tempo_bpm"] if piece["tempo_is_constant"] else 60 * (len(beats) - 1) / (beats[-1] - beats[0])
        key = (int(piece["tonic_pitch_class"]), str(piece["mode"]))
        rows.append(
            [
                is_near(estimate.bpm, bpm, 1),
                is_near(estimate.bpm, bpm, 1, 2, 1 / 2, 3, 1 / 3),
                f_measure(piece["beats"], estimate.beats),
                f_measure(piece["downbeats"], estimate.downbeats),
                key_score(key, estimate.key),
            ]
        )
    seconds = time.perf_counter() - start
    names = ("accuracy1", "accuracy2", "beats F", "downbeats F", "key")
    audio_seconds = sum(piece["duration_seconds"] for piece in truth["pieces"])
    return dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True)) | {
        "s per minute": seconds / audio_seconds * 60
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the pieces are kept between runs")
    parser.add_argument("--only", choices=list(COLLECTIONS), action="append", help="collections to measure")
    parser.add_argument("--skip-peers", action="store_true")
    arguments = parser.parse_args()
    analyzers = {"mess": analyze_with_mess}
    if not arguments.skip_peers and importlib.util.find_spec("librosa") is not None:
        analyzers["librosa"] = analyze_with_librosa
    with tempfile.TemporaryDirectory() as temporary:
        parent = arguments.folder or Path(temporary)
        print("| pieces | analyzer | accuracy1 | accuracy2 | beats F | downbeats F | key | s per minute |")
        print("|---|---|---|---|---|---|---|---|")
        for name in arguments.only or COLLECTIONS:
            folder = parent / name.replace("/", "-").replace(" ", "-")
            write_samples(folder, **COLLECTIONS[name])
            for analyzer, analyze in analyzers.items():
                cells = [f"{value:.3f}" for value in measure(analyze, folder).values()]
                print(f"| {name} | {analyzer} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
