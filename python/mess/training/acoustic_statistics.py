# SPDX-License-Identifier: MIT
"""Fits the constants of the acoustic encoder on a folder of audio: means, deviations, whitening of pitches.

    mess samples build/training-samples --pieces 320 --seed 11
    python -m mess.training.acoustic_statistics build/training-samples \
        --features build/bin/acoustic_features --output src/encode/acoustic/statistics.cc

Every file weighs the same, whatever its length. The program acoustic_features is built with the tests. Changing the
constants changes the vectors: raise the encoder's version.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SUFFIXES = {".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a"}
FILES_PER_CALL = 16

# Features of each block, in the order of src/encode/acoustic/layout.h.
BLOCK_SIZES = (231, 91, 136, 488, 96, 96, 24, 8)
WHITENED_BLOCKS = (4, 5)
NUM_WHITENED = 48
WHITENING_RIDGE = 0.3  # of the mean variance: weak directions are noise, and stay weak
NUM_TRACK_FEATURES = sum(BLOCK_SIZES)

TEMPLATE = """// SPDX-License-Identifier: MIT
// Fitted on {num_files} composed pieces (mess samples) by python/mess/training/acoustic_statistics.py.
#include "src/encode/acoustic/statistics.h"

namespace mess::internal::acoustic {{

// clang-format off
{arrays}// clang-format on

}}  // namespace mess::internal::acoustic
"""


def read_features(files: Sequence[Path], program: Path) -> NDArray[np.float64]:
    """Return what the program prints for each file, (N, track features + 2 x frame dimensions)."""
    rows: list[str] = []
    for start in range(0, len(files), FILES_PER_CALL):
        names = [str(file) for file in files[start : start + FILES_PER_CALL]]
        result = subprocess.run([str(program), *names], check=True, capture_output=True, text=True)
        rows += result.stdout.splitlines()
    if not rows:
        raise SystemExit("expected audio files, found none")
    features = np.array([[float(word) for word in row.split()] for row in rows])
    if (features.shape[1] - NUM_TRACK_FEATURES) % 2:
        raise SystemExit(f"{program}: expected blocks of {BLOCK_SIZES} features and two rows per frame dimension")
    return features


def fit_frames(moments: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation (D,) from each file's means and mean squares (N, 2 D)."""
    mean, mean_square = np.split(moments.mean(axis=0), 2)
    return mean, np.sqrt(np.maximum(mean_square - mean**2, 1e-12))


def fit_deviations(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the deviation of each feature (N, D) -> (D,), never quite zero."""
    floors = [np.full(len(block.T), 1e-6 * np.abs(block).max() + 1e-9) for block in _split(features)]
    return np.asarray(features.std(axis=0) + np.concatenate(floors))


def fit_whitening(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix (NUM_WHITENED, D) that gives standardised features (N, D) about equal variances."""
    variances, directions = np.linalg.eigh(deviations.T @ deviations / len(deviations))
    strongest = np.argsort(variances)[::-1][:NUM_WHITENED]
    variances, directions = variances[strongest], directions[:, strongest]
    # The sign of an eigenvector is arbitrary: its largest value becomes positive.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(NUM_WHITENED)])
    return np.asarray((directions / np.sqrt(variances + WHITENING_RIDGE * variances.mean())).T)


def _split(features: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return np.split(features, np.cumsum(BLOCK_SIZES)[:-1], axis=1)


def format_array(name: str, values: NDArray[np.float64]) -> str:
    """Return the definition of one array of floats."""
    words = [f"{value:.6g}" for value in values.ravel()]
    words = [(word if "." in word or "e" in word else word + ".0") + "f" for word in words]
    lines = ["    " + ", ".join(words[i : i + 10]) + ",\n" for i in range(0, len(words), 10)]
    return f"const std::array<float, {len(words)}> {name}{{\n{''.join(lines)}}};\n"


def fit(features: NDArray[np.float64]) -> str:
    """Return the text of statistics.cc from what read_features() gives."""
    track = features[:, :NUM_TRACK_FEATURES]
    frame_mean, frame_std = fit_frames(features[:, NUM_TRACK_FEATURES:])
    mean, std = track.mean(axis=0), fit_deviations(track)
    blocks = _split((track - mean) / std)
    whitening = np.stack([fit_whitening(blocks[i]) for i in WHITENED_BLOCKS])
    arrays = {
        "kFrameMean": frame_mean,
        "kFrameStd": frame_std,
        "kTrackMean": mean,
        "kTrackStd": std,
        "kPitchWhitening": whitening,
    }
    return TEMPLATE.format(
        num_files=len(features), arrays="".join(format_array(name, values) for name, values in arrays.items())
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--features", type=Path, required=True, help="the program acoustic_features")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    arguments.output.write_text(fit(read_features(files, arguments.features)), encoding="utf-8")


if __name__ == "__main__":
    main()
