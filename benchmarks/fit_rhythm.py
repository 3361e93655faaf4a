# SPDX-License-Identifier: MIT
"""Fits the weights of the metrical level (tempo_ranking.h) and of the beat's phase (beat_phase.cc) on composed pieces.

Build the features first: `cmake --build build --target rhythm_features`. Needs scipy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mess.samples import read_truth, write_samples

COLLECTIONS: dict[str, dict[str, Any]] = {
    "plain-1": {"num_pieces": 64, "seed": 1},
    "plain-2": {"num_pieces": 40, "seed": 2},
    "rubato": {"num_pieces": 20, "seed": 3, "rubato": 0.1},
    "swing": {"num_pieces": 20, "seed": 4, "swing": 0.66},
    "no-drums": {"num_pieces": 20, "seed": 5, "drums": False},
    "7-8": {"num_pieces": 10, "seed": 6, "time_signature": "7/8"},
    "5-4": {"num_pieces": 10, "seed": 7, "time_signature": "5/4"},
    "3-4": {"num_pieces": 10, "seed": 8, "time_signature": "3/4"},
    "6-8": {"num_pieces": 10, "seed": 9, "time_signature": "6/8"},
}
TEMPO_TOLERANCE = 0.04
LEVEL_PENALTY = 3.0
PHASE_PENALTY = 2.0
Row = tuple[dict[str, Any], dict[str, Any]]  # a piece's truth and its features


def read_rows(tool: Path, folder: Path) -> list[Row]:
    """Features of every piece of a collection."""
    truth = read_truth(folder)
    assert truth is not None
    pieces = truth["pieces"]
    arguments = [text for piece in pieces for text in (str(folder / piece["file"]), str(true_bpm(piece)))]
    lines = subprocess.run([str(tool), *arguments], capture_output=True, text=True, check=True).stdout.splitlines()
    return [(piece, json.loads(line)) for piece, line in zip(pieces, lines, strict=True)]


def true_bpm(piece: dict[str, Any]) -> float:
    beats = piece["beats"]
    return piece["tempo_bpm"] if piece["tempo_is_constant"] else 60 * (len(beats) - 1) / (beats[-1] - beats[0])


def fit_levels(rows: list[Row]) -> NDArray[np.float64]:
    """A softmax choice between candidates, with an L2 penalty on standardised weights."""
    choices = []
    for piece, row in rows:
        is_right = np.array([abs(c["bpm"] / true_bpm(piece) - 1) < TEMPO_TOLERANCE for c in row["candidates"]])
        if is_right.any():
            choices.append((np.array([c["features"] for c in row["candidates"]]), is_right))
    scale = np.concatenate([features for features, _ in choices]).std(axis=0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = LEVEL_PENALTY * weights @ weights / 2, LEVEL_PENALTY * weights
        for features, is_right in choices:
            scaled = features / scale
            rank = scaled @ weights
            share = np.exp(rank - rank.max())
            share /= share.sum()
            right = share * is_right
            value -= np.log(right.sum())
            gradient = gradient + (share - right / right.sum()) @ scaled
        return float(value), gradient

    return minimize(loss, np.zeros(len(scale)), jac=True).x / scale


def fit_phase(rows: list[Row]) -> NDArray[np.float64]:
    """A logistic rule without intercept: beats that fall between the true ones have the features' signs reversed."""
    features, labels = [], []
    for piece, row in rows:
        beats, truth = np.array(row["beats"]), np.array(piece["beats"])
        if len(beats) < 8:
            continue
        inner = truth[(truth > 3) & (truth < truth[-1] - 3)]
        on, off = (
            np.abs(moments[:, np.newaxis] - inner).min(axis=0).mean()
            for moments in (beats, (beats[1:] + beats[:-1]) / 2)
        )
        if min(on, off) < 0.21 * 60 / true_bpm(piece):
            features.append(row["phase"])
            labels.append(1.0 if on < off else -1.0)
    values, signs = np.array(features), np.array(labels)
    scale = np.sqrt((values**2).mean(axis=0))

    def loss(weights: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -signs * (values / scale @ weights)).sum() + PHASE_PENALTY * weights @ weights / 2)

    return minimize(loss, np.zeros(len(scale))).x / scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pieces are kept between runs")
    parser.add_argument("--tool", type=Path, default=Path("build/bin/rhythm_features"))
    arguments = parser.parse_args()
    rows: list[Row] = []
    for name, collection in COLLECTIONS.items():
        write_samples(arguments.folder / name, **collection)
        rows += read_rows(arguments.tool, arguments.folder / name)
    for title, weights in (("tempo_ranking.h", fit_levels(rows)), ("beat_phase.cc", fit_phase(rows))):
        print(title, ", ".join(f"{weight:.4g}" for weight in weights))


if __name__ == "__main__":
    main()
