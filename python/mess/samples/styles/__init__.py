# SPDX-License-Identifier: MIT
"""The styles that pieces are composed in, one file each."""

from __future__ import annotations

from mess.samples.styles import (
    ambient,
    baroque,
    bossa_nova,
    chiptune,
    drum_and_bass,
    house,
    jazz_trio,
    metal,
    piano_ballad,
    reggae,
)
from mess.samples.styles.style import Style

STYLES: dict[str, Style] = {
    style.slug: style
    for style in (
        piano_ballad.STYLE,
        house.STYLE,
        jazz_trio.STYLE,
        metal.STYLE,
        baroque.STYLE,
        reggae.STYLE,
        ambient.STYLE,
        chiptune.STYLE,
        bossa_nova.STYLE,
        drum_and_bass.STYLE,
    )
}

__all__ = ["STYLES", "Style"]
