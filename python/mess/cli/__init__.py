# SPDX-License-Identifier: MIT
"""The command line."""

from __future__ import annotations

import os
import sys
import warnings


def main() -> None:
    """Run `mess` with the arguments of the process and exit."""
    try:
        from mess.cli.app import run
    except KeyboardInterrupt:
        sys.exit(130)
    _open_closed_streams()
    # A file name may hold anything; printing it must not fail.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    warnings.showwarning = _show_warning
    sys.exit(run(sys.argv[1:]))


def _show_warning(message: Warning | str, *_details: object, **_options: object) -> None:
    """Say what is to be known in one line, without the place in the code."""
    sys.stderr.write(f"mess: {message}\n")


def _open_closed_streams() -> None:
    """Give streams that the caller has closed (`>&-`) a place to write to, and no other file their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
