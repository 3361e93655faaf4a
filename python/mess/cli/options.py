# SPDX-License-Identifier: MIT
"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from mess.library import Library

LibraryOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--library",
        envvar="MESS_LIBRARY",
        metavar="PATH",
        help="The library's folder; by default mess/library in your data folder.",
        show_default=False,
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
EncoderOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NAME",
        help="Whose vectors to compare; those of the last scan by default.",
        show_default=False,
    ),
]
PoolingOption: TypeAlias = Annotated[
    str, typer.Option("--pooling", metavar="KIND", help="auto, track, mean or mean_std.")
]


def library_folder(given: Path | None) -> Path:
    """Return the folder of the library: the one given, or the user's own."""
    if given is not None:
        from mess.library.paths import absolute_path

        return absolute_path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir()) / "mess" / "library"


def open_library(given: Path | None, *, create: bool) -> Library:
    """Open the library that the options name."""
    from mess.library import Library

    return Library.open(library_folder(given), create=create)
