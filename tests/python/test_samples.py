# SPDX-License-Identifier: MIT
"""Composed sample collections: what they say about themselves must be what is in their MIDI and their audio."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import mido
import numpy as np
import pytest

import mess
from mess.samples import (
    STYLES,
    Piece,
    SamplesError,
    compose_collection,
    midi_bytes,
    read_truth,
    render_collection,
    write_samples,
)
from mess.samples.harmony import Key, chord_from_numeral, chord_scale, voice_chord
from mess.samples.rhythm import swing_position
from mess.samples.truth import piece_truth

SHORT_SECONDS = 15.0


@pytest.fixture(scope="module")
def collection() -> list[Piece]:
    return compose_collection()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One short piece of every style."""
    directory = tmp_path_factory.mktemp("samples")
    write_samples(directory, num_pieces=len(STYLES), target_seconds=SHORT_SECONDS)
    return directory


def midi_seconds(piece: Piece) -> list[tuple[float, mido.Message | mido.MetaMessage]]:
    """Every message of a piece's MIDI file with its time, by mido's own reading of the tempo."""
    now, timed = 0.0, []
    for message in mido.MidiFile(file=io.BytesIO(midi_bytes(piece))):
        now += message.time
        timed.append((now, message))
    return timed


def onset_strength(samples: np.ndarray, hop: int = 64) -> np.ndarray:
    """Rise of the log energy from one hop to the next."""
    mono = samples.mean(axis=0)
    energy = np.square(mono[: len(mono) // hop * hop]).reshape(-1, hop).sum(axis=1)
    smooth = np.convolve(np.log(energy + 1e-4), np.ones(3) / 3, "same")
    return np.maximum(0, np.diff(smooth, prepend=smooth[0]))


def mean_at(strength: np.ndarray, seconds: np.ndarray, rate_hz: int, hop: int = 64) -> float:
    return float(strength[np.clip(np.round(seconds * rate_hz / hop).astype(int), 0, len(strength) - 1)].mean())


def onset_lag_seconds(samples: np.ndarray, beats: np.ndarray, rate_hz: int) -> float:
    """The shift of the whole beat grid, within 60 ms, at which onsets are strongest."""
    strength = onset_strength(samples)
    lags = np.arange(-0.06, 0.06, 0.0005)
    means = np.array([mean_at(strength, beats + lag, rate_hz) for lag in lags])
    return float(lags[means >= 0.95 * means.max()].mean())


# Composition


def test_songs_have_verses_choruses_and_mostly_a_bridge():
    songs = compose_collection(num_pieces=30, form="song")
    with_bridge = 0
    for song in songs:
        names = [section.name for section in song.sections]
        assert (names[0], names[-1]) == ("intro", "outro")
        assert names.count("verse") >= 2
        assert names.count("chorus") >= 2
        with_bridge += "bridge" in names
        assert all(one != other for one, other in pairwise(names))
        assert sum(section.num_bars for section in song.sections) == song.num_bars
        assert 100 < song.duration_seconds < 225
        assert song.variants == ("song",)
    assert 15 <= with_bridge < 30
    assert {song.style_slug for song in songs} == set(STYLES)


def test_verses_return_and_choruses_and_bridges_have_chords_of_their_own():
    for song in compose_collection(num_pieces=20, form="song", seed=3):
        bars = {}
        for section in song.sections:
            start = song.metre.bar_quarters * section.start_bar
            end = start + song.metre.bar_quarters * min(4, section.num_bars)
            bars.setdefault(section.name, []).append([c.symbol for c in song.chords if start <= c.start_quarters < end])
        assert all(chords == bars["verse"][0] for chords in bars["verse"])
        assert all(chords == bars["chorus"][0] for chords in bars["chorus"])
        assert bars["verse"][0] != bars["chorus"][0]
        if "bridge" in bars:
            assert bars["bridge"][0] != bars["verse"][0]


def test_the_form_of_a_song_is_in_its_truth_and_its_sound(tmp_path):
    write_samples(tmp_path, num_pieces=1, styles=["house"], form="song", target_seconds=90, sample_rate_hz=22050)
    piece = read_truth(tmp_path)["pieces"][0]
    assert piece["sections"][1]["name"] == "verse"
    samples = mess.decode(tmp_path / piece["file"]).samples.mean(axis=0)

    def level(name):
        parts = [s for s in piece["sections"] if s["name"] == name]
        return np.mean(
            [np.std(samples[int(s["start_seconds"] * 22050) : int(s["end_seconds"] * 22050)]) for s in parts]
        )

    assert level("chorus") > level("intro")


def test_the_same_seed_gives_the_same_midi_and_truth(collection: list[Piece]) -> None:
    again = compose_collection()
    assert [midi_bytes(piece) for piece in again] == [midi_bytes(piece) for piece in collection]
    assert [piece_truth(piece) for piece in again] == [piece_truth(piece) for piece in collection]


def test_another_seed_gives_other_music(collection: list[Piece]) -> None:
    others = compose_collection(seed=2)
    for piece, other in zip(collection, others, strict=True):
        assert midi_bytes(piece) != midi_bytes(other)
    assert [piece.title for piece in collection] != [piece.title for piece in others]


def test_a_larger_collection_begins_with_the_smaller_one(collection: list[Piece]) -> None:
    smaller = compose_collection(num_pieces=12)
    assert [midi_bytes(piece) for piece in smaller] == [midi_bytes(piece) for piece in collection[:12]]
    assert [piece_truth(piece) for piece in smaller] == [piece_truth(piece) for piece in collection[:12]]


def test_the_default_collection_is_large_and_even_over_styles(collection: list[Piece]) -> None:
    counts = Counter(piece.style_slug for piece in collection)
    assert len(collection) == 64
    assert len(counts) >= 8
    assert max(counts.values()) - min(counts.values()) <= 1


def test_all_24_keys_occur(collection: list[Piece]) -> None:
    assert len({piece.key.name for piece in collection}) == 24


def test_titles_are_distinct_and_some_artists_play_two_styles(collection: list[Piece]) -> None:
    assert len({piece.title for piece in collection}) == len(collection)
    styles_of = defaultdict(set)
    for piece in collection:
        styles_of[piece.artist].add(piece.style_slug)
    assert sum(len(styles) > 1 for styles in styles_of.values()) >= 3
    for slug in STYLES:
        assert len({piece.artist for piece in collection if piece.style_slug == slug}) >= 3


def test_pieces_last_about_half_a_minute(collection: list[Piece]) -> None:
    assert all(28 <= piece.duration_seconds <= 48 for piece in collection)


@pytest.mark.parametrize("slug", STYLES)
def test_pieces_of_one_style_differ_in_notes_tempo_and_instruments(collection: list[Piece], slug: str) -> None:
    pieces = [piece for piece in collection if piece.style_slug == slug]
    low, high = STYLES[slug].tempo_bpm
    assert all(low - 0.1 <= 60e6 / piece.tempo.changes[0][1] <= high + 0.1 for piece in pieces)
    assert len({piece.tempo_bpm for piece in pieces}) == len(pieces)
    assert len({tuple(part.program for part in piece.parts) for piece in pieces}) >= 3
    # Pitch steps of the first part that is not drums, so that one tune in two keys would be found out.
    tunes = []
    for piece in pieces:
        notes = next(part for part in piece.parts if not part.is_drums).notes
        tunes.append(tuple(b.pitch - a.pitch for a, b in pairwise(notes)))
    for tune, other in combinations(tunes, 2):
        assert tune[:40] != other[:40]


@pytest.mark.parametrize("slug", STYLES)
def test_notes_are_mostly_in_the_key_and_begin_and_end_on_the_tonic(slug: str) -> None:
    for piece in compose_collection(num_pieces=6, styles=[slug]):
        length_of: Counter[int] = Counter()
        for part in piece.parts:
            for note in part.notes:
                if not part.is_drums:
                    length_of[note.pitch % 12] += round(note.duration_quarters * 1000)
        inside = sum(length_of[pitch] for pitch in piece.key.pitch_classes)
        assert inside / length_of.total() > 0.8, piece.file
        last = piece.end_quarters - piece.metre.bar_quarters
        melodic = [note for part in piece.parts if not part.is_drums for note in part.notes]
        final = [note for note in melodic if note.start_quarters + note.duration_quarters > last + 0.5]
        lowest = min(final, key=lambda note: note.pitch)
        tonic = chord_from_numeral("I" if piece.key.mode == "major" else "i", piece.key)
        assert lowest.pitch % 12 in tonic.pitch_classes, piece.file


def test_notes_stay_in_the_range_of_their_instruments(collection: list[Piece]) -> None:
    for piece in collection:
        channels = [part.channel for part in piece.parts]
        assert len(set(channels)) == len(channels)
        assert max(channels) <= 15
        for part in piece.parts:
            low, high = (35, 82) if part.is_drums else (28, 108)
            assert 0 <= part.program <= 127
            for note in part.notes:
                assert low <= note.pitch <= high, (piece.file, part.role, note)
                assert 1 <= note.velocity <= 127
                assert note.duration_quarters > 0
                assert 0 <= note.start_quarters < piece.end_quarters


def test_themes_return_with_variation(collection: list[Piece]) -> None:
    piece = next(p for p in collection if [s.name for s in p.sections].count("A") >= 2 and p.style_slug == "chiptune")
    lead = next(part for part in piece.parts if part.role == "lead").notes
    first, second = [section for section in piece.sections if section.name == "A"][:2]
    bars = min(first.num_bars, second.num_bars, 3) * piece.metre.bar_quarters

    def figure(start_bar: int) -> list[tuple[float, int]]:
        start = start_bar * piece.metre.bar_quarters
        return [
            (round(note.start_quarters - start, 3), note.pitch)
            for note in lead
            if start <= note.start_quarters < start + bars
        ]

    one, two = figure(first.start_bar), figure(second.start_bar)
    shared = len(set(one) & set(two)) / len(set(one))
    assert 0.4 < shared < 1


@pytest.mark.parametrize(
    "settings",
    [{}, {"rubato": 0.2}, {"time_signature": "7/8", "swing": 0.62}, {"time_signature": "6/8", "rubato": 0.1}],
)
def test_truth_says_what_the_midi_file_holds(settings: dict[str, object]) -> None:
    for piece in compose_collection(num_pieces=10, seed=5, **settings):  # type: ignore[arg-type]
        truth = piece_truth(piece)
        timed = midi_seconds(piece)
        markers = [(time, m.text) for time, m in timed if m.type == "marker"]
        assert [name for _, name in markers] == [section["name"] for section in truth["sections"]]
        assert [time for time, _ in markers] == pytest.approx(
            [section["start_seconds"] for section in truth["sections"]], abs=1e-5
        )
        metre = next(m for _, m in timed if m.type == "time_signature")
        assert f"{metre.numerator}/{metre.denominator}" == truth["time_signature"]
        tempi = [m.tempo for _, m in timed if m.type == "set_tempo"]
        assert truth["tempo_is_constant"] == (len(tempi) == 1)
        if len(tempi) == 1:
            assert truth["tempo_bpm"] == pytest.approx(60e6 / tempi[0] / truth["beat_quarters"], abs=1e-9)
        spacing = np.diff(truth["beats"])
        assert 60 / spacing.mean() == pytest.approx(truth["tempo_bpm"], rel=0.02 if len(tempi) > 1 else 1e-6)
        assert truth["downbeats"] == truth["beats"][:: truth["beats_per_bar"]]
        assert timed[-1][0] == pytest.approx(truth["duration_seconds"], abs=0.002)
        assert truth["sections"][-1]["end_seconds"] < truth["duration_seconds"]


@pytest.mark.parametrize("slug", ["house", "chiptune", "drum-and-bass"])
def test_drums_of_machine_styles_fall_on_the_beats_of_the_truth(slug: str) -> None:
    for settings in ({}, {"rubato": 0.2}):
        piece = compose_collection(num_pieces=1, styles=[slug], seed=3, **settings)[0]  # type: ignore[arg-type]
        beats = np.array(piece_truth(piece)["beats"])
        kicks = [t for t, m in midi_seconds(piece) if m.type == "note_on" and m.channel == 9 and m.note in (36, 38)]
        distance = np.abs(np.array(kicks)[:, None] - beats).min(axis=1)
        assert np.mean(distance < 1e-4) > 0.4
        assert len(kicks) > len(beats) // 2


# Harder variants


def test_variants_are_marked_in_the_truth() -> None:
    settings = {"swing": 0.66, "rubato": 0.1, "time_signature": "5/4", "drums": False}
    for piece in compose_collection(num_pieces=10, **settings):  # type: ignore[arg-type]
        truth = piece_truth(piece)
        assert truth["variants"] == ["swing", "rubato", "metre", "no_drums"]
        assert (truth["swing"], truth["time_signature"], truth["has_drums"]) == (0.66, "5/4", False)
        assert not truth["tempo_is_constant"]
    assert all(piece_truth(piece)["variants"] == [] for piece in compose_collection(num_pieces=10))


def test_rubato_bends_the_tempo_within_its_limit() -> None:
    piece = compose_collection(num_pieces=1, rubato=0.1, seed=4)[0]
    steady = compose_collection(num_pieces=1, seed=4)[0]
    bend = np.diff(piece.beat_seconds()) / np.diff(steady.beat_seconds())[0] - 1
    assert bend.std() > 0.03
    assert np.abs(bend).max() <= 0.1 * 1.3 + 1e-6


def test_compound_metre_divides_its_beats_into_three() -> None:
    for piece in compose_collection(num_pieces=10, time_signature="6/8"):
        starts = [note.start_quarters for part in piece.parts for note in part.notes]
        # In sixths of the beat; players are uneven by a few hundredths of it. Chance is 0.4; ornaments lie between.
        sixths = np.array(starts) / piece.metre.beat_quarters * 6
        assert np.mean(np.abs(sixths - np.round(sixths)) < 0.2) > 0.75, piece.style
        halves = np.abs(sixths % 6 - 3) < 0.2
        assert halves.mean() < 0.1, piece.style


@pytest.mark.parametrize("signature", ["7/8", "6/8", "4/4"])
def test_swing_leaves_the_beats_where_they_are(signature: str) -> None:
    piece = compose_collection(num_pieces=1, styles=["jazz-trio"], swing=0.66, time_signature=signature)[0]
    for beat in range(piece.num_bars * piece.metre.beats_per_bar):
        quarters = beat * piece.metre.beat_quarters
        moved = swing_position(quarters, swing=piece.swing, unit_quarters=piece.swing_unit_quarters)
        assert moved == pytest.approx(quarters)
    off_beat = swing_position(piece.swing_unit_quarters, swing=0.66, unit_quarters=piece.swing_unit_quarters)
    assert off_beat == pytest.approx(2 * 0.66 * piece.swing_unit_quarters)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"num_pieces": 0}, "num_pieces: expected 1 or more, found 0"),
        ({"swing": 0.9}, "swing: expected 0.5 to 0.75, found 0.9"),
        ({"rubato": 0.5}, "rubato: expected 0 to 0.3, found 0.5"),
        ({"target_seconds": 1}, "target_seconds: expected 15 to 600, found 1"),
        ({"form": "song", "target_seconds": 30}, "target_seconds: expected 60 to 600, found 30"),
        ({"form": "rondo"}, "form 'rondo': expected one of themes, song"),
        ({"time_signature": "9/7"}, "time signature '9/7': expected one of 4/4"),
        ({"styles": ["polka"]}, "style 'polka': expected one of piano-ballad"),
        ({"styles": []}, "styles: expected at least one"),
    ],
)
def test_arguments_out_of_range_are_named(settings: dict[str, object], named: str) -> None:
    with pytest.raises(SamplesError, match="samples") as raised:
        compose_collection(**settings)  # type: ignore[arg-type]
    assert named in str(raised.value)
    assert isinstance(raised.value, mess.Error)


