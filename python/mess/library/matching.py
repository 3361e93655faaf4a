# SPDX-License-Identifier: MIT
"""Finding a track by what somebody remembers of its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

MIN_SCORE = 0.4  # below this a title is a suggestion, not an answer
MIN_WORDS_SCORE = 0.6  # what score_words() gives at least, when all words are there
MIN_RATIO = 0.7  # of letters in common and in order, for two texts to be taken for the same
NUM_COMPARED = 200  # comparing letter by letter is slow: only the best so many are


@dataclass(frozen=True)
class TrackName:
    """What a track may be known by."""

    track_id: int
    title: str
    artist: str
    file_stem: str


@dataclass(frozen=True)
class TitleMatch:
    """How well a track fits a text: 1 is exact, 0 has nothing in common."""

    track_id: int
    score: float


@dataclass(frozen=True)
class _Texts:
    """The normalized names of a track."""

    track_id: int
    title: str
    artist: str
    whole: str  # artist and title
    file_stem: str


def normalize_title(text: str) -> str:
    """Reduce a text to what people type: lower case, no accents, words separated by one space."""
    if text.isascii():
        return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (character if character.isalnum() else " " for character in decomposed if not _is_mark(character))
    return " ".join("".join(kept).casefold().split())


def match_titles(query: str, names: Iterable[TrackName], *, limit: int = 5) -> list[TitleMatch]:
    """Rank tracks by how well title, artist or file name fit `query`; best first, smaller ids first among equals.

    Args:
        query: a title, "artist title", or a part of one; small mistakes are forgiven.
        names: what to choose from.
        limit: at most so many results; tracks that have nothing in common are left out.
    """
    wanted = normalize_title(query)
    texts = [_normalize(name) for name in names]
    ranked = _ranked(TitleMatch(text.track_id, _best_words_score(wanted, text)) for text in texts)
    if not ranked:
        grams = _trigrams(wanted)
        shortlist = sorted(texts, key=lambda text: (-_num_common(grams, text), text.track_id))[:NUM_COMPARED]
        ranked = _ranked(TitleMatch(text.track_id, _best_letters_score(wanted, text)) for text in shortlist)
    return ranked[:limit]


def score_words(wanted: str, title: str, artist: str = "") -> float:
    """Score normalized texts by their words: exact 1, beginnings of words down to 0.6, otherwise 0."""
    whole = f"{artist} {title}".strip()
    if not wanted:
        return 0.0
    if wanted == title:
        return 1.0
    if wanted in (whole, f"{title} {artist}".strip()):
        return 0.99
    if _contains_words(wanted, title):
        return 0.7 + 0.25 * min(1.0, len(wanted) / len(title))
    if _contains_words(wanted, whole):
        return MIN_WORDS_SCORE + 0.25 * min(1.0, len(wanted) / len(whole))
    return 0.0


def score_letters(wanted: str, text: str) -> float:
    """Score normalized texts by their letters, up to 0.75: common trigrams, or most letters in the same order."""
    if not wanted or not text:
        return 0.0
    left, right = _trigrams(wanted), _trigrams(text)
    dice = 2.0 * len(left & right) / (len(left) + len(right))
    ratio = SequenceMatcher(None, wanted, text, autojunk=False).ratio()
    return 0.75 * max(dice, ratio if ratio >= MIN_RATIO else 0.0)


def _normalize(name: TrackName) -> _Texts:
    title, artist = normalize_title(name.title), normalize_title(name.artist)
    file_stem = title if name.file_stem == name.title else normalize_title(name.file_stem)
    return _Texts(name.track_id, title, artist, f"{artist} {title}".strip(), file_stem)


def _best_words_score(wanted: str, text: _Texts) -> float:
    score = score_words(wanted, text.title, text.artist)
    # A file's name often says more than its tags, but they come first.
    return score if score == 1.0 else max(score, 0.95 * score_words(wanted, text.file_stem))


def _best_letters_score(wanted: str, text: _Texts) -> float:
    return max(score_letters(wanted, candidate) for candidate in (text.title, text.whole, text.file_stem))


def _ranked(matches: Iterable[TitleMatch]) -> list[TitleMatch]:
    return sorted((match for match in matches if match.score > 0), key=lambda match: (-match.score, match.track_id))


def _contains_words(wanted: str, text: str) -> bool:
    padded = f" {text}"
    return all(f" {part}" in padded for part in wanted.split())


def _num_common(grams: set[str], text: _Texts) -> int:
    """Count trigrams in the names: quick, and good enough to choose what to look at closely."""
    names = f"  {text.whole}   {text.file_stem} "
    return sum(gram in names for gram in grams)


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
