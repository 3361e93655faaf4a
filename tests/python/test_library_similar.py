# SPDX-License-Identifier: MIT
from __future__ import annotations

import shutil

import numpy as np
import pytest

import mess
from mess.library import Library, LibraryError, TrackNotFoundError

TITLES = ["Moonlight", "Sunrise", "Blue Train", "1999", "Für Elise", "Giant Steps"]


@pytest.fixture
def library(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number, title in enumerate(TITLES):
        audio = mess.AudioBuffer(tone(110.0 + 60 * number), 22050)
        tags = {"title": title, "artist": f"Artist {number % 2}"}
        mess.write_audio(tmp_path / "music" / f"file {number}.flac", audio, tags=tags)
    with Library.open(tmp_path / "library") as opened:
        opened.scan(tmp_path / "music", encoder="dummy")
        yield opened


@pytest.fixture
def music(tmp_path, library):
    return tmp_path / "music"


def titles(matches):
    return [match.track.title for match in matches]


def test_matches_come_best_first_as_cosines_of_the_stored_vectors(library):
    matches = library.similar("Moonlight", k=3)
    assert [match.rank for match in matches] == [1, 2, 3]
    assert sorted((match.score for match in matches), reverse=True) == [match.score for match in matches]
    seed = library.resolve("Moonlight")
    for match in matches:
        expected = float(np.dot(seed.vector, library.resolve(match.track.id).vector))
        assert (match.score, match.cosine) == pytest.approx((expected, expected), abs=1e-5)
    everything = [float(np.dot(seed.vector, library.resolve(n).vector)) for n in range(2, 7)]
    assert [match.score for match in matches] == pytest.approx(sorted(everything, reverse=True)[:3], abs=1e-5)


def test_a_seed_is_never_among_its_own_matches(library, music):
    for query in ("Moonlight", 1, "#1", "1", music / "file 0.flac", str(music / "file 0.flac")):
        found = titles(library.similar(query, k=100))
        assert sorted(found) == sorted(TITLES[1:])


def test_a_copy_outside_the_library_is_known_by_its_audio(library, music, tmp_path, monkeypatch):
    outside = shutil.copy(music / "file 0.flac", tmp_path / "another name.flac")

    def refuse(*_arguments, **_options):
        raise AssertionError("decoded")

    monkeypatch.setattr(mess.library.encoders.EncoderCache, "embed", refuse)
    assert library.resolve(outside).track == library.track(1)
    assert "Moonlight" not in titles(library.similar(outside, k=100))


def test_a_file_outside_the_library_is_embedded_on_the_fly(library, tone_file):
    outside = tone_file("outside.wav", hz=171.0)
    seed = library.resolve(outside)
    assert (seed.track, seed.label) == (None, "outside.wav")
    matches = library.similar(outside, k=100)
    assert len(matches) == len(TITLES)
    assert matches[0].track.title == "Sunrise"


def test_a_path_that_is_no_audio_or_not_there_is_an_error(library, tmp_path):
    (tmp_path / "text.mp3").write_text("no music")
    with pytest.raises(mess.DecodeError, match="text.mp3"):
        library.similar(tmp_path / "text.mp3")
    with pytest.raises(mess.DecodeError, match="nowhere.mp3"):
        library.similar(tmp_path / "nowhere.mp3")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("moonlight", "Moonlight"),
        ("blue tr", "Blue Train"),
        ("fur elise", "Für Elise"),
        ("artist 1 sunrise", "Sunrise"),
        ("moonlihgt", "Moonlight"),
        ("gaint stesp", "Giant Steps"),
        ("1999", "1999"),
        ("file 4", "Für Elise"),
    ],
)
def test_titles_are_matched_roughly(library, query, title):
    assert library.resolve(query).track.title == title


def test_a_number_is_an_id_when_there_is_such_a_track(library):
    assert library.resolve("2").track.id == 2
    assert library.resolve("1999").track.title == "1999"


@pytest.mark.parametrize("query", ["#99", 99, -1, "#99999999999999999999999"])
def test_an_id_that_is_not_there_is_an_error(library, query):
    with pytest.raises(TrackNotFoundError, match="expected the id of a track"):
        library.similar(query)
    with pytest.raises(TrackNotFoundError, match="expected the id of a track"):
        library.track(99)


