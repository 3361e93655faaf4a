# SPDX-License-Identifier: MIT
"""truth.json: what is known exactly about every piece of a collection."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mess.samples.score import Piece

TRUTH_VERSION = 1
TRUTH_NAME = "truth.json"
PARTIAL_TRUTH_NAME = "truth.partial.json"  # of a rendering that goes on or was stopped

Entry = dict[str, Any]


def piece_truth(piece: Piece) -> Entry:
    """One piece's entry; times are seconds from the start of its audio file, rounded to microseconds."""
    bar = piece.metre.bar_quarters
    seconds = piece.tempo.seconds
    return {
        "file": piece.file,
        "title": piece.title,
        "artist": piece.artist,
        "album": piece.album,
        "track": piece.track,
        "year": piece.year,
        "style": piece.style,
        "style_slug": piece.style_slug,
        "tempo_bpm": piece.tempo_bpm,
        "tempo_is_constant": piece.tempo.is_constant,
        "key": piece.key.name,
        "tonic_pitch_class": piece.key.tonic,
        "mode": piece.key.mode,
        "scale": piece.key.scale,
        "time_signature": piece.metre.name,
        "beat_quarters": piece.metre.beat_quarters,
        "beats_per_bar": piece.metre.beats_per_bar,
        "swing": piece.swing,
        "swing_unit_quarters": piece.swing_unit_quarters,
        "has_drums": any(part.is_drums for part in piece.parts),
        "variants": list(piece.variants),
        "duration_seconds": piece.duration_seconds,
        "beats": [round(time, 6) for time in piece.beat_seconds()],
        "downbeats": [round(time, 6) for time in piece.downbeat_seconds()],
        "sections": [
            {
                "name": section.name,
                "start_seconds": round(seconds(section.start_bar * bar), 6),
                "end_seconds": round(seconds((section.start_bar + section.num_bars) * bar), 6),
            }
            for section in piece.sections
        ],
        "chords": [
            {"start_seconds": round(seconds(chord.start_quarters), 6), "symbol": chord.symbol} for chord in piece.chords
        ],
        "instruments": [
            {"role": part.role, "program": part.program, "is_drums": part.is_drums} for part in piece.parts
        ],
    }


def read_truth(directory: str | os.PathLike[str], *, name: str = TRUTH_NAME) -> dict[str, Any] | None:
    """The truth.json of a folder, or None where there is none that can be read."""
    try:
        truth = json.loads((Path(directory) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_known = isinstance(truth, dict) and truth.get("version") == TRUTH_VERSION
    return truth if is_known and isinstance(truth.get("pieces"), list) else None


def write_truth(directory: Path, header: Mapping[str, Any], entries: list[Entry], *, name: str = TRUTH_NAME) -> Path:
    """Write truth.json in one step: a reader sees the old one or the new one, never half."""
    path = directory / name
    lines = ",\n".join("    " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    head = json.dumps({"version": TRUTH_VERSION, **header}, ensure_ascii=False)
    text = f'{head[:-1]}, "pieces": [\n{lines}\n]}}\n'
    handle, temporary = tempfile.mkstemp(dir=directory, prefix=".truth-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
