# SPDX-License-Identifier: MIT
"""mess evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mess.cli.failures import Failure, report_failures
from mess.cli.options import JsonOption, PoolingOption
from mess.cli.printing import add_row, make_console, make_table, print_json, printable
from mess.cli.progress import progress_bar

if TYPE_CHECKING:
    from mess.evaluation import Evaluation


def evaluate(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of folders: what lies together belongs together.")
    ],
    encoder: Annotated[str, typer.Option(metavar="NAME", help="The encoder.")] = "acoustic",
    pooling: PoolingOption = "auto",
    excerpt: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Length of the excerpts that should find each other.")
    ] = 30.0,
    json: JsonOption = False,
) -> None:
    """Measure how well an encoder finds what belongs together.

    Whole tracks should find tracks of their folder; an excerpt should find the other excerpt of its track, clean or
    degraded. Nothing is written.
    """
    from mess.evaluation import evaluate_folder

    with progress_bar("evaluate") as advance:
        result = evaluate_folder(directory, encoder=encoder, pooling=pooling, excerpt_seconds=excerpt, progress=advance)
    failures = [Failure(path, reason) for path, reason in result.failures]
    if json:
        print_json(result)
    else:
        _print_table(directory, result)
    raise typer.Exit(report_failures(failures, num_files=result.num_tracks + len(failures)))


def _print_table(directory: Path, result: Evaluation) -> None:
    console = make_console()
    console.print(
        f"{result.encoder_id} on {printable(str(directory))}: {result.num_tracks} tracks in {result.num_folders} "
        f"folders, {result.num_excerpt_pairs} pairs of excerpts of {result.excerpt_seconds:g} s",
        soft_wrap=True,
    )
    table = make_table(("What", "fold"), ("Measure", "fold"), ("Value", "number"))
    for what, scores in (("same folder", result.same_folder), ("same folder, other artist", result.other_artist)):
        if scores.num_queries:
            add_row(table, what, "precision@1", f"{scores.precision_at_1:.3f}")
            add_row(table, what, "precision@5", f"{scores.precision_at_5:.3f}")
            add_row(table, what, "mean average precision", f"{scores.mean_average_precision:.3f}")
    if result.other_excerpt is not None:
        for what, pairs in {"other excerpt": result.other_excerpt, **result.robustness}.items():
            add_row(table, what, "top-1", f"{pairs.top_1:.3f}")
            add_row(table, what, "mean reciprocal rank", f"{pairs.mean_reciprocal_rank:.3f}")
    add_row(table, "hubness", "skewness of 10-occurrence", f"{result.hubness.skewness:.2f}")
    add_row(table, "hubness", "share of anti-hubs", f"{result.hubness.anti_hub_share:.3f}")
    add_row(table, "speed", "tracks per second", f"{result.speed.tracks_per_second:.2f}")
    add_row(table, "speed", "x real time", f"{result.speed.times_real_time:.0f}")
    add_row(table, "speed", "seconds per minute of audio", f"{result.speed.seconds_per_minute:.3f}")
    console.print(table)
