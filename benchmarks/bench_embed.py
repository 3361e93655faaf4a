# SPDX-License-Identifier: MIT
"""A 3-minute mp3 to its acoustic vector with all analysis.

Against decoding alone (the floor) and, when they are installed, librosa's baseline features (statistics of the mel
spectrum, chroma and tempogram) and essentia's MusicExtractor. All on one core: run it under `taskset -c 0`.
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from bench_decode import SECONDS, make_song
from timing import Row, interleaved, print_rows

import mess

BOTH = "vector + analysis"


def librosa_vector(song: Path) -> np.ndarray:
    """Mean and deviation of what librosa offers for the same purposes, with its own defaults."""
    import librosa

    samples, rate = librosa.load(song, sr=22050, mono=True)
    spectrum = np.abs(librosa.stft(samples)) ** 2
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=spectrum, sr=rate))
    chroma = librosa.feature.chroma_stft(S=spectrum, sr=rate)
    tempogram = librosa.feature.tempogram(y=samples, sr=rate)
    return np.concatenate([part for rows in (mel, chroma, tempogram) for part in (rows.mean(axis=1), rows.std(axis=1))])


def essentia_features(song: Path) -> object:
    import essentia
    import essentia.standard

    essentia.log.infoActive = False
    essentia.log.warningActive = False
    return essentia.standard.MusicExtractor()(str(song))


def run() -> Iterator[Row]:
    encoder = mess.Encoder.open("acoustic")
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "song.mp3"
        make_song(song)

        def ours() -> np.ndarray:
            return mess.pool(mess.extract(song, encoder=encoder).frames)

        def decode_only() -> mess.AudioBuffer:
            return mess.decode(song, sample_rate_hz=22050, num_channels=1)

        def vector_only() -> np.ndarray:
            return mess.pool(encoder.encode_file(song))

        cases = [("vector", vector_only, "decode alone", decode_only), (BOTH, ours, "decode alone", decode_only)]
        if importlib.util.find_spec("librosa"):
            cases.append((BOTH, ours, "librosa mel, chroma, tempogram", lambda: librosa_vector(song)))
        if importlib.util.find_spec("essentia"):
            cases.append((BOTH, ours, "essentia MusicExtractor", lambda: essentia_features(song)))
        for work, call, peer_name, peer in cases:
            ours_seconds, peer_seconds = interleaved(call, peer)
            quality = f"{SECONDS / ours_seconds:.0f} x real time"
            yield Row(f"{work} of {SECONDS} s of mp3", ours_seconds, peer_name, peer_seconds, quality)


if __name__ == "__main__":
    print_rows(run())
