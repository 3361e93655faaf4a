# SPDX-License-Identifier: MIT
"""Writes a collection to a folder: one FLAC file per piece, and truth.json."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import mess
from mess.samples.compose import compose_collection
from mess.samples.errors import SamplesError
from mess.samples.score import Piece
from mess.samples.synth import Synth
from mess.samples.truth import PARTIAL_TRUTH_NAME, TRUTH_NAME, Entry, piece_truth, read_truth, write_truth

# Called as progress(number of pieces done, number of all, file just done).
Progress = Callable[[int, int, str], None]


def render_collection(
    pieces: Sequence[Piece],
    directory: str | os.PathLike[str],
    *,
    sample_rate_hz: int = 44100,
    soundfont: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    seed: int | None = None,
) -> Path:
    """Render pieces that are not there yet, and describe all of them in truth.json.

    Called again after it was stopped, it goes on where it was; truth.json is there only when all pieces are.

    Args:
        pieces: what to render.
        directory: folder to write to, made where it is missing; each style has a folder in it.
        sample_rate_hz: of the audio files.
        soundfont: path, by default $MESS_SOUNDFONT or Debian's TimGM6mb.
        workers: pieces rendered at one time, by default one per processor.
        progress: called after each piece, from the calling thread.
        seed: noted in truth.json.

    Returns:
        The path of truth.json.

    Raises:
        SamplesError: FluidSynth or the soundfont is missing, or the folder holds another collection.
    """
    files = [piece.file for piece in pieces]
    if len(set(files)) != len(files):
        raise SamplesError("[samples] pieces: expected every piece once, found two with one artist and title")
    if workers is not None and workers < 1:
        raise SamplesError(f"[samples] workers: expected 1 or more, found {workers}")
    synth = Synth.find(sample_rate_hz=sample_rate_hz, soundfont=soundfont)
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SamplesError(f"[samples] {folder}: expected a folder or a new name, found: {error.strerror}") from error
    before = _recorded_entries(folder, files)
    header: dict[str, Any] = {"seed": seed, "soundfont": synth.soundfont.name, "sample_rate_hz": sample_rate_hz}
    entries: dict[str, Entry] = {}
    waiting: list[tuple[Piece, Entry]] = []
    for piece in pieces:
        entry = piece_truth(piece) | {"definition": synth.definition(piece)}
        if _is_rendered(folder, entry, before.get(piece.file)):
            entries[piece.file] = entry | {"file_bytes": before[piece.file]["file_bytes"]}
            if progress is not None:
                progress(len(entries), len(pieces), piece.file)
        else:
            waiting.append((piece, entry))

    pool = ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1)
    try:
        jobs = {pool.submit(_render_piece, synth, piece, entry, folder): piece for piece, entry in waiting}
        for job in as_completed(jobs):
            file = jobs[job].file
            entries[file] = job.result()
            done = [entries[name] for name in files if name in entries]
            write_truth(folder, header, done, name=PARTIAL_TRUTH_NAME)
            if progress is not None:
                progress(len(entries), len(pieces), file)
    finally:
        # The pieces in work are finished, the others left: nothing is half written.
        pool.shutdown(cancel_futures=True)
    path = write_truth(folder, header, [entries[name] for name in files])
    (folder / PARTIAL_TRUTH_NAME).unlink(missing_ok=True)
    return path


def write_samples(
    directory: str | os.PathLike[str],
    *,
    num_pieces: int = 64,
    seed: int = 1,
    styles: Sequence[str] | None = None,
    target_seconds: float | None = None,
    swing: float | None = None,
    rubato: float = 0.0,
    time_signature: str | None = None,
    drums: bool = True,
    form: str = "themes",
    sample_rate_hz: int = 44100,
    soundfont: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Compose a collection and render it into `directory`; returns the path of truth.json.

    The arguments up to `form` are those of `compose_collection`, the others those of `render_collection`.
    """
    pieces = compose_collection(
        num_pieces=num_pieces,
        seed=seed,
        styles=styles,
        target_seconds=target_seconds,
        swing=swing,
        rubato=rubato,
        time_signature=time_signature,
        drums=drums,
        form=form,
    )
    return render_collection(
        pieces,
        directory,
        sample_rate_hz=sample_rate_hz,
        soundfont=soundfont,
        workers=workers,
        progress=progress,
        seed=seed,
    )


def _recorded_entries(folder: Path, files: Sequence[str]) -> dict[str, Entry]:
    truths = [read_truth(folder, name=name) for name in (TRUTH_NAME, PARTIAL_TRUTH_NAME)]
    recorded = {entry["file"]: entry for truth in truths if truth is not None for entry in truth["pieces"]}
    foreign = sorted(set(recorded) - set(files))
    if foreign:
        # Its files would stay beside the new ones, undescribed.
        raise SamplesError(
            f"[samples] {folder}: expected an empty folder or part of this collection, found another one's pieces or "
            f"more of this one's ({len(foreign)}, such as {foreign[0]}); give the number and the seed that made them, "
            "or another folder"
        )
    return recorded


def _is_rendered(folder: Path, entry: Entry, recorded: Entry | None) -> bool:
    if recorded is None or "file_bytes" not in recorded:
        return False
    path = folder / entry["file"]
    described = {name: value for name, value in recorded.items() if name != "file_bytes"}
    return described == entry and path.is_file() and path.stat().st_size == recorded["file_bytes"]


def _render_piece(synth: Synth, piece: Piece, entry: Entry, folder: Path) -> Entry:
    path = folder / piece.file
    path.parent.mkdir(parents=True, exist_ok=True)
    tags = {
        "title": piece.title,
        "artist": piece.artist,
        "album": piece.album,
        "album_artist": piece.artist,
        "track": str(piece.track),
        "date": str(piece.year),
        "genre": piece.style,
    }
    mess.write_audio(path, synth.render(piece), sample_format="int16", tags=tags)
    return entry | {"file_bytes": path.stat().st_size}
