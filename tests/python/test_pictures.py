# SPDX-License-Identifier: MIT
"""Pictures of tracks, and results as Jupyter shows them."""

from __future__ import annotations

import copy
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import mess
from mess.display import Results, clock, html_table, section_row
from mess.library import Library
from mess.pictures import PictureError, draw_track, save_picture, similarity_matrix

EVIL = '<script>alert("&amp;")</script> $x_1$ \N{MUSICAL SYMBOL G CLEF}'


@pytest.fixture
def song(tmp_path, tone):
    """Two sounds in turns, 10 s each, with a title that nobody should take for HTML or mathematics."""
    parts = [tone(hz, 10) for hz in (110.0, 587.0, 110.0, 587.0)]
    path = tmp_path / "song.flac"
    mess.write_audio(path, mess.AudioBuffer(np.concatenate(parts), 22050), tags={"title": EVIL, "artist": "A & B"})
    return path


def test_the_matrix_holds_cosines_of_standardised_steps():
    random = np.random.default_rng(1)
    values = random.normal(3, 2, (41, 7)).astype(np.float32)
    frames = mess.Frames(values, hop_seconds=0.5, window_seconds=0.5, encoder_id=mess.EncoderId("dummy", 1))
    matrix = similarity_matrix(frames, step_seconds=1.0)
    assert matrix.step_seconds == 1.0
    assert matrix.array.shape == (21, 21)
    steps = np.array([values[i : i + 2].mean(axis=0) for i in range(0, 41, 2)], dtype=np.float64)
    steps = (steps - steps.mean(axis=0)) / np.sqrt(steps.var(axis=0) + 0.1 * steps.var(axis=0).mean())
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    np.testing.assert_allclose(matrix.array, steps @ steps.T, atol=1e-5)
    assert similarity_matrix(frames, max_steps=10).array.shape == (9, 9)


def test_a_matrix_of_one_frame_or_of_none():
    def frames(values):
        return mess.Frames(values, hop_seconds=0.5, window_seconds=0.5, encoder_id=mess.EncoderId("dummy", 1))

    assert similarity_matrix(frames(np.ones((1, 3), np.float32))).array.shape == (1, 1)
    with pytest.raises(mess.InvalidArgument, match="frames: expected some"):
        similarity_matrix(frames(np.full((2, 3), np.nan, np.float32)))
    with pytest.raises(mess.InvalidArgument, match="max_steps"):
        similarity_matrix(frames(np.ones((2, 3), np.float32)), max_steps=0)


def test_a_picture_shows_title_time_and_sections(song):
    figure = draw_track(song)
    waveform, timeline, matrix = figure.axes[:3]
    assert waveform.get_title() == f"A & B - {EVIL}"
    labels = [text.get_text() for text in timeline.texts]
    assert labels == ["A", "B", "A", "B"]
    shown = [tick for tick in matrix.get_xticks() if 0 <= tick <= 40]
    assert [matrix.xaxis.get_major_formatter()(tick) for tick in shown][:3] == ["0:00", "0:05", "0:10"]
    assert waveform.get_xlim() == matrix.get_xlim() == pytest.approx((0, 40), abs=0.1)


def test_pictures_are_written_as_png_and_svg(song, tmp_path):
    save_picture(song, tmp_path / "x.png", dpi=60)
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    save_picture(song, tmp_path / "x.svg")
    assert ElementTree.parse(tmp_path / "x.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize("seconds", [0.01, 0.5, 3])
def test_short_and_silent_audio_has_a_picture(tmp_path, seconds):
    samples = np.zeros(max(1, round(seconds * 22050)), np.float32)
    mess.write_audio(tmp_path / "silent.wav", mess.AudioBuffer(samples, 22050))
    save_picture(tmp_path / "silent.wav", tmp_path / "silent.png", dpi=50)
    assert (tmp_path / "silent.png").stat().st_size > 1000


def test_what_cannot_be_drawn_or_written_is_refused(song, tmp_path):
    with pytest.raises(PictureError, match=r"expected a name that ends in \.png"):
        save_picture(song, tmp_path / "x.bmp")
    with pytest.raises(PictureError, match="expected a file that can be written"):
        save_picture(song, tmp_path / "no folder" / "x.png", dpi=50)
    with pytest.raises(mess.DecodeError):
        save_picture(tmp_path / "none.flac", tmp_path / "x.png")


def test_without_matplotlib_the_error_says_how_to_install_it(song, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PictureError, match=r'pip install "mess-ai\[pictures\]"'):
        draw_track(song)


def test_the_command_draws(call, song, tmp_path):
    code, out, _ = call("picture", song, "-o", tmp_path / "x.png")
    assert (code, (tmp_path / "x.png").exists()) == (0, True)
    assert "x.png" in out
    code, _, err = call("picture", song, "-o", tmp_path / "x.txt")
    assert code == 1
    assert "expected a name" in err


# Results in Jupyter


class Table(HTMLParser):
    """Reads a table back: tags that it holds, and its cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data


TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}


def test_tables_escape_every_text():
    table = Table(html_table([{EVIL: EVIL, "b": None, "c": 1.0, "d": 7}]))
    assert table.tags == TABLE_TAGS
    assert table.cells == [EVIL, "b", "c", "d", EVIL, "-", "1.000", "7"]
    assert html_table([]) == "<p>nothing found</p>"


def test_times_are_read_as_minutes_and_seconds():
    assert [clock(s) for s in (0, 9.96, 59.97, 61.25, 3600)] == ["0:00.0", "0:10.0", "1:00.0", "1:01.2", "60:00.0"]


def test_the_lists_of_a_library_are_tables(tmp_path, song, tone):
    (tmp_path / "music").mkdir()
    for number in range(3):
        audio = mess.AudioBuffer(tone(110.0 + 60 * number, 6), 22050)
        mess.write_audio(tmp_path / "music" / f"{number}.flac", audio, tags={"title": EVIL, "artist": str(number)})
    with Library.open(tmp_path / "library") as library:
        library.scan(tmp_path / "music", frames=True)
        similar = library.similar(1, explain=True)
        shown = [similar, library.find_moment(song, 2, end_seconds=4), library.playlist(1, length=3)]
    for results in shown:
        table = Table(results._repr_html_())
        assert table.tags == TABLE_TAGS
        assert any(EVIL in cell for cell in table.cells)
    assert "timbre" in Table(similar._repr_html_()).cells
    assert isinstance(similar, list)
    assert copy.deepcopy(similar) == list(similar)
    assert Results([], section_row)._repr_html_() == "<p>nothing found</p>"


def test_analysis_and_sections_are_tables(song):
    analysis = mess.analyze_file(song).analysis
    cells = Table(analysis._repr_html_()).cells
    assert cells[:4] == ["Measurement", "Value", "length", "0:40.0"]
    silence = mess.analyze(mess.AudioBuffer(np.zeros(22050, np.float32), 22050))
    assert Table(silence._repr_html_()).cells[4:6] == ["tempo", "-"]
    section = mess.find_sections(mess.Encoder.open("acoustic").encode_file(song))[0]
    assert Table(section._repr_html_()).cells[:4] == ["Section", "From", "To", "A"]
