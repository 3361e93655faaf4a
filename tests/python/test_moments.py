# SPDX-License-Identifier: MIT
"""Passages: a planted excerpt is found where it was planted, in frames, in an index and in a library."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess
from mess.library import Library, LibraryError, TrackNotFoundError

RATE_HZ = 22050


def melody(seed: int, seconds: float) -> mess.AudioBuffer:
    """Notes with overtones and a drum, none of which comes back: 0.1 to 0.5 s each."""
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.002, round(seconds * RATE_HZ))
    start = 0
    while start < samples.size:
        count = min(round(random.uniform(0.1, 0.5) * RATE_HZ), samples.size - start)
        time = np.arange(count) / RATE_HZ
        hz = 55 * 2 ** (random.integers(0, 36) / 12)
        decay = np.exp(-time * random.uniform(2, 9))
        tones = sum(random.uniform(0, 1) * np.sin(2 * np.pi * hz * k * time) for k in range(1, 8))
        samples[start : start + count] += 0.1 * decay * tones
        drum = random.normal(0, random.uniform(0, 0.2), count)
        samples[start : start + count] += np.exp(-time * 40) * drum
        start += count
    return mess.AudioBuffer(samples.astype(np.float32), RATE_HZ)


def cut(audio: mess.AudioBuffer, start: float, end: float) -> mess.AudioBuffer:
    return mess.AudioBuffer(audio.samples[:, round(start * RATE_HZ) : round(end * RATE_HZ)].copy(), RATE_HZ)


@pytest.fixture(scope="module")
def encoder() -> mess.Encoder:
    return mess.Encoder.open("acoustic")


@pytest.fixture(scope="module")
def tracks(encoder) -> list[tuple[mess.AudioBuffer, mess.Frames]]:
    return [(audio, encoder.encode(audio)) for audio in (melody(seed, 40) for seed in range(8))]


def reader(tracks):
    def read(track_id: int, begin_seconds: float, end_seconds: float) -> mess.Frames:
        frames = tracks[track_id][1]
        rows = slice(int(begin_seconds / frames.hop_seconds), int(np.ceil(end_seconds / frames.hop_seconds)))
        return mess.Frames(
            frames.array[rows].copy(),
            hop_seconds=frames.hop_seconds,
            window_seconds=frames.window_seconds,
            encoder_id=frames.encoder_id,
        )

    return read


@pytest.fixture(scope="module")
def index(tracks) -> mess.MomentIndex:
    index = mess.MomentIndex()
    for number, (_, frames) in enumerate(tracks):
        index.add(number, frames)
    return index


@given(number=st.integers(0, 7), start=st.floats(0, 32), seconds=st.floats(4, 8), gain=st.floats(0.1, 2))
@settings(max_examples=40, deadline=None)
def test_an_excerpt_is_found_where_it_was_cut(encoder, tracks, index, number, start, seconds, gain):
    clip = cut(tracks[number][0], start, start + seconds)
    passage = mess.encode_passage(encoder, mess.AudioBuffer(clip.samples * np.float32(gain), RATE_HZ))
    best = index.find(passage, reader(tracks))[0]
    assert best.track_id == number
    assert best.alignment.start_seconds == pytest.approx(start, abs=0.05)
    assert best.alignment.end_seconds == pytest.approx(start + seconds, abs=0.05)
    assert best.alignment.score > 0.9
    assert best.alignment.is_same_recording


@given(start=st.floats(2, 50), seed=st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_an_excerpt_planted_in_another_track_is_found_there(encoder, start, seed):
    host, guest = melody(100 + seed, 60).samples[0].copy(), melody(200 + seed, 6).samples[0]
    first = round(start * RATE_HZ)
    host[first : first + guest.size] = guest[: host.size - first]
    track = encoder.encode(mess.AudioBuffer(host, RATE_HZ))
    place = mess.align_frames(mess.encode_passage(encoder, mess.AudioBuffer(guest, RATE_HZ)), track)[0]
    assert place.start_seconds == pytest.approx(start, abs=0.1)
    assert place.is_same_recording


def test_a_track_never_heard_is_not_the_same_recording(encoder, tracks, index):
    for seed in range(50, 60):
        passage = mess.encode_passage(encoder, melody(seed, 10))
        assert not any(moment.alignment.is_same_recording for moment in index.find(passage, reader(tracks)))


def test_lossy_copies_are_the_same_recording(encoder, tracks, index, tmp_path):
    mess.write_audio(tmp_path / "clip.wav", cut(tracks[3][0], 17.3, 27.3))
    command = ["ffmpeg", "-v", "error", "-i", tmp_path / "clip.wav", "-ac", "1", "-af", "volume=-6dB"]
    for name, options in {"64.mp3": ["-b:a", "64k"], "48.m4a": ["-b:a", "48k"], "48.opus": ["-b:a", "48k"]}.items():
        subprocess.run([*command, *options, tmp_path / name], check=True)
        best = index.find(mess.encode_passage(encoder, mess.decode(tmp_path / name)), reader(tracks))[0]
        assert best.track_id == 3, name
        assert best.alignment.start_seconds == pytest.approx(17.3, abs=0.1), name
        assert best.alignment.is_same_recording, name


def test_frames_of_half_precision_are_enough(encoder, tracks):
    audio, frames = tracks[2]
    stored = mess.Frames(
        frames.array.astype(np.float16).astype(np.float32),
        hop_seconds=frames.hop_seconds,
        window_seconds=frames.window_seconds,
        encoder_id=frames.encoder_id,
    )
    place = mess.align_frames(mess.encode_passage(encoder, cut(audio, 11.1, 21.1)), stored)[0]
    assert place.start_seconds == pytest.approx(11.1, abs=0.05)
    assert place.score > 0.9


def test_results_say_what_they_are(encoder, tracks):
    passage = mess.Passage.from_frames(tracks[0][1])
    place = mess.align_frames(passage, tracks[0][1])[0]
    assert repr(place) == "Alignment(0.00 to 39.75 s, score 1.00, the same recording)" or place.score > 0.999
    assert repr(passage).startswith("Passage(")
    assert passage.num_phases == 1
    assert passage.encoder_id == encoder.id
    assert mess.encode_passage(encoder, melody(1, 3), num_phases=2).num_phases == 2


def test_an_index_comes_back_from_its_file(encoder, tracks, index, tmp_path):
    index.save(tmp_path / "moments.messmom")
    loaded = mess.MomentIndex.load(tmp_path / "moments.messmom")
    assert loaded.track_ids == list(range(8))
    assert loaded.num_windows == index.num_windows
    passage = mess.encode_passage(encoder, cut(tracks[5][0], 20, 30))
    assert repr(loaded.find(passage, reader(tracks))) == repr(index.find(passage, reader(tracks)))
    (tmp_path / "moments.messmom").write_bytes(b"not this")
    with pytest.raises(mess.FormatError, match=r"moments\.messmom"):
        mess.MomentIndex.load(tmp_path / "moments.messmom")


def test_what_a_reader_raises_comes_through(encoder, tracks, index):
    def fail(track_id: int, begin_seconds: float, end_seconds: float) -> mess.Frames:
        raise KeyError(track_id)

    with pytest.raises(KeyError):
        index.find(mess.encode_passage(encoder, cut(tracks[5][0], 20, 30)), fail)


def test_a_scale_makes_frames_with_large_means_comparable(tracks):
    frames = [track for _, track in tracks]
    shift = np.linspace(20, 200, frames[0].array.shape[1], dtype=np.float32)

    def lifted(one: mess.Frames, rows: slice = slice(None)) -> mess.Frames:
        values = np.ascontiguousarray(one.array[rows] + shift)
        return mess.Frames(
            values, hop_seconds=one.hop_seconds, window_seconds=one.window_seconds, encoder_id=one.encoder_id
        )

    scale = mess.fit_frame_scale([lifted(one) for one in frames])
    values = np.concatenate([lifted(one).array for one in frames]).astype(np.float64)
    variance = values.var(axis=0)
    np.testing.assert_allclose(scale.mean, values.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(scale.deviation, np.sqrt(variance + 0.01 * variance.mean()), rtol=1e-4)
    passage = mess.Passage.from_frames(lifted(frames[1], slice(30, 60)))
    assert mess.align_frames(passage, lifted(frames[0]))[0].score > 0.99  # the mean is all there is
    assert mess.align_frames(passage, lifted(frames[0]), scale=scale)[0].score < 0.7
    assert mess.align_frames(passage, lifted(frames[1]), scale=scale)[0].score > 0.999


def test_bad_input_is_refused_by_name(encoder, tracks):
    frames = tracks[0][1]
    broken = frames.array.copy()
    broken[3, 4] = np.nan
    nan = mess.Frames(
        broken, hop_seconds=frames.hop_seconds, window_seconds=frames.window_seconds, encoder_id=frames.encoder_id
    )
    with pytest.raises(mess.InvalidArgument, match="passage: expected finite"):
        mess.align_frames(mess.Passage.from_frames(nan), frames)
    with pytest.raises(mess.InvalidArgument, match="track: expected finite"):
        mess.align_frames(mess.Passage.from_frames(frames), nan)
    with pytest.raises(mess.InvalidArgument, match="expected finite"):
        mess.MomentIndex().add(1, nan)
    with pytest.raises(mess.InvalidArgument, match="max_results"):
        mess.align_frames(mess.Passage.from_frames(frames), frames, max_results=0)
    with pytest.raises(mess.InvalidArgument, match="num_phases: expected 1 to 64, found 0"):
        mess.encode_passage(encoder, melody(1, 3), num_phases=0)
    with pytest.raises(mess.InvalidArgument, match="windows"):
        mess.MomentIndex(window_seconds=0)
    dummy = mess.Encoder.open("dummy").encode(melody(1, 3))
    with pytest.raises(mess.InvalidArgument, match="expected frames of dummy"):
        mess.align_frames(mess.Passage.from_frames(dummy), frames)


# The library


@pytest.fixture(scope="module")
def music(tmp_path_factory, tracks):
    folder = tmp_path_factory.mktemp("music")
    for number, (audio, _) in enumerate(tracks):
        tags = {"title": f"Piece {number}", "artist": f"Artist {number % 3}"}
        mess.write_audio(folder / f"{number}.flac", audio, tags=tags)
    return folder


@pytest.fixture(params=["acoustic", "dummy"])
def library(request, music, tmp_path):
    with Library.open(tmp_path / "library") as opened:
        opened.scan(music, encoder=request.param, frames=True)
        yield opened


def test_the_library_finds_a_clip(library, tracks, music, tmp_path):
    clip = cut(tracks[4][0], 12.6, 22.6)
    mess.write_audio(tmp_path / "clip.wav", clip)
    for query in (clip, tmp_path / "clip.wav", str(tmp_path / "clip.wav")):
        best = library.find_moment(query, 3)[0]
        assert best.track.title == "Piece 4"
        assert best.start_seconds == pytest.approx(12.6, abs=0.1)
        assert best.rank == 1
        assert best.is_same_recording
    longer = cut(tracks[4][0], 2.6, 32.6)
    assert library.find_moment(longer, 1, begin_seconds=10, end_seconds=20)[0].start_seconds == pytest.approx(
        12.6, abs=0.1
    )


def test_the_own_passage_is_left_out_unless_wanted(library, music):
    for query in ("Piece 2", music / "2.flac"):
        found = library.find_moment(query, 50, begin_seconds=10, end_seconds=20)
        assert found
        own = [m for m in found if m.track.title == "Piece 2" and m.start_seconds < 20 and m.end_seconds > 10]
        assert own == []
        best = library.find_moment(query, 5, begin_seconds=10, end_seconds=20, include_own=True)[0]
        assert best.track.title == "Piece 2"
        assert best.start_seconds == pytest.approx(10, abs=0.1)


def test_a_track_has_at_most_so_many_places(library):
    found = library.find_moment("Piece 2", 50, begin_seconds=10, end_seconds=14, max_per_track=1)
    titles = [match.track.title for match in found]
    assert len(titles) == len(set(titles))


def test_frames_and_windows_come_back_when_deleted_or_damaged(library, music, tracks):
    clip = cut(tracks[4][0], 12.6, 22.6)
    before = [(match.track.id, match.start_seconds) for match in library.find_moment(clip)]

    def found():
        with Library.open(library.path) as again:
            return [(match.track.id, match.start_seconds) for match in again.find_moment(clip)]

    (windows,) = (library.path / "index").glob("*.messmom")
    assert found() == before
    windows.write_bytes(b"damaged")
    assert found() == before
    windows.with_suffix(".json").write_text("[]")
    assert found() == before
    windows.unlink()
    assert found() == before
    shutil.rmtree(library.path / "frames")
    with Library.open(library.path) as again, pytest.raises(LibraryError, match="mess scan --frames"):
        again.find_moment(clip)
    library.scan(music, encoder=mess.EncoderId.parse(library.resolve(1).encoder_id).name)
    assert found() == before


def test_a_new_scan_is_followed(library, music, tmp_path, tracks):
    clip = cut(tracks[6][0], 5, 15)
    assert library.find_moment(clip, 1)[0].track.title == "Piece 6"
    audio = melody(77, 30)
    (tmp_path / "more").mkdir()
    mess.write_audio(tmp_path / "more" / "new.flac", audio, tags={"title": "New"})
    library.scan(tmp_path / "more", encoder=mess.EncoderId.parse(library.resolve(1).encoder_id).name)
    best = library.find_moment(cut(audio, 7, 17), 1)[0]
    assert best.track.title == "New"
    assert best.start_seconds == pytest.approx(7, abs=0.1)
    (tmp_path / "more" / "new.flac").unlink()
    library.scan(tmp_path / "more", encoder=mess.EncoderId.parse(library.resolve(1).encoder_id).name)
    assert all(match.track.title != "New" for match in library.find_moment(cut(audio, 7, 17)))


def test_a_track_that_a_scan_removes_during_a_search_is_left_out(library, tracks, monkeypatch):
    clip = cut(tracks[4][0], 12.6, 22.6)
    best = library.find_moment(clip, 1)[0].track
    read = mess.FrameStore.read

    def read_the_rest(store, track_id, *range_seconds):
        return read(store, 10**9 if track_id == best.id else track_id, *range_seconds)

    monkeypatch.setattr(mess.FrameStore, "read", read_the_rest)
    assert best.id not in {match.track.id for match in library.find_moment(clip)}


def test_hostile_clips_have_answers_or_clear_errors(library, tracks):
    silence = mess.AudioBuffer(np.zeros(5 * RATE_HZ, np.float32), RATE_HZ)
    assert not any(match.is_same_recording for match in library.find_moment(silence))
    short = library.find_moment(cut(tracks[1][0], 8, 8.5), 3)
    assert 0 < len(short) <= 3
    one_sample = mess.AudioBuffer(np.full(1, 0.1, np.float32), RATE_HZ)
    assert not any(match.is_same_recording for match in library.find_moment(one_sample))
    padded = np.concatenate([melody(300, 20).samples[0], tracks[1][0].samples[0], melody(301, 20).samples[0]])
    best = library.find_moment(mess.AudioBuffer(padded, RATE_HZ), 1)[0]
    assert best.track.title == "Piece 1"
    assert best.query_start_seconds == pytest.approx(20, abs=0.2)
    nan = np.full(RATE_HZ, np.nan, np.float32)
    with pytest.raises(mess.InvalidArgument):
        library.find_moment(mess.AudioBuffer(nan, RATE_HZ))
    with pytest.raises(mess.InvalidArgument, match="begin_seconds"):
        library.find_moment("Piece 1", begin_seconds=5, end_seconds=5)
    with pytest.raises(mess.InvalidArgument, match="begin_seconds"):
        library.find_moment(silence, begin_seconds=6)
    with pytest.raises(mess.InvalidArgument, match="k"):
        library.find_moment("Piece 1", 0)
    with pytest.raises(mess.DecodeError):
        library.find_moment("Piece 1", begin_seconds=1000)
    with pytest.raises(TrackNotFoundError):
        library.find_moment("no such title whatever")


def test_an_empty_library_says_so(tmp_path):
    with Library.open(tmp_path / "empty") as library, pytest.raises(LibraryError, match="scan a folder of music first"):
        library.find_moment(melody(1, 3))


def test_the_command_prints_places(library, call, tracks, tmp_path):
    mess.write_audio(tmp_path / "clip.wav", cut(tracks[4][0], 12.6, 22.6))
    code, out, _ = call("moment", tmp_path / "clip.wav", "-k", 2, "--json", "--library", library.path)
    document = json.loads(out)
    assert code == 0
    assert document["moments"][0]["track"]["title"] == "Piece 4"
    assert document["moments"][0]["start_seconds"] == pytest.approx(12.6, abs=0.1)
    assert document["moments"][0]["is_same_recording"] is True
    code, out, _ = call("moment", "Piece 4", "--start", 5, "--end", 15, "--any-tempo", "--library", library.path)
    assert code == 0
    assert "Score" in out
    code, _, err = call("moment", "Piece 4", "--start", 5, "--end", 4, "--library", library.path)
    assert code == 2
    assert "begin_seconds" in err


def test_a_restored_catalogue_may_use_ids_for_other_tracks(library, music, tracks, tmp_path):
    clip = cut(tracks[4][0], 12.6, 22.6)
    library.find_moment(clip)
    encoder = mess.EncoderId.parse(library.resolve(1).encoder_id).name
    (tmp_path / "turned").mkdir()
    for number, (audio, _) in enumerate(reversed(tracks)):
        # Other audio under the same id: a second shorter.
        shorter = cut(audio, 1, audio.duration_seconds)
        mess.write_audio(tmp_path / "turned" / f"{number}.flac", shorter, tags={"title": f"Turned {number}"})
    with Library.open(tmp_path / "other") as other:
        other.scan(tmp_path / "turned", encoder=encoder, frames=True)
        other.backup(tmp_path / "backup")
    library.restore(tmp_path / "backup", replace=True)
    with pytest.raises(LibraryError, match="mess scan --frames"):
        library.find_moment(clip)
    library.scan(tmp_path / "turned", encoder=encoder)
    best = library.find_moment(clip, 1)[0]
    assert best.track.title == "Turned 3"
    assert best.start_seconds == pytest.approx(11.6, abs=0.1)
    with Library.open(library.path) as again:
        assert again.find_moment(clip, 1)[0].start_seconds == best.start_seconds
