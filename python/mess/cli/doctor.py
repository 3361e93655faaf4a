# SPDX-License-Identifier: MIT
"""mess doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mess.cli.exit_codes import ERROR, FINE
from mess.cli.options import JsonOption, LibraryOption, library_folder
from mess.cli.printing import add_row, make_console, make_table, print_json, printable

if TYPE_CHECKING:
    from mess.cli.checks import Check


def doctor(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Say what works on this machine, and what to install for the rest.

    Fails only when scanning and searching cannot work.
    """
    from mess.cli.checks import run_checks

    checks = run_checks(library_folder(library))
    can_work = not any(check.status == "broken" for check in checks)
    if json:
        print_json({"can_work": can_work, "checks": checks})
    else:
        _print_checks(checks, can_work=can_work)
    raise typer.Exit(FINE if can_work else ERROR)


def _print_checks(checks: list[Check], *, can_work: bool) -> None:
    console = make_console()
    table = make_table(("", "fixed"), ("Check", "fixed"), ("Found", "fold"))
    for check in checks:
        add_row(table, check.status, check.name, check.found)
    console.print(table)
    for check in checks:
        if check.remedy:
            console.print(f"{check.name}: {printable(check.remedy)}", soft_wrap=True)
    console.print("Scanning and searching work." if can_work else "Scanning and searching cannot work yet.")
