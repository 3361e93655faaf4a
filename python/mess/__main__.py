# SPDX-License-Identifier: MIT
"""Runs the command line: python -m mess."""

from __future__ import annotations

from mess.cli import main

if __name__ == "__main__":
    main()
