# SPDX-License-Identifier: MIT
"""The self-similarity matrix of a track."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import mess

VARIANCE_FLOOR = 0.1  # of the mean variance: what hardly varies must not be blown up


@dataclass(frozen=True)
class SimilarityMatrix:
    """How much each moment of a track is like each other moment of it."""

    array: NDArray[np.float32]  # (n, n): cosines, -1 to 1
    step_seconds: float  # from row to row


def similarity_matrix(frames: mess.Frames, *, step_seconds: float = 0.0, max_steps: int = 600) -> SimilarityMatrix:
    """Cosines between all moments of a track, after each dimension is standardised over it.

    Foote, "Visualizing music and audio using self-similarity", ACM Multimedia 1999.

    Args:
        frames: T x D.
        step_seconds: frames are averaged over steps of about this length; 0: as short as `max_steps` allows.
        max_steps: longer steps are taken where there would be more.

    Raises:
        mess.InvalidArgument: no frames, values that are not finite, a bad step.
    """
    values = frames.array
    if len(values) == 0 or not np.isfinite(values).all():
        raise mess.InvalidArgument("[pictures] frames: expected some with finite values, found none, NaN or infinity")
    if not step_seconds >= 0 or max_steps < 1:
        raise mess.InvalidArgument(
            f"[pictures] step_seconds, max_steps: expected 0 or more and at least 1, found {step_seconds}, {max_steps}"
        )
    per_step = max(1, round(step_seconds / frames.hop_seconds), -(-len(values) // max_steps))
    starts = np.arange(0, len(values), per_step)
    counts = np.diff(np.append(starts, len(values)))[:, np.newaxis]
    steps = np.add.reduceat(values.astype(np.float64), starts, axis=0) / counts
    steps -= steps.mean(axis=0)
    variance = steps.var(axis=0)
    steps /= np.sqrt(variance + VARIANCE_FLOOR * variance.mean() + 1e-12)
    lengths = np.linalg.norm(steps, axis=1, keepdims=True)
    steps /= np.maximum(lengths, 1e-12)
    return SimilarityMatrix((steps @ steps.T).astype(np.float32), per_step * frames.hop_seconds)
