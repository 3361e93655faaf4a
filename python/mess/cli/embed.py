# SPDX-License-Identifier: MIT
"""mess embed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import mess
from mess.cli.exit_codes import ERROR
from mess.cli.failures import Failure, report_failures
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
    after the other, rows x D), offsets (N + 1: file i has the rows offsets[i] to offsets[i + 1]), hop_seconds,
    window_seconds and encoder_id.
    """
    opened = mess.Encoder.open(encoder)
    embedded: list[tuple[Path, Frames | Any]] = []
    failures: list[Failure] = []
    with progress_bar("embed") as advance:
        for number, path in enumerate(files, start=1):
            try:
                encoded = opened.encode_file(path)
                embedded.append((path, encoded if frames else mess.pool(encoded, kind=pooling)))
            except mess.InvalidArgument:
                raise
            except (mess.Error, OSError) as error:
                failures.append(Failure(path, str(error)))
            advance(number, len(files), path.name)
    exit_code = report_failures(failures, num_files=len(files))
    if exit_code == ERROR:
        raise typer.Exit(ERROR)
    arrays = _frame_arrays(embedded) if frames else _vector_arrays(embedded, opened, pooling)
    _save(output, arrays)
    _print_result(output, arrays, failures, json=json)
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
    """Write beside the final place, then rename."""
    import numpy as np

    try:
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name[:64]}.", delete=False) as file:
            temporary = Path(file.name)
            try:
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
                temporary.chmod(0o644)
                temporary.replace(output)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise mess.Error(f"[embed] {output}: expected a file that can be written, found: {error.strerror}") from error


def _print_result(output: Path, arrays: dict[str, Any], failures: list[Failure], *, json: bool) -> None:
    shapes = {name: list(array.shape) for name, array in arrays.items() if array.shape}
    encoder_id = str(arrays["encoder_id"])
    if json:
        print_json({"output": output, "encoder_id": encoder_id, "shapes": shapes, "failures": failures})
        return
    rows, dim = shapes.get("vectors") or shapes["frames"]
    kind = "vectors" if "vectors" in shapes else "frames"
    make_console().print(f"{rows} {kind} of {dim} values ({encoder_id}) in {printable(str(output))}", soft_wrap=True)
