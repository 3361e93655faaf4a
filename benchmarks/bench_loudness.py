# SPDX-License-Identifier: MIT
"""Loudness beside FFmpeg's ebur128 filter, and on signals whose loudness EBU Tech 3341 and 3342 state.

python benchmarks/bench_loudness.py [FOLDER]    also on every track of a folder
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import mess
from mess.library.walk import walk_audio

RATE_HZ = 48000
Signal = NDArray[np.float32]


@dataclass(frozen=True)
class Measured:
    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float


def tones(*parts: tuple[float, float]) -> Signal:
    """Stereo 1 kHz sines, in phase: (level in dBFS, seconds) one after the other."""
    signal = [
        10 ** (level / 20) * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)
        for level, seconds in parts
    ]
    return np.tile(np.concatenate(signal).astype(np.float32), (2, 1))


# Tech 3341, cases 1 to 5: integrated loudness. Tech 3342, cases 1 to 4: loudness range.
STATED_LUFS = {
    "3341-1": (tones((-23, 20)), -23.0),
    "3341-2": (tones((-33, 20)), -33.0),
    "3341-3": (tones((-36, 10), (-23, 60), (-36, 10)), -23.0),
    "3341-4": (tones((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
    "3341-5": (tones((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
}
STATED_RANGE_LU = {
    "3342-1": (tones((-20, 20), (-30, 20)), 10.0),
    "3342-2": (tones((-20, 20), (-15, 20)), 5.0),
    "3342-3": (tones((-40, 20), (-20, 20)), 20.0),
    "3342-4": (tones((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15.0),
}


def by_mess(path: Path) -> Measured:
    loudness = mess.analyze_file(path).analysis.loudness
    return Measured(
        loudness.integrated_lufs if loudness.integrated_lufs is not None else -70.0,
        loudness.range_lu or 0.0,
        loudness.true_peak_dbtp,
    )


def by_ffmpeg(path: Path) -> Measured:
    command = ["ffmpeg", "-nostats", "-hide_banner", "-i", str(path), "-map", "0:a:0", "-af", "ebur128=peak=true"]
    printed = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    summary = printed[printed.rindex("Summary:") :]
    values = [float(re.search(pattern, summary)[1]) for pattern in (r"I:\s+(\S+)", r"LRA:\s+(\S+)", r"Peak:\s+(\S+)")]
    return Measured(*values)


def largest(pairs: list[tuple[float, float]]) -> str:
    return f"{max(abs(ours - other) for ours, other in pairs):.2f}" if pairs else "-"


def row(name: str, measured: list[tuple[Measured, Measured]]) -> str:
    cells = [
        largest([(a.integrated_lufs, b.integrated_lufs) for a, b in measured]),
        largest([(a.range_lu, b.range_lu) for a, b in measured]),
        largest([(a.true_peak_dbtp, b.true_peak_dbtp) for a, b in measured]),
    ]
    return f"| {name} | {len(measured)} | {' | '.join(cells)} |"


def main() -> None:
    signals = {**STATED_LUFS, **STATED_RANGE_LU}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder, f"{name}.wav") for name in signals}
        for name, (signal, _) in signals.items():
            mess.write_audio(paths[name], mess.AudioBuffer(signal, RATE_HZ))
        ours = {name: by_mess(path) for name, path in paths.items()}
        against_ffmpeg = [(ours[name], by_ffmpeg(path)) for name, path in paths.items()]
    lufs = largest([(ours[name].integrated_lufs, stated) for name, (_, stated) in STATED_LUFS.items()])
    range_lu = largest([(ours[name].range_lu, stated) for name, (_, stated) in STATED_RANGE_LU.items()])
    print("| largest difference | signals | integrated, LU | range, LU | true peak, dB |\n|---|---|---|---|---|")
    print(f"| from what EBU Tech 3341 and 3342 state | {len(signals)} | {lufs} | {range_lu} | - |")
    print(row("from FFmpeg's ebur128, the same signals", against_ffmpeg))
    for folder_name in sys.argv[1:]:
        files = [found.path for found in walk_audio([Path(folder_name)], excluded=Path(folder_name, ".mess")).files]
        print(row(f"from FFmpeg's ebur128, {folder_name}", [(by_mess(path), by_ffmpeg(path)) for path in files]))


if __name__ == "__main__":
    main()
