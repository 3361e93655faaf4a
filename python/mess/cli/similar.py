# SPDX-License-Identifier: MIT
"""mess similar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, make_console, make_table, make_track_table, print_json, printable
from mess.cli.selecting import (
    DiversityOption,
    ExcludeOption,
    MaxPerAlbumOption,
    MaxPerArtistOption,
    MinScoreOption,
    RandomSeedOption,
    UnlikeOption,
    VarietyOption,
    WhereOption,
    read_excluded,
    read_queries,
)

if TYPE_CHECKING:
    from rich.table import Table

    from mess.library import Match, Seed, Weighted


def similar(
    queries: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help="A file, a track id (12 or #12), a title, artist:NAME, playlist:FILE; QUERY^2 counts twice.",
        ),
    ],
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many tracks.")] = 10,
    unlike: UnlikeOption = None,
    where: WhereOption = "",
    exclude: ExcludeOption = None,
    max_per_artist: MaxPerArtistOption = None,
    max_per_album: MaxPerAlbumOption = None,
    min_score: MinScoreOption = None,
    diversity: DiversityOption = 0.0,
    variety: VarietyOption = 0.0,
    random_seed: RandomSeedOption = 0,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what timbre, rhythm, harmony and dynamics add to each cosine.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List the tracks that sound most like one, or like several together; they themselves are never among them.

    A file need not be in the library. A title may be a part of one, and small mistakes are forgiven.
    """
    from mess.library import Selection, Weighted

    weighted = read_queries(queries, unlike)
    with open_library(library, create=False) as opened:
        selection = Selection(
            where=where,
            excluded=read_excluded(opened, exclude),
            max_per_artist=max_per_artist,
            max_per_album=max_per_album,
            min_score=min_score,
            diversity=diversity,
            variety=variety,
            random_seed=random_seed,
        )
        seeds = [opened.resolve(one.query, encoder=encoder) for one in weighted]
        resolved = [Weighted(seed, one.weight) for seed, one in zip(seeds, weighted, strict=True)]
        matches = opened.similar(resolved, k, selection=selection, explain=explain)
    if json:
        print_json(
            {
                "seeds": [
                    {"query": one.query, "weight": one.weight, "label": seed.label, "track": seed.track}
                    for one, seed in zip(weighted, seeds, strict=True)
                ],
                "encoder_id": seeds[0].encoder_id,
                "matches": matches,
            }
        )
        return
    console = make_console()
    label = _describe(seeds, weighted)
    if not matches:
        console.print(f"{label}: there is nothing else in the library that fits", soft_wrap=True)
        return
    console.print(f"Like {label}:", soft_wrap=True)
    console.print(_explained(matches) if explain else _described(matches))


def _describe(seeds: list[Seed], weighted: list[Weighted]) -> str:
    parts: list[str] = []
    for seed, one in zip(seeds, weighted, strict=True):
        weight = "" if abs(one.weight) == 1.0 else f" ({abs(one.weight):g} times)"
        joint = "" if not parts else " and " if one.weight > 0 else ", "
        parts.append(f"{joint}{'' if one.weight > 0 else 'unlike '}{printable(seed.label)}{weight}")
    return "".join(parts)


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
