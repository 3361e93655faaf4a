# SPDX-License-Identifier: MIT
"""How well an encoder finds what belongs together, measured on a folder of folders."""

from __future__ import annotations

from mess.evaluation.evaluate import Evaluation, evaluate_folder

__all__ = ["Evaluation", "evaluate_folder"]
