# SPDX-License-Identifier: MIT
from __future__ import annotations

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import mess

RATE = 44100
CLICK = np.exp(-np.arange(2000) / 300) * np.sin(2 * np.pi * 1000 * np.arange(2000) / RATE)


def click_track(path, bpm, *, channel, seconds=50.0, level=0.4, start=0.3, hum_hz=110.0, **known):
    """Writes clicks on one channel, over a hum; what is known of them is exact."""
    samples = np.zeros((2, round(seconds * RATE)), np.float32)
    times = np.arange(samples.shape[1]) / RATE
    samples[channel] = 0.05 * np.sin(2 * np.pi * hum_hz * times)
    beats = np.arange(start, seconds - 0.5, 60 / bpm)
    for beat in beats:
        place = round(beat * RATE)
        samples[channel, place : place + 2000] += level * CLICK[: samples.shape[1] - place]
    audio = mess.AudioBuffer(samples, RATE)
    mess.write_audio(path, audio, sample_format="float32")
    known = {
        "beats_seconds": beats.tolist(),
        "downbeats_seconds": beats[::4].tolist(),
        "beats_per_bar": 4,
        "title": path.stem,
        **known,
    }
    return mess.MixTrack(
        path,
        duration_seconds=seconds,
        sounding_start_seconds=0.0,
        sounding_end_seconds=seconds,
        loudness_lufs=mess.analyze(audio).loudness.integrated_lufs,
        **known,
    )


def tone_track(path, hz=220.0, *, seconds=20.0, level=0.3, **known):
    times = np.arange(round(seconds * RATE)) / RATE
    samples = np.tile((level * np.sin(2 * np.pi * hz * times)).astype(np.float32), (2, 1))
    audio = mess.AudioBuffer(samples, RATE)
    mess.write_audio(path, audio, sample_format="int24" if path.suffix == ".flac" else "float32")
    known = {"sounding_start_seconds": 0.0, "sounding_end_seconds": seconds, **known}
    lufs = mess.analyze(audio).loudness.integrated_lufs
    return mess.MixTrack(path, duration_seconds=seconds, loudness_lufs=lufs, title=path.stem, **known)


def onsets(samples, start, end):
    """Seconds where clicks begin."""
    # Differences leave little of the hum.
    edges = np.abs(np.diff(samples[round(start * RATE) : round(end * RATE)]))
    envelope = np.convolve(edges, np.ones(64) / 64, "same")
    above = envelope > 0.35 * envelope.max()
    found: list[float] = []
    for place in np.flatnonzero(above):
        if not found or place / RATE + start - found[-1] > 0.15:
            found.append(place / RATE + start)
    return np.array(found)


def furthest(found, expected):
    expected = np.asarray(expected)
    return max(float(np.abs(expected - one).min()) for one in found)


@pytest.mark.parametrize(("bpm", "bars"), [(126, 8), (113, 8), (61, 8), (132, 4), (100, 2), (120, 8)])
def test_beats_of_both_tracks_fall_together_in_the_overlap(tmp_path, bpm, bars):
    tracks = [
        click_track(tmp_path / "a.wav", 120, channel=0, seconds=60),
        click_track(tmp_path / "b.wav", bpm, channel=1, seconds=80),
    ]
    plan = mess.plan_mix(tracks)
    first, second = plan.pieces
    entry = second.entry
    assert (entry.tier, entry.bars) == ("beat-match", bars)
    mess.render_mix(plan, tmp_path / "mix.wav", swaps_bass=False)
    mix = mess.decode(tmp_path / "mix.wav")
    begin, end = second.start_seconds, second.start_seconds + entry.overlap_seconds
    beats = [first.mix_time(beat) for beat in np.arange(0.3, 59.5, 0.5)]
    leaving = onsets(mix.samples[0], begin - 2, begin + 0.7 * (end - begin))
    coming = onsets(mix.samples[1], begin + 0.3 * (end - begin), end)
    assert len(leaving) > 4
    assert len(coming) > 2
    step = 1 if bpm > 90 else 2  # half as many beats in half the tempo
    grid = [first.start_seconds + 0.3 + 0.5 * i for i in range(int(2 * plan.duration_seconds))]
    assert furthest(leaving, beats) < 0.002
    assert furthest(coming, grid) < 0.010
    assert np.diff(coming) == pytest.approx(np.full(len(coming) - 1, 0.5 * step), abs=0.015)