def test_a_title_without_match_names_the_nearest(library):
    with pytest.raises(TrackNotFoundError, match='found no match; the nearest are "Artist 0 - Moonlight"'):
        library.similar("moon river and me")
    with pytest.raises(TrackNotFoundError, match="found no match$"):
        library.similar("日本語")


def test_an_empty_library_says_what_to_do(tmp_path):
    with Library.open(tmp_path / "empty") as library, pytest.raises(LibraryError, match="scan a folder of music first"):
        library.similar("anything")


def test_k_is_checked(library):
    with pytest.raises(mess.InvalidArgument, match="k: expected at least 1, found 0"):
        library.similar(1, k=0)


def test_a_library_made_by_another_encoder_version_refuses_to_compare(library, tone_file, tmp_path, monkeypatch):
    outside = tone_file("outside.wav", hz=171.0)
    stored = mess.EncoderId.parse("dummy/0+mean_std")
    with library._database.write() as connection:
        connection.exec_driver_sql("UPDATE vectors SET encoder_id = ?", (str(stored),))
    with pytest.raises(LibraryError, match=r"expected vectors of dummy/0\+mean_std, found that this program makes"):
        library.similar(outside)


@pytest.mark.parametrize("query", ["~nobody-is-called-so/x", "x" * 5000, "qqq\0zzz", "/" + "y" * 300])
def test_a_text_that_no_path_can_be_is_a_title(library, query):
    with pytest.raises(TrackNotFoundError):
        library.similar(query)


def test_an_empty_query_and_impossible_ids_are_errors(library):
    with pytest.raises(mess.InvalidArgument, match="found an empty text"):
        library.similar(" ")
    for track_id in (10**20, -1):
        with pytest.raises(TrackNotFoundError):
            library.track(track_id)
        with pytest.raises(TrackNotFoundError):
            library.similar(track_id)


def test_a_parent_behind_a_link_is_where_the_link_leads(library, music, tmp_path):
    (tmp_path / "deep/down").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep/down", target_is_directory=True)
    shutil.copytree(music, tmp_path / "deep/music")
    library.scan(tmp_path / "link/../music", encoder="dummy")
    assert tmp_path / "deep/music/file 0.flac" in library.track(1).paths


def test_explained_scores_are_the_sum_of_their_parts(library, music):
    library.scan(music, encoder="acoustic")
    matches = library.similar("Moonlight", k=3, encoder="acoustic", explain=True)
    assert [match.track for match in matches] == [
        match.track for match in library.similar("Moonlight", k=3, encoder="acoustic")
    ]
    for match in matches:
        assert [part.name for part in match.parts] == ["timbre", "rhythm", "harmony", "dynamics"]
        assert sum(part.part for part in match.parts) == pytest.approx(match.cosine, abs=1e-4)


def test_vectors_without_groups_cannot_be_explained(library, music):
    with pytest.raises(mess.InvalidArgument, match="dummy/1: expected an encoder whose track vector has groups"):
        library.similar("Moonlight", encoder="dummy", explain=True)
    library.scan(music, encoder="acoustic", pooling="mean")
    with pytest.raises(mess.InvalidArgument, match=r"explain: expected track vectors, found acoustic/2\+mean"):
        library.similar("Moonlight", encoder="acoustic/2+mean", explain=True)


def test_in_a_larger_library_near_means_near_from_both_sides(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number in range(40):
        audio = mess.AudioBuffer(tone(100.0 * 1.07**number), 22050)
        mess.write_audio(tmp_path / "music" / f"{number:02}.flac", audio)
    with Library.open(tmp_path / "library") as library:
        library.scan(tmp_path / "music", encoder="dummy")
        index = library._vectors.index("dummy/1+mean_std")
        assert index.has_hubness
        seed = library.resolve(1)
        matches = library.similar(seed, k=39)
        scores = [match.score for match in matches]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        for match in matches:
            expected = float(np.dot(seed.vector, library.resolve(match.track.id).vector))
            assert match.cosine == pytest.approx(expected, abs=1e-5)
        expected_scores, expected_ids = index.search(seed.vector, 40, correct_hubness=True)
        assert [match.track.id for match in matches] == [i for i in expected_ids[0] if i != 1]
        # Saved with the index, not learned at every start.
        with Library.open(tmp_path / "library") as again:
            assert [match.score for match in again.similar(1, k=39)] == pytest.approx(scores, abs=1e-6)
