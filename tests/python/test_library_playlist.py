# SPDX-License-Identifier: MIT
from __future__ import annotations

import numpy as np
import pytest

import mess
from mess.library import Library, read_m3u8
from mess.library.playlist import PlaylistSize, choose_tracks
from mess.library.seed import mean_direction

NUM_TRACKS = 12


@pytest.fixture
def library(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number in range(NUM_TRACKS):
        audio = mess.AudioBuffer(tone(110.0 + 25 * number), 22050)
        tags = {"title": f"Tune {number}", "artist": f"Artist {number % 3}"}
        mess.write_audio(tmp_path / "music" / f"{number:02}.flac", audio, tags=tags)
    with Library.open(tmp_path / "library") as opened:
        opened.scan(tmp_path / "music", encoder="dummy")
        yield opened


def titles(playlist):
    return [entry.track.title for entry in playlist.entries]


def test_a_playlist_begins_with_its_seed_and_says_why_each_track_follows(library):
    playlist = library.playlist("Tune 3", length=6)
    assert titles(playlist)[0] == "Tune 3"
    assert len(set(titles(playlist))) == 6
    assert (playlist.entries[0].cost, playlist.entries[0].reason) == (0.0, "start")
    assert all("cosine" in entry.reason and "LU" in entry.reason for entry in playlist.entries[1:])
    assert playlist.duration_seconds == pytest.approx(12.0)


def test_all_seeds_are_in_the_playlist_and_the_first_one_leads(library):
    playlist = library.playlist(["Tune 9", "Tune 2", "Tune 9"], length=5)
    assert titles(playlist)[0] == "Tune 9"
    assert "Tune 2" in titles(playlist)
    assert len(set(titles(playlist))) == len(playlist.entries) == 5


def test_the_tracks_are_those_nearest_to_the_mean_direction_of_the_seeds(library):
    playlist = library.playlist(["Tune 4", "Tune 6"], length=5, artist_gap=0)
    vectors = {track.title: library.resolve(track.id).vector for track in library.tracks()}
    mean = vectors["Tune 4"] + vectors["Tune 6"]
    others = sorted(set(vectors) - {"Tune 4", "Tune 6"}, key=lambda title: -float(np.dot(mean, vectors[title])))
    assert set(titles(playlist)) == {"Tune 4", "Tune 6", *others[:3]}


def test_an_artist_does_not_return_within_the_gap_while_others_are_left(library):
    playlist = library.playlist("Tune 0", length=9, artist_gap=2)
    artists = [entry.track.artist for entry in playlist.entries]
    assert all(len(set(artists[i : i + 3])) == 3 for i in range(len(artists) - 2))


def test_a_playlist_is_shorter_when_the_library_is(library):
    assert len(library.playlist("Tune 0", length=100).entries) == NUM_TRACKS
    assert len(library.playlist("Tune 0", length=1).entries) == 1
    assert len(library.playlist("Tune 0").entries) == NUM_TRACKS


def test_minutes_are_filled_and_passed_by_less_than_a_track(library):
    playlist = library.playlist("Tune 0", minutes=9 / 60)
    assert 9 <= playlist.duration_seconds < 11.1


def test_the_same_question_gets_the_same_playlist(library):
    assert library.playlist("Tune 5", length=8) == library.playlist("Tune 5", length=8)


def test_a_file_outside_the_library_gives_the_direction_only(library, tone_file):
    outside = tone_file("outside.wav", hz=160.0)
    playlist = library.playlist(outside, length=3)
    assert titles(playlist)[0] == library.similar(outside, k=1)[0].track.title
    mixed = library.playlist([outside, "Tune 11"], length=4)
    assert titles(mixed)[0] == "Tune 11"


def test_bad_questions_are_errors(library):
    with pytest.raises(mess.InvalidArgument, match="either length or minutes"):
        library.playlist(1, length=3, minutes=3)
    with pytest.raises(mess.InvalidArgument, match="length: expected 1 to 5000, found 0"):
        library.playlist(1, length=0)
    with pytest.raises(mess.InvalidArgument, match="minutes: expected a positive number"):
        library.playlist(1, minutes=float("nan"))
    with pytest.raises(mess.InvalidArgument, match="seeds"):
        library.playlist([])
    with pytest.raises(mess.InvalidArgument, match="artist_gap"):
        library.playlist(1, artist_gap=-1)


def test_a_playlist_file_holds_the_tracks_in_order(library, tmp_path):
    playlist = library.playlist("Tune 3", length=4)
    playlist.write_m3u8(tmp_path / "list.m3u8", relative=True)
    text = (tmp_path / "list.m3u8").read_text()
    assert text.startswith("#EXTM3U\n#EXTINF:2,Artist 0 - Tune 3\nmusic/03.flac\n")
    assert [entry.path for entry in read_m3u8(tmp_path / "list.m3u8")] == [e.track.path for e in playlist.entries]


def test_one_artist_cannot_crowd_out_the_others(library):
    matches = library.similar(1, k=100)
    same_artist_first = sorted(matches, key=lambda match: match.track.artist != "Artist 0")
    chosen = choose_tracks([library.track(1)], same_artist_first, PlaylistSize.checked(6, None), artist_gap=2)
    assert sum(track.artist == "Artist 0" for track in chosen) == 2
    only_one = [match for match in matches if match.track.artist == "Artist 0"]
    chosen = choose_tracks([library.track(1)], only_one, PlaylistSize.checked(4, None), artist_gap=2)
    assert len(chosen) == 4


def test_the_mean_of_opposite_seeds_is_the_first_one():
    vector = np.array([0.6, 0.8], dtype=np.float32)
    assert np.array_equal(mean_direction([vector, -vector]), vector)
    assert np.linalg.norm(mean_direction([vector, vector[::-1]])) == pytest.approx(1.0)


def test_a_list_too_short_for_its_seeds_is_an_error(library):
    with pytest.raises(mess.InvalidArgument, match=r"at least as many tracks as seeds \(3\), found 2"):
        library.playlist([1, 2, 3], length=2)
    # The same track asked for twice is one seed.
    assert len(library.playlist([1, "Tune 0", 2], length=2).entries) == 2


def test_enormous_numbers_are_answered_or_refused_at_once(library):
    everything = len(library.playlist(1, minutes=1e308).entries)
    assert everything == NUM_TRACKS
    assert len(library.playlist(1, artist_gap=10**30).entries) == everything
    with pytest.raises(mess.InvalidArgument, match="length: expected 1 to 5000, found 5001"):
        library.playlist(1, length=5001)


def test_seeds_of_different_encoders_are_not_mixed(library, tmp_path):
    library.scan(tmp_path / "music", encoder="dummy", pooling="mean")
    seeds = [library.resolve(1, encoder="dummy/1+mean"), library.resolve(2, encoder="dummy/1+mean_std")]
    with pytest.raises(mess.InvalidArgument, match=r"one encoder, found dummy/1\+mean and dummy/1\+mean_std"):
        library.playlist(seeds)
