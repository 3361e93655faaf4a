# SPDX-License-Identifier: MIT
"""mess analyze."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import mess
from mess.cli.failures import Failure, report_failures
from mess.cli.options import JsonOption
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json
from mess.cli.progress import progress_bar


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Audio files.")],
    json: JsonOption = False,
) -> None:
    """Measure loudness, peak and where the sound begins and ends."""
    results: list[dict[str, Any]] = []
    failures: list[Failure] = []
    with progress_bar("analyze") as advance:
        for number, path in enumerate(files, start=1):
            try:
                results.append(_analyze(path))
            except (mess.Error, OSError) as error:
                failures.append(Failure(path, str(error)))
            advance(number, len(files), path.name)
    if json:
        print_json({"results": results, "failures": failures})
    elif results:
        _print_results(results)
    raise typer.Exit(report_failures(failures, num_files=len(files)))


def _analyze(path: Path) -> dict[str, Any]:
    from mess.library.track import analysis_document

    result = mess.analyze_file(path)
    return {"path": path, **analysis_document(result.analysis), "warnings": list(result.summary.warnings)}


def _print_results(results: list[dict[str, Any]]) -> None:
    table = make_table(
        ("File", "text"), ("Time", "number"), ("LUFS", "number"), ("Peak dBFS", "number"), ("Sounds", "number")
    )
    for result in results:
        loudness, sounding = result["loudness"], result["sounding"]
        add_row(
            table,
            result["path"].name,
            format_duration(result["duration_seconds"]),
            _format_level(loudness["integrated_lufs"]),
            _format_level(loudness["peak_dbfs"]),
            "silent" if result["is_silent"] else f"{sounding['start_seconds']:.1f} - {sounding['end_seconds']:.1f} s",
        )
    make_console().print(table)


def _format_level(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
