# SPDX-License-Identifier: MIT
"""mess samples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mess.cli.options import JsonOption
from mess.cli.printing import make_console, print_json, printable
from mess.cli.progress import progress_bar


def samples(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made when it is not there.")],
    pieces: Annotated[int, typer.Option(min=1, metavar="N", help="How many pieces.")] = 64,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number makes another collection.")] = 1,
    form: Annotated[
        str, typer.Option(metavar="FORM", help="themes (intro, A, B, outro), or song (verses, choruses, a bridge).")
    ] = "themes",
    json: JsonOption = False,
) -> None:
    """Compose a small collection of music to try things with; truth.json says what each piece is.

    Needs the program fluidsynth and a soundfont; mess doctor says whether they are there.
    """
    from mess.samples import write_samples

    with progress_bar("samples") as advance:
        truth = write_samples(directory, num_pieces=pieces, seed=seed, form=form, progress=advance)
    if json:
        print_json({"directory": directory, "truth": truth, "num_pieces": pieces, "seed": seed})
    else:
        make_console().print(f"{pieces} pieces in {printable(str(directory))}", soft_wrap=True)
