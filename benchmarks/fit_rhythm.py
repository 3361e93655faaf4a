# SPDX-License-Identifier: MIT
"""Fits the weights of the metrical level (tempo_ranking.h) and of the beat's phase (beat_phase.cc) on composed pieces.

Prints the weights, and how well both do on styles that took no part: each style in turn is left out of the fit.
Build the features first: `ninja -C build/dev rhythm_features`. Needs scipy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pieces import FITTING, Piece, is_tempo, true_bpm, write_collections
from scipy.optimize import minimize

LEVEL_PENALTY = 3.0
PHASE_PENALTY = 2.0
FILES_PER_CALL = 40
Vector = NDArray[np.float64]
Row = tuple[Piece, dict[str, Any]]  # a piece's truth and its features


def read_rows(tool: Path, folder: Path) -> list[Row]:
    """Features of every piece to fit on."""
    found = list(write_collections(folder, FITTING))
    rows: list[Row] = []
    for first in range(0, len(found), FILES_PER_CALL):
        batch = found[first : first + FILES_PER_CALL]
        arguments = [text for _, path, piece in batch for text in (str(path), str(true_bpm(piece)))]
        lines = subprocess.run([str(tool), *arguments], capture_output=True, text=True, check=True).stdout.splitlines()
        rows += [(piece, json.loads(line)) for (_, _, piece), line in zip(batch, lines, strict=True)]
    return rows


def fit_levels(rows: Sequence[Row]) -> Vector:
    """A softmax choice between candidates, with an L2 penalty on standardised weights."""
    choices = []
    for piece, row in rows:
        is_right = np.array([is_tempo(c["bpm"], true_bpm(piece)) for c in row["candidates"]])
        if is_right.any():
            choices.append((np.array([c["features"] for c in row["candidates"]]), is_right))
    scale = np.concatenate([features for features, _ in choices]).std(axis=0) + 1e-9

    def loss(weights: Vector) -> tuple[float, Vector]:
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

    solution: Vector = minimize(loss, np.zeros(len(scale)), jac=True).x / scale
    return solution


def score_levels(rows: Sequence[Row], weights: Vector) -> list[float]:
    """Whether each piece's tempo was chosen right (accuracy1)."""
    right = []
    for piece, row in rows:
        ranks = [float(np.array(c["features"]) @ weights) for c in row["candidates"]]
        chosen = row["candidates"][int(np.argmax(ranks))]["bpm"] if ranks else 0.0
        right.append(float(is_tempo(chosen, true_bpm(piece))))
    return right


def phase_samples(rows: Sequence[Row]) -> tuple[Vector, Vector]:
    """Features of beats at the true tempo, and 1 where they fell on the score's beats, -1 where between them."""
    features, signs = [], []
    for piece, row in rows:
        beats = np.array(row["beats"])
        truth = np.array(piece["beats"])
        # In 7/8 a quarter falls on every second bar line only.
        if len(beats) < 8 or piece["time_signature"] == "7/8":
            continue
        inner = truth[(truth > 3) & (truth < truth[-1] - 3)]
        on, off = (
            np.abs(moments[:, np.newaxis] - inner).min(axis=0).mean()
            for moments in (beats, (beats[1:] + beats[:-1]) / 2)
        )
        if min(on, off) < 0.21 * 60 / true_bpm(piece):
            features.append(row["phase"])
            signs.append(1.0 if on < off else -1.0)
    return np.array(features), np.array(signs)


def fit_phase(rows: Sequence[Row]) -> Vector:
    """A logistic rule without intercept: between the true beats the features' signs are reversed."""
    values, signs = phase_samples(rows)
    scale = np.sqrt((values**2).mean(axis=0))

    def loss(weights: Vector) -> float:
        return float(np.logaddexp(0, -signs * (values / scale @ weights)).sum() + PHASE_PENALTY * weights @ weights / 2)

    solution: Vector = minimize(loss, np.zeros(len(scale))).x / scale
    return solution


def score_phase(rows: Sequence[Row], weights: Vector) -> list[float]:
    values, signs = phase_samples(rows)
    return list((signs * (values @ weights) > 0).astype(float)) if len(values) else []


def on_unseen_styles(
    rows: Sequence[Row],
    fit: Callable[[Sequence[Row]], Vector],
    score: Callable[[Sequence[Row], Vector], list[float]],
) -> dict[str, list[float]]:
    """Scores of each style's pieces with weights fitted on all others."""
    return {
        style: score(
            [row for row in rows if row[0]["style_slug"] == style],
            fit([row for row in rows if row[0]["style_slug"] != style]),
        )
        for style in sorted({piece["style_slug"] for piece, _ in rows})
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pieces are kept between runs")
    parser.add_argument("--tool", type=Path, default=Path("build/dev/bin/rhythm_features"))
    arguments = parser.parse_args()
    rows = read_rows(arguments.tool, arguments.folder)
    for title, fit, score in (
        ("tempo_ranking.h", fit_levels, score_levels),
        ("beat_phase.cc", fit_phase, score_phase),
    ):
        weights = fit(rows)
        print(f"{title}: {', '.join(f'{weight:.4g}' for weight in weights)}")
        unseen = on_unseen_styles(rows, fit, score)
        everything = [value for values in unseen.values() for value in values]
        print(f"right: {np.mean(score(rows, weights)):.3f}; of styles left out: {np.mean(everything):.3f}")
        print(", ".join(f"{style} {np.mean(values):.2f}" for style, values in unseen.items() if values))


if __name__ == "__main__":
    main()
