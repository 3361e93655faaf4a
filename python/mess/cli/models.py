# SPDX-License-Identifier: MIT
"""mess models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mess.cli.options import JsonOption
from mess.cli.printing import add_row, make_console, make_table, print_json, printable
from mess.cli.progress import progress_bar

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A model's name, as in mess models list.")]
RevisionOption = Annotated[
    str | None,
    typer.Option("--revision", metavar="REV", help="A branch, tag or commit; main by default.", show_default=False),
]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache-dir",
        envvar="MESS_MODELS",
        metavar="PATH",
        help="The folder of downloaded models; the Hugging Face cache by default.",
        show_default=False,
    ),
]


def list_models(cache_dir: CacheOption = None, json: JsonOption = False) -> None:
    """List the models that are known by name, and which are on this machine."""
    from mess.models import default_cache_dir
    from mess.models import list_models as known_models
    from mess.models.cache import find_folder

    cache = cache_dir or default_cache_dir()
    folders = {model: find_folder(model, cache, None) for model in known_models()}
    if json:
        print_json({"cache_dir": cache, "models": [{"model": m, "path": folder} for m, folder in folders.items()]})
        return
    table = make_table(
        ("Name", "fixed"), ("Takes", "fixed"), ("Dim", "number"), ("Licence", "fixed"), ("On this machine", "fixed")
    )
    for model, folder in folders.items():
        add_row(table, model.name, model.kind, model.dim, model.license, "yes" if folder else "-")
    make_console().print(table)


def pull(
    name: NameArgument,
    revision: RevisionOption = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Another hub; HF_ENDPOINT or the official one by default.",
            show_default=False,
        ),
    ] = None,
    cache_dir: CacheOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no network: say whether it is there.")] = False,
    json: JsonOption = False,
) -> None:
    """Fetch a model from the Hugging Face hub; what is there already is not fetched again.

    A connection that is cut is taken up again where it broke, and every file is checked. With --revision COMMIT the
    result is the same for ever.
    """
    from mess.models import find_model
    from mess.models import pull as fetch
    from mess.models.names import license_notice

    model = find_model(name)
    with progress_bar(name) as advance:
        folder = fetch(
            name,
            revision=revision,
            endpoint=endpoint,
            cache_dir=cache_dir,
            offline=offline or None,
            progress=lambda now: advance(now.num_bytes, now.num_total or now.num_bytes, now.file),
        )
    if json:
        print_json({"model": model, "path": folder})
        return
    console = make_console()
    console.print(f"{name}: {printable(str(folder))}", soft_wrap=True)
    if not model.allows_commercial_use:
        console.print(license_notice(model), soft_wrap=True)


def path(
    name: NameArgument, revision: RevisionOption = None, cache_dir: CacheOption = None, json: JsonOption = False
) -> None:
    """Print the folder of a model that is on this machine."""
    from mess.models import path as find_path

    folder = find_path(name, revision=revision, cache_dir=cache_dir)
    if json:
        print_json({"name": name, "path": folder})
    else:
        typer.echo(printable(str(folder)))


def convert(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A model's name or folder, or a .bin, .pt or index file.")
    ],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A .safetensors file, or a folder to make.")],
    json: JsonOption = False,
) -> None:
    """Write a checkpoint as safetensors, bit for bit; nothing in the source is run."""
    from mess.models import convert as write_safetensors

    written = write_safetensors(source, target)
    if json:
        print_json({"path": written})
    else:
        typer.echo(printable(str(written)))
