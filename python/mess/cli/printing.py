# SPDX-License-Identifier: MIT
"""Printing results: JSON for programs, tables for people."""

from __future__ import annotations

import json
import math
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from mess.library import Track


def json_value(value: Any) -> Any:
    """Turn a result into what JSON knows: paths become text, infinities null, dataclasses objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: json_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [json_value(item) for item in value]
    return value


def print_json(value: Any, *, on_one_line: bool = False) -> None:
    """Print a result as JSON, in ASCII: a file name may hold bytes that no encoding has."""
    indent = None if on_one_line else 2
    sys.stdout.write(json.dumps(json_value(value), indent=indent, ensure_ascii=True, allow_nan=False) + "\n")


def printable(text: str) -> str:
    """Escape what would move the cursor, break the line, change the direction or fail to encode."""
    return "".join(c if _is_printable(c) else c.encode("unicode_escape").decode("ascii") for c in text)


def _is_printable(character: str) -> bool:
    # Blanks of any script, and the joiners without which some scripts and emoji fall apart.
    return character.isprintable() or character in "\u200c\u200d" or unicodedata.category(character) == "Zs"


def format_duration(seconds: float) -> str:
    """Write a time as people do: 3:05, 1:02:03."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_decimal(value: float | None) -> str:
    """Write a measurement with one decimal, and a dash for none."""
    return "-" if value is None else f"{value:.1f}"


def make_console(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is: no markup, no emoji, no guessing of numbers and paths."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def make_table(*columns: tuple[str, str]) -> Table:
    """Return an empty table.

    Args:
        columns: name and kind of each: "number" (right-aligned), "text" (shortened when there is no room), "fold"
            (wrapped), "fixed".
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, kind in columns:
        # Rich narrows only columns that may wrap; the cells of a text column are cut instead.
        table.add_column(
            name,
            justify="right" if kind == "number" else "left",
            no_wrap=kind in ("number", "fixed"),
            overflow="ellipsis" if kind == "text" else "fold",
        )
    return table


def add_row(table: Table, *cells: object) -> None:
    """Add a row; cells are printed as they are, made safe for a terminal."""
    from rich.text import Text

    texts = [
        Text(printable(str(cell)), no_wrap=column.overflow == "ellipsis" or None)
        for column, cell in zip(table.columns, cells, strict=True)
    ]
    table.add_row(*texts)


def make_track_table(figures: Sequence[str], rows: Iterable[tuple[int, Sequence[str], Track]]) -> Table:
    """Return a table of found tracks: rank, the named figures, and what is known of each track."""
    table = make_table(
        ("#", "number"),
        *((name, "number") for name in figures),
        ("Track", "text"),
        ("Time", "number"),
        ("BPM", "number"),
        ("Key", "fixed"),
        ("Id", "number"),
    )
    for rank, cells, track in rows:
        add_row(
            table,
            rank,
            *cells,
            track.label,
            format_duration(track.duration_seconds),
            format_decimal(track.analysis.tempo.bpm),
            track.analysis.key.name or "-",
            track.id,
        )
    return table