# Harmony


@pytest.mark.parametrize(
    ("numeral", "symbol", "pitch_classes"),
    [
        ("i", "Am", {9, 0, 4}),
        ("bVI", "F", {5, 9, 0}),
        ("V7", "E7", {4, 8, 11, 2}),
        ("iim7b5", "Bm7b5", {11, 2, 5, 9}),
        ("bIIImaj7", "Cmaj7", {0, 4, 7, 11}),
        ("V/3", "E/Ab", {4, 8, 11}),
        ("v5", "E5", {4, 11}),
    ],
)
def test_roman_numerals_are_read_in_their_key(numeral: str, symbol: str, pitch_classes: set[int]) -> None:
    chord = chord_from_numeral(numeral, Key(9, "aeolian"))
    assert (chord.symbol, set(chord.pitch_classes)) == (symbol, pitch_classes)


def test_a_numeral_that_is_none_is_refused() -> None:
    with pytest.raises(SamplesError, match="expected a roman numeral"):
        chord_from_numeral("IX7", Key(0, "ionian"))


def test_the_scale_over_a_dominant_takes_its_leading_tone() -> None:
    key = Key(9, "aeolian")
    scale = chord_scale(chord_from_numeral("V", key), key)
    assert 8 in scale
    assert 7 not in scale


