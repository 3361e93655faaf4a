# SPDX-License-Identifier: MIT
"""mess index: look after index files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

import mess
from mess.cli.exit_codes import ERROR, FINE
from mess.cli.options import EncoderOption, JsonOption, LibraryOption, open_library
from mess.cli.printing import add_row, make_console, make_table, print_json

app = typer.Typer(
    name="index", help="Look after index files: check, describe, go back, build again.", no_args_is_help=True
)

PathArgument = Annotated[
    Path, typer.Argument(metavar="PATH", help="An index file, or a folder with published generations.")
]


@dataclass(frozen=True)
class Verdict:
    """What verifying one file found."""

    path: Path
    is_sound: bool
    reason: str | None


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.messidx"))
    if not found:
        raise mess.FormatError(f"[index] {path}: expected index files, found none")
    return found


@app.command()
def verify(path: PathArgument, json: JsonOption = False) -> None:
    """Compare every byte of index files with their checksums."""
    verdicts = []
    for file in _files(path):
        try:
            mess.VectorIndex.load(file, verify=True)
            verdicts.append(Verdict(file, True, None))
        except mess.FormatError as error:
            verdicts.append(Verdict(file, False, str(error)))
    if json:
        print_json(verdicts)
    else:
        console = make_console()
        for verdict in verdicts:
            console.print(f"{verdict.path}: {verdict.reason or 'sound'}", soft_wrap=True)
    raise typer.Exit(FINE if all(verdict.is_sound for verdict in verdicts) else ERROR)


@app.command()
def info(path: PathArgument, json: JsonOption = False) -> None:
    """Say what an index file holds; of a folder, its current generation."""
    index = mess.IndexStore(path).open_current() if path.is_dir() else mess.VectorIndex.load(path)
    found = index.info()
    names = ("spec", "structure", "storage", "metric", "encoder_id", "dim", "size", "num_removed", "bytes_per_vector")
    document = {name: getattr(found, name) for name in names}
    document["has_hubness"] = index.has_hubness
    sections = [{"name": s.name, "offset": s.offset, "size": s.size} for s in found.sections]
    if json:
        print_json({**document, "sections": sections})
        return
    table = make_table(("What", "fixed"), ("Value", "fold"))
    for name, value in document.items():
        add_row(table, name, f"{value:.1f}" if isinstance(value, float) else value)
    for section in sections:
        add_row(table, f"section {section['name']}", f"{section['size']} bytes at {section['offset']}")
    make_console().print(table)


@dataclass(frozen=True)
class Current:
    """Which generation of a folder is current."""

    path: Path
    generation: int


def _print_current(current: Current, json: bool) -> None:
    if json:
        print_json(asdict(current))
    else:
        make_console().print(f"{current.path}: generation {current.generation} is current", soft_wrap=True)


@app.command()
def rollback(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with published generations.")],
    json: JsonOption = False,
) -> None:
    """Make the generation before the current one current."""
    _print_current(Current(path, mess.IndexStore(path).rollback()), json)


@app.command()
def rebuild(library: LibraryOption = None, encoder: EncoderOption = None, json: JsonOption = False) -> None:
    """Build the index of a library again from its catalogue."""
    with open_library(library, create=False) as opened:
        built = opened.rebuild_index(encoder=encoder)
        document = {"path": opened.path, "encoder_id": built.encoder_id, "size": len(built)}
    if json:
        print_json(document)
    else:
        make_console().print(f"{document['encoder_id']}: {document['size']} vectors", soft_wrap=True)
