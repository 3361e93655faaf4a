# SPDX-License-Identifier: MIT
"""How well an encoder finds what belongs together, measured on a folder of folders."""

from __future__ import annotations

from mess.evaluation.evaluate import Evaluation, Vectors, collect_vectors, evaluate_folder, score_vectors

__all__ = ["Evaluation", "Vectors", "collect_vectors", "evaluate_folder", "score_vectors"]
