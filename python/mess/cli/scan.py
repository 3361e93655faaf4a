# SPDX-License-Identifier: MIT
"""mess scan."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mess.cli.exit_codes import FINE, PARTLY
from mess.cli.options import JsonOption, LibraryOption, PoolingOption, library_folder, open_library
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json, printable
from mess.cli.progress import progress_bar

if TYPE_CHECKING:
    from mess.library import Library, LibraryStats, ScanFinding, ScanReport


def scan(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of music, or single files.")],
    library: LibraryOption = None,
    encoder: Annotated[str, typer.Option(metavar="NAME", help="The encoder that makes the vectors.")] = "acoustic",
    pooling: PoolingOption = "auto",
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Decoding threads; as many as processors by default.", show_default=False
        ),
    ] = None,
    min_duration_seconds: Annotated[
        float, typer.Option("--min-duration", min=0.0, metavar="SECONDS", help="Shorter files get no vector.")
    ] = 0.5,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try files again that failed before.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, open no file and change nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and scan again whenever something changes; Ctrl-C ends it.")
    ] = False,
    frames: Annotated[
        bool | None,
        typer.Option(
            "--frames/--no-frames",
            help="Keep every track's frames over time, from now on; --no-frames removes them.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Find, decode, analyze and embed music; only what is new or changed is opened.

    Ctrl-C keeps what is done, and the next scan goes on from there. Files that cannot be read are listed at the end.
    """
    from mess.library.walk import stat_root

    for folder in folders:
        stat_root(folder)  # a slip of the pen makes no library
    if dry_run:
        _plan(folders, library, encoder, pooling, min_duration_seconds, retry_failed, frames, json)
        return
    scan_options: dict[str, Any] = {
        "encoder": encoder,
        "pooling": pooling,
        "workers": workers,
        "min_duration_seconds": min_duration_seconds,
        "retry_failed": retry_failed,
        "frames": frames,
    }
    with open_library(library, create=True) as opened:
        for report in _reports(opened, folders, scan_options, watch=watch):
            if json:
                print_json(report, on_one_line=watch)
            else:
                _print_report(report, opened.stats(), opened.path)
                if report.failed and not retry_failed:
                    make_console().print("Files that did not change are not tried again; --retry-failed does.")
            sys.stdout.flush()  # a watch goes on, and its reader wants to know now
    raise typer.Exit(PARTLY if report.failed else FINE)


def _reports(
    library: Library, folders: list[Path], scan_options: dict[str, Any], *, watch: bool
) -> Iterator[ScanReport]:
    if watch:
        yield from library.watch(*folders, **scan_options)
        return
    with progress_bar("scan") as advance:
        report = library.scan(
            *folders, progress=lambda now: advance(now.num_done, now.num_total, now.path.name), **scan_options
        )
    yield report


def _plan(
    folders: list[Path],
    library: Path | None,
    encoder: str,
    pooling: str,
    min_duration_seconds: float,
    retry_failed: bool,
    frames: bool | None,
    json: bool,
) -> None:
    # Without a library all files are new; the one that is asked must not be made for that.
    with TemporaryDirectory() as empty:
        is_there = (library_folder(library) / "catalog.sqlite").is_file()
        with open_library(library if is_there else Path(empty), create=not is_there) as opened:
            plan = opened.plan_scan(
                *folders,
                encoder=encoder,
                pooling=pooling,
                min_duration_seconds=min_duration_seconds,
                retry_failed=retry_failed,
                frames=frames,
            )
    if json:
        print_json(plan)
        return
    console = make_console()
    for word, paths in (("open", plan.to_open), ("missing", plan.missing)):
        for path in paths:
            console.print(f"{word}: {printable(str(path))}", soft_wrap=True)
    _print_findings("Cannot be looked into", plan.unreadable)
    console.print(
        f"{plan.num_found} files: {len(plan.to_open)} to open, {plan.num_unchanged} unchanged, "
        f"{len(plan.missing)} missing"
    )


def _print_report(report: ScanReport, stats: LibraryStats, library: Path) -> None:
    console = make_console()
    counts = {
        "new": report.num_new,
        "decoded": report.num_decoded,
        "unchanged": report.num_unchanged,
        "retagged": report.num_retagged,
        "moved": report.num_moved,
        "duplicate": report.num_duplicates,
        "returned": report.num_returned,
        "missing": report.num_missing,
        "failed": len(report.failed),
        "warnings": len(report.warnings),
    }
    parts = [f"{count} {name}" for name, count in counts.items() if count]
    console.print(f"{report.num_found} files: {', '.join(parts) or 'nothing new'}", soft_wrap=True)
    if report.num_decoded and report.seconds > 0:
        console.print(
            f"{format_duration(report.audio_seconds)} of audio in {report.seconds:.1f} s "
            f"({report.audio_seconds / report.seconds:.0f} times real time)"
        )
    _print_findings("Could not be read", report.failed)
    _print_findings("Warnings", report.warnings)
    console.print(
        f"The library now holds {stats.num_tracks} tracks, {format_duration(stats.audio_seconds)} of audio: {library}",
        soft_wrap=True,
    )


def _print_findings(title: str, findings: list[ScanFinding]) -> None:
    if findings:
        table = make_table((title, "fold"), ("Reason", "fold"))
        for finding in findings:
            add_row(table, finding.path, finding.reason)
        make_console().print(table)