def test_behind_the_overlap_a_track_is_exactly_what_it_was(tmp_path):
    a, b = (click_track(tmp_path / f"{n}.wav", bpm, channel=n) for n, bpm in enumerate((120, 126)))
    plan = mess.plan_mix([a, b], target_lufs=-30)
    mess.render_mix(plan, tmp_path / "mix.wav", sample_format="float32")
    mix = mess.decode(tmp_path / "mix.wav").samples
    source = mess.decode(tmp_path / "1.wav").samples
    piece = plan.pieces[1]
    for second in (35.0, 45.0):
        at = round(piece.mix_time(second) * RATE)
        found = mix[1, at - 400 : at + 5000]
        best = max(
            np.corrcoef(found, source[1, round(second * RATE) - 400 + shift :][: found.size])[0, 1]
            for shift in (-1, 0, 1)
        )
        assert best > 0.9999


def test_stretching_keeps_the_pitch(tmp_path):
    a = click_track(tmp_path / "a.wav", 120, channel=0, seconds=60)
    b = click_track(tmp_path / "b.wav", 129, channel=1, seconds=60, hum_hz=440.0, level=0.0)
    plan = mess.plan_mix([a, b])
    assert plan.pieces[1].entry.tempo_ratio == pytest.approx(120 / 129, abs=1e-6)
    mess.render_mix(plan, tmp_path / "mix.wav", swaps_bass=False)
    start = plan.pieces[1].start_seconds + 8
    piece = mess.decode(tmp_path / "mix.wav").samples[1, round(start * RATE) :][: 4 * RATE]
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(piece.size)))
    assert np.argmax(spectrum) * RATE / piece.size == pytest.approx(440, abs=1.0)


def test_each_track_has_the_wanted_loudness_and_the_true_peak_stays_below_the_ceiling(tmp_path):
    tracks = [
        tone_track(tmp_path / "quiet.wav", 300, level=0.02),
        tone_track(tmp_path / "loud.wav", 500, level=0.9),
        click_track(tmp_path / "peaky.wav", 90, channel=0, seconds=20, level=0.9),
    ]
    plan = mess.plan_mix(tracks, max_bars=0)
    mess.render_mix(plan, tmp_path / "mix.flac")
    mix = mess.decode(tmp_path / "mix.flac")
    for piece in plan.pieces[:2]:
        # Between the overlaps at both ends.
        body = mix.samples[:, round((piece.start_seconds + 6) * RATE) : round((piece.end_seconds - 6) * RATE)].copy()
        assert mess.analyze(mess.AudioBuffer(body, RATE)).loudness.integrated_lufs == pytest.approx(-16, abs=0.1)
    assert mess.analyze(mix).loudness.true_peak_dbtp <= -1.0


def test_peaks_between_samples_are_limited(tmp_path):
    # A sine at a quarter of the rate, sampled beside its peaks: 3 dB higher between samples than at them.
    samples = np.sin(np.pi / 2 * np.arange(5 * RATE) + np.pi / 4).astype(np.float32)
    mess.write_audio(tmp_path / "a.wav", mess.AudioBuffer(samples[None], RATE), sample_format="float32")
    track = mess.MixTrack(
        tmp_path / "a.wav", duration_seconds=5, sounding_start_seconds=0, sounding_end_seconds=5, loudness_lufs=-3
    )
    plan = mess.plan_mix([track], target_lufs=0)
    mess.render_mix(plan, tmp_path / "mix.wav", ceiling_dbtp=-2.0)
    assert -2.3 < mess.analyze(mess.decode(tmp_path / "mix.wav")).loudness.true_peak_dbtp <= -2.0


