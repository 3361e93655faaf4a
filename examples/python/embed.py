# SPDX-License-Identifier: MIT
"""Turn files into one vector each and print how alike they are: embed.py a.mp3 b.mp3 ..."""

from __future__ import annotations

import sys

import numpy as np

import mess


def main(paths: list[str]) -> None:
    encoder = mess.Encoder.open("acoustic")
    vectors = np.stack([mess.pool(encoder.encode_file(path)) for path in paths])  # (n, 2D), unit length
    for path, row in zip(paths, vectors @ vectors.T, strict=True):
        print(" ".join(f"{cosine:6.3f}" for cosine in row), path)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: embed.py FILE...")
    main(sys.argv[1:])
