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
    Path, typer.Argument(metavar="PATH", help="An index file, a folder with published generations, or a library.")
]


@dataclass(frozen=True)
class Verdict:
    """What verifying one file found."""

    path: Path
    is_sound: bool
    reason: str | None


def _folders(path: Path) -> list[Path]:
    """Return the folders with generations that a folder is or, if it is a library, has."""
    indexes = path / "index" if (path / "catalog.sqlite").exists() else path
    found = {
        file.parent for pattern in ("generation-*.messidx", "*/generation-*.messidx") for file in indexes.glob(pattern)
    }
    if not found:
        raise mess.FormatError(f"[index] {path}: expected index files, found none")
    return sorted(found)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for folder in _folders(path) for file in folder.glob("generation-*.messidx"))


def _folder(path: Path) -> Path:
    """Return the one folder with generations that is meant."""
    found = _folders(path)
    if len(found) > 1:
        names = ", ".join(str(folder) for folder in found)
        raise mess.InvalidArgument(f"[index] {path}: expected one index, found several: name one of {names}")
    return found[0]


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
    """Say what an index file holds; of a folder or a library, the current generation."""
    index = mess.IndexStore(_folder(path)).open_current() if path.is_dir() else mess.VectorIndex.load(path)
    found = index.info()
    names = ("spec", "structure", "storage", "metric", "encoder_id", "dim", "size", "num_removed", "bytes_per_vector")
    document = {name: getattr(found, name) for name in names}
    document["has_hubness"] = index.has_hubness
    document["label"] = index.label
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
    path: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with published generations, or a library.")],
    json: JsonOption = False,
) -> None:
    """Make the generation before the current one current.

    A library takes a generation only if it was built from what its catalogue holds now, and otherwise builds a new one.
    """
    folder = _folder(path)
    _print_current(Current(folder, mess.IndexStore(folder).rollback()), json)


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
