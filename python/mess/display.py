# SPDX-License-Identifier: MIT
"""How results look in Jupyter: tables in HTML, with every text escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import mess
    from mess.library import Match, MomentMatch, PlaylistEntry, SearchMatch, Track

Item = TypeVar("Item")
Row = Mapping[str, object]  # cells by their headings

_NUMBER_STYLE = "text-align:right;font-variant-numeric:tabular-nums"


class Results(list[Item]):
    """A list of results that Jupyter shows as a table; in all else a list."""

    def __init__(self, items: Iterable[Item], row: Callable[[Item], Row]) -> None:
        """Show each item as `row` says."""
        super().__init__(items)
        self._row = row

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as a plain list: what an item looks like is no part of it."""
        return list, (list(self),)

    def _repr_html_(self) -> str:
        return html_table([self._row(item) for item in self])


def html_table(rows: Sequence[Row]) -> str:
    """Return a table with the headings of the first row; floats have three decimals, None is a dash."""
    if not rows:
        return "<p>nothing found</p>"
    head = "".join(f"<th>{escape(heading)}</th>" for heading in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def clock(seconds: float) -> str:
    """Write a time as m:ss.s."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths % 600 // 10:02}.{tenths % 10}"


def match_row(match: Match) -> Row:
    """Show a similar track, and the parts of its score when they were asked for."""
    parts = {part.name: part.part for part in match.parts}
    return {"#": match.rank, "Score": match.score, **_track_cells(match.track), **parts}


def search_row(match: SearchMatch) -> Row:
    """Show a track that fits some words."""
    return {"#": match.rank, "Score": match.score, **_track_cells(match.track)}


def moment_row(match: MomentMatch) -> Row:
    """Show a place in a track."""
    return {
        "#": match.rank,
        "Score": match.score,
        "From": clock(match.start_seconds),
        "To": clock(match.end_seconds),
        **_track_cells(match.track),
        "Recording": "same" if match.is_same_recording else None,
    }


def playlist_row(entry: PlaylistEntry) -> Row:
    """Show a track of a playlist."""
    return {**_track_cells(entry.track), "Cost": entry.cost, "Reason": entry.reason}


def section_row(section: mess.Section) -> Row:
    """Show a section of a track."""
    return {"Section": section.label, "From": clock(section.start_seconds), "To": clock(section.end_seconds)}


def section_html(section: mess.Section) -> str:
    """Return one section as a table."""
    return html_table([section_row(section)])


def analysis_html(analysis: mess.Analysis) -> str:
    """Return what was measured of a track, as a table."""
    loudness, tempo, key = analysis.loudness, analysis.tempo, analysis.key
    integrated, level_range = loudness.integrated_lufs, loudness.range_lu
    measured = {
        "length": clock(analysis.duration_seconds),
        "tempo": None if tempo.bpm is None else f"{tempo.bpm:.1f} BPM",
        "key": key.key.name if key.key else None,
        "loudness": None if integrated is None else f"{integrated:.1f} LUFS",
        "loudness range": None if level_range is None else f"{level_range:.1f} LU",
        "words": ", ".join(analysis.words) or None,
    }
    return html_table([{"Measurement": name, "Value": value} for name, value in measured.items()])


def _track_cells(track: Track) -> dict[str, object]:
    return {"Track": track.label, "Time": clock(track.duration_seconds), "Id": track.id}


def _cell(value: object) -> str:
    if isinstance(value, (int, float)):
        text = f"{value:.3f}" if isinstance(value, float) else str(value)
        return f'<td style="{_NUMBER_STYLE}">{text}</td>'
    return f"<td>{'-' if value is None else escape(str(value))}</td>"
