# SPDX-License-Identifier: MIT
"""Makes the golden files beside this script. Run it once per released format version, never over an older file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import mess


def main() -> None:
    vectors = np.array([[1.0, 0.5, -2.0], [0.25, 3.0, 4.0]], np.float32)
    for spec in ("flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw2", "ivf2,pq3"):
        path = Path(__file__).parent / f"index-layout-2-{spec}.messidx"
        if path.exists():
            print(f"{path.name} exists: a golden file is never rewritten")
            continue
        index = mess.VectorIndex(3, spec, encoder_id="dummy/1+mean")
        if not index.is_trained:
            index.train(np.random.default_rng(1).normal(size=(300, 3)).astype(np.float32))
        index.add([7, 11, 12], np.concatenate([vectors, vectors[:1]]))
        index.fit_hubness(2)
        index.remove([12])
        index.save(path)


if __name__ == "__main__":
    main()
