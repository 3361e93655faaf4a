# SPDX-License-Identifier: MIT
"""A 3-minute mp3 to its acoustic vector with all analysis.

Against decoding alone (the floor) and, when it is installed, librosa's MFCC statistics.
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import numpy as np
from bench_decode import SECONDS, make_song
from timing import Row, interleaved

import mess


def librosa_vector(song: Path) -> np.ndarray:
    import librosa

    samples, rate = librosa.load(song, sr=22050, mono=True)
    mfcc = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=20, hop_length=1024)
    return np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)])


def run() -> list[Row]:
    encoder = mess.Encoder.open("acoustic")
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "song.mp3"
        make_song(song)

        def ours() -> np.ndarray:
            return mess.pool(mess.extract(song, encoder=encoder).frames)

        def decode_only() -> mess.AudioBuffer:
            return mess.decode(song, sample_rate_hz=22050, num_channels=1)

        contenders = [("decode alone", decode_only)]
        if importlib.util.find_spec("librosa"):
            contenders.append(("librosa MFCC mean + std", lambda: librosa_vector(song)))
        rows = []
        for peer_name, peer in contenders:
            ours_seconds, peer_seconds = interleaved(ours, peer)
            speed = SECONDS / ours_seconds
            rows.append(
                Row(
                    f"vector + analysis of {SECONDS} s of mp3",
                    ours_seconds,
                    peer_name,
                    peer_seconds,
                    f"{speed:.0f} x real time",
                )
            )
    return rows
