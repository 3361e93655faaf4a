# SPDX-License-Identifier: MIT
"""Fits the standardising constants of the acoustic encoder on a folder of audio.

    mess samples build/training-samples
    python -m mess.training.acoustic_statistics build/training-samples --header src/encode/acoustic_statistics.h

Every file weighs the same, whatever its length. Changing the header changes the vectors: raise the encoder's version.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess

SUFFIXES = {".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a"}
TEMPLATE = """// SPDX-License-Identifier: MIT
// Mean and standard deviation of every dimension of the unstandardised frame, over {num_files} pieces of the composed
// collection (mess samples). Made by python/mess/training/acoustic_statistics.py.
#pragma once

#include <array>

namespace mess::internal {{

// clang-format off
inline constexpr std::array<float, {dim}> kAcousticMean{{
{mean}}};
inline constexpr std::array<float, {dim}> kAcousticStd{{
{std}}};
// clang-format on

}}  // namespace mess::internal
"""


def read_constants(header: Path, name: str) -> NDArray[np.float64]:
    """The values of one array of the header, (D,)."""
    text = header.read_text(encoding="utf-8")
    body = re.search(rf"{name}{{([^}}]*)}}", text)
    count = re.search(rf"array<float, (\d+)> {name}", text)
    if body is None or count is None:
        raise SystemExit(f"{header}: expected an array {name}, found none")
    values = [float(value) for value in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", body.group(1))]
    return np.array(values or [0.0] * int(count.group(1)))


def raw_statistics(files: Iterable[Path], header: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Mean and standard deviation (D,) of unstandardised frames, and the number of files."""
    old_mean, old_std = read_constants(header, "kAcousticMean"), read_constants(header, "kAcousticStd")
    encoder = mess.Encoder.open("acoustic")
    means, squares = [], []
    for file in files:
        frames = encoder.encode_file(file).array.astype(np.float64) * old_std + old_mean
        means.append(frames.mean(axis=0))
        squares.append((frames**2).mean(axis=0))
    if not means:
        raise SystemExit("expected audio files, found none")
    mean = np.mean(means, axis=0)
    return mean, np.sqrt(np.maximum(np.mean(squares, axis=0) - mean**2, 1e-12)), len(means)


def rows_of(values: NDArray[np.float64]) -> str:
    words = [f"{value:.7g}" for value in values]
    words = [word if "." in word or "e" in word else word + ".0" for word in words]
    lines = [", ".join(f"{word}f" for word in words[i : i + 8]) for i in range(0, len(words), 8)]
    return "".join(f"    {line},\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--header", type=Path, required=True)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    mean, std, num_files = raw_statistics(files, arguments.header)
    text = TEMPLATE.format(num_files=num_files, dim=len(mean), mean=rows_of(mean), std=rows_of(std))
    arguments.header.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
