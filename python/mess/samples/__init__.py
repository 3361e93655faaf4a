# SPDX-License-Identifier: MIT
"""Composes and renders small music collections whose tempo, beats, key and style are known exactly."""

from __future__ import annotations

from mess.samples.compose import compose_collection
from mess.samples.errors import SamplesError
from mess.samples.midi import midi_bytes
from mess.samples.render import render_collection, write_samples
from mess.samples.score import Note, Part, Piece, Section
from mess.samples.styles import STYLES, Style
from mess.samples.truth import read_truth

__all__ = [
    "STYLES",
    "Note",
    "Part",
    "Piece",
    "SamplesError",
    "Section",
    "Style",
    "compose_collection",
    "midi_bytes",
    "read_truth",
    "render_collection",
    "write_samples",
]
