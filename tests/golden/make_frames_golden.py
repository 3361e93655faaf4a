# SPDX-License-Identifier: MIT
"""Makes the golden frame stores beside this script. Run it once per released version, never over an older one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import mess


def frames_of(rows: list[list[float]]) -> mess.Frames:
    values = np.array(rows, np.float32).reshape(-1, 3)
    return mess.Frames(values, hop_seconds=0.5, window_seconds=1.0, encoder_id=mess.EncoderId("dummy", 1))


def main() -> None:
    for storage in ("float16", "float32", "int8"):
        folder = Path(__file__).parent / f"frames-layout-1-{storage}"
        if folder.exists():
            raise SystemExit(f"{folder.name} exists: a golden file is never rewritten")
        store = mess.FrameStore.open(folder, storage=storage)
        long = frames_of([[127, 2, -3], [0, 0, 0], [-127, 64, 1], [127, 127, 127]])
        store.add([3, 4, 5], [long, frames_of([[1, 2, 3]]), frames_of([])])
        store.add(8, frames_of([[-127, 0, 5]]))
        store.remove([4])
        (folder / "LOCK").unlink()


if __name__ == "__main__":
    main()
