# SPDX-License-Identifier: MIT
"""What the vectors find, beside those of peers, by one harness on one folder of folders.

    python benchmarks/bench_retrieval.py real-music

Peers are what people build from librosa and essentia: statistics of frames, each value standardised over the tracks,
one of them whitened over the tracks as well. All contenders get the same decoded audio and the same ranking: Euclidean
distance with mutual proximity. To the folder's tracks come composed ones, which the fit of the encoder's constants has
not seen, for the column of tracks that do not loop: no 5 seconds of the first excerpt are in the second.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess.evaluation import Evaluation, Vectors, collect_vectors, score_vectors
from mess.evaluation.retrieval import PairScores
from mess.samples import write_samples

Vector = NDArray[np.float32]
RATE_HZ = 22050
WORN = "mono, 22.05 kHz, -6 dB, mp3 64 kbit/s"

HEADER = """
| encoder | other excerpt, top-1 | the same, degraded query | same folder, precision@1 | MAP | hubness |
|---|---|---|---|---|---|
"""
PAIRS_HEADER = """
| encoder | other excerpt, top-1 | tracks that do not loop | the same, degraded query |
|---|---|---|---|
"""
NUM_PIECES = 30
PIECE_SECONDS = 75.0
PIECES_SEED = 77
WHITENING_FLOOR = 1.0  # of the mean variance
MEL_HOP = 512
PATCH_FRAMES = 5 * RATE_HZ // MEL_HOP
RECURS = 0.9  # correlation of log spectra over a patch


@dataclass(frozen=True)
class Contender:
    name: str
    embed: Callable[[mess.AudioBuffer], Vector]
    transform: Callable[[Vectors], Vectors]
    module: str = "mess"


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


def standardised(vectors: Vectors) -> Vectors:
    tracks = np.stack(vectors.tracks)
    mean, deviation = tracks.mean(axis=0), tracks.std(axis=0) + 1e-9
    return vectors.transformed(lambda vector: (vector - mean) / deviation)


def whitened(vectors: Vectors) -> Vectors:
    """Scale the principal directions of the tracks alike, the faint ones less."""
    centred = np.stack(vectors.tracks) - np.mean(vectors.tracks, axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    variances = values**2 / len(centred)
    scale = directions.T / np.sqrt(variances + WHITENING_FLOOR * variances.mean())
    return vectors.transformed(lambda vector: vector @ scale)


def log_mel(audio: mess.AudioBuffer) -> Vector:
    """Frames of 40 bands, relative to the band's mean: (T, 40)."""
    frames = np.lib.stride_tricks.sliding_window_view(mono(audio), 2048)[::MEL_HOP] * np.hanning(2048)
    power = np.abs(np.fft.rfft(frames)[:, 1:]) ** 2
    edges = np.unique(np.geomspace(1, power.shape[1] - 1, 41).astype(int))
    bands = np.log(np.add.reduceat(power, edges, axis=1) + 1e-6 * power.mean())
    return np.asarray(bands - bands.mean(axis=0), np.float32)