def test_voices_move_little_from_chord_to_chord() -> None:
    key = Key(0, "ionian")
    previous = voice_chord(chord_from_numeral("I", key), low=55, high=76, num_voices=3)
    for numeral in ("IV", "V7", "I", "vi", "ii7", "V", "I"):
        chord = chord_from_numeral(numeral, key)
        voicing = voice_chord(chord, low=55, high=76, num_voices=3, previous=previous)
        assert {pitch % 12 for pitch in voicing} <= set(chord.pitch_classes)
        assert sum(abs(a - b) for a, b in zip(voicing, previous, strict=True)) <= 8
        previous = voicing


# Rendering, with the real FluidSynth


def test_every_file_is_there_with_the_said_length_tags_and_level(rendered: Path) -> None:
    truth = read_truth(rendered)
    assert truth is not None
    assert {path.relative_to(rendered).as_posix() for path in rendered.rglob("*.flac")} == {
        entry["file"] for entry in truth["pieces"]
    }
    assert (truth["version"], truth["seed"], truth["soundfont"]) == (1, 1, "TimGM6mb.sf2")
    pieces = compose_collection(num_pieces=len(STYLES), target_seconds=SHORT_SECONDS)
    for entry, piece in zip(truth["pieces"], pieces, strict=True):
        audio = mess.decode(rendered / entry["file"])
        assert audio.duration_seconds == pytest.approx(entry["duration_seconds"], abs=1e-4)
        assert audio.num_channels == 2
        peak_dbfs = 20 * np.log10(np.abs(audio.samples).max())
        assert peak_dbfs == pytest.approx(piece.peak_dbfs, abs=0.02)
        tags = mess.read_audio_info(rendered / entry["file"]).tags
        assert (tags["title"], tags["artist"], tags["genre"]) == (entry["title"], entry["artist"], entry["style"])
        assert tags["album"] == entry["album"]


