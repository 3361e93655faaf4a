# SPDX-License-Identifier: MIT
"""The command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `mess` with the arguments of the process and exit."""
    from mess.cli.app import run

    # A file name may hold anything; printing it must not fail.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))
