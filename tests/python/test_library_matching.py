# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mess.library.matching import normalize_title, score_title

TEXTS = st.text(max_size=40)


@given(text=TEXTS)
def test_normalizing_twice_changes_nothing_more(text):
    assert normalize_title(normalize_title(text)) == normalize_title(text)


@given(text=TEXTS)
def test_case_does_not_count(text):
    assert normalize_title(text.lower()) == normalize_title(text.upper().lower())


@given(wanted=TEXTS.map(normalize_title), title=TEXTS.map(normalize_title), artist=TEXTS.map(normalize_title))
def test_scores_lie_between_nothing_and_exact(wanted, title, artist):
    score = score_title(wanted, title, artist)
    assert 0 <= score <= 1
    assert (score == 1) == (wanted == title != "")


@given(title=TEXTS.map(normalize_title).filter(bool), other=TEXTS.map(normalize_title))
def test_nothing_fits_better_than_the_title_itself(title, other):
    assert score_title(title, title) >= score_title(title, other)


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("  Für   ELISE! ", "fur elise"),
        ("AC/DC - T.N.T.", "ac dc t n t"),
        ("Straße", "strasse"),
        ("日本語", "日本語"),
        ("...", ""),
    ],
)
def test_titles_are_reduced_to_what_people_type(text, normalized):
    assert normalize_title(text) == normalized


def test_better_matches_score_higher():
    exact = score_title("blue train", "blue train", "john coltrane")
    with_artist = score_title("john coltrane blue train", "blue train", "john coltrane")
    beginning = score_title("blue tr", "blue train", "john coltrane")
    by_artist = score_title("coltrane train", "blue train", "john coltrane")
    similar = score_title("blues trane", "blue train", "john coltrane")
    different = score_title("giant steps", "blue train", "john coltrane")
    scores = [exact, with_artist, beginning, by_artist, similar, different]
    assert sorted(scores, reverse=True) == scores
    assert len(set(scores)) == len(scores)
    assert different < 0.2