def test_every_style_sounds_from_its_first_beat_to_its_last_bar(rendered: Path) -> None:
    for entry in read_truth(rendered)["pieces"]:  # type: ignore[index]
        audio = mess.decode(rendered / entry["file"])
        mono, rate_hz = np.abs(audio.samples).max(axis=0), audio.sample_rate_hz
        before = mono[: round((entry["beats"][0] - 0.03) * rate_hz)]
        assert before.size == 0 or before.max() < 1e-3, entry["file"]
        first = np.argmax(mono > 0.02 * mono.max()) / rate_hz
        assert -0.02 < first - entry["beats"][0] < 0.06, entry["file"]
        seconds = [mono[i : i + rate_hz] for i in range(round(first * rate_hz), len(mono) - rate_hz, rate_hz)]
        loudness = [20 * np.log10(np.sqrt(np.mean(np.square(part))) + 1e-9) for part in seconds]
        # The last two may be the fading of the last chord.
        assert min(loudness[:-2]) > -60, entry["file"]
        assert np.abs(np.diff(audio.samples)).max() < 1.5, entry["file"]
        assert -40 < 20 * np.log10(np.sqrt(np.mean(np.square(audio.samples)))) < -10, entry["file"]


@pytest.mark.parametrize("slug", ["house", "metal", "chiptune", "drum-and-bass", "reggae", "bossa-nova"])
def test_onsets_are_on_the_beats_to_five_milliseconds(rendered: Path, slug: str) -> None:
    entry = next(entry for entry in read_truth(rendered)["pieces"] if entry["style_slug"] == slug)  # type: ignore[index]
    audio = mess.decode(rendered / entry["file"])
    beats = np.array(entry["beats"][: -entry["beats_per_bar"]])
    strength = onset_strength(audio.samples)
    around = np.arange(-0.012, 0.0121, 0.0015)
    on_beat = max(mean_at(strength, beats + lag, audio.sample_rate_hz) for lag in around)
    off_beat = max(mean_at(strength, beats + 0.37 * np.diff(beats)[0] + lag, audio.sample_rate_hz) for lag in around)
    assert on_beat > 1.5 * off_beat
    assert abs(onset_lag_seconds(audio.samples, beats, audio.sample_rate_hz)) < 0.005


