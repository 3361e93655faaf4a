# SPDX-License-Identifier: MIT
"""Finding passages: excerpts of composed pieces that were encoded anew, and one among 100,000 windows.

    python benchmarks/bench_moments.py [real-music]

With a folder (scripts/real-music fetches one) the excerpts of its files, five of each, have a table of their own.

An offset is right within 0.5 s of where the excerpt was cut; and also, counted apart, where the piece repeats itself:
where the waveform that lies there correlates with the one at the cut by at least 0.9 (after aligning to the sample).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray

import mess
from mess.samples import read_truth, write_samples

NUM_PIECES = 200
PIECE_SECONDS = 60.0
SEED = 5
EXCERPT_SECONDS = 10.0
EXCERPTS_PER_RECORDING = 5
TOLERANCE_SECONDS = 0.5
RATE_HZ = 22050
SPEEDS = tuple(0.82 + 0.04 * step for step in range(10))  # pitch and tempo: as good as other recordings
NUM_LARGE_WINDOWS = 100_000
NUM_LARGE_QUERIES = 100
BASELINE_HOP = 2048
PIECES = Path(__file__).parents[1] / "build" / "moments-pieces"  # kept: rendering takes minutes


@dataclass(frozen=True)
class Excerpt:
    """10 s of a piece, as mono MP3 of 64 kbit/s and 6 dB softer."""

    piece: int
    start_seconds: float
    path: Path


def cut_excerpts(folder: Path, pieces: Sequence[Path], *, per_piece: int = 1) -> list[Excerpt]:
    random = np.random.default_rng(SEED)
    folder.mkdir()
    excerpts = []
    for number, piece in enumerate([piece for piece in pieces for _ in range(per_piece)]):
        start = float(random.uniform(0, mess.decode(piece).duration_seconds - EXCERPT_SECONDS))
        path = folder / f"{number}.mp3"
        command = ["ffmpeg", "-v", "error", "-ss", f"{start:.6f}", "-t", f"{EXCERPT_SECONDS}", "-i", piece]
        subprocess.run([*command, "-ac", "1", "-af", "volume=-6dB", "-b:a", "64k", path], check=True)
        excerpts.append(Excerpt(number // per_piece, start, path))
    return excerpts


def is_same_audio(piece: Path, start_seconds: float, other_seconds: float) -> bool:
    """Whether a piece holds the same waveform at two places, shifted by at most the tolerance."""
    samples = mess.decode(piece, sample_rate_hz=RATE_HZ, num_channels=1).samples[0].astype(np.float64)
    length, slack = round(EXCERPT_SECONDS * RATE_HZ), round(TOLERANCE_SECONDS * RATE_HZ)
    here = samples[round(start_seconds * RATE_HZ) :][:length]
    first = max(0, round(other_seconds * RATE_HZ) - slack)
    there = samples[first : first + length + 2 * slack]
    if len(there) < len(here):
        return False
    size = 1 << (len(here) + len(there)).bit_length()
    products = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)
    energies = np.concatenate([[0.0], np.cumsum(there**2)])
    lags = np.arange(len(there) - len(here) + 1)
    lengths = np.sqrt((energies[lags + len(here)] - energies[lags]) * np.sum(here**2))
    return bool(np.max(products[lags] / np.maximum(lengths, 1e-9)) >= 0.9)


class Tracks:
    """Frames in memory, read as a FrameStore reads them."""

    def __init__(self, frames: Sequence[mess.Frames]) -> None:
        self.frames = frames

    def read(self, track_id: int, begin_seconds: float, end_seconds: float) -> mess.Frames:
        track = self.frames[track_id]
        rows = slice(int(begin_seconds / track.hop_seconds), int(np.ceil(end_seconds / track.hop_seconds)))
        return mess.Frames(
            track.array[rows],
            hop_seconds=track.hop_seconds,
            window_seconds=track.window_seconds,
            encoder_id=track.encoder_id,
        )


Answer = tuple[int, float]  # piece and start of the best place
Finder = Callable[[Path], Answer]


def our_finder(encoder: mess.Encoder, frames: Sequence[mess.Frames]) -> tuple[Finder, list[bool]]:
    index = mess.MomentIndex()
    for number, track in enumerate(frames):
        index.add(number, track)
    tracks = Tracks(frames)
    is_same: list[bool] = []

    def find(path: Path) -> Answer:
        best = index.find(mess.encode_passage(encoder, mess.decode(path)), tracks.read, k=1)[0]
        is_same.append(best.alignment.is_same_recording)
        return best.track_id, best.alignment.start_seconds

    return find, is_same


def baseline_features(path: Path) -> NDArray[np.float32]:
    samples, _ = librosa.load(path, sr=RATE_HZ, mono=True)
    mfcc = librosa.feature.mfcc(y=samples, sr=RATE_HZ, n_mfcc=20, hop_length=BASELINE_HOP)[1:]
    return np.ascontiguousarray(librosa.util.normalize(mfcc, norm=2, axis=0).T)


def baseline_finder(pieces: Sequence[Path]) -> Finder:
    """The cosines of MFCC along each diagonal, every lag of every piece."""
    features = [baseline_features(piece) for piece in pieces]

    def find(path: Path) -> Answer:
        query = baseline_features(path)
        best = (-np.inf, 0, 0)
        for number, track in enumerate(features):
            similarity = query @ track.T
            lags = track.shape[0] - len(query) + 1
            sums = np.sum([similarity[i, i : i + lags] for i in range(len(query))], axis=0)
            best = max(best, (float(sums.max()), number, int(sums.argmax())))
        return best[1], best[2] * BASELINE_HOP / RATE_HZ

    return find


def row(name: str, find: Finder, pieces: Sequence[Path], excerpts: Sequence[Excerpt]) -> str:
    track, near, same, errors, seconds = 0, 0, 0, [], []
    for excerpt in excerpts:
        start = time.perf_counter()
        piece, found = find(excerpt.path)
        seconds.append(time.perf_counter() - start)
        if piece != excerpt.piece:
            continue
        track += 1
        error = abs(found - excerpt.start_seconds)
        if error <= TOLERANCE_SECONDS:
            near += 1
            errors.append(error)
        elif is_same_audio(pieces[piece], excerpt.start_seconds, found):
            same += 1
    shares = " | ".join(f"{count / len(excerpts):.1%}" for count in (track, near, same))
    return f"| {name} | {shares} | {1e3 * np.median(errors):.1f} ms | {1e3 * np.median(seconds):.0f} ms |"


def many_tracks(encoder: mess.Encoder, pieces: Sequence[Path]) -> list[mess.Frames]:
    """Every piece at many speeds, as if its sample rate had been another."""
    tracks = []
    for piece in pieces:
        audio = mess.decode(piece, sample_rate_hz=RATE_HZ, num_channels=1)
        for speed in SPEEDS:
            tracks.append(encoder.encode(mess.AudioBuffer(audio.samples, round(RATE_HZ * speed))))
    return tracks


def large_rows(encoder: mess.Encoder, pieces: Sequence[Path], excerpts: Sequence[Excerpt]) -> str:
    """Time of a search among 100,000 windows, and how often the best place is that of the search of every lag."""
    frames = many_tracks(encoder, pieces)
    seconds = sum(len(track.array) * track.hop_seconds for track in frames)
    # Windows are denser than usual, so that few hours of audio have so many; each track ends with a whole one.
    hop = min(5.0, (seconds - 10.0 * len(frames)) / NUM_LARGE_WINDOWS)
    index = mess.MomentIndex(hop_seconds=hop, index_spec="hnsw")
    for number, track in enumerate(frames):
        index.add(number, track)
    tracks = Tracks(frames)
    times, exhaustive_times, equal = [], [], 0
    passages = [mess.encode_passage(encoder, mess.decode(e.path)) for e in excerpts[:NUM_LARGE_QUERIES]]
    index.find(passages[0], tracks.read, k=1)
    for passage in passages:
        start = time.perf_counter()
        quick = index.find(passage, tracks.read, k=10)[0]
        middle = time.perf_counter()
        every = index.find(passage, tracks.read, k=1, num_proposals=0)[0]
        exhaustive_times.append(time.perf_counter() - middle)
        times.append(middle - start)
        apart = abs(quick.alignment.start_seconds - every.alignment.start_seconds)
        equal += quick.track_id == every.track_id and apart < TOLERANCE_SECONDS
    return (
        "| search, one core, passage encoded before | windows | hours of audio | median | slowest of "
        f"{len(passages)} | same best place |\n|---|---|---|---|---|---|\n"
        f"| windows propose (graph), frames decide | {index.num_windows:,} | {seconds / 3600:.0f} | "
        f"{1e3 * np.median(times):.1f} ms | {1e3 * max(times):.1f} ms | {equal / len(passages):.1%} |\n"
        f"| every lag of every track | {index.num_windows:,} | {seconds / 3600:.0f} | "
        f"{1e3 * np.median(exhaustive_times):.0f} ms | {1e3 * max(exhaustive_times):.0f} ms | |"
    )


def excerpt_table(encoder: mess.Encoder, kind: str, pieces: Sequence[Path], excerpts: Sequence[Excerpt]) -> str:
    find, is_same = our_finder(encoder, [encoder.encode_file(piece) for piece in pieces])
    what = f"{len(excerpts)} excerpts of {len(pieces)} {kind}: {EXCERPT_SECONDS:.0f} s, mono MP3 of 64 kbit/s, -6 dB"
    near = f"offset within {TOLERANCE_SECONDS} s"
    table = f"| {what} | track | {near} | literal repeats besides | median error | a query, from the file |\n"
    table += "|---|---|---|---|---|---|\n"
    table += row("mess", find, pieces, excerpts) + "\n"
    table += row("librosa MFCC, every lag", baseline_finder(pieces), pieces, excerpts) + "\n"
    return table + f"\nCalled the same recording by mess: {np.mean(is_same):.1%}\n\n"


def run(real_music: Path | None) -> str:
    """Return tables in Markdown."""
    encoder = mess.Encoder.open("acoustic")
    write_samples(PIECES, num_pieces=NUM_PIECES, seed=SEED, sample_rate_hz=RATE_HZ, target_seconds=PIECE_SECONDS)
    truth = read_truth(PIECES)
    assert truth is not None
    pieces = [PIECES / piece["file"] for piece in truth["pieces"]]
    with tempfile.TemporaryDirectory() as name:
        excerpts = cut_excerpts(Path(name, "composed"), pieces)
        text = excerpt_table(encoder, "composed pieces", pieces, excerpts)
        if real_music is not None:
            files = [path for path in sorted(real_music.rglob("*.*")) if path.is_file()]
            # An excerpt needs room, and a copy of a file would be as right as the file.
            known = {mess.audio_content_hash(path): path for path in files if long_enough(path)}
            real = sorted(known.values())
            text += excerpt_table(
                encoder, "recordings", real, cut_excerpts(Path(name, "real"), real, per_piece=EXCERPTS_PER_RECORDING)
            )
        return text + large_rows(encoder, pieces, excerpts) + "\n"


def long_enough(path: Path) -> bool:
    return mess.decode(path).duration_seconds > EXCERPT_SECONDS + 5


if __name__ == "__main__":
    print(run(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
