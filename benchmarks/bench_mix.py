# SPDX-License-Identifier: MIT
"""Mixes of composed pieces whose beats are known: what was planned from the analysis, measured against the score.

    python benchmarks/bench_mix.py

Pieces of a style follow each other by tempo. Beats: the score's beats of both pieces, put on the timeline of the mix,
in every beat-matched overlap; each beat of the one that comes against the nearest of the one that leaves.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import mess
from mess.samples import read_truth, write_samples

NUM_PIECES = 24
TARGET_SECONDS = 80.0
SEED = 41
STYLES = ["house", "chiptune", "drum-and-bass", "reggae", "metal", "bossa-nova"]
RATE_HZ = 44100
EDGE_SECONDS = 1.0  # left out at both ends of a body


def beat_errors(plan: mess.MixPlan, pieces: list[dict[str, Any]]) -> list[np.ndarray[Any, Any]]:
    """Milliseconds between the beats of both pieces, for each beat-matched overlap."""
    errors = []
    for number in range(1, len(plan.pieces)):
        leaving, coming = plan.pieces[number - 1], plan.pieces[number]
        if coming.entry is None or coming.entry.tier != "beat-match":
            continue
        end = coming.start_seconds + coming.entry.overlap_seconds
        beats = np.array([leaving.mix_time(beat) for beat in pieces[number - 1]["beats"]])
        others = np.array([coming.mix_time(beat) for beat in pieces[number]["beats"]])
        # A track at half the tempo has a beat at every second one: the fewer are compared with the more.
        inside = others[(others >= coming.start_seconds - 0.05) & (others < end)]
        beats_inside = beats[(beats >= coming.start_seconds - 0.05) & (beats < end)]
        few, many = (inside, beats) if inside.size <= beats_inside.size else (beats_inside, others)
        errors.append(1000 * np.abs(few[:, None] - many[None]).min(axis=1))
    return errors


def lufs(samples: np.ndarray[Any, Any], rate_hz: int) -> float | None:
    return mess.analyze(mess.AudioBuffer(np.ascontiguousarray(samples), rate_hz)).loudness.integrated_lufs


def bodies(plan: mess.MixPlan, mix: np.ndarray[Any, Any]) -> list[tuple[float, float]]:
    """For each piece: loudness of what sounds alone against the target, and against the source there at its gain."""
    found = []
    for number, piece in enumerate(plan.pieces):
        entry = piece.entry
        follower = plan.pieces[number + 1].start_seconds if number + 1 < len(plan.pieces) else piece.end_seconds
        begin = piece.start_seconds + EDGE_SECONDS
        if entry is not None:
            begin += max(0.0, entry.overlap_seconds) + entry.return_seconds
        end = min(follower, piece.end_seconds) - EDGE_SECONDS
        if end - begin < 10:
            continue
        body = lufs(mix[:, round(begin * RATE_HZ) : round(end * RATE_HZ)], RATE_HZ)
        # Behind the return a file runs at its own tempo: one moment gives all.
        offset = piece.source_end_seconds - piece.end_seconds
        source = mess.decode(
            piece.track.path, start_seconds=begin + offset, duration_seconds=end - begin, sample_rate_hz=RATE_HZ
        )
        own = lufs(source.samples, RATE_HZ)
        assert body is not None
        assert own is not None
        found.append((abs(body + 16.0), abs(body - own - piece.gain_db)))
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(
            folder,
            num_pieces=NUM_PIECES,
            seed=SEED,
            sample_rate_hz=RATE_HZ,
            target_seconds=TARGET_SECONDS,
            styles=STYLES,
        )
        truth = read_truth(folder)
        assert truth is not None
        pieces = sorted(truth["pieces"], key=lambda piece: (piece["style"], piece["tempo_bpm"]))
        tracks = [mess.mix_track(folder / piece["file"]) for piece in pieces]
        plan = mess.plan_mix(tracks)
        start = time.perf_counter()
        mess.render_mix(plan, folder / "mix.flac")
        seconds = time.perf_counter() - start
        mix = mess.decode(folder / "mix.flac")
        errors = beat_errors(plan, pieces)
        levels = bodies(plan, mix.samples)
        tiers = [piece.entry.tier for piece in plan.pieces if piece.entry is not None]
        every = np.concatenate(errors)
        worst = [float(one.max()) for one in errors]
        true_peak = mess.analyze(mix).loudness.true_peak_dbtp
        rows = {
            "transitions": ", ".join(f"{tiers.count(tier)} {tier}" for tier in sorted(set(tiers))),
            "beats of both tracks apart, all overlaps": f"median {np.median(every):.1f} ms, 95 % within "
            f"{np.percentile(every, 95):.1f} ms, at most {every.max():.1f} ms",
            "overlaps with all beats within 20 ms": f"{sum(one <= 20 for one in worst)} of {len(worst)}",
            "loudness of what sounds alone, against -16 LUFS": f"median {np.median([a for a, _ in levels]):.2f} LU, "
            f"at most {max(a for a, _ in levels):.2f} LU",
            "against the same seconds of the file at their gain": f"at most {max(b for _, b in levels):.2f} LU",
            "true peak": f"{true_peak:.2f} dBTP",
            "samples, found - planned": str(mix.num_frames - round(plan.duration_seconds * RATE_HZ)),
            "rendering": f"{plan.duration_seconds / seconds:.0f} times as fast as it plays",
        }
    print("| measured | found |\n|---|---|")
    for what, found in rows.items():
        print(f"| {what} | {found} |")


if __name__ == "__main__":
    main()