def recurs(first: Vector, second: Vector) -> bool:
    """Whether some 5 seconds of the first are in the second, played alike."""
    windows = np.lib.stride_tricks.sliding_window_view(second, PATCH_FRAMES, axis=0)
    windows = windows.transpose(0, 2, 1).reshape(len(windows), -1)
    lengths = np.linalg.norm(windows, axis=1)
    for start in range(0, len(first) - PATCH_FRAMES, PATCH_FRAMES // 2):
        patch = first[start : start + PATCH_FRAMES].ravel()
        if (windows @ patch / (lengths * np.linalg.norm(patch) + 1e-9)).max() > RECURS:
            return True
    return False


def acoustic(audio: mess.AudioBuffer) -> Vector:
    encoder = mess.Encoder.open("acoustic")
    return mess.pool(encoder.encode(audio))


def as_they_are(vectors: Vectors) -> Vectors:
    return vectors


def standardised_and_whitened(vectors: Vectors) -> Vectors:
    return whitened(standardised(vectors))


CONTENDERS = (
    Contender("mess acoustic", acoustic, as_they_are),
    Contender("librosa MFCC", librosa_mfcc, standardised, "librosa"),
    Contender("librosa mel + chroma + tempogram", librosa_mixed, standardised, "librosa"),
    Contender("librosa mel + chroma + tempogram, whitened", librosa_mixed, standardised_and_whitened, "librosa"),
    Contender("essentia mel + MFCC + contrast + HPCP", essentia_lowlevel, standardised, "essentia"),
)


def joined(all_vectors: Sequence[Vectors]) -> Vectors:
    """Return the vectors of several collections as one."""
    both = Vectors()
    for vectors in all_vectors:
        for name in ("tracks", "folders", "artists", "first", "second"):
            getattr(both, name).extend(getattr(vectors, name))
        for name, copies in vectors.degraded.items():
            both.degraded.setdefault(name, []).extend(copies)
        both.embed_seconds += vectors.embed_seconds
        both.audio_seconds += vectors.audio_seconds
    return both


def excerpts_of(vectors: Vectors, chosen: Sequence[int]) -> Vectors:
    """Return the same tracks with the excerpts of some."""
    return replace(
        vectors,
        first=[vectors.first[i] for i in chosen],
        second=[vectors.second[i] for i in chosen],
        degraded={name: [copies[i] for i in chosen] for name, copies in vectors.degraded.items()},
    )


def shown(scores: PairScores | None) -> str:
    return f"{scores.top_1:.3f}" if scores else "-"


def folder_row(name: str, scores: Evaluation) -> str:
    cells = [
        name,
        shown(scores.other_excerpt),
        shown(scores.robustness.get(WORN)),
        f"{scores.same_folder.precision_at_1:.3f}",
        f"{scores.same_folder.mean_average_precision:.3f}",
        f"{scores.hubness.skewness:.2f}",
    ]
    return f"| {' | '.join(cells)} |\n"


def run(folder: Path, *, excerpt_seconds: float = 30.0) -> str:
    """Return two tables in Markdown."""
    contenders = [c for c in CONTENDERS if importlib.util.find_spec(c.module)]
    with tempfile.TemporaryDirectory() as composed:
        write_samples(Path(composed), num_pieces=NUM_PIECES, seed=PIECES_SEED, target_seconds=PIECE_SECONDS)
        folders = (folder, Path(composed))
        raw = {
            embed: [collect_vectors(each, embed, excerpt_seconds=excerpt_seconds) for each in folders]
            for embed in dict.fromkeys([log_mel, *(contender.embed for contender in contenders)])
        }
    spectra = joined(raw[log_mel])
    unrepeated = [i for i, pair in enumerate(zip(spectra.first, spectra.second, strict=True)) if not recurs(*pair)]
    first_table, second_table = HEADER, PAIRS_HEADER
    for contender in contenders:
        score = partial(score_vectors, encoder_id=contender.name, excerpt_seconds=excerpt_seconds)
        alone = score(contender.transform(raw[contender.embed][0]))
        first_table += folder_row(contender.name, alone)
        all_tracks = contender.transform(joined(raw[contender.embed]))
        without_loops = score(excerpts_of(all_tracks, unrepeated))
        second_table += (
            f"| {contender.name} | {shown(score(all_tracks).other_excerpt)} | {shown(without_loops.other_excerpt)} "
            f"| {shown(without_loops.robustness.get(WORN))} |\n"
        )
    return (
        f"{alone.num_tracks} tracks in {alone.num_folders} folders, {alone.num_excerpt_pairs} pairs of "
        f"{excerpt_seconds:g} s excerpts\n{first_table}\n"
        f"The same and {NUM_PIECES} composed tracks: {len(spectra.first)} pairs of excerpts, "
        f"{len(unrepeated)} of tracks that do not loop\n{second_table}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="sub-folders say what belongs together")
    parser.add_argument("--excerpt-seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    print(run(arguments.folder, excerpt_seconds=arguments.excerpt_seconds))


if __name__ == "__main__":
    main()
