# SPDX-License-Identifier: MIT
"""Read a long file in pieces, with memory for one piece: stream.py concert.flac"""

from __future__ import annotations

import sys

import numpy as np

import mess


def main(path: str) -> None:
    stream = mess.AudioStream(path, sample_rate_hz=22050, num_channels=1, chunk_seconds=5.0)
    start_seconds = 0.0
    for chunk in stream:
        rms = float(np.sqrt(np.mean(np.square(chunk.samples))))
        print(f"{start_seconds:8.1f} s  {rms:.4f} RMS")
        start_seconds += chunk.duration_seconds
    for warning in stream.summary.warnings:
        print(f"warning: {warning}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: stream.py FILE")
    main(sys.argv[1])