def test_a_mix_is_exactly_as_long_as_planned_and_joins_do_not_click(tmp_path):
    tracks = [
        tone_track(tmp_path / "a.wav", 220, fade_out_seconds=12.0),
        tone_track(tmp_path / "b.wav", 330),
        click_track(tmp_path / "c.wav", 120, channel=0, seconds=40),
        tone_track(tmp_path / "d.wav", 110, seconds=7.123),
    ]
    plan = mess.plan_mix(tracks)
    assert [piece.entry.tier for piece in plan.pieces[1:]] == ["fade", "fade", "fade"]
    mess.render_mix(plan, tmp_path / "mix.wav", sample_format="float32")
    mix = mess.decode(tmp_path / "mix.wav")
    assert mix.num_frames == round(plan.duration_seconds * RATE)
    for piece in plan.pieces[1:]:
        join = round(piece.start_seconds * RATE)
        jumps = np.abs(np.diff(mix.samples, axis=1))
        assert jumps[:, join - 50 : join + 50].max() <= jumps[:, 1000 : join - 1000].max() + 1e-3


def test_neighbours_of_an_album_are_joined_sample_by_sample(tmp_path):
    times = np.arange(20 * RATE) / RATE
    whole = (0.3 * np.sin(2 * np.pi * 200 * times)).astype(np.float32)
    tracks = []
    for number, piece in enumerate((whole[: 9 * RATE + 123], whole[9 * RATE + 123 :]), start=1):
        path = tmp_path / f"{number}.wav"
        mess.write_audio(path, mess.AudioBuffer(piece[None].copy(), RATE), sample_format="float32")
        tracks.append(
            mess.MixTrack(
                path,
                duration_seconds=piece.size / RATE,
                sounding_start_seconds=0.0,
                sounding_end_seconds=piece.size / RATE,
                loudness_lufs=-14.0 - number,
                album="one",
                track_number=number,
            )
        )
    plan = mess.plan_mix(tracks)
    assert plan.pieces[1].entry.tier == "gapless"
    assert plan.pieces[0].gain_db == plan.pieces[1].gain_db
    mess.render_mix(plan, tmp_path / "mix.wav", sample_format="float32", num_channels=1)
    mix = mess.decode(tmp_path / "mix.wav").samples[0]
    expected = whole * 10 ** (plan.pieces[0].gain_db / 20)
    assert np.abs(mix[500:-500] - expected[500:-500]).max() < 1e-4
    assert mess.plan_mix(tracks, keeps_albums=False).pieces[1].entry.tier != "gapless"


def test_a_cold_join_pauses_and_a_plan_says_why(tmp_path):
    a = click_track(tmp_path / "a.wav", 120, channel=0)
    b = click_track(tmp_path / "b.wav", 155, channel=1)
    entry = mess.plan_mix([a, b], pause_seconds=0.5).pieces[1].entry
    assert (entry.tier, entry.overlap_seconds) == ("cold", -0.5)
    assert "tempi differ by more than 20 %" in entry.reasons
    irregular = np.cumsum(np.random.default_rng(1).uniform(0.3, 0.7, 80)).tolist()
    c = click_track(tmp_path / "c.wav", 120, channel=0, beats_seconds=irregular, downbeats_seconds=[])
    assert "beats at the beginning are not steady" in mess.plan_mix([a, c]).pieces[1].entry.reasons


def test_a_cue_sheet_and_chapters_say_where_tracks_begin(tmp_path):
    a = click_track(tmp_path / 'say "a".wav', 120, channel=0, artist="Somebody")
    b = click_track(tmp_path / "b.wav", 122, channel=1)
    plan = mess.plan_mix([a, b])
    mess.render_mix(plan, tmp_path / "mix.flac", title="Evening")
    sheet = (tmp_path / "mix.cue").read_text()
    assert sheet.startswith('TITLE "Evening"\nFILE "mix.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "say \'a\'"\n')
    minutes, seconds = divmod(plan.pieces[1].start_seconds, 60)
    assert f"INDEX 01 {int(minutes):02}:{int(seconds):02}:" in sheet
    tags = mess.read_audio_info(tmp_path / "mix.flac").tags
    assert tags["title"] == "Evening"


