# SPDX-License-Identifier: MIT
"""What can go wrong while sample music is made."""

from __future__ import annotations

from mess import Error


class SamplesError(Error, RuntimeError):
    """A sample collection cannot be composed or rendered; the message says what is missing."""
