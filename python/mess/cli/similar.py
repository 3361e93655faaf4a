# SPDX-License-Identifier: MIT
"""mess similar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, make_console, make_table, make_track_table, print_json, printable

if TYPE_CHECKING:
    from rich.table import Table

    from mess.library import Match


def similar(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A file, a track id (12 or #12), or a title.")],
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many tracks.")] = 10,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what timbre, rhythm, harmony and dynamics add to each cosine.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List the tracks that sound most like one; the track itself is never among them.

    A file need not be in the library. A title may be a part of one, and small mistakes are forgiven.
    """
    with open_library(library, create=False) as opened:
        seed = opened.resolve(query, encoder=encoder)
        matches = opened.similar(seed, k, explain=explain)
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
    console.print(_explained(matches) if explain else _described(matches))


def _described(matches: list[Match]) -> Table:
    return make_track_table(["Score"], ((match.rank, [f"{match.score:.3f}"], match.track) for match in matches))


def _explained(matches: list[Match]) -> Table:
    groups = [(part.name.capitalize(), "number") for part in matches[0].parts]
    table = make_table(
        ("#", "number"), ("Score", "number"), ("Cosine", "number"), *groups, ("Track", "text"), ("Id", "number")
    )
    for match in matches:
        parts = [f"{part.part:+.3f}" for part in match.parts]
        add_row(
            table, match.rank, f"{match.score:.3f}", f"{match.cosine:.3f}", *parts, match.track.label, match.track.id
        )
    return table