def test_a_mix_can_be_stopped_and_leaves_nothing(tmp_path):
    a = tone_track(tmp_path / "a.wav")
    plan = mess.plan_mix([a])
    out = tmp_path / "out"
    out.mkdir()
    assert mess.render_mix(plan, out / "mix.flac", progress=lambda done: done < 0.3) is False

    def fail(done):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        mess.render_mix(plan, out / "mix.flac", progress=fail)
    assert list(out.iterdir()) == []
    seen: list[float] = []
    assert mess.render_mix(plan, out / "mix.flac", progress=seen.append) is True
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_bad_plans_are_refused(tmp_path):
    track = tone_track(tmp_path / "a.wav")
    with pytest.raises(mess.InvalidArgument, match="tracks: expected at least one"):
        mess.plan_mix([])
    with pytest.raises(mess.InvalidArgument, match="target_lufs"):
        mess.plan_mix([track], target_lufs=3)
    with pytest.raises(mess.InvalidArgument, match="times out of order"):
        mess.plan_mix([mess.MixTrack("x", duration_seconds=1, sounding_start_seconds=2, sounding_end_seconds=1)])
    with pytest.raises(mess.InvalidArgument, match="num_channels"):
        mess.render_mix(mess.plan_mix([track]), tmp_path / "m.wav", num_channels=3)
    gone = mess.MixTrack(tmp_path / "gone.wav", duration_seconds=9, sounding_start_seconds=0, sounding_end_seconds=9)
    with pytest.raises(mess.DecodeError):
        mess.render_mix(mess.plan_mix([gone]), tmp_path / "m.wav")
    assert not (tmp_path / "m.wav").exists()


def test_a_mix_that_is_killed_leaves_no_half_file(tmp_path):
    for number in range(3):
        tone_track(tmp_path / f"{number}.flac", 200 + number, seconds=60)
    out = tmp_path / "out"
    out.mkdir()
    program = (
        "import sys, mess\n"
        "track = lambda n: mess.MixTrack(f'{sys.argv[1]}/{n}.flac', duration_seconds=60, sounding_start_seconds=0,"
        " sounding_end_seconds=60)\n"
        "plan = mess.plan_mix([track(n) for n in range(3)])\n"
        "print('ready', flush=True)\n"
        "mess.render_mix(plan, sys.argv[2] + '/mix.flac')\n"
    )
    killed = 0
    for wait in np.random.default_rng(3).uniform(0, 0.8, 8):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), str(out)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        mix = out / "mix.flac"
        if mix.exists():
            assert mess.decode(mix).duration_seconds == pytest.approx(plan_seconds(tmp_path), abs=1e-3)
            mix.unlink()
        assert not list(out.glob("*.flac"))
    assert killed > 0


def plan_seconds(folder):
    tracks = [
        mess.MixTrack(folder / f"{n}.flac", duration_seconds=60, sounding_start_seconds=0, sounding_end_seconds=60)
        for n in range(3)
    ]
    return mess.plan_mix(tracks).duration_seconds


def test_the_command_mixes_a_playlist(tmp_path, call):
    for number in range(2):
        tone_track(tmp_path / f"{number}.wav", 200 + 50 * number, seconds=10)
    (tmp_path / "list.m3u8").write_text("0.wav\n1.wav\n")
    library = ("--library", tmp_path / "none")
    code, out, _ = call("mix", tmp_path / "list.m3u8", "-o", tmp_path / "mix.mp3", *library)
    assert code == 0
    assert "2 tracks" in out
    assert mess.read_audio_info(tmp_path / "mix.mp3").codec == "mp3"
    assert (tmp_path / "mix.cue").exists()
    code, out, _ = call("mix", tmp_path / "list.m3u8", "-o", tmp_path / "dry.flac", "--dry-run", "--json", *library)
    assert code == 0
    assert '"tier": "fade"' in out
    assert not (tmp_path / "dry.flac").exists()
