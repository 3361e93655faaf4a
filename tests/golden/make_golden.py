# SPDX-License-Identifier: MIT
"""Makes the golden files beside this script. Run it once per released format version, never over an older file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import mess


def main() -> None:
    path = Path(__file__).parent / "index-format-1.messidx"
    if path.exists():
        raise SystemExit(f"{path.name} exists: a golden file is never rewritten")
    index = mess.VectorIndex(3, "flat", encoder_id="dummy/1+mean")
    index.add([7, 11], np.array([[1.0, 0.5, -2.0], [0.25, 3.0, 4.0]], np.float32))
    index.save(path)


if __name__ == "__main__":
    main()
