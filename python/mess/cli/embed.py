# SPDX-License-Identifier: MIT
"""mess embed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import mess
from mess.cli.exit_codes import ERROR
from mess.cli.failures import Failure, report_failures, report_warnings
from mess.cli.options import JsonOption, PoolingOption
from mess.cli.printing import make_console, print_json, printable
from mess.cli.progress import progress_bar

if TYPE_CHECKING:
    from mess import Frames


def embed(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Audio files.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.npz", help="Where to write.")],
    encoder: Annotated[str, typer.Option(metavar="NAME", help="The encoder.")] = "acoustic",
    pooling: PoolingOption = "auto",
    frames: Annotated[bool, typer.Option("--frames", help="Keep time: one row per frame instead of per file.")] = False,
    json: JsonOption = False,
) -> None:
    """Write the embeddings of files as NumPy arrays.

    The arrays are paths (N), vectors (N x D, float32) and encoder_id. With --frames: paths, frames (all files one
    after the other, rows x D), offsets (N + 1: the rows of a file begin at its offset and end at the next one),
    hop_seconds, window_seconds and encoder_id.
    """
    from mess.library.extraction import extraction_warnings

    opened = mess.Encoder.open(encoder)
    mess.pooled_id(opened, kind=pooling)  # an unknown pooling fails here, before the work
    embedded: list[tuple[Path, Frames | Any]] = []
    failures: list[Failure] = []
    warnings: list[Failure] = []
    with progress_bar("embed") as advance:
        for number, path in enumerate(files, start=1):
            try:
                extraction = mess.extract(path, encoder=opened)
                encoded = extraction.frames
                embedded.append((path, encoded if frames else mess.pool(encoded, kind=pooling)))
                warnings += [Failure(path, reason) for reason in extraction_warnings(extraction)]
            except mess.InvalidArgument:
                raise
            except (mess.Error, OSError) as error:
                failures.append(Failure(path, str(error)))
            advance(number, len(files), path.name)
    report_warnings(warnings)
    exit_code = report_failures(failures, num_files=len(files))
    if exit_code == ERROR:
        if json:
            print_json(_document(None, {}, failures, warnings))
        raise typer.Exit(ERROR)
    arrays = _frame_arrays(embedded) if frames else _vector_arrays(embedded, opened, pooling)
    _save(output, arrays)
    if json:
        print_json(_document(output, arrays, failures, warnings))
    else:
        _print_result(output, arrays)
    raise typer.Exit(exit_code)


def _vector_arrays(embedded: list[tuple[Path, Any]], encoder: mess.Encoder, pooling: str) -> dict[str, Any]:
    import numpy as np

    return {
        "paths": np.array([os.fspath(path) for path, _ in embedded], dtype=np.str_),
        "vectors": np.stack([vector for _, vector in embedded]),
        "encoder_id": np.array(str(mess.pooled_id(encoder, kind=pooling))),
    }


def _frame_arrays(embedded: list[tuple[Path, Frames]]) -> dict[str, Any]:
    import numpy as np

    first = embedded[0][1]
    lengths = [len(frames.array) for _, frames in embedded]
    return {
        "paths": np.array([os.fspath(path) for path, _ in embedded], dtype=np.str_),
        "frames": np.concatenate([frames.array for _, frames in embedded]),
        "offsets": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "hop_seconds": np.array(first.hop_seconds),
        "window_seconds": np.array(first.window_seconds),
        "encoder_id": np.array(str(first.encoder_id)),
    }


def _save(output: Path, arrays: dict[str, Any]) -> None:
    import numpy as np

    from mess.library.atomic_file import write_file

    write_file(output, lambda file: np.savez(file, **arrays), suffixes={".npz"})


def _document(
    output: Path | None, arrays: dict[str, Any], failures: list[Failure], warnings: list[Failure]
) -> dict[str, Any]:
    return {
        "output": output,
        "encoder_id": str(arrays["encoder_id"]) if arrays else None,
        "shapes": _shapes(arrays),
        "failures": failures,
        "warnings": warnings,
    }


def _print_result(output: Path, arrays: dict[str, Any]) -> None:
    shapes = _shapes(arrays)
    rows, dim = shapes.get("vectors") or shapes["frames"]
    kind = "vectors" if "vectors" in shapes else "frames"
    text = f"{rows} {kind} of {dim} values ({arrays['encoder_id']}) in {printable(str(output))}"
    make_console().print(text, soft_wrap=True)


def _shapes(arrays: dict[str, Any]) -> dict[str, list[int]]:
    return {name: list(array.shape) for name, array in arrays.items() if array.shape}
