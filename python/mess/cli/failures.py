# SPDX-License-Identifier: MIT
"""Commands that read many files go on past a bad one and say so."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from mess.cli.exit_codes import ERROR, FINE, PARTLY
from mess.cli.printing import printable


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, or not whole, and why."""

    path: Path
    reason: str


def report_warnings(warnings: list[Failure]) -> None:
    """Write to stderr what is to be known about files that were read."""
    for warning in warnings:
        sys.stderr.write(f"mess: {printable(f'{warning.path}: {warning.reason}')}\n")


def report_failures(failures: list[Failure], *, num_files: int) -> int:
    """Write each failure to stderr and return the exit code."""
    for failure in failures:
        sys.stderr.write(f"mess: {printable(failure.reason)}\n")
    if not failures:
        return FINE
    return ERROR if len(failures) == num_files else PARTLY
