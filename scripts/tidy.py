# SPDX-License-Identifier: MIT
"""Runs clang-tidy over the sources of a build folder, skipping files that passed before and have not changed since."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED_FOLDERS = ("src", "python")


def list_sources(build: Path) -> list[Path]:
    """Name the sources of ours that the build compiles."""
    commands = json.loads((build / "compile_commands.json").read_text())
    files = {Path(command["file"]) for command in commands}
    ours = [file for file in files if file.is_relative_to(ROOT)]
    return sorted(file for file in ours if file.relative_to(ROOT).parts[0] in CHECKED_FOLDERS)


def hash_context() -> bytes:
    """Hash what the verdict on every file depends on: the list of checks and all headers of ours."""
    headers = [path for folder in ("include", *CHECKED_FOLDERS) for path in (ROOT / folder).rglob("*.h")]
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for header in sorted(headers):
        digest.update(header.read_bytes())
    return digest.digest()


@cache
def find_omp_header() -> list[str]:
    """Return the option that lets clang see the compiler's omp.h, behind all headers of its own."""
    folder = subprocess.run(["g++", "-print-file-name=include"], capture_output=True, text=True, check=True)
    return [f"--extra-arg=-idirafter{folder.stdout.strip()}"]


def check(source: Path, build: Path, context: bytes) -> str:
    """Return what clang-tidy has to say about one file; nothing when it passes."""
    stamp = build / "passed" / hashlib.sha256(context + str(source).encode() + source.read_bytes()).hexdigest()
    if stamp.exists():
        return ""
    # The build may use g++, whose warning options clang does not all know.
    options = ["--quiet", "--warnings-as-errors=*", "--extra-arg=-Wno-unknown-warning-option", *find_omp_header()]
    command = [Path(sys.executable).with_name("clang-tidy"), "-p", build, *options, source]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        return result.stdout + result.stderr
    stamp.parent.mkdir(exist_ok=True)
    stamp.touch()
    return ""


def main() -> int:
    """Check every source and print the findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path, help="folder with compile_commands.json")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    sources = list_sources(arguments.build.resolve())
    context = hash_context()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        findings = list(pool.map(lambda source: check(source, arguments.build.resolve(), context), sources))
    num_failed = sum(bool(finding) for finding in findings)
    print("".join(findings), end="")
    print(f"clang-tidy: {len(sources) - num_failed} files passed, {num_failed} failed")
    return 1 if num_failed else 0


if __name__ == "__main__":
    sys.exit(main())
