# SPDX-License-Identifier: MIT
"""Decoding a 3-minute mp3 to mono 22,050 Hz, against the ffmpeg command line."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from timing import Row, interleaved, print_rows

import mess

SECONDS = 180


def make_song(path: Path, seconds: int = SECONDS) -> None:
    noise = f"anoisesrc=d={seconds}:c=pink:a=0.3:r=44100:seed=1[noise]"
    sine = f"sine=f=220:d={seconds}:r=44100[sine]"
    source = f"{noise};{sine};[noise][sine]amix=2,aformat=cl=stereo"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-filter_complex", source, "-c:a", "libmp3lame", "-b:a", "192k", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "song.mp3"
        make_song(song)
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-threads",
            "1",
            "-i",
            str(song),
            "-ac",
            "1",
            "-ar",
            "22050",
            "-f",
            "f32le",
            "-",
        ]

        def ours() -> mess.AudioBuffer:
            return mess.decode(song, sample_rate_hz=22050, num_channels=1)

        def peer() -> bytes:
            return subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout

        samples = ours().samples[0]
        theirs = np.frombuffer(peer(), np.float32)
        count = min(len(samples), len(theirs))
        # The command line downmixes by its own rule: compare shapes, not levels.
        agreement = float(np.corrcoef(samples[:count], theirs[:count])[0, 1])
        ours_seconds, peer_seconds = interleaved(ours, peer)
    return [
        Row(
            f"decode {SECONDS} s of mp3 to mono 22,050 Hz",
            ours_seconds,
            "ffmpeg command line",
            peer_seconds,
            f"correlation of samples {agreement:.4f}",
        )
    ]


if __name__ == "__main__":
    print_rows(run())
