# SPDX-License-Identifier: MIT
"""mess search."""

from __future__ import annotations

from typing import Annotated

import typer

from mess.cli.options import JsonOption, LibraryOption, open_library
from mess.cli.printing import make_console, make_track_table, print_json, printable
from mess.cli.progress import progress_bar
from mess.cli.selecting import WhereOption


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for, in words.")],
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many tracks.")] = 10,
    where: WhereOption = "",
    library: LibraryOption = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            "--encoder", metavar="NAME", help="The one text model to use; by default all that fit.", show_default=False
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the tracks that fit some words best.

    Compared are the words of tags and analysis, and the sound where the library was scanned with a model that reads
    text too, such as clap-htsat-unfused. It takes a text model: mess models pull all-minilm-l6-v2.
    """
    with open_library(library, create=False) as opened, progress_bar("texts") as advance:
        matches = opened.search(
            text, k, encoder=encoder, where=where, progress=lambda done, total: advance(done, total, "")
        )
    if json:
        print_json({"text": text, "matches": matches})
        return
    console = make_console()
    if not matches:
        console.print("there is nothing in the library that fits", soft_wrap=True)
        return
    console.print(f"{printable(text)}:", soft_wrap=True)
    views = sorted({name for match in matches for name in match.cosines})
    rows = (
        (
            match.rank,
            [f"{match.cosines[name]:.3f}" if name in match.cosines else "-" for name in views],
            match.track,
        )
        for match in matches
    )
    console.print(make_track_table([name.capitalize() for name in views], rows))
