# SPDX-License-Identifier: MIT
"""The commands, and what their errors and exit codes look like. Heavy modules are imported inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import mess
from mess.cli import library, models
from mess.cli.analyze import analyze
from mess.cli.doctor import doctor
from mess.cli.embed import embed
from mess.cli.evaluate import evaluate
from mess.cli.exit_codes import ERROR, EXIT_CODES_HELP, FINE, INTERRUPTED, PIPE_CLOSED, USAGE
from mess.cli.index import app as index_app
from mess.cli.mix import mix
from mess.cli.moment import moment
from mess.cli.picture import picture
from mess.cli.playlist import playlist
from mess.cli.printing import printable
from mess.cli.samples import samples
from mess.cli.scan import scan
from mess.cli.search import search
from mess.cli.similar import similar
from mess.cli.tracks import tracks


def _examples(*lines: str) -> str:
    return "\n".join(("Examples:", *(f"  {line}" for line in lines), "", EXIT_CODES_HELP))


app = typer.Typer(
    name="mess",
    help="Find music that sounds alike in your own folders, and make playlists of it.",
    epilog=_examples(
        "mess scan ~/Music",
        "mess similar ~/Music/song.mp3",
        "mess playlist --seed 'part of a title' -o list.m3u8",
        "mess COMMAND --help",
    ),
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(
    epilog=_examples(
        "mess scan ~/Music",
        "mess scan ~/Music /mnt/nas/music --workers 4",
        "mess scan ~/Music --dry-run",
        "mess scan ~/Music --watch",
        "mess scan ~/Music --retry-failed --json > report.json",
        "mess scan ~/Music --encoder clap-htsat-unfused    (after: mess models pull clap-htsat-unfused)",
    )
)(scan)
app.command(
    epilog=_examples(
        "mess similar ~/Music/song.mp3",
        "mess similar 'part of a title' -k 20",
        "mess similar 12 --json    (the track with id 12; '#12' says the same)",
        "mess similar 'first title^2' 'second title' --unlike 'third title'",
        "mess similar artist:Air --where 'year:..2001 bpm:~118..124' --max-per-artist 1",
        "mess similar song.mp3 --variety 0.5 --random-seed 7 --exclude playlist:played.m3u8",
    )
)(similar)
app.command(
    epilog=_examples(
        "mess moment clip.wav",
        "mess moment ~/Music/song.mp3 --start 61.5 --end 75 -k 20",
        "mess moment 'part of a title' --start 30 --end 40 --any-tempo --json",
    )
)(moment)
app.command(
    epilog=_examples(
        "mess tracks",
        "mess tracks 'genre:jazz,soul year:1960..1969 -artist:=Air'",
        "mess tracks 'key:~8A bpm:~118..124 | mood:calm' --paths",
    )
)(tracks)
app.command(
    epilog=_examples(
        "mess models pull all-minilm-l6-v2    (once)",
        "mess search 'sad piano'",
        "mess search 'fast and loud' -k 20 --json",
        "mess search 'calm guitar' --where 'duration:..5:00 -genre:metal'",
    )
)(search)
app.command(
    epilog=_examples(
        "mess playlist --seed ~/Music/song.mp3 --length 25 -o list.m3u8",
        "mess playlist --seed 'first title' --seed 'second title' --minutes 60",
        "mess playlist --seed 12 -o ~/Music/list.m3u8 --relative",
        "mess playlist --from 'first title' --to 'last title' --length 12 --explain",
        "mess playlist --reorder list.m3u8 --arc peak -o better.m3u8",
        "mess playlist --extend list.m3u8 --length 10 -o longer.xspf",
    )
)(playlist)
app.command(
    epilog=_examples(
        "mess mix list.m3u8 -o mix.flac",
        "mess mix list.m3u8 -o mix.mp3 --bit-rate 256 --max-bars 4",
        "mess mix list.m3u8 -o mix.flac --dry-run    (the plan alone)",
    )
)(mix)
app.command(
    epilog=_examples(
        "mess embed a.mp3 b.flac -o out.npz",
        "mess embed song.mp3 -o frames.npz --frames",
        "python -c \"import numpy; print(numpy.load('out.npz')['vectors'].shape)\"",
    )
)(embed)
app.command(epilog=_examples("mess analyze song.mp3", "mess analyze *.flac --json"))(analyze)
app.command(epilog=_examples("mess picture song.mp3 -o song.png", "mess picture song.mp3 -o song.svg"))(picture)
app.command(epilog=_examples("mess samples ~/samples", "mess samples ~/samples --pieces 16 --seed 7 --form song"))(
    samples
)
app.command(epilog=_examples("mess evaluate ~/Music", "mess evaluate ~/Music --excerpt 10 --json"))(evaluate)

models_app = typer.Typer(help="Official checkpoints: list, fetch, find and convert them.", no_args_is_help=True)
models_app.command("list", epilog=_examples("mess models list", "mess models list --json"))(models.list_models)
models_app.command(
    epilog=_examples(
        "mess models pull mert-v1-95m",
        "mess models pull clap-htsat-unfused --revision COMMIT",
        "mess models pull all-minilm-l6-v2 --endpoint https://hub.example.org --cache-dir ~/models",
    )
)(models.pull)
models_app.command(epilog=_examples("mess models path mert-v1-95m"))(models.path)
models_app.command(
    epilog=_examples(
        "mess models convert mert-v1-95m ~/models/mert    (a folder that can be opened)",
        "mess models convert pytorch_model.bin model.safetensors",
    )
)(models.convert)
app.add_typer(models_app, name="models", epilog=_examples("mess models list", "mess models pull NAME"))
app.add_typer(
    index_app,
    epilog=_examples("mess index verify library.messidx", "mess index info DIR --json", "mess index rollback DIR"),
)
library_app = typer.Typer(
    help="Look after a library: what is in it, what went wrong, duplicates, backup and restore.", no_args_is_help=True
)
library_app.command(epilog=_examples("mess library info", "mess library info --json"))(library.info)
library_app.command(epilog=_examples("mess library errors", "mess library errors --warnings"))(library.errors)
library_app.command(
    epilog=_examples("mess library duplicates", "mess library duplicates --min-cosine 0.95 --max-difference 5 --json")
)(library.duplicates)
library_app.command(epilog=_examples("mess library forget"))(library.forget)
library_app.command("export", epilog=_examples("mess library export ~/music.mess"))(library.export_library)
library_app.command(
    "import",
    epilog=_examples("mess library import ~/music.mess --library ~/copy", "mess library import ~/music.mess --replace"),
)(library.import_library)
app.add_typer(library_app, name="library", epilog=_examples("mess library info", "mess library export FILE"))
app.command(epilog=_examples("mess doctor", "mess doctor --library ~/Music/.mess --json"))(doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mess {mess.version()}")
        raise typer.Exit(FINE)


def _print_cmake_dir(wanted: bool) -> None:
    if wanted:
        typer.echo(mess.cmake_dir())
        raise typer.Exit(FINE)


@app.callback()
def _global_options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
    cmake_dir: Annotated[
        bool,
        typer.Option(
            "--cmake-dir", help="Print the folder of messConfig.cmake.", is_eager=True, callback=_print_cmake_dir
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""
    if context.invoked_subcommand is None:
        context.get_help()


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors are one line on stderr."""
    try:
        result: Any = app(list(arguments), standalone_mode=False, prog_name="mess")
        sys.stdout.flush()
    except typer.TyperException as error:
        return _usage_error(error)
    except (BrokenPipeError, SystemExit):
        # The reader has seen enough (Typer makes SystemExit of it). Python would complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except mess.InvalidArgument as error:
        _complain(str(error))
        return USAGE
    except (mess.Error, OSError) as error:
        _complain(str(error))
        return ERROR
    if result == INTERRUPTED:
        keeps = arguments and arguments[0] in ("scan", "samples")
        _complain("interrupted; what was done is kept" if keeps else "interrupted")
    return result if isinstance(result, int) else FINE


def _usage_error(error: typer.TyperException) -> int:
    _complain(f"{error.format_message()} (mess --help says more)")
    return error.exit_code


def _complain(message: str) -> None:
    sys.stderr.write(f"mess: {printable(message)}\n")
