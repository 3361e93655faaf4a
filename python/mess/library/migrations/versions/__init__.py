# SPDX-License-Identifier: MIT
"""One file per schema version."""

from __future__ import annotations
