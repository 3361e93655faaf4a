# SPDX-License-Identifier: MIT
"""mess playlist."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import mess
from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json, printable
from mess.cli.selecting import ExcludeOption, WhereOption, read_excluded

if TYPE_CHECKING:
    from mess.library import Flow, Library, Playlist, PlaylistRules, Seed

WEIGHTS = ("timbre", "tempo", "key", "loudness", "level", "roughness", "relevance", "arc", "path")


def playlist(
    seed: Annotated[
        list[str] | None,
        typer.Option("--seed", metavar="QUERY", help="A file, a track id or a title; may be given several times."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="QUERY", help="With --to: the first track.", show_default=False)
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="QUERY", help="Lead evenly to this track.", show_default=False)
    ] = None,
    reorder: Annotated[
        Path | None, typer.Option(metavar="LIST", help="Put this playlist in an order that flows.", show_default=False)
    ] = None,
    extend: Annotated[
        Path | None, typer.Option(metavar="LIST", help="Continue this playlist.", show_default=False)
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(min=1, max=5000, metavar="N", help="Tracks in all, seeds included [20].", show_default=False),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="M", help="Fill this time instead.", show_default=False)
    ] = None,
    arc: Annotated[
        str | None,
        typer.Option(
            metavar="ARC", help="Intensity along the list: flat, build, peak or cool-down.", show_default=False
        ),
    ] = None,
    where: WhereOption = "",
    exclude: ExcludeOption = None,
    artist_gap: Annotated[int, typer.Option(min=0, metavar="N", help="Tracks before an artist may return.")] = 2,
    album_gap: Annotated[int, typer.Option(min=0, metavar="N", help="Tracks before an album may return.")] = 0,
    max_per_artist: Annotated[int, typer.Option(min=0, metavar="N", help="Most tracks of an artist; 0: any.")] = 0,
    max_per_album: Annotated[int, typer.Option(min=0, metavar="N", help="Most tracks of an album; 0: any.")] = 0,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=W", help=f"What counts, and how much: {', '.join(WEIGHTS)}; several times."),
    ] = None,
    search_seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another one finds another order.")] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Print what each step costs, and why.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write .m3u8, .xspf, .jspf or .json.", show_default=False),
    ] = None,
    relative: Annotated[
        bool, typer.Option("--relative", help="Write paths as seen from the playlist's folder.")
    ] = False,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    json: JsonOption = False,
) -> None:
    """Make a playlist that flows: from seeds, from one track to another, or from a list."""
    from mess.library import PlaylistRules

    if length is not None and minutes is not None:
        raise typer.BadParameter("expected either --length or --minutes, found both")
    if minutes is not None and not 0 < minutes < float("inf"):
        raise typer.BadParameter(f"--minutes: expected a positive number, found {minutes}")
    queries = [*([start] if start is not None else []), *(seed or [])]
    if sum((bool(queries), reorder is not None, extend is not None)) != 1:
        raise typer.BadParameter("expected one of --seed (or --from), --reorder and --extend, found none or several")
    if to is not None and len(queries) != 1 or start is not None and to is None:
        raise typer.BadParameter("expected --from with --to, or one --seed with --to, found another choice")
    if reorder is not None and any((length, minutes, where, exclude, max_per_artist, max_per_album)):
        raise typer.BadParameter("--reorder: expected a list alone, found options that would change what is in it")
    rules = PlaylistRules(
        artist_gap=artist_gap,
        album_gap=album_gap,
        max_per_artist=max_per_artist,
        max_per_album=max_per_album,
        arc=arc,
        weights=_weights(weight or []),
        seed=search_seed,
    )
    with open_library(library, create=False) as opened:
        seeds = [opened.resolve(query, encoder=encoder) for query in queries]
        excluded = read_excluded(opened, exclude)
        if queries:
            made = opened.playlist(
                seeds,
                to=to,
                length=length,
                minutes=minutes,
                encoder=encoder,
                where=where,
                excluded=excluded,
                rules=rules,
            )
        else:
            made = _from_list(opened, reorder, extend, length, minutes, encoder, where, excluded, rules)
    if output is not None:
        made.write(output, relative=relative)
    if json:
        print_json(
            {
                "seeds": [
                    {"query": query, "label": found.label, "track": found.track}
                    for query, found in zip(queries, seeds, strict=True)
                ],
                "entries": made.entries,
                "duration_seconds": made.duration_seconds,
                "flow": made.flow,
                "shuffled": made.shuffled,
                "greedy": made.greedy,
                "gap_shortfall": made.gap_shortfall,
                "path": output,
            }
        )
    else:
        _print_seeds(queries, seeds)
        _print_playlist(made, output, explain=explain)


def _weights(given: list[str]) -> mess.FlowWeights | None:
    values = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            values[name] = float(value)
        except ValueError:
            raise typer.BadParameter(f"--weight: expected NAME=NUMBER, found {text}") from None
        if name not in WEIGHTS:
            raise typer.BadParameter(f"--weight: expected one of {', '.join(WEIGHTS)}, found {name}")
    return mess.FlowWeights(**values) if values else None


def _from_list(
    library: Library,
    reorder: Path | None,
    extend: Path | None,
    length: int | None,
    minutes: float | None,
    encoder: str | None,
    where: str,
    excluded: Collection[int],
    rules: PlaylistRules,
) -> Playlist:
    from mess.library import read_playlist

    source = reorder or extend
    assert source is not None
    paths = [entry.path for entry in read_playlist(source)]
    if not paths:
        raise mess.InvalidArgument(f"[playlist] {source}: expected at least one track, found none")
    if reorder is not None:
        return library.reorder(paths, encoder=encoder, rules=rules)
    more = library.extend(
        paths, length=length, minutes=minutes, encoder=encoder, where=where, excluded=excluded, rules=rules
    ).tracks[1:]
    return library.describe([*paths, *(track.id for track in more)], encoder=encoder)


def _print_seeds(queries: list[str], seeds: list[Seed]) -> None:
    console = make_console()
    for query, found in zip(queries, seeds, strict=True):
        if found.track:
            place = f"id {found.track.id}"
        else:
            place = f"{len(found.track_ids)} tracks" if found.track_ids else "not in the library"
        console.print(f"Seed {printable(query)}: {printable(found.label)} ({place})", soft_wrap=True)


def _print_playlist(made: Playlist, output: Path | None, *, explain: bool) -> None:
    console = make_console()
    costs = ("Timbre", "Tempo", "Key", "Loudness", "Level") if explain else ()
    table = make_table(
        ("#", "number"),
        ("Track", "text"),
        ("Time", "number"),
        ("Step", "fold"),
        *((name, "number") for name in (*(("Cost",) if explain else ()), *costs)),
        ("Id", "number"),
    )
    for number, entry in enumerate(made.entries, start=1):
        track = entry.track
        parts: list[str] = []
        if explain:
            reasons = entry.reasons
            parts = [f"{entry.cost:.3f}", *("-" for _ in costs)]
            if reasons is not None:
                parts[1:] = [f"{getattr(reasons, f'{name.lower()}_cost'):.3f}" for name in costs]
        add_row(table, number, track.label, format_duration(track.duration_seconds), entry.reason, *parts, track.id)
    console.print(table)
    console.print(f"{len(made.entries)} tracks, {format_duration(made.duration_seconds)}")
    console.print(
        f"Cost of a step: {_describe(made.flow)}; shuffled: {_describe(made.shuffled)}; "
        f"greedy: {_describe(made.greedy)}",
        soft_wrap=True,
    )
    if made.gap_shortfall:
        console.print("Some tracks of one artist or album are nearer than asked for: too few others were found")
    if output is not None:
        console.print(f"Written to {printable(str(output))}", soft_wrap=True)


def _describe(flow: Flow) -> str:
    return f"mean {flow.mean:.3f}, 95 % below {flow.p95:.3f}, worst {flow.worst:.3f}"
