# SPDX-License-Identifier: MIT
"""Runs benchmarks and writes what they print to docs/benchmarks.md, a section for each.

python benchmarks/run.py                    all of them
python benchmarks/run.py decode analysis    these; the other sections stay as they are
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import mess

ROOT = Path(__file__).parents[1]

HEADER = """# Benchmarks

Made by `make bench` on {cores} cores, SIMD level {simd}, mess {version}; each section by the command above it, in one
run with its peers, which are measured in turns with mess. Times are medians; a ratio below 1 means that mess is faster
(or smaller).
"""


@dataclass(frozen=True)
class Part:
    """One section: a program of this folder that prints Markdown or plain lines."""

    name: str
    title: str
    command: tuple[str, ...]
    intro: str = ""
    is_on_one_core: bool = False


PARTS = (
    Part("decode", "Decoding", ("bench_decode.py",)),
    Part("embed", "From a file to its vector and analysis", ("bench_embed.py",), is_on_one_core=True),
    Part("memory", "Memory", ("bench_memory.py",)),
    Part("retrieval", "What the vectors find", ("bench_retrieval.py", "real-music")),
    Part(
        "analysis",
        "Analysis of composed pieces",
        ("bench_analysis.py", "--real", "real-music"),
        "Tempo within 4 % of the score's (accuracy1) or of a multiple of it (accuracy2), beats and downbeats\n"
        "within 70 ms (F-measure), beats at any metrical level (AMLt), and the MIREX key score. No piece took part\n"
        "in a fit.\n\n",
    ),
    Part("loudness", "Loudness", ("bench_loudness.py", "real-music")),
    Part("sections", "Sections", ("bench_sections.py",)),
    Part("moments", "Passages", ("bench_moments.py", "real-music"), is_on_one_core=True),
    Part(
        "frames",
        "Frames on disk, pooling and whitening",
        ("bench_frames.py",),
        "A sparse store of float16 frames, 768 values ten times a second; the first three rows begin with no page of\n"
        "its files in memory.\n\n",
        is_on_one_core=True,
    ),
    Part(
        "index",
        "The index",
        ("bench_index.py",),
        "Unit vectors around 400 centres, 768 values, k = 10, through Python on both sides, one thread unless said;\n"
        "graphs are compared at equal recall.\n\n",
    ),
    Part("index-native", "The index: C++ beside C++", ("bench_index_native.py",), is_on_one_core=True),
    Part("index-lists", "The index: quantised vectors in lists", ("bench_index_lists.py",)),
    Part(
        "index-files",
        "The index: damaged and very large files",
        ("bench_index_files.py",),
        "Sixty mutants of a file of 2,000 x 32 (30 flips of four bytes, 10 runs of 0xFF in the header, 20\n"
        "truncations), each loaded and searched in a process of its own.\n\n",
    ),
    Part(
        "playlist",
        "Playlists",
        ("bench_playlist.py",),
        "Ratios of our costs to the peer's, means over the runs: below 1 flows better.\n\n",
    ),
    Part("mix", "Mixes", ("bench_mix.py",)),
    Part("library", "A library of made-up tracks", ("bench_library.py",)),
    Part("neural", "Neural encoders", ("bench_neural.py",)),
)


def run_part(part: Part) -> str:
    """Return the text of a section."""
    command = [sys.executable, str(ROOT / "benchmarks" / part.command[0]), *part.command[1:]]
    pinned = ["taskset", "-c", "0"] if part.is_on_one_core else []
    result = subprocess.run(
        [*pinned, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, stdin=subprocess.DEVNULL
    )
    printed = result.stdout.strip()
    body = printed if re.search(r"^\|", printed, re.MULTILINE) else f"```\n{printed}\n```"
    return (
        f"`{' '.join([*pinned, 'python', 'benchmarks/' + part.command[0], *part.command[1:]])}`\n\n{part.intro}{body}\n"
    )


def read_sections(path: Path) -> dict[str, str]:
    """Split the document by its second headings."""
    pieces = re.split(r"^## (.*)\n", path.read_text(encoding="utf-8") if path.exists() else "", flags=re.MULTILINE)
    return {title: body.strip() + "\n" for title, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(part.name for part in PARTS))
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - {part.name for part in PARTS}
    if unknown:
        parser.error(f"expected some of {', '.join(part.name for part in PARTS)}, found {', '.join(sorted(unknown))}")
    sections = read_sections(arguments.output)
    for part in PARTS:
        if not arguments.parts or part.name in arguments.parts:
            sections[part.title] = run_part(part)
            print(f"## {part.title}\n\n{sections[part.title]}", flush=True)
    text = HEADER.format(cores=os.cpu_count(), simd=mess.simd_level(), version=mess.version())
    for part in PARTS:
        if part.title in sections:
            text += f"\n## {part.title}\n\n{sections[part.title]}"
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
