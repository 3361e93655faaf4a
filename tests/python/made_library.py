# SPDX-License-Identifier: MIT
"""Libraries with made-up tracks: as large as one likes, without any audio."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from mess.library import Library, catalogue, schema

ENCODER_ID = "made/1+track"
KEYS = [
    f"{tonic} {mode}"
    for tonic in ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    for mode in ("major", "minor")
]
GENRES = ["Jazz", "Soul", "Metal", "Électronique", "Folk", None]
MOODS = ["calm", "energetic", "sad", None]
WORDS = ["slow", "driving", "bright", "dark"]


def analysis_of(row: dict, num_beats: int) -> dict:
    """The document of an analysis that says what the columns of a track say, and is as long as one with these beats."""
    beats_seconds = [round(0.5 * number, 3) for number in range(num_beats)]
    return {
        "duration_seconds": row["duration_seconds"],
        "loudness": {
            "integrated_lufs": row["integrated_lufs"],
            "range_lu": 5.0,
            "peak_dbfs": -1.0,
            "true_peak_dbtp": -0.5,
        },
        "sounding": {"start_seconds": 0.0, "end_seconds": row["duration_seconds"]},
        "is_silent": False,
        "tempo": {"bpm": row["tempo_bpm"], "confidence": 1.0, "candidates": []},
        "beats": {
            "beats_seconds": beats_seconds,
            "downbeats_seconds": beats_seconds[::4],
            "beats_per_bar": None,
            "downbeat_confidence": 0.0,
        },
        "key": {"name": row["musical_key"], "confidence": 1.0, "runner_up": None, "tuning_cents": 0.0, "segments": []},
        "fade_out_seconds": None,
        "energy_dbfs": [-20.0] * (num_beats // 2),
        "onsets_per_second": 2.0,
        "regularity": 0.5,
        "brightness": 0.5,
        "words": row["words"],
        "mood": row["mood"],
    }


def make_rows(num_tracks: int, seed: int = 0, *, num_artists: int = 50, num_beats: int = 0) -> list[dict]:
    """Rows of `tracks`, drawn at random."""
    rng = np.random.default_rng(seed)
    rows = []
    for track_id in range(1, num_tracks + 1):
        artist = int(rng.integers(num_artists))
        row = {
            "id": track_id,
            "content_hash": f"made{track_id:08}",
            "codec": "mp3",
            "container": "mp3",
            "sample_rate_hz": 44100,
            "num_channels": 2,
            "duration_seconds": float(rng.uniform(30, 600)),
            "title": f"Title {track_id}",
            "artist": f"Artist {artist}" if artist else None,
            "album": f"Album {artist} {rng.integers(3)}",
            "album_artist": None,
            "genre": GENRES[rng.integers(len(GENRES))],
            "date": f"{rng.integers(1950, 2026)}-05-01" if rng.random() < 0.9 else None,
            "track_number": None,
            "tags": {"rating": str(int(rng.integers(6)))} if rng.random() < 0.5 else {},
            "integrated_lufs": float(rng.uniform(-30, -5)),
            "tempo_bpm": float(rng.uniform(50, 200)) if rng.random() < 0.9 else None,
            "musical_key": KEYS[rng.integers(len(KEYS))] if rng.random() < 0.9 else None,
            "is_silent": False,
            "mood": MOODS[rng.integers(len(MOODS))],
            "words": [word for word in WORDS if rng.random() < 0.3],
            "added_at": datetime.fromtimestamp(1.7e9 + 86400 * int(rng.integers(100)), timezone.utc).replace(
                tzinfo=None
            ),
        }
        rows.append(row | {"analysis": analysis_of(row, num_beats)})
    return rows


def make_library(path: Path, rows: list[dict], vectors: np.ndarray) -> Library:
    """A library of these tracks, each with one file and one vector (dim,) of unit length."""
    library = Library.open(path)
    with library._database.write() as connection:
        connection.execute(insert(schema.tracks), rows)
        connection.execute(
            insert(schema.files),
            [
                {
                    "path": Path(f"/made/{row['album']}/{row['id']}.mp3"),
                    "track_id": row["id"],
                    "size": 1,
                    "mtime_ns": 1,
                    "is_missing": False,
                    "tags": row["tags"],
                }
                for row in rows
            ],
        )
        connection.execute(
            insert(schema.vectors),
            [
                {"track_id": row["id"], "encoder_id": ENCODER_ID, "dim": len(v), "vector": v.astype("<f4").tobytes()}
                for row, v in zip(rows, vectors, strict=True)
            ],
        )
        catalogue.raise_generation(connection)
    return library


def make_vectors(num: int, dim: int = 32, seed: int = 0, *, num_clusters: int = 40) -> np.ndarray:
    """Unit vectors (num, dim) float32 in clusters, as those of music are."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(num_clusters, dim))
    points = centers[rng.integers(num_clusters, size=num)] + 0.7 * rng.normal(size=(num, dim))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
