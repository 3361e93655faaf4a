# SPDX-License-Identifier: MIT
"""mess similar."""

from __future__ import annotations

from typing import Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, format_decimal, format_duration, make_console, make_table, print_json, printable


def similar(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A file, a track id (12 or #12), or a title.")],
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many tracks.")] = 10,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    json: JsonOption = False,
) -> None:
    """List the tracks that sound most like one; the track itself is never among them.

    A file need not be in the library. A title may be a part of one, and small mistakes are forgiven.
    """
    with open_library(library, create=False) as opened:
        seed = opened.resolve(query, encoder=encoder)
        matches = opened.similar(seed, k)
    if json:
        print_json(
            {
                "seed": {"label": seed.label, "track": seed.track},
                "encoder_id": seed.encoder_id,
                "matches": matches,
            }
        )
        return
    console = make_console()
    if not matches:
        console.print(f"{printable(seed.label)}: there is nothing else in the library", soft_wrap=True)
        return
    console.print(f"Like {printable(seed.label)}:", soft_wrap=True)
    table = make_table(
        ("#", "number"),
        ("Score", "number"),
        ("Track", "text"),
        ("Time", "number"),
        ("BPM", "number"),
        ("Key", "fixed"),
        ("Id", "number"),
    )
    for match in matches:
        track = match.track
        add_row(
            table,
            match.rank,
            f"{match.score:.3f}",
            track.label,
            format_duration(track.duration_seconds),
            format_decimal(track.analysis.tempo.bpm),
            track.analysis.key.name or "-",
            track.id,
        )
    console.print(table)
