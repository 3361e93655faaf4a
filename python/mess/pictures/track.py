# SPDX-License-Identifier: MIT
"""One picture of a track: waveform, sections and self-similarity over one axis of time."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mess
from mess.pictures.errors import PictureError
from mess.pictures.similarity import similarity_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
_WAVE_COLOUR = "#35618f"
# Light enough for black letters, and told apart by most colour-blind people (after Paul Tol's "light" scheme).
_SECTION_COLOURS = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#99ddff",
    "#44bb99",
    "#bbcc33",
    "#aaaa00",
    "#dddddd",
)
_MIN_LABEL_SHARE = 0.02  # of the width: narrower sections have no room for their letter


def draw_track(source: str | os.PathLike[str], *, encoder: mess.Encoder | None = None) -> Figure:
    """Draw a track.

    Args:
        source: an audio file.
        encoder: whose frames are compared; "acoustic" when None.

    Returns:
        A matplotlib Figure of 9 x 10 inches; Jupyter shows it once matplotlib.pyplot is imported.

    Raises:
        PictureError: matplotlib is not installed; the message says how to.
        mess.DecodeError: the file cannot be read.
    """
    figure = _new_figure()
    extraction = mess.extract(source, encoder=encoder or mess.Encoder.open("acoustic"))
    seconds = extraction.summary.duration_seconds
    sections = mess.find_sections(extraction.frames)
    waveform, timeline, matrix = figure.subplots(
        3, 1, sharex=True, gridspec_kw={"height_ratios": [1.4, 0.45, 8.0], "hspace": 0.06}
    )
    _draw_waveform(waveform, extraction.analysis.waveform, seconds)
    _draw_sections(timeline, sections, seconds)
    image = _draw_matrix(matrix, extraction.frames, sections, seconds)
    figure.colorbar(image, ax=[waveform, timeline, matrix], label="cosine of two moments", fraction=0.04, pad=0.02)
    waveform.set_title(_title(source), parse_math=False)
    matrix.set_xlabel("time (m:ss)")
    matrix.set_ylabel("time (m:ss)")
    return figure


def save_picture(source: str | os.PathLike[str], output: str | os.PathLike[str], *, dpi: int = 120) -> None:
    """Draw a track into a file.

    Args:
        source: an audio file.
        output: a path that ends in .png, .svg or .pdf.
        dpi: pixels per inch of a PNG.

    Raises:
        PictureError: matplotlib is not installed, another ending, or the file cannot be written.
        mess.DecodeError: the audio cannot be read.
    """
    target = Path(output)
    if target.suffix.lower() not in SUFFIXES:
        raise PictureError(f"[pictures] {target}: expected a name that ends in {', '.join(SUFFIXES)}, found another")
    figure = draw_track(source)
    try:
        with warnings.catch_warnings():
            # A title may hold letters that no installed font has: they show as boxes.
            warnings.simplefilter("ignore", UserWarning)
            figure.savefig(target, dpi=dpi, bbox_inches="tight")
    except OSError as error:
        raise PictureError(f"[pictures] {target}: expected a file that can be written, found: {error}") from error


def _new_figure() -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError(
            '[pictures] matplotlib: expected it to be installed, found none; run: pip install "mess-ai[pictures]"'
        ) from error
    return Figure(figsize=(9, 10))


def _title(source: str | os.PathLike[str]) -> str:
    tags = mess.read_audio_info(source).tags
    names = [tags[key] for key in ("artist", "title") if tags.get(key)]
    return " - ".join(names) if len(names) == 2 else Path(source).name


def _draw_waveform(axes: Axes, waveform: Any, seconds: float) -> None:
    count = len(waveform)
    times = [seconds * (i + 0.5) / count for i in range(count)]
    axes.fill_between(times, waveform[:, 0], waveform[:, 1], color=_WAVE_COLOUR, linewidth=0.4)
    axes.set_ylim(-1.05, 1.05)
    axes.set_yticks([-1, 0, 1])
    axes.set_ylabel("level")
    axes.tick_params(labelbottom=False, bottom=False)


def _draw_sections(axes: Axes, sections: Sequence[mess.Section], seconds: float) -> None:
    letters = sorted({section.label for section in sections}, key=lambda label: (len(label), label))
    colours = {label: _SECTION_COLOURS[i % len(_SECTION_COLOURS)] for i, label in enumerate(letters)}
    for section in sections:
        end = min(section.end_seconds, seconds)
        width = end - section.start_seconds
        axes.barh(0, width, left=section.start_seconds, height=1, color=colours[section.label], edgecolor="white")
        if width > _MIN_LABEL_SHARE * seconds:
            axes.text(section.start_seconds + width / 2, 0, section.label, ha="center", va="center")
    axes.set_ylim(-0.5, 0.5)
    axes.set_yticks([])
    axes.set_ylabel("sections", rotation=0, ha="right", va="center")
    axes.tick_params(labelbottom=False, bottom=False)


def _draw_matrix(axes: Axes, frames: mess.Frames, sections: Sequence[mess.Section], seconds: float) -> Any:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    matrix = similarity_matrix(frames)
    end = len(matrix.array) * matrix.step_seconds
    image = axes.imshow(
        matrix.array, origin="lower", extent=(0, end, 0, end), cmap="magma", vmin=-0.5, vmax=1, aspect="auto"
    )
    for section in sections[1:]:
        axes.axvline(section.start_seconds, color="white", linewidth=0.5, alpha=0.6)
        axes.axhline(section.start_seconds, color="white", linewidth=0.5, alpha=0.6)
    axes.set_xlim(0, seconds)
    axes.set_ylim(0, seconds)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(_tick_seconds(seconds)))
        axis.set_major_formatter(FuncFormatter(_minutes))
    return image


def _tick_seconds(seconds: float) -> float:
    """Return a round distance that gives at most ten ticks."""
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
    return next((step for step in steps if seconds / step <= 10), 10 ** len(str(int(seconds))))


def _minutes(seconds: float, _position: int | None = None) -> str:
    whole = int(seconds + 0.05)
    text = f"{whole // 60}:{whole % 60:02}"
    fraction = round(10 * (seconds - whole))
    return f"{text}.{fraction}" if fraction else text
