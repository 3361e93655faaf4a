# SPDX-License-Identifier: MIT
"""mess moment."""

from __future__ import annotations

from typing import Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import (
    add_row,
    format_duration,
    make_console,
    make_table,
    print_json,
    printable,
)


def moment(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A file, a track id (12 or #12), or a title.")],
    start: Annotated[float, typer.Option("--start", min=0, metavar="S", help="Where the passage begins, seconds.")] = 0,
    end: Annotated[
        float | None,
        typer.Option("--end", min=0, metavar="S", help="Where it ends; with the file by default.", show_default=False),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many places.")] = 10,
    per_track: Annotated[int, typer.Option("--per-track", min=1, metavar="N", help="How many in one track.")] = 3,
    any_tempo: Annotated[bool, typer.Option("--any-tempo", help="Also at half to twice the tempo.")] = False,
    include_own: Annotated[
        bool, typer.Option("--include-own", help="Also the passage itself, when it is of the library.")
    ] = False,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    json: JsonOption = False,
) -> None:
    """List the places inside tracks that sound most like a passage.

    The library must keep frames: mess scan --frames DIR.
    """
    with open_library(library, create=False) as opened:
        matches = opened.find_moment(
            query,
            k,
            begin_seconds=start,
            end_seconds=end,
            encoder=encoder,
            max_per_track=per_track,
            any_tempo=any_tempo,
            include_own=include_own,
        )
    if json:
        print_json({"query": query, "start_seconds": start, "end_seconds": end, "moments": matches})
        return
    console = make_console()
    if not matches:
        console.print(f"{printable(query)}: there is nothing else in the library", soft_wrap=True)
        return
    table = make_table(
        ("#", "number"),
        ("Score", "number"),
        ("From", "number"),
        ("To", "number"),
        ("Track", "text"),
        ("Recording", "fixed"),
        ("Id", "number"),
    )
    for match in matches:
        add_row(
            table,
            match.rank,
            f"{match.score:.3f}",
            format_duration(match.start_seconds),
            format_duration(match.end_seconds),
            match.track.label,
            "same" if match.is_same_recording else "-",
            match.track.id,
        )
    console.print(table)