@pytest.mark.parametrize("sample_rate_hz", [22050, 44100, 48000])
def test_audio_follows_the_tempo_map_at_every_rate(tmp_path: Path, sample_rate_hz: int) -> None:
    pieces = compose_collection(num_pieces=1, styles=["house"], rubato=0.2, seed=6)
    render_collection(pieces, tmp_path, sample_rate_hz=sample_rate_hz)
    audio = mess.decode(tmp_path / pieces[0].file)
    assert audio.sample_rate_hz == sample_rate_hz
    beats = np.array(pieces[0].beat_seconds()[: -pieces[0].metre.beats_per_bar])
    for third in np.array_split(beats, 3):  # a drift would show in the last one
        assert abs(onset_lag_seconds(audio.samples, third, sample_rate_hz)) < 0.005


def test_rendering_twice_gives_the_same_samples(rendered: Path, tmp_path: Path) -> None:
    pieces = compose_collection(num_pieces=2, target_seconds=SHORT_SECONDS)
    render_collection(pieces, tmp_path, workers=1)
    for piece in pieces:
        again, before = mess.decode(tmp_path / piece.file), mess.decode(rendered / piece.file)
        np.testing.assert_array_equal(again.samples, before.samples)


def test_a_second_run_renders_only_what_is_missing_or_broken(tmp_path: Path) -> None:
    pieces = compose_collection(num_pieces=4, target_seconds=SHORT_SECONDS)
    truth_path = render_collection(pieces, tmp_path, seed=1)
    truth = truth_path.read_bytes()
    stamps = {piece.file: (tmp_path / piece.file).stat().st_mtime_ns for piece in pieces}
    (tmp_path / pieces[0].file).unlink()
    (tmp_path / pieces[1].file).write_bytes(b"half")
    calls: list[tuple[int, int, str]] = []
    render_collection(pieces, tmp_path, seed=1, progress=lambda *call: calls.append(call))
    changed = {file for file, stamp in stamps.items() if (tmp_path / file).stat().st_mtime_ns != stamp}
    assert changed == {pieces[0].file, pieces[1].file}
    assert [(done, total) for done, total, _ in calls] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert truth_path.read_bytes() == truth


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    pieces = compose_collection(num_pieces=3, target_seconds=SHORT_SECONDS)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_collection(pieces, tmp_path, workers=1, progress=stop)
    assert read_truth(tmp_path) is None
    first = (tmp_path / pieces[0].file).stat().st_mtime_ns
    render_collection(pieces, tmp_path, workers=1)
    assert (tmp_path / pieces[0].file).stat().st_mtime_ns == first
    assert len(read_truth(tmp_path)["pieces"]) == 3  # type: ignore[index]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["truth.json"]


