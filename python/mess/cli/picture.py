# SPDX-License-Identifier: MIT
"""mess picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mess.cli.printing import make_console, printable


def picture(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An audio file.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="PATH", help="A file that ends in .png, .svg or .pdf.")
    ],
) -> None:
    """Draw waveform, sections and self-similarity of a track.

    Needs matplotlib: pip install "mess-ai[pictures]".
    """
    from mess.pictures import save_picture

    save_picture(file, output)
    make_console().print(f"picture in {printable(str(output))}", soft_wrap=True)
