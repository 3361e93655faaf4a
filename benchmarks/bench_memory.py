# SPDX-License-Identifier: MIT
"""Peak memory of embedding and analyzing a 3-hour file, above the memory after `import mess`.

Each figure is from a process of its own. The peer is the plain way: decode the whole file, then encode the buffer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench_decode import make_song

HOURS = 3

MEASURE = """
import sys
import mess

def peak_mb():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

encoder = mess.Encoder.open("acoustic")
before = peak_mb()
if sys.argv[2] == "stream":
    frames = mess.extract(sys.argv[1], encoder=encoder).frames
else:
    frames = encoder.encode(mess.decode(sys.argv[1], sample_rate_hz=22050, num_channels=1))
print(peak_mb() - before, len(frames))
"""


def measure(song: Path, way: str) -> tuple[float, int]:
    """Megabytes above import, and the number of frames."""
    output = subprocess.run(
        [sys.executable, "-c", MEASURE, str(song), way], capture_output=True, text=True, check=True
    ).stdout
    megabytes, num_frames = output.split()
    return float(megabytes), int(num_frames)


def run() -> str:
    """Return a table in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "long.mp3"
        make_song(song, HOURS * 3600)
        streamed, num_frames = measure(song, "stream")
        whole, _ = measure(song, "whole")
    return (
        "| work | mess | peer | ratio |\n|---|---|---|---|\n"
        f"| embed and analyze a {HOURS}-hour mp3 ({num_frames:,} frames) | {streamed:.0f} MB above import | "
        f"decode whole, then encode: {whole:.0f} MB | {streamed / whole:.3f} |"
    )


if __name__ == "__main__":
    print(run())
