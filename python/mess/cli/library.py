# SPDX-License-Identifier: MIT
"""mess library: look after a library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json
from mess.cli.progress import progress_bar

if TYPE_CHECKING:
    from mess.library import Duplicate


def info(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Say how much is in the library."""
    with open_library(library, create=False) as opened:
        stats = opened.stats()
        path = opened.path
    if json:
        print_json({"path": path, **vars(stats)})
        return
    table = make_table(("What", "fixed"), ("Value", "fold"))
    add_row(table, "folder", path)
    add_row(table, "tracks", f"{stats.num_tracks}, {format_duration(stats.audio_seconds)} of audio")
    add_row(table, "missing tracks", stats.num_missing)
    add_row(table, "files that could not be read", stats.num_failed)
    add_row(table, "warnings", stats.num_warnings)
    for encoder_id, count in stats.num_vectors.items():
        add_row(table, f"vectors of {encoder_id}", count)
    make_console().print(table)


def errors(
    warnings: Annotated[bool, typer.Option("--warnings", help="List what was read, but not whole, too.")] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """List the files that could not be read, with the reasons."""
    with open_library(library, create=False) as opened:
        findings = {"failed": opened.failures(), **({"warnings": opened.warnings()} if warnings else {})}
    if json:
        print_json(findings)
        return
    console = make_console()
    for title, found in (("Could not be read", findings["failed"]), ("Warnings", findings.get("warnings", []))):
        if found:
            table = make_table((title, "fold"), ("Reason", "fold"))
            for finding in found:
                add_row(table, finding.path, finding.reason)
            console.print(table)
    if not any(findings.values()):
        console.print("none")


def duplicates(
    min_cosine: Annotated[
        float, typer.Option(min=-1.0, max=1.0, metavar="C", help="How alike two vectors must be.")
    ] = 0.98,
    max_difference_seconds: Annotated[
        float, typer.Option("--max-difference", min=0.0, metavar="SECONDS", help="Between the two durations.")
    ] = 2.0,
    library: LibraryOption = None,
    encoder: EncoderOption = None,
    json: JsonOption = False,
) -> None:
    """Propose tracks that may be the same music twice, with the evidence; nothing is changed."""
    with open_library(library, create=False) as opened, progress_bar("duplicates") as advance:
        found = opened.duplicates(
            encoder=encoder,
            min_cosine=min_cosine,
            max_duration_difference_seconds=max_difference_seconds,
            progress=lambda done, total: advance(done, total, ""),
        )
    if json:
        print_json({"duplicates": found})
        return
    if not found:
        make_console().print("none")
        return
    table = make_table(
        ("Cosine", "number"), ("Seconds", "number"), ("Name", "fixed"), ("File", "fold"), ("And", "fold")
    )
    for pair in found:
        for cells in _evidence(pair):
            add_row(table, *cells)
    make_console().print(table)


def _evidence(pair: Duplicate) -> list[tuple[object, ...]]:
    if pair.is_same_audio:
        first, *others = pair.first.paths
        return [("same audio", "0.0", "-", first, other) for other in others]
    name = "same" if pair.is_same_name else "other"
    difference = f"{pair.duration_difference_seconds:+.1f}"
    return [(f"{pair.cosine:.4f}", difference, name, pair.first.path, pair.second.path)]


def forget(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Forget the tracks whose files were all gone at the last scan, with their vectors."""
    with open_library(library, create=False) as opened:
        num_forgotten = opened.forget_missing()
    if json:
        print_json({"num_forgotten": num_forgotten})
    else:
        make_console().print(f"{num_forgotten} tracks forgotten")


def export_library(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make; there must be none.")],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Write all that the library knows to one file; others may use it meanwhile."""
    with open_library(library, create=False) as opened:
        opened.backup(path)
        num_tracks = opened.stats().num_tracks
    if json:
        print_json({"path": path, "num_tracks": num_tracks})
    else:
        make_console().print(f"{num_tracks} tracks written to {path}", soft_wrap=True)


def import_library(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="What `mess library export` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the library holds tracks; they are lost.")
    ] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Take over what an exported file holds; on any error nothing changes."""
    with open_library(library, create=True) as opened:
        opened.restore(path, replace=replace)
        num_tracks = opened.stats().num_tracks
    if json:
        print_json({"path": opened.path, "num_tracks": num_tracks})
    else:
        make_console().print(f"{num_tracks} tracks in {opened.path}", soft_wrap=True)
