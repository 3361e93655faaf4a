# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mess.library.matching import NameIndex, TrackName, normalize_title, score_letters, score_words

TEXTS = st.text(max_size=40)


@given(text=TEXTS)
def test_normalizing_twice_changes_nothing_more(text):
    assert normalize_title(normalize_title(text)) == normalize_title(text)


@given(text=TEXTS)
def test_case_does_not_count(text):
    assert normalize_title(text.lower()) == normalize_title(text.upper().lower())


@given(wanted=TEXTS.map(normalize_title), title=TEXTS.map(normalize_title), artist=TEXTS.map(normalize_title))
def test_scores_lie_between_nothing_and_exact(wanted, title, artist):
    score = score_words(wanted, title, artist)
    assert 0 <= score <= 1
    assert (score == 1) == (wanted == title != "")


@given(wanted=TEXTS.map(normalize_title), text=TEXTS.map(normalize_title))
def test_letters_count_less_than_all_words(wanted, text):
    assert 0 <= score_letters(wanted, text) <= 0.75
    assert score_letters(wanted, wanted) == (0.75 if wanted else 0.0)


@given(query=TEXTS, titles=st.lists(TEXTS, max_size=5))
def test_ranking_is_best_first_and_deterministic(query, titles):
    names = [TrackName(number, title, "artist", title) for number, title in enumerate(titles)]
    matches = NameIndex(names).match(query)
    assert matches == NameIndex(reversed(names)).match(query)
    keys = [(-match.score, match.track_id) for match in matches]
    assert sorted(keys) == keys
    if normalize_title(query) in {normalize_title(title) for title in titles if normalize_title(title)}:
        assert matches[0].score == 1


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
    exact = score_words("blue train", "blue train", "john coltrane")
    with_artist = score_words("john coltrane blue train", "blue train", "john coltrane")
    beginning = score_words("blue tr", "blue train", "john coltrane")
    by_artist = score_words("coltrane train", "blue train", "john coltrane")
    similar = score_letters("bleu trian", "blue train")
    different = score_letters("giant steps", "blue train")
    scores = [exact, with_artist, beginning, by_artist, similar, different]
    assert sorted(scores, reverse=True) == scores
    assert len(set(scores)) == len(scores)
    assert different < 0.2
