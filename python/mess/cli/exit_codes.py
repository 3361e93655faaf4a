# SPDX-License-Identifier: MIT
"""What the exit code of a command says."""

from __future__ import annotations

FINE = 0
ERROR = 1
USAGE = 2
PARTLY = 3
INTERRUPTED = 130
PIPE_CLOSED = 141

EXIT_CODES_HELP = (
    "Exit codes: 0 fine, 1 error, 2 wrong usage, 3 finished but some files could not be read, 130 interrupted."
)
