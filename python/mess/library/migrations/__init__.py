# SPDX-License-Identifier: MIT
"""The migrations of the catalogue, oldest first."""

from __future__ import annotations
