# SPDX-License-Identifier: MIT
"""Tempo, beats, bars and key of composed pieces against their scores; the peers that are installed in the same run.

accuracy1 is the share of tempi within 4 % of the score's (pieces.true_bpm), accuracy2 that within 4 % of it or of its
double, triple, half or third (Gouyon et al., 2006). Beats and key by mir_eval: F-measure within 70 ms after the first
5 s, AMLt (continuity at any metrical level), and the MIREX key score with fifths in both directions.

With --real FOLDER also on real music, whose truth nobody wrote down: how far analyzers agree with each other.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import analyzers
import mir_eval
import numpy as np
from analyzers import Estimate
from pieces import EVALUATION, KINDS, Piece, is_tempo, true_bpm, write_collections

from mess.library.walk import walk_audio

METRICAL_LEVELS = (1, 2, 1 / 2, 3, 1 / 3)
SCORES = ("accuracy1", "accuracy2", "beats F", "beats AMLt", "downbeats F", "key")
Scores = dict[str, float]


def beat_grids(piece: Piece) -> list[list[float]]:
    """The score's beats; in 7/8, where quarters run on through the bar lines, in either phase."""
    beats = piece["beats"]
    return [beats[0::2], beats[1::2]] if piece["time_signature"] == "7/8" else [beats]


def key_score(truth: str, found: str) -> float:
    # In both orders: mir_eval counts a fifth up, MIREX has counted one down as well since 2017.
    weighted = mir_eval.key.weighted_score
    return float(max(weighted(truth, found), weighted(found, truth))) if found else 0.0


def score(piece: Piece, estimate: Estimate) -> Scores:
    """Scores of what was estimated."""
    scores: Scores = {}
    if estimate.bpm is not None:
        scores["accuracy1"] = is_tempo(estimate.bpm, true_bpm(piece))
        scores["accuracy2"] = is_tempo(estimate.bpm, true_bpm(piece), *METRICAL_LEVELS)
    trim = mir_eval.beat.trim_beats
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # mir_eval warns of pieces without beats
        if estimate.beats is not None:
            grids = [trim(np.array(grid)) for grid in beat_grids(piece)]
            found = trim(np.array(estimate.beats))
            scores["beats F"] = max(mir_eval.beat.f_measure(grid, found) for grid in grids)
            scores["beats AMLt"] = max(mir_eval.beat.continuity(grid, found)[3] for grid in grids)
        if estimate.downbeats is not None:
            downbeats = trim(np.array(piece["downbeats"]))
            scores["downbeats F"] = mir_eval.beat.f_measure(downbeats, trim(np.array(estimate.downbeats)))
    if estimate.key is not None:
        scores["key"] = key_score(f"{piece['key'].split()[0]} {piece['mode']}", estimate.key)
    return scores


def analyze(job: tuple[str, Path, Piece]) -> Scores:
    name, path, piece = job
    return score(piece, analyzers.available()[name](path))


def mean_row(kind: str, name: str, rows: Sequence[Scores]) -> str:
    cells = [f"{np.mean([row[column] for row in rows]):.3f}" if column in rows[0] else "" for column in SCORES]
    return f"| {kind} | {len(rows)} | {name} | {' | '.join(cells)} |"


def table(folder: Path, *, kinds: Sequence[str], with_peers: bool = True, workers: int | None = None) -> Iterator[str]:
    """Lines of the results table: one per kind and analyzer, then the mean over all pieces."""
    found = list(write_collections(folder, {kind: EVALUATION[kind] for kind in kinds}))
    names = list(analyzers.available(with_peers=with_peers))
    yield f"| pieces | number | analyzer | {' | '.join(SCORES)} |"
    yield "|---" * (len(SCORES) + 3) + "|"
    rows: dict[str, list[Scores]] = {name: [] for name in names}
    with ProcessPoolExecutor(max_workers=workers or os.cpu_count()) as pool:
        for kind in kinds:
            of_kind = [(path, piece) for found_kind, path, piece in found if found_kind == kind]
            for name in names:
                scores = list(pool.map(analyze, [(name, path, piece) for path, piece in of_kind]))
                rows[name] += scores
                yield mean_row(kind, name, scores)
    for name in names:
        yield mean_row("all", name, rows[name])


def estimate(job: tuple[str, Path]) -> Estimate:
    name, path = job
    return analyzers.available()[name](path)


def agreement(folder: Path, *, workers: int | None = None) -> Iterator[str]:
    """Lines of a table: for each pair of analyzers that know tempo and key, what they have in common."""
    paths = [found.path for found in walk_audio([folder], excluded=folder / ".mess").files]
    with ProcessPoolExecutor(max_workers=workers or os.cpu_count()) as pool:
        found = {
            name: list(pool.map(estimate, [(name, path) for path in paths]))
            for name in analyzers.available()
            if "Percival" not in name  # knows no key
        }
    yield f"Agreement on {len(paths)} tracks of real music, whose truth nobody wrote down."
    yield ""
    yield "| analyzers | same tempo | same or a multiple | same key | MIREX key score |"
    yield "|---|---|---|---|---|"
    for first, second in itertools.combinations(found, 2):
        pairs = list(zip(found[first], found[second], strict=True))
        tempi = [(a.bpm, b.bpm) for a, b in pairs if a.bpm and b.bpm]
        same = sum(is_tempo(a, b) for a, b in tempi) / len(pairs)
        related = sum(is_tempo(a, b, *METRICAL_LEVELS) for a, b in tempi) / len(pairs)
        keys = [key_score(a.key, b.key) if a.key and b.key else 0.0 for a, b in pairs]
        same_key = np.mean([score == 1.0 for score in keys])
        yield f"| {first}; {second} | {same:.3f} | {related:.3f} | {same_key:.3f} | {np.mean(keys):.3f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the pieces are kept between runs")
    parser.add_argument("--only", choices=list(KINDS), action="append", help="kinds to measure")
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--real", type=Path, help="a folder of real music")
    parser.add_argument("--workers", type=int, help="processes, by default one per processor")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for line in table(
            arguments.folder or Path(temporary),
            kinds=arguments.only or list(KINDS),
            with_peers=not arguments.skip_peers,
            workers=arguments.workers,
        ):
            print(line, flush=True)
    if arguments.real:
        print()
        for line in agreement(arguments.real, workers=arguments.workers):
            print(line, flush=True)


if __name__ == "__main__":
    main()
