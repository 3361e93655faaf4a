# SPDX-License-Identifier: MIT
"""Find the nearest files to the first one, without a library: search.py query.mp3 a.mp3 b.mp3 ..."""

from __future__ import annotations

import sys

import numpy as np

import mess


def main(query: str, paths: list[str]) -> None:
    encoder = mess.Encoder.open("acoustic")
    encoder_id = str(mess.pooled_id(encoder))
    vectors = np.stack([mess.pool(encoder.encode_file(path)) for path in paths])  # (n, D)

    # The index remembers what made its vectors and refuses queries made by something else.
    index = mess.VectorIndex(vectors.shape[1], encoder_id=encoder_id)
    index.add(np.arange(len(paths)), vectors)
    scores, ids = index.search(mess.pool(encoder.encode_file(query)), min(5, len(paths)), encoder_id=encoder_id)
    for score, track in zip(scores[0], ids[0], strict=True):
        print(f"{score:.4f}  {paths[track]}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: search.py QUERY FILE...")
    main(sys.argv[1], sys.argv[2:])
