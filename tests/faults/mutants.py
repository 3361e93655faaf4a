# SPDX-License-Identifier: MIT
"""Damaged copies of a file, the same ones each time."""

from __future__ import annotations

import numpy as np


def mutants(data: bytes) -> list[bytes]:
    """Sixty: 30 flips of four bytes, 10 runs of 0xFF in the header, 20 truncations."""
    random = np.random.default_rng(60)
    result = []
    for _ in range(30):
        changed = bytearray(data)
        for position in random.integers(len(data), size=4):
            changed[position] ^= int(random.integers(1, 256))
        result.append(bytes(changed))
    for position in range(0, 60, 6):
        changed = bytearray(data)
        changed[position : position + 4] = b"\xff" * 4
        result.append(bytes(changed))
    result += [data[: int(random.integers(len(data)))] for _ in range(20)]
    return result
