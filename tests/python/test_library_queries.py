# SPDX-License-Identifier: MIT
"""Filters, several seeds with weights, caps, diversity and chance."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_library import ENCODER_ID, KEYS, make_library, make_rows, make_vectors

import mess
from mess.library import LibraryError, Selection, TrackNotFoundError, Weighted
from mess.library.filter_syntax import parse_filter
from mess.library.keys import parse_key
from mess.library.selection import gumbel_noise
from mess.library.track_table import stars_of

NUM_TRACKS = 400


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("queries") / "library"
    with make_library(path, make_rows(NUM_TRACKS), make_vectors(NUM_TRACKS)) as made:
        yield made


@pytest.fixture(scope="module")
def all_tracks(library):
    return library.tracks()


def ids(tracks):
    return [track.id for track in tracks]


def matched(matches):
    return [match.track.id for match in matches]


def is_near(value, wanted, tolerance):
    return value is not None and abs(value - wanted) <= tolerance


def year(track):
    return int(track.date[:4]) if track.date else None


# Each filter beside what it means, said for one track.
FILTERS = {
    "": lambda t: True,
    "  ": lambda t: True,
    "genre:jazz": lambda t: t.genre == "Jazz",
    "genre:electronique": lambda t: t.genre == "Électronique",
    "-genre:jazz": lambda t: t.genre != "Jazz",
    "genre:jazz,soul": lambda t: t.genre in ("Jazz", "Soul"),
    'genre:""': lambda t: t.genre is None,
    '-genre:""': lambda t: t.genre is not None,
    'artist:="artist 7"': lambda t: t.artist == "Artist 7",
    'artist:"artist 1"': lambda t: (t.artist or "").startswith("Artist 1"),
    'title:="title 12"': lambda t: t.title == "Title 12",
    "bpm:100..120": lambda t: t.analysis.tempo.bpm is not None and 100 <= t.analysis.tempo.bpm <= 120,
    "bpm:..80": lambda t: t.analysis.tempo.bpm is not None and t.analysis.tempo.bpm <= 80,
    "bpm:150..": lambda t: t.analysis.tempo.bpm is not None and t.analysis.tempo.bpm >= 150,
    "-bpm:0..1000": lambda t: t.analysis.tempo.bpm is None,
    "bpm:~100..120": lambda t: (
        t.analysis.tempo.bpm is not None and any(100 <= t.analysis.tempo.bpm * f <= 120 for f in (0.5, 1, 2))
    ),
    "bpm:120": lambda t: is_near(t.analysis.tempo.bpm, 120, 0.5),
    "year:1960..1969": lambda t: year(t) is not None and 1960 <= year(t) <= 1969,
    "year:1975": lambda t: year(t) == 1975,
    "duration:2:00..3:30": lambda t: 120 <= t.duration_seconds <= 210,
    "duration:..60": lambda t: t.duration_seconds <= 60,
    "loudness:-14..-8": lambda t: -14 <= t.analysis.loudness.integrated_lufs <= -8,
    'key:"A minor"': lambda t: t.analysis.key.name == "A minor",
    "key:8a": lambda t: t.analysis.key.name == "A minor",
    "key:~8A": lambda t: t.analysis.key.name in ("A minor", "C major", "E minor", "D minor"),
    "rating:4..": lambda t: int(t.tags.get("rating", -1)) >= 4,
    "mood:calm": lambda t: t.analysis.mood == "calm",
    'mood:""': lambda t: t.analysis.mood is None,
    "word:slow,dark": lambda t: {"slow", "dark"} & set(t.analysis.words),
    "word:slow word:dark": lambda t: {"slow", "dark"} <= set(t.analysis.words),
    "path:/made/*/12.mp3": lambda t: t.id == 12,
    'path:"Album 7 "': lambda t: "Album 7 " in str(t.path),
    "id:7,9": lambda t: t.id in (7, 9),
    "added:2023-12-01..2023-12-31": lambda t: (t.added_at.year, t.added_at.month) == (2023, 12),
    "soul 1": lambda t: t.genre == "Soul" and any("1" in s for s in (t.title, t.artist or "", t.album, t.path.stem)),
    "genre:jazz year:..1980 | mood:sad": lambda t: (
        (t.genre == "Jazz" and year(t) is not None and year(t) <= 1980) or t.analysis.mood == "sad"
    ),
}


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_what_it_says_and_nothing_else(library, all_tracks, text):
    found = ids(library.tracks(text))
    assert found == [track.id for track in all_tracks if FILTERS[text](track)]
    assert found  # the tracks are made so that every filter has something to find


@given(first=st.sampled_from(sorted(FILTERS)), second=st.sampled_from(sorted(FILTERS)), negated=st.booleans())
@settings(deadline=None, max_examples=60)
def test_filters_combine_as_sets_do(library, first, second, negated):
    if "|" in first + second or not first.strip() or not second.strip():
        return
    left, right = set(ids(library.tracks(first))), set(ids(library.tracks(second)))
    assert set(ids(library.tracks(f"{first} {second}"))) == left & right
    assert set(ids(library.tracks(f"{first} | {second}"))) == left | right


@given(text=st.text(alphabet="abcdefghijklmnopqrstuvwxyz:=~-,|.\"'0123456789 *[", max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_filter_or_a_clear_error(library, text):
    message = "[library] filter: expected nothing else"
    try:
        assert len(library.tracks(text)) <= NUM_TRACKS
    except mess.InvalidArgument as error:
        message = str(error)
    assert re.match(r"\[library\] filter: (\w+: )?expected ", message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour:red", 'expected one of the fields title, .*found "colour:"'),
        ("bpm:fast", 'bpm: expected a number or a range such as 118..124.*, found "bpm:fast"'),
        ("bpm:124..118", 'found "bpm:124..118"'),
        ("bpm:..", r'found "bpm:\.\."'),
        ("bpm:nan", 'found "bpm:nan"'),
        ("year:=1999", 'found "year:=1999"'),
        ("artist:~Air", 'artist: expected a part of the text, or =the whole text, found "artist:~Air"'),
        ("key:H", 'key: expected a key such as "F# minor", F#m or 8A'),
        ("genre:", 'expected a value after "genre:"'),
        ('artist:"Air', "expected an end of the quote that begins at character 8"),
        ("jazz |", 'expected terms on both sides of every "|"'),
        ("added:yesterday", "added: expected a day such as 2026-01-31"),
        ("duration:1:2:3:4", "duration: expected seconds or minutes:seconds"),
    ],
)
def test_what_is_no_filter_is_said_with_what_was_expected(library, text, message):
    with pytest.raises(mess.InvalidArgument, match=message):
        library.tracks(text)


def test_quotes_keep_blanks_commas_and_bars_together():
    ((term,),) = parse_filter("artist:='a, b | c: d'")
    assert (term.field, term.values[0].text, term.values[0].is_exact) == ("artist", "a, b | c: d", True)


@pytest.mark.parametrize("name", KEYS)
def test_every_key_the_analysis_names_has_its_own_place(name):
    key = parse_key(name)
    tonic, mode = name.split()
    assert parse_key(f"{tonic}{'m' if mode == 'minor' else ''}") == key
    assert len(set(key.compatible_places())) == 4
    assert all(
        key.place in other for other in (_key_at(place).compatible_places() for place in key.compatible_places())
    )


def _key_at(place):
    return next(parse_key(name) for name in KEYS if parse_key(name).place == place)


def test_the_camelot_wheel_names_the_same_keys():
    pairs = {"8B": "C major", "8A": "A minor", "9B": "G", "12A": "Dbm", "1B": "B major", "1A": "G# minor", "5A": "Cm"}
    assert {wheel: parse_key(wheel) for wheel in pairs} == {wheel: parse_key(name) for wheel, name in pairs.items()}


@pytest.mark.parametrize(
    ("tags", "stars"),
    [
        ({}, None),
        ({"RATING": "4"}, 4),
        ({"rating": "80"}, 4),
        ({"rating": "8"}, 4),
        ({"FMPS_RATING": "0.6"}, 3),
        ({"rating": "101"}, None),
        ({"rating": "good"}, None),
        ({"rating": "nan"}, None),
    ],
)
def test_ratings_are_read_as_players_write_them(tags, stars):
    assert stars_of(tags) == stars


def exact_scores(library, vector):
    found = library._vectors.index(ENCODER_ID)
    scores, found_ids = found.search(vector, NUM_TRACKS, correct_hubness=True)
    return dict(zip(found_ids[0].tolist(), scores[0].tolist(), strict=True))


@given(text=st.sampled_from(sorted(FILTERS)), k=st.integers(1, 50), seed=st.integers(1, NUM_TRACKS))
@settings(deadline=None, max_examples=80)
def test_a_filtered_search_gives_the_best_that_fit_and_never_fewer(library, text, k, seed):
    fitting = set(ids(library.tracks(text))) - {seed}
    matches = library.similar(seed, k, selection=Selection(where=text))
    assert len(matches) == min(k, len(fitting))
    scores = exact_scores(library, library.resolve(seed).vector)
    best = sorted(fitting, key=lambda track_id: (-scores[track_id], track_id))[:k]
    assert [scores[i] for i in matched(matches)] == pytest.approx([scores[i] for i in best], abs=1e-6)
    assert set(matched(matches)) <= fitting


@given(
    seed=st.integers(1, NUM_TRACKS),
    k=st.integers(1, 60),
    per_artist=st.none() | st.integers(1, 3),
    per_album=st.none() | st.integers(1, 3),
    diversity=st.sampled_from([0.0, 0.3, 1.0]),
    variety=st.sampled_from([0.0, 0.5]),
    excluded=st.sets(st.integers(1, NUM_TRACKS), max_size=30),
)
@settings(deadline=None, max_examples=60)
def test_caps_and_exclusions_always_hold(library, seed, k, per_artist, per_album, diversity, variety, excluded):
    selection = Selection(
        max_per_artist=per_artist, max_per_album=per_album, diversity=diversity, variety=variety, excluded=excluded
    )
    matches = library.similar(seed, k, selection=selection)
    found = matched(matches)
    assert len(set(found)) == len(found)
    assert not {seed, *excluded} & set(found)
    artists = Counter(match.track.artist for match in matches if match.track.artist)
    albums = Counter(match.track.album for match in matches)
    assert max(artists.values(), default=0) <= (per_artist or math.inf)
    assert max(albums.values(), default=0) <= (per_album or math.inf)
    if per_artist is None and per_album is None:
        assert len(found) == min(k, NUM_TRACKS - len({seed, *excluded}))
    assert matched(library.similar(seed, k, selection=selection)) == found


def test_caps_take_the_best_of_each_artist(library):
    matches = library.similar(1, 10, selection=Selection(max_per_artist=1))
    everything = library.similar(1, NUM_TRACKS)
    seen, expected = set(), []
    for match in everything:
        if match.track.artist is None or match.track.artist not in seen:
            seen.add(match.track.artist)
            expected.append(match.track.id)
    assert matched(matches) == expected[:10]


def test_a_threshold_gives_all_above_it_and_nothing_below(library):
    everything = library.similar(1, NUM_TRACKS)
    threshold = everything[25].score
    matches = library.similar(1, NUM_TRACKS, selection=Selection(min_score=threshold))
    assert matched(matches) == [match.track.id for match in everything if match.score >= threshold]


def test_several_seeds_count_by_their_weights(library):
    first, second, third = (library.resolve(i).vector for i in (1, 2, 3))
    direction = 2 * first + second - 0.5 * third
    scores = exact_scores(library, direction / np.linalg.norm(direction))
    matches = library.similar([Weighted(1, 2.0), 2, Weighted(3, -0.5)], 10)
    best = sorted(set(scores) - {1, 2, 3}, key=lambda i: -scores[i])[:10]
    assert matched(matches) == best


def test_a_negative_seed_leads_away(library):
    toward = np.mean([match.cosine for match in library.similar(5, 10)])
    away = library.similar([Weighted(5, -1.0)], 10)
    vector = library.resolve(5).vector
    assert np.mean([library.resolve(i).vector @ vector for i in matched(away)]) < 0 < toward


def test_a_filter_as_a_seed_stands_for_all_its_tracks(library):
    members = ids(library.tracks('artist:="artist 7"'))
    vectors = np.stack([library.resolve(i).vector for i in members])
    seed = library.resolve('artist:="artist 7"')
    assert seed.track_ids == tuple(members)
    assert seed.vector == pytest.approx(vectors.mean(axis=0) / np.linalg.norm(vectors.mean(axis=0)), abs=1e-5)
    assert not set(members) & set(matched(library.similar('artist:="artist 7"', NUM_TRACKS)))


def test_a_playlist_as_a_seed_stands_for_its_tracks(library, tmp_path):
    made = library.playlist(3, length=4)
    made.write_m3u8(tmp_path / "list.m3u8")
    seed = library.resolve(f"playlist:{tmp_path / 'list.m3u8'}")
    assert seed.track_ids == tuple(entry.track.id for entry in made.entries)
    with pytest.raises(mess.Error, match="nowhere"):
        library.resolve(f"playlist:{tmp_path / 'nowhere.m3u8'}")


def test_seeds_that_stand_for_nothing_are_errors(library):
    with pytest.raises(TrackNotFoundError, match="found none that fits"):
        library.similar("artist:nobody")
    with pytest.raises(LibraryError, match="expected vectors of a model that reads text too"):
        library.similar("text:sad piano")
    with pytest.raises(mess.InvalidArgument, match="expected at least one"):
        library.similar([])


def test_diversity_brings_results_apart(library):
    def likeness(matches):
        vectors = np.stack([library.resolve(i).vector for i in matched(matches)])
        return float(np.mean((vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]))

    plain = library.similar(1, 10)
    diverse = library.similar(1, 10, selection=Selection(diversity=0.7))
    assert likeness(diverse) < likeness(plain)
    assert diverse[0].track.id == plain[0].track.id  # the first is still the best


def test_chance_is_reproducible_and_prefers_what_is_near(library):
    def draw(random_seed, variety=0.5, k=10):
        return matched(library.similar(1, k, selection=Selection(variety=variety, random_seed=random_seed)))

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    best = set(matched(library.similar(1, 40)))
    drawn = [i for seed in range(20) for i in draw(seed)]
    assert np.mean([i in best for i in drawn]) > 0.6
    # A longer list begins as the shorter one does: the noise of a track does not depend on who else is looked at.
    assert set(draw(3, k=5)) <= set(draw(3, k=10))


def test_the_noise_is_gumbels():
    noise = gumbel_noise(np.arange(200_000), 1)
    assert noise.mean() == pytest.approx(np.euler_gamma, abs=0.02)
    assert noise.var() == pytest.approx(np.pi**2 / 6, rel=0.03)
    assert abs(np.corrcoef(noise, gumbel_noise(np.arange(200_000), 2))[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_per_artist": 0}, "max_per_artist: expected at least 1, found 0"),
        ({"diversity": 1.5}, "diversity: expected 0 to 1, found 1.5"),
        ({"variety": -1}, "variety: expected 0 or more, found -1"),
        ({"where": "bpm:x"}, "bpm: expected"),
        ({"min_score": math.nan}, "min_score: expected a number, found NaN"),
    ],
)
def test_bad_selections_are_refused_when_they_are_made(options, message):
    with pytest.raises(mess.InvalidArgument, match=message):
        Selection(**options)
    with pytest.raises(mess.InvalidArgument, match="weight: expected a number other than 0"):
        Weighted(1, 0.0)


def test_diversity_and_caps_together_still_find_enough(tmp_path):
    rows = make_rows(300)
    vectors = make_vectors(300, num_clusters=1)
    order = np.argsort(-(vectors @ vectors[0]))
    for rank, row in enumerate(order):
        rows[row]["artist"] = "Everywhere" if rank < 200 else f"Artist {rank}"
    with make_library(tmp_path / "library", rows, vectors) as library:
        matches = library.similar(1, 10, selection=Selection(max_per_artist=1, diversity=0.3))
        assert len({match.track.artist for match in matches}) == len(matches) == 10


def test_albums_of_one_name_by_different_artists_are_different_albums(tmp_path):
    rows = make_rows(20)
    for number, row in enumerate(rows):
        row |= {"artist": f"Artist {number}", "album": "Greatest Hits"}
    with make_library(tmp_path / "library", rows, make_vectors(20)) as library:
        assert len(library.similar(1, 10, selection=Selection(max_per_album=1))) == 10


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf", ".jspf", ".json"])
def test_what_was_played_is_excluded_whatever_kind_of_playlist_it_stands_in(library, tmp_path, suffix):
    played = library.playlist(3, length=5)
    played.write(tmp_path / f"played{suffix}")
    ids_played = library.track_ids(f"playlist:{tmp_path / f'played{suffix}'}")
    assert ids_played == [track.id for track in played.tracks]


def test_a_playlist_of_minutes_ends_when_nothing_fits(library):
    assert len(library.playlist(1, minutes=60, where="genre:nosuch").entries) == 1
    with pytest.raises(mess.InvalidArgument, match="expected a filter or a playlist, found an empty text"):
        library.track_ids(" ")


def test_a_table_follows_the_catalogue(tmp_path):
    rows = make_rows(5)
    with make_library(tmp_path / "library", rows, make_vectors(5)) as library:
        assert len(library.tracks("title:title")) == 5
        with library._database.write() as connection:
            connection.exec_driver_sql("UPDATE files SET is_missing = 1 WHERE track_id = 2")
            mess.library.catalogue.raise_generation(connection)
        assert ids(library.tracks("title:title")) == [1, 3, 4, 5]
