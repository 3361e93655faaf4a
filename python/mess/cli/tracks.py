# SPDX-License-Identifier: MIT
"""mess tracks."""

from __future__ import annotations

from typing import Annotated

import typer

from mess.cli.options import JsonOption, LibraryOption, open_library
from mess.cli.printing import format_duration, make_console, make_track_table, print_json


def tracks(
    where: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILTER", help="What the tracks must fit, such as genre:jazz year:..1969.", show_default=False
        ),
    ] = None,
    paths: Annotated[bool, typer.Option("--paths", help="Print the paths alone, one per line.")] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """List the tracks of the library that fit a filter; all without one."""
    with open_library(library, create=False) as opened:
        found = opened.tracks(" ".join(where or []))
    if json:
        print_json({"tracks": found})
        return
    if paths:
        for track in found:
            typer.echo(str(track.path))
        return
    console = make_console()
    if found:
        console.print(make_track_table([], ((number, [], track) for number, track in enumerate(found, start=1))))
    seconds = sum(track.duration_seconds for track in found)
    console.print(f"{len(found)} tracks, {format_duration(seconds)}")
