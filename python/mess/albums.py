# SPDX-License-Identifier: MIT
"""Which album a track is on."""

from __future__ import annotations


def album_identity(album: str | None, artist: str | None) -> str | None:
    """Return one text for an album and its artist, None for no album: many are called "Greatest Hits"."""
    return f"{artist or ''}\n{album}" if album else None
