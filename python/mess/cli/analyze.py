# SPDX-License-Identifier: MIT
"""mess analyze."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import mess
from mess.cli.failures import Failure, report_failures
from mess.cli.options import JsonOption
from mess.cli.printing import add_row, format_decimal, format_duration, make_console, make_table, print_json
from mess.cli.progress import progress_bar


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Audio files.")],
    json: JsonOption = False,
) -> None:
    """Measure tempo, beats, key, loudness and where the sound begins and ends."""
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
    waveform = [[round(low, 4), round(high, 4)] for low, high in result.analysis.waveform.tolist()]
    document = analysis_document(result.analysis) | {"waveform": waveform}
    return {"path": path, **document, "warnings": list(result.summary.warnings)}


def _print_results(results: list[dict[str, Any]]) -> None:
    table = make_table(
        ("File", "text"),
        ("Time", "number"),
        ("BPM", "number"),
        ("Key", "fixed"),
        ("LUFS", "number"),
        ("LRA", "number"),
        ("dBTP", "number"),
        ("Words", "text"),
    )
    for result in results:
        loudness = result["loudness"]
        add_row(
            table,
            result["path"].name,
            format_duration(result["duration_seconds"]),
            format_decimal(result["tempo"]["bpm"]),
            result["key"]["name"] or "-",
            format_decimal(loudness["integrated_lufs"]),
            format_decimal(loudness["range_lu"]),
            format_decimal(loudness["true_peak_dbtp"]),
            ", ".join(result["words"]),
        )
    make_console().print(table)
