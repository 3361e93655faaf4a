# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

import numpy as np
import pytest

import mess
from mess.library import Library, PlaylistRules, read_m3u8, read_playlist
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


def test_relevance_alone_chooses_those_nearest_to_the_mean_direction_of_the_seeds(library):
    weights = mess.FlowWeights(timbre=0, tempo=0, key=0, loudness=0, level=0)
    playlist = library.playlist(["Tune 4", "Tune 6"], length=5, rules=PlaylistRules(artist_gap=0, weights=weights))
    vectors = {track.title: library.resolve(track.id).vector for track in library.tracks()}
    mean = vectors["Tune 4"] + vectors["Tune 6"]
    others = sorted(set(vectors) - {"Tune 4", "Tune 6"}, key=lambda title: -float(np.dot(mean, vectors[title])))
    assert set(titles(playlist)) == {"Tune 4", "Tune 6", *others[:3]}


def test_an_artist_does_not_return_within_the_gap_while_others_are_left(library):
    playlist = library.playlist("Tune 0", length=9, rules=PlaylistRules(artist_gap=2))
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
    with pytest.raises(mess.InvalidArgument, match="expected at least one, found none"):
        library.playlist([])
    with pytest.raises(mess.InvalidArgument, match="artist_gap"):
        library.playlist(1, rules=PlaylistRules(artist_gap=-1))


def test_a_playlist_file_holds_the_tracks_in_order(library, tmp_path):
    playlist = library.playlist("Tune 3", length=4)
    playlist.write_m3u8(tmp_path / "list.m3u8", relative=True)
    text = (tmp_path / "list.m3u8").read_text()
    assert text.startswith("#EXTM3U\n#EXTINF:2,Artist 0 - Tune 3\nmusic/03.flac\n")
    assert [entry.path for entry in read_m3u8(tmp_path / "list.m3u8")] == [e.track.path for e in playlist.entries]


def test_no_artist_gets_more_tracks_than_allowed(library):
    playlist = library.playlist("Tune 0", length=12, rules=PlaylistRules(max_per_artist=2))
    artists = [entry.track.artist for entry in playlist.entries]
    assert len(artists) == 6
    assert max(artists.count(artist) for artist in artists) == 2


def test_a_path_leads_from_one_track_to_another(library):
    playlist = library.playlist("Tune 1", to="Tune 10", length=5, rules=PlaylistRules(artist_gap=0))
    assert titles(playlist)[0] == "Tune 1"
    assert titles(playlist)[-1] == "Tune 10"
    assert len(set(titles(playlist))) == 5
    with pytest.raises(mess.InvalidArgument, match="another track than the first"):
        library.playlist("Tune 1", to="Tune 1")
    with pytest.raises(mess.InvalidArgument, match="path: expected two tracks"):
        library.playlist(["Tune 1", "Tune 2"], to="Tune 3")


def test_a_list_is_reordered_and_never_flows_worse(library):
    ids = [1, 9, 2, 8, 3, 7]
    rules = PlaylistRules(artist_gap=0, weights=mess.FlowWeights(roughness=0))
    before = library.describe(ids)
    after = library.reorder(ids, rules=rules)
    assert [entry.track.id for entry in before.entries] == ids
    assert sorted(entry.track.id for entry in after.entries) == sorted(ids)
    assert after.flow.mean <= before.flow.mean + 1e-6
    assert library.reorder(ids, keeps_first=True).entries[0].track.id == 1


def test_a_list_is_extended_by_new_tracks_that_flow_on(library):
    more = library.extend([1, 2, 3], length=4)
    assert more.entries[0].track.id == 3
    assert len(more.entries) == 5
    assert not {1, 2} & {entry.track.id for entry in more.entries}


def test_a_radio_plays_everything_once_but_what_is_excluded(library):
    played = [entry.track.id for entry in library.radio("Tune 5", excluded={1, 2})]
    assert sorted(played) == [track.id for track in library.tracks() if track.id not in (1, 2)]
    assert played[0] == library.resolve("Tune 5").track.id


def test_each_step_has_reasons_that_add_up(library):
    playlist = library.playlist("Tune 3", length=6)
    assert playlist.entries[0].reasons is None
    for entry in playlist.entries[1:]:
        parts = entry.reasons
        total = parts.timbre_cost + parts.tempo_cost + parts.key_cost + parts.loudness_cost + parts.level_cost
        assert total == pytest.approx(entry.cost, abs=1e-5)
    costs = [entry.cost for entry in playlist.entries[1:]]
    assert playlist.flow.mean == pytest.approx(np.mean(costs))
    assert playlist.flow.worst == pytest.approx(max(costs))


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf", ".jspf", ".json"])
@pytest.mark.parametrize("relative", [False, True])
def test_a_playlist_of_any_kind_is_read_back(library, tmp_path, suffix, relative):
    playlist = library.playlist("Tune 3", length=4)
    path = tmp_path / f"list & <more>{suffix}"
    playlist.write(path, relative=relative)
    entries = read_playlist(path)
    assert [os.path.realpath(entry.path) for entry in entries] == [str(track.path) for track in playlist.tracks]
    assert [entry.label for entry in entries] == [track.label for track in playlist.tracks]
    assert [entry.duration_seconds for entry in entries] == pytest.approx([2.0] * 4)


def test_playlists_that_are_none_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><playlist xmlns="http://xspf.org/ns/0/"><title>&a;</title></playlist>'
    bad = {"bomb.xspf": bomb, "cut.xspf": "<playlist", "other.xspf": "<rss/>", "cut.jspf": "{", "list.json": "[]"}
    bad["remote.jspf"] = '{"playlist": {"track": [{"location": ["http://example.org/a.mp3"]}]}}'
    for name, content in bad.items():
        (tmp_path / name).write_text(content)
        with pytest.raises(mess.Error, match="expected a playlist in"):
            read_playlist(tmp_path / name)


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
    assert len(library.playlist(1, rules=PlaylistRules(artist_gap=10**30)).entries) == everything
    with pytest.raises(mess.InvalidArgument, match="length: expected 1 to 5000, found 5001"):
        library.playlist(1, length=5001)


def test_seeds_of_different_encoders_are_not_mixed(library, tmp_path):
    library.scan(tmp_path / "music", encoder="dummy", pooling="mean")
    seeds = [library.resolve(1, encoder="dummy/1+mean"), library.resolve(2, encoder="dummy/1+mean_std")]
    with pytest.raises(mess.InvalidArgument, match=r"one encoder, found dummy/1\+mean and dummy/1\+mean_std"):
        library.playlist(seeds)
