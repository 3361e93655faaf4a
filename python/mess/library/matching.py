# SPDX-License-Identifier: MIT
"""Finding a track by what somebody remembers of its name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

MIN_SCORE = 0.4  # below this a title is a suggestion, not an answer
MIN_WORDS_SCORE = 0.6  # what score_words() gives at least, when all words are there
MAX_LETTERS_SCORE = 0.75  # what score_letters() gives at most
MIN_RATIO = 0.7  # of letters in common and in order, for two texts to be taken for the same
SCORERS = (fuzz.ratio, fuzz.token_sort_ratio)  # 0 to 100: common letters in order; the words in whichever order
STEM_WEIGHT = 0.95  # a file's name often says more than its tags, but they come first


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


def normalize_title(text: str) -> str:
    """Reduce a text to what people type: lower case, no accents, words separated by one space."""
    if text.isascii():
        return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (character if character.isalnum() else " " for character in decomposed if not _is_mark(character))
    return " ".join("".join(kept).casefold().split())


class NameIndex:
    """The names of many tracks, normalized once."""

    def __init__(self, names: Iterable[TrackName]) -> None:
        """Take the names; their order does not matter."""
        ordered = sorted(names, key=lambda name: name.track_id)
        self._ids = [name.track_id for name in ordered]
        self._titles = [normalize_title(name.title) for name in ordered]
        self._artists = [normalize_title(name.artist) for name in ordered]
        self._wholes = [f"{a} {t}".strip() for a, t in zip(self._artists, self._titles, strict=True)]
        self._stems = [normalize_title(name.file_stem) for name in ordered]

    def match(self, query: str, *, limit: int = 5) -> list[TitleMatch]:
        """Rank tracks by how well title, artist or file name fit `query`; best first, smaller ids first among equals.

        Where titles fit exactly, they alone are the answer.

        Args:
            query: a title, "artist title", or a part of one; small mistakes are forgiven.
            limit: at most so many results; tracks that have nothing in common are left out.
        """
        wanted = normalize_title(query)
        if not wanted:
            return []
        scores = dict.fromkeys(self._rows_of_title.get(wanted, []), 1.0)
        scores = scores or self._score_words(wanted) or self._score_letters(wanted, limit)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [TitleMatch(self._ids[row], score) for row, score in ranked[:limit] if score > 0]

    @cached_property
    def _rows_of_title(self) -> Mapping[str, list[int]]:
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, title in enumerate(self._titles):
            rows[title].append(row)
        return rows

    @cached_property
    def _padded(self) -> list[str]:
        """All names of each track, every word behind a space."""
        return [f" {whole} \n {stem}" for whole, stem in zip(self._wholes, self._stems, strict=True)]

    def _score_words(self, wanted: str) -> dict[int, float]:
        words = [f" {word}" for word in wanted.split()]
        rows: Iterable[int] = range(len(self._padded))
        for word in words:
            rows = [row for row in rows if word in self._padded[row]]
        scores = {
            row: max(
                score_words(wanted, self._titles[row], self._artists[row]),
                STEM_WEIGHT * score_words(wanted, self._stems[row]),
            )
            for row in rows
        }
        return {row: score for row, score in scores.items() if score > 0}

    def _score_letters(self, wanted: str, limit: int) -> dict[int, float]:
        scores: defaultdict[int, float] = defaultdict(float)
        for names in (self._titles, self._wholes, self._stems):
            for scorer in SCORERS:
                for _, ratio, row in process.extract(wanted, names, scorer=scorer, limit=limit):
                    scores[row] = max(scores[row], _letters_score(ratio))
        return scores


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
    """Score normalized texts by their letters, up to 0.75; what has less than 0.7 in common is a suggestion at most."""
    return _letters_score(max(scorer(wanted, text) for scorer in SCORERS)) if wanted and text else 0.0


def _letters_score(ratio: float) -> float:
    likeness = ratio / 100
    return MAX_LETTERS_SCORE * likeness if likeness >= MIN_RATIO else MIN_SCORE / 2 * likeness


def _contains_words(wanted: str, text: str) -> bool:
    padded = f" {text}"
    return all(f" {part}" in padded for part in wanted.split())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
