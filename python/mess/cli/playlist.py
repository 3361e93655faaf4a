# SPDX-License-Identifier: MIT
"""mess playlist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json, printable

if TYPE_CHECKING:
    from mess.library import Playlist, Seed


def playlist(
    seed: Annotated[
        list[str],
        typer.Option("--seed", metavar="QUERY", help="A file, a track id or a title; may be given several times."),
    ],
    length: Annotated[
        int | None,
        typer.Option(min=1, max=5000, metavar="N", help="Tracks in all, seeds included [20].", show_default=False),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="M", help="Fill this time instead.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write an .m3u8 file.", show_default=False)
    ] = None,
    relative: Annotated[
        bool, typer.Option("--relative", help="Write paths as seen from the playlist's folder.")
    ] = False,
    artist_gap: Annotated[int, typer.Option(min=0, metavar="N", help="Tracks before an artist may return.")] = 2,
    loudness_weight: Annotated[
        float, typer.Option(min=0.0, metavar="W", help="Cost per LU of level difference, beside 1 - cosine.")
    ] = 0.01,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    json: JsonOption = False,
) -> None:
    """Make a playlist that begins with a seed and flows: tracks near the seeds, ordered step by step."""
    if length is not None and minutes is not None:
        raise typer.BadParameter("expected either --length or --minutes, found both")
    if minutes is not None and not 0 < minutes < float("inf"):
        raise typer.BadParameter(f"--minutes: expected a positive number, found {minutes}")
    with open_library(library, create=False) as opened:
        seeds = [opened.resolve(query, encoder=encoder) for query in seed]
        made = opened.playlist(
            seeds,
            length=length,
            minutes=minutes,
            loudness_weight=loudness_weight,
            artist_gap=artist_gap,
        )
    if output is not None:
        made.write_m3u8(output, relative=relative)
    if json:
        print_json(
            {
                "seeds": [
                    {"query": query, "label": found.label, "track": found.track}
                    for query, found in zip(seed, seeds, strict=True)
                ],
                "entries": made.entries,
                "duration_seconds": made.duration_seconds,
                "path": output,
            }
        )
    else:
        _print_seeds(seed, seeds)
        _print_playlist(made, output)


def _print_seeds(queries: list[str], seeds: list[Seed]) -> None:
    console = make_console()
    for query, found in zip(queries, seeds, strict=True):
        place = f"id {found.track.id}" if found.track else "not in the library"
        console.print(f"Seed {printable(query)}: {printable(found.label)} ({place})", soft_wrap=True)


def _print_playlist(made: Playlist, output: Path | None) -> None:
    console = make_console()
    table = make_table(("#", "number"), ("Track", "text"), ("Time", "number"), ("Step", "fixed"), ("Id", "number"))
    for number, entry in enumerate(made.entries, start=1):
        track = entry.track
        add_row(table, number, track.label, format_duration(track.duration_seconds), entry.reason, track.id)
    console.print(table)
    console.print(f"{len(made.entries)} tracks, {format_duration(made.duration_seconds)}")
    if output is not None:
        console.print(f"Written to {printable(str(output))}", soft_wrap=True)
