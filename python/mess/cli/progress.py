# SPDX-License-Identifier: MIT
"""A progress bar on stderr, where somebody looks at it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from mess.cli.printing import make_console, printable

# Called with how many are done, of how many, and the name of the last one.
Advance: TypeAlias = Callable[[int, int, str], None]


LINE_INTERVAL_SECONDS = 60.0


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """Show a bar while the block runs; where stderr is no terminal, a line now and then."""
    if not sys.stderr.isatty():
        yield _line_writer(title)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn(
            "{task.fields[name]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
        ),
    )
    with Progress(*columns, console=make_console(stderr=True), transient=True, expand=True) as progress:
        task = progress.add_task(title, total=None, name="")

        def advance(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, name=printable(name))

        yield advance


def _line_writer(title: str) -> Advance:
    written_at = time.monotonic()

    def advance(done: int, total: int, name: str) -> None:
        nonlocal written_at
        if time.monotonic() - written_at >= LINE_INTERVAL_SECONDS:
            written_at = time.monotonic()
            sys.stderr.write(f"mess: {title}: {done} of {total}\n")

    return advance
