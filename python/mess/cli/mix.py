# SPDX-License-Identifier: MIT
"""mess mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import mess
from mess.cli.options import JsonOption, LibraryOption, library_folder
from mess.cli.printing import add_row, format_duration, make_console, make_table, print_json, printable
from mess.cli.progress import Advance, progress_bar

if TYPE_CHECKING:
    from mess.library import Track


def mix(
    playlist: Annotated[Path, typer.Argument(metavar="LIST", help="A playlist: .m3u8, .xspf, .jspf or .json.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The mix: .flac, .wav, .mp3 or .opus.")
    ],
    target_lufs: Annotated[float, typer.Option(metavar="LUFS", help="Loudness of each track.")] = -16.0,
    ceiling_dbtp: Annotated[float, typer.Option(metavar="DBTP", help="True peak that the limiter holds.")] = -1.0,
    max_bars: Annotated[
        int, typer.Option(min=0, max=16, metavar="N", help="Longest beat-matched overlap; 0: none.")
    ] = 8,
    fade_seconds: Annotated[float, typer.Option(metavar="SECONDS", help="Longest plain fade.")] = 8.0,
    keeps_albums: Annotated[
        bool, typer.Option("--keep-albums/--mix-albums", help="Join neighbours of an album without a gap.")
    ] = True,
    swaps_bass: Annotated[
        bool, typer.Option("--swap-bass/--sum-bass", help="One low end at a time where beats are matched.")
    ] = True,
    sample_rate_hz: Annotated[
        int | None,
        typer.Option("--rate", metavar="HZ", help="Sample rate; 44100, and 48000 for Opus.", show_default=False),
    ] = None,
    bit_rate_kbps: Annotated[
        int, typer.Option("--bit-rate", metavar="KBPS", help="Of MP3 and Opus; 0: 192 and 128.")
    ] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan and print, but render nothing.")] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Render a playlist as one continuous mix: levelled, beat on beat where tempi allow it, with a cue sheet beside it.

    What the library knows of a track is used; other files are analyzed first.
    """
    from mess.library import read_playlist

    paths = [entry.path for entry in read_playlist(playlist)]
    if not paths:
        raise mess.InvalidArgument(f"[playlist] {playlist}: expected at least one track, found none")
    with progress_bar("analyze") as advance:
        tracks = _tracks(paths, library, advance)
    plan = mess.plan_mix(
        tracks,
        target_lufs=target_lufs,
        max_bars=max_bars,
        fade_seconds=fade_seconds,
        keeps_albums=keeps_albums,
    )
    if not dry_run:
        rate = sample_rate_hz or (48_000 if output.suffix.lower() in (".opus", ".ogg") else 44_100)
        seconds = round(plan.duration_seconds)
        with progress_bar("mix") as advance:
            mess.render_mix(
                plan,
                output,
                sample_rate_hz=rate,
                ceiling_dbtp=ceiling_dbtp,
                swaps_bass=swaps_bass,
                bit_rate_kbps=bit_rate_kbps,
                title=playlist.stem,
                progress=lambda done: advance(round(done * seconds), seconds, output.name),
            )
    if json:
        print_json(_document(plan, None if dry_run else output))
    else:
        _print_plan(plan, None if dry_run else output)


def _tracks(paths: list[Path], library: Path | None, advance: Advance) -> list[mess.MixTrack]:
    from mess.library import Library
    from mess.mixing import mix_track, mix_track_of

    known: dict[Path, Track] = {}
    if (library_folder(library) / "catalog.sqlite").is_file():
        with Library.open(library_folder(library)) as opened:
            known = opened.tracks_at(paths)
    tracks = []
    for number, path in enumerate(paths, start=1):
        track = known.get(path)
        tracks.append(mix_track(path) if track is None else mix_track_of(track))
        advance(number, len(paths), path.name)
    return tracks


def _document(plan: mess.MixPlan, output: Path | None) -> dict[str, object]:
    return {
        "path": output,
        "duration_seconds": plan.duration_seconds,
        "pieces": [
            {
                "path": piece.track.path,
                "title": piece.track.title,
                "artist": piece.track.artist,
                "start_seconds": piece.start_seconds,
                "end_seconds": piece.end_seconds,
                "gain_db": piece.gain_db,
                "entry": None if piece.entry is None else _transition(piece.entry),
            }
            for piece in plan.pieces
        ],
    }


def _transition(entry: mess.Transition) -> dict[str, object]:
    names = ("tier", "out_seconds", "in_seconds", "overlap_seconds", "bars", "tempo_ratio", "return_seconds")
    return {name: getattr(entry, name) for name in (*names, "key_relation", "reasons")}


def _print_plan(plan: mess.MixPlan, output: Path | None) -> None:
    console = make_console()
    table = make_table(
        ("Start", "number"),
        ("Track", "text"),
        ("Gain", "number"),
        ("Entry", "fixed"),
        ("Overlap", "number"),
        ("Why", "fold"),
    )
    for piece in plan.pieces:
        entry = piece.entry
        track = piece.track
        add_row(
            table,
            format_duration(piece.start_seconds),
            f"{track.artist} - {track.title}" if track.artist else track.title,
            f"{piece.gain_db:+.1f} dB",
            "" if entry is None else entry.tier,
            "" if entry is None else f"{entry.overlap_seconds:.1f} s",
            "" if entry is None else ", ".join([*entry.reasons, *([entry.key_relation] if entry.key_relation else [])]),
        )
    console.print(table)
    console.print(f"{len(plan.pieces)} tracks, {format_duration(plan.duration_seconds)}")
    if output is not None:
        console.print(f"Written to {printable(str(output))}, with a cue sheet beside it", soft_wrap=True)
