# SPDX-License-Identifier: MIT
"""Makes the golden whitening file beside this script. Run it once per released format version."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import mess


def main() -> None:
    path = Path(__file__).parent / "whitening-layout-1.messwhite"
    if path.exists():
        raise SystemExit(f"{path.name} exists: a golden file is never rewritten")
    # Mean (1, 1), variances 2 and 0.5 along the axes.
    vectors = np.array([[3, 1], [-1, 1], [1, 2], [1, 0]], np.float32)
    mess.Whitening.fit(vectors, encoder_id="dummy/1+mean", shrinkage=0.0).save(path)


if __name__ == "__main__":
    main()
