# SPDX-License-Identifier: MIT
"""What the vectors find, beside those of peers, by one harness on one folder of folders.

    python benchmarks/bench_retrieval.py real-music

Peers are what people build from librosa and essentia: statistics of frames, each value standardised over the tracks.
All contenders get the same decoded audio and the same ranking: Euclidean distance with mutual proximity.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess.evaluation import Evaluation, Vectors, collect_vectors, evaluate_folder, score_vectors

Vector = NDArray[np.float32]
RATE_HZ = 22050
WORN = "mono, 22.05 kHz, -6 dB, mp3 64 kbit/s"

HEADER = """
| encoder | other excerpt, top-1 | the same, degraded query | same folder, precision@1 | MAP | hubness | s per minute |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Peer:
    name: str
    module: str
    embed: Callable[[mess.AudioBuffer], Vector]


def mono(audio: mess.AudioBuffer, sample_rate_hz: int = RATE_HZ) -> Vector:
    return np.asarray(mess.convert(audio, sample_rate_hz=sample_rate_hz, num_channels=1).samples[0])


def statistics(*features: NDArray[np.floating]) -> Vector:
    return np.concatenate([part for f in features for part in (f.mean(axis=1), f.std(axis=1))]).astype(np.float32)


def librosa_mfcc(audio: mess.AudioBuffer) -> Vector:
    import librosa

    return statistics(librosa.feature.mfcc(y=mono(audio), sr=RATE_HZ, n_mfcc=20))


def librosa_mixed(audio: mess.AudioBuffer) -> Vector:
    import librosa

    samples = mono(audio)
    mel = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, n_mels=64))
    chroma = librosa.feature.chroma_stft(y=samples, sr=RATE_HZ)
    return statistics(mel, chroma, librosa.feature.tempogram(y=samples, sr=RATE_HZ))


def essentia_lowlevel(audio: mess.AudioBuffer) -> Vector:
    import essentia.standard as es

    samples = mono(audio, 44100)
    window, spectrum = es.Windowing(type="hann"), es.Spectrum()
    mfcc, contrast = es.MFCC(), es.SpectralContrast(frameSize=2048, sampleRate=44100)
    hpcp, peaks = es.HPCP(size=36), es.SpectralPeaks(maxPeaks=60, magnitudeThreshold=1e-5)
    rows = []
    for frame in es.FrameGenerator(samples, frameSize=2048, hopSize=1024, startFromZero=True):
        bins = spectrum(window(frame))
        bands, coefficients = mfcc(bins)
        rows.append(np.concatenate([np.log(bands + 1e-8), coefficients, *contrast(bins), hpcp(*peaks(bins))]))
    return statistics(np.array(rows).T)


PEERS = (
    Peer("librosa MFCC", "librosa", librosa_mfcc),
    Peer("librosa mel + chroma + tempogram", "librosa", librosa_mixed),
    Peer("essentia mel + MFCC + contrast + HPCP", "essentia", essentia_lowlevel),
)


def standardised(vectors: Vectors) -> Vectors:
    tracks = np.stack(vectors.tracks)
    mean, deviation = tracks.mean(axis=0), tracks.std(axis=0) + 1e-9
    return vectors.transformed(lambda vector: (vector - mean) / deviation)


def evaluations(folder: Path, *, excerpt_seconds: float) -> list[tuple[str, Evaluation]]:
    results = [("mess acoustic", evaluate_folder(folder, excerpt_seconds=excerpt_seconds))]
    for peer in PEERS:
        if importlib.util.find_spec(peer.module):
            vectors = standardised(collect_vectors(folder, peer.embed, excerpt_seconds=excerpt_seconds))
            results.append((peer.name, score_vectors(vectors, peer.name, excerpt_seconds=excerpt_seconds)))
    return results


def table_row(name: str, scores: Evaluation) -> str:
    pairs, worn = scores.other_excerpt, scores.robustness.get(WORN)
    cells = [
        name,
        f"{pairs.top_1:.3f}" if pairs else "-",
        f"{worn.top_1:.3f}" if worn else "-",
        f"{scores.same_folder.precision_at_1:.3f}",
        f"{scores.same_folder.mean_average_precision:.3f}",
        f"{scores.hubness.skewness:.2f}",
        f"{scores.speed.seconds_per_minute:.3f}",
    ]
    return f"| {' | '.join(cells)} |\n"


def run(folder: Path, *, excerpt_seconds: float = 30.0) -> str:
    """Return a table in Markdown."""
    results = evaluations(folder, excerpt_seconds=excerpt_seconds)
    ours = results[0][1]
    title = (
        f"{ours.num_tracks} tracks in {ours.num_folders} folders, {ours.num_excerpt_pairs} pairs of "
        f"{excerpt_seconds:g} s excerpts\n"
    )
    return title + HEADER + "".join(table_row(name, scores) for name, scores in results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="sub-folders say what belongs together")
    parser.add_argument("--excerpt-seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    print(run(arguments.folder, excerpt_seconds=arguments.excerpt_seconds))


if __name__ == "__main__":
    main()
