# SPDX-License-Identifier: MIT
"""Composed pieces for fitting and for measuring the analysis: which collections there are, and what is true of a piece.

The two lists share styles but no seed: nothing that is measured was fitted on. How much the shared styles help is what
fit_rhythm.py's cross-validation over styles says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mess.samples import read_truth, write_samples

TEMPO_TOLERANCE = 0.04
Piece = dict[str, Any]  # an entry of truth.json

# What is asked of each kind; 4/4 and the style's own swing where nothing is said (a few plain pieces are in 3/4).
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "swing": {"swing": 0.66},
    "rubato": {"rubato": 0.1},
    "no drums": {"drums": False},
    "3/4": {"time_signature": "3/4"},
    "5/4": {"time_signature": "5/4"},
    "6/8": {"time_signature": "6/8"},
    "7/8": {"time_signature": "7/8"},
}
# Every style equally often in every kind: 40 plain pieces, 20 of each other kind.
EVALUATION: dict[str, dict[str, Any]] = {
    kind: {"num_pieces": 40 if kind == "plain" else 20, "seed": 101 + number, **arguments}
    for number, (kind, arguments) in enumerate(KINDS.items())
}
FITTING: dict[str, dict[str, Any]] = {
    kind: {"num_pieces": 80 if kind == "plain" else 40, "seed": 1 + number, **arguments}
    for number, (kind, arguments) in enumerate(KINDS.items())
}


def write_collections(folder: Path, collections: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Path, Piece]]:
    """Renders what is not there yet; each piece's kind, audio file and truth."""
    for kind, arguments in collections.items():
        directory = folder / f"{kind.replace('/', '-').replace(' ', '-')}-{arguments['seed']}"
        write_samples(directory, **arguments)
        truth = read_truth(directory)
        assert truth is not None
        for piece in truth["pieces"]:
            yield kind, directory / piece["file"], piece


def is_tempo(bpm: float, truth: float, *factors: float) -> bool:
    """Whether a tempo is within 4 % of the truth, or of the multiples of it that are named."""
    return any(abs(bpm / (truth * factor) - 1) <= TEMPO_TOLERANCE for factor in factors or (1.0,))


def true_bpm(piece: Piece) -> float:
    """The tempo of the score's beat: of the quarter in n/4, of the dotted quarter in 6/8; the mean where it bends.

    In 7/8 of the quarter as well: the styles' figures stand on quarters there, and the eighth that truth.json counts
    runs at up to 400 per minute.
    """
    if piece["tempo_is_constant"]:
        bpm = float(piece["tempo_bpm"])
    else:
        beats = piece["beats"]
        bpm = 60 * (len(beats) - 1) / (beats[-1] - beats[0])
    return bpm / 2 if piece["time_signature"] == "7/8" else bpm
