# SPDX-License-Identifier: MIT
"""What a track's tags and measurements say, in words that a sentence encoder understands."""

from __future__ import annotations

from mess.library.track import Track

TEXT_VERSION = 1  # raised with every change of the words: older vectors are then made again
_KEY_WORDS = {"minor": "in a minor key", "major": "in a major key"}
_TEMPO_WORDS = {"slow", "fast", "beatless", "silent"}


def track_text(track: Track) -> str:
    """Describe a track in one phrase: 'sad slow Piano Ballad music in a minor key: "Title" by Artist from "Album"'.

    What it sounds like comes first: of long tags a model reads only the beginning. Without a title the file's name
    stands for it.
    """
    words = track.analysis.words
    described = [track.analysis.mood or "", *(word for word in words if word not in _KEY_WORDS)]
    if not _TEMPO_WORDS & set(words):
        described.append("mid-tempo")
    described += [track.genre or "", "music", *(_KEY_WORDS[word] for word in words if word in _KEY_WORDS)]
    sound = " ".join(dict.fromkeys(word for word in described if word))
    artist = f" by {track.artist}" if track.artist else ""
    album = f' from "{track.album}"' if track.album else ""
    return f'{sound}: "{track.display_title}"{artist}{album}'
