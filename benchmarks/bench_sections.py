# SPDX-License-Identifier: MIT
"""Section boundaries on composed pieces whose form is known, beside a baseline made of librosa.

    python benchmarks/bench_sections.py

The measure is mir_eval's: the F-measure of boundaries within 3 s (and 0.5 s), the ends of the piece left out.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import librosa
import mir_eval
import numpy as np
from numpy.typing import NDArray

import mess
from mess.samples import write_samples

NUM_PIECES = 24
FORMS = {"themes": 110.0, "song": 150.0}  # seconds of a piece
SEED = 31
BASELINE_SECTION_SECONDS = 15.0  # librosa's clustering must be told how many sections there are

Edges = NDArray[np.float64]
Found = TypeVar("Found")


def ours(encoder: mess.Encoder, path: Path) -> tuple[Edges, list[str]]:
    sections = mess.find_sections(encoder.encode_file(path))
    return np.array([s.start_seconds for s in sections] + [sections[-1].end_seconds]), [s.label for s in sections]


def baseline(path: Path) -> Edges:
    samples, rate = librosa.load(path, sr=22050, mono=True)
    mfcc = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=20, hop_length=2048)
    chroma = librosa.feature.chroma_stft(y=samples, sr=rate, hop_length=2048)
    features = np.vstack([librosa.util.normalize(f - f.mean(axis=1, keepdims=True), axis=1) for f in (mfcc, chroma)])
    seconds = samples.size / rate
    count = max(1, round(seconds / BASELINE_SECTION_SECONDS))
    starts = librosa.segment.agglomerative(features, count)
    return np.append(librosa.frames_to_time(starts, sr=rate, hop_length=2048), seconds)


def intervals(edges: Edges, end: float) -> NDArray[np.float64]:
    inner = [edge for edge in edges[1:-1] if 0 < edge < end]
    edges = np.array([0.0, *inner, end])
    return np.column_stack([edges[:-1], edges[1:]])


def hit_rate(truth: Edges, found: Edges, window_seconds: float) -> float:
    end = float(truth[-1])
    scores = mir_eval.segment.detection(intervals(truth, end), intervals(found, end), window=window_seconds, trim=True)
    return float(scores[2])


def timed(call: Callable[[], Found]) -> tuple[Found, float]:
    start = time.perf_counter()
    found = call()
    return found, time.perf_counter() - start


def measure(encoder: mess.Encoder, folder: Path, form: str, seconds: float) -> str:
    """Rows of the table for pieces of one form."""
    write_samples(folder, num_pieces=NUM_PIECES, seed=SEED, sample_rate_hz=22050, target_seconds=seconds, form=form)
    scores: dict[str, list[tuple[float, float, float]]] = {"mess find_sections": [], "librosa agglomerative": []}
    labels = []
    for piece in json.loads((folder / "truth.json").read_text())["pieces"]:
        path = folder / piece["file"]
        truth = np.array([s["start_seconds"] for s in piece["sections"]] + [piece["sections"][-1]["end_seconds"]])
        (found, found_labels), our_seconds = timed(lambda path=path: ours(encoder, path))
        results = {
            "mess find_sections": (found, our_seconds),
            "librosa agglomerative": timed(lambda path=path: baseline(path)),
        }
        for name, (edges, taken) in results.items():
            scores[name].append((hit_rate(truth, edges, 3.0), hit_rate(truth, edges, 0.5), taken))
        # Labels are compared over the time that both know.
        end = min(float(truth[-1]), float(found[-1]))
        pair = [
            mir_eval.util.adjust_intervals(np.column_stack([e[:-1], e[1:]]), names, t_min=0.0, t_max=end)
            for e, names in ((truth, [s["name"] for s in piece["sections"]]), (found, found_labels))
        ]
        labels.append(mir_eval.segment.pairwise(*pair[0], *pair[1])[2])
    rows = ""
    for name, figures in scores.items():
        at_3, at_half, taken = np.mean(figures, axis=0)
        label_figure = f"{np.mean(labels):.3f}" if name.startswith("mess") else "-"
        figures_text = f"{at_3:.3f} | {at_half:.3f} | {label_figure} | {taken:.2f}"
        rows += f"| {form}, about {seconds:.0f} s | {name} | {figures_text} |\n"
    return rows


def run() -> str:
    """Return a table in Markdown."""
    encoder = mess.Encoder.open("acoustic")
    table = f"| {NUM_PIECES} pieces each | | F at 3 s | F at 0.5 s | pairwise F of the labels | seconds a piece |\n"
    table += "|---|---|---|---|---|---|\n"
    with tempfile.TemporaryDirectory() as folder:
        for form, seconds in FORMS.items():
            table += measure(encoder, Path(folder, form), form, seconds)
    return table


if __name__ == "__main__":
    print(run())
