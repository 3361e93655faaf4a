# SPDX-License-Identifier: MIT
"""Options that say which tracks a result may hold, and queries with weights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from mess.library import Library, Weighted

_WEIGHT = re.compile(r"(.+)\^(\d+(?:\.\d+)?)")

WhereOption: TypeAlias = Annotated[
    str, typer.Option("--where", metavar="FILTER", help="Only tracks that fit, such as 'genre:jazz bpm:~118..124'.")
]
UnlikeOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--unlike", metavar="QUERY", help="Away from this; may be given several times.", show_default=False),
]
ExcludeOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="FILTER", help="Never these, such as playlist:played.m3u8 or id:12.", show_default=False
    ),
]
MaxPerArtistOption: TypeAlias = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="At most so many of one artist.", show_default=False)
]
MaxPerAlbumOption: TypeAlias = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="At most so many of one album.", show_default=False)
]
MinScoreOption: TypeAlias = Annotated[
    float | None, typer.Option(metavar="S", help="Leave out what scores less.", show_default=False)
]
DiversityOption: TypeAlias = Annotated[
    float, typer.Option(min=0.0, max=1.0, metavar="D", help="0 to 1: prefer what is unlike the results so far.")
]
VarietyOption: TypeAlias = Annotated[
    float, typer.Option(min=0.0, metavar="V", help="0 for the best; 1 leaves much to chance.")
]
RandomSeedOption: TypeAlias = Annotated[int, typer.Option(metavar="N", help="Of --variety: the same gives the same.")]


def read_queries(liked: list[str], unliked: list[str] | None) -> list[Weighted]:
    """Read queries; `^2` at the end of one is its weight.

    Raises:
        mess.InvalidArgument: a weight of zero.
    """
    from mess.library import Weighted

    queries = []
    for texts, sign in ((liked, 1.0), (unliked or [], -1.0)):
        for text in texts:
            found = _WEIGHT.fullmatch(text)
            query, weight = (found[1], float(found[2])) if found else (text, 1.0)
            queries.append(Weighted(query, sign * weight))
    return queries


def read_excluded(library: Library, texts: list[str] | None) -> frozenset[int]:
    """Return the ids of the tracks that are to be left out."""
    return frozenset(track_id for text in texts or [] for track_id in library.track_ids(text))
