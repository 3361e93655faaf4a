# SPDX-License-Identifier: MIT
"""A progress bar on stderr, where somebody looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from mess.cli.printing import make_console, printable

# Called with how many are done, of how many, and the name of the last one.
Advance: TypeAlias = Callable[[int, int, str], None]


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """Show a bar while the block runs; shows nothing when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: None
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