def test_a_collection_grows_but_does_not_mix_with_another(tmp_path: Path) -> None:
    write_samples(tmp_path, num_pieces=1, target_seconds=SHORT_SECONDS)
    write_samples(tmp_path, num_pieces=2, target_seconds=SHORT_SECONDS)
    assert len(json.loads((tmp_path / "truth.json").read_text())["pieces"]) == 2
    with pytest.raises(SamplesError, match="found another one's"):
        write_samples(tmp_path, num_pieces=2, seed=9, target_seconds=SHORT_SECONDS)


def test_a_missing_soundfont_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESS_SOUNDFONT", str(tmp_path / "none.sf2"))
    with pytest.raises(SamplesError, match=r"none\.sf2: expected a soundfont.*apt-get install .*timgm6mb-soundfont"):
        write_samples(tmp_path / "out", num_pieces=1)


def test_a_missing_synthesiser_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SamplesError, match=r"fluidsynth: expected the program.*apt-get install fluidsynth"):
        write_samples(tmp_path / "out", num_pieces=1)


def test_a_file_that_is_no_soundfont_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.sf2").write_text("not a soundfont")
    with pytest.raises(SamplesError, match="found another kind of file"):
        write_samples(tmp_path / "out", num_pieces=1, soundfont=tmp_path / "notes.sf2")
