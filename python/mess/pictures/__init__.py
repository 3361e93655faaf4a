# SPDX-License-Identifier: MIT
"""Pictures of a track: waveform, sections and self-similarity. Needs matplotlib: pip install "mess-ai[pictures]"."""

from __future__ import annotations

from mess.pictures.errors import PictureError
from mess.pictures.similarity import SimilarityMatrix, similarity_matrix
from mess.pictures.track import draw_track, save_picture

__all__ = ["PictureError", "SimilarityMatrix", "draw_track", "save_picture", "similarity_matrix"]
