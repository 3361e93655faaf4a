# SPDX-License-Identifier: MIT
"""Finding a track by what somebody remembers of its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from mess.library.track import Track

MIN_SCORE = 0.4  # below this a title is a suggestion, not an answer
MIN_RATIO = 0.7  # of letters in common and in order, for two texts to be taken for the same
NUM_COMPARED = 200  # comparing letter by letter is slow: only the best so many are


@dataclass(frozen=True)
class TitleMatch:
    """How well a track fits a text: 1 is exact, 0 has nothing in common."""

    track: Track
    score: float


def normalize_title(text: str) -> str:
    """Reduce a text to what people type: lower case, no accents, words separated by one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (character if character.isalnum() else " " for character in decomposed if not _is_mark(character))
    return " ".join("".join(kept).casefold().split())


def match_titles(query: str, tracks: Iterable[Track], *, limit: int = 5) -> list[TitleMatch]:
    """Rank tracks by how well title, artist or file name fit `query`; best first, smaller ids first among equals.

    Args:
        query: a title, "artist title", or a part of one; small mistakes are forgiven.
        tracks: what to choose from.
        limit: at most so many results; tracks that have nothing in common are left out.
    """
    wanted = normalize_title(query)
    scored = _ranked(TitleMatch(track, _score_track(wanted, track)) for track in tracks)
    if scored and scored[0].score < 0.6:
        scored = _ranked(
            TitleMatch(match.track, max(match.score, _score_letters(wanted, match.track)))
            for match in scored[:NUM_COMPARED]
        )
    return scored[:limit]


def score_title(wanted: str, title: str, artist: str = "") -> float:
    """Score normalized texts: exact 1, all words (or their beginnings) up to 0.95, common trigrams up to 0.75."""
    if not wanted:
        return 0.0
    whole = f"{artist} {title}".strip()
    if wanted == title:
        return 1.0
    if wanted in (whole, f"{title} {artist}".strip()):
        return 0.99
    if title and _contains_words(wanted, title):
        return 0.7 + 0.25 * min(1.0, len(wanted) / len(title))
    if _contains_words(wanted, whole):
        return 0.6 + 0.25 * min(1.0, len(wanted) / len(whole))
    return 0.75 * max(_similarity(wanted, title), _similarity(wanted, whole))


def _score_track(wanted: str, track: Track) -> float:
    artist = normalize_title(track.artist or "")
    score = score_title(wanted, normalize_title(track.display_title), artist)
    if track.title and score < 1.0:
        # A file's name often says more than its tags.
        score = max(score, 0.95 * score_title(wanted, normalize_title(track.path.stem)))
    return score


def _score_letters(wanted: str, track: Track) -> float:
    """Score by letters in common, which forgives swapped ones; nothing unless most of them are."""
    title = normalize_title(track.display_title)
    texts = (title, f"{normalize_title(track.artist or '')} {title}", normalize_title(track.path.stem))
    ratio = max(SequenceMatcher(None, wanted, text, autojunk=False).ratio() for text in texts)
    return 0.75 * ratio if ratio >= MIN_RATIO else 0.0


def _ranked(matches: Iterable[TitleMatch]) -> list[TitleMatch]:
    return sorted((match for match in matches if match.score > 0), key=lambda match: (-match.score, match.track.id))


def _contains_words(wanted: str, text: str) -> bool:
    words = text.split()
    return all(any(word.startswith(part) for word in words) for part in wanted.split())


def _similarity(left: str, right: str) -> float:
    """Dice coefficient of the sets of trigrams."""
    left_grams, right_grams = _trigrams(left), _trigrams(right)
    total = len(left_grams) + len(right_grams)
    return 2.0 * len(left_grams & right_grams) / total if total else 0.0


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)} if text else set()


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
