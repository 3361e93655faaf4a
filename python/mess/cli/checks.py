# SPDX-License-Identifier: MIT
"""What mess doctor looks at; every check tries the thing itself."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import math
import platform
import shutil
import struct
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

import mess

MIN_FREE_BYTES = 500 << 20
CHOOSE_ANOTHER = "choose another folder: --library PATH, or the variable MESS_LIBRARY"
REINSTALL = "install it again: pip install --force-reinstall mess-ai"

Status: TypeAlias = Literal["ok", "missing", "broken"]


@dataclass(frozen=True)
class Check:
    """One thing that was tried."""

    name: str
    status: Status  # "missing": something optional; "broken": nothing works without
    found: str
    remedy: str = ""  # what to do about it


def run_checks(library: Path) -> list[Check]:
    """Try everything; `library` is the folder of the library, which need not be there."""
    return [
        _versions(),
        _stages(),
        _essential("decoding", _decode_wav),
        _essential("decoding FLAC", _decode_flac),
        _essential("embedding", _embed),
        _essential("searching", _search),
        _neural(),
        _text_search(),
        _synthesizer(),
        _library_folder(library),
        _catalogue(library),
        _disk(library),
    ]


def _versions() -> Check:
    packages = ("numpy", "sqlalchemy", "typer", "rich")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return Check("versions", "ok", f"mess {mess.version()}, Python {platform.python_version()}, {versions}")


def _stages() -> Check:
    built = mess.built_stages()
    needed = ("audio", "analyze", "encode", "frames", "pool", "index", "playlist")
    lacking = [stage for stage in needed if stage not in built]
    found = f"{', '.join(built)}; SIMD level {mess.simd_level()}"
    if lacking:
        return Check("stages", "broken", found, f"built without {', '.join(lacking)}; {REINSTALL}")
    return Check("stages", "ok", found)


def _essential(name: str, attempt: Callable[[], str]) -> Check:
    """Try something that nothing works without."""
    try:
        return Check(name, "ok", attempt())
    except (mess.Error, OSError) as error:
        return Check(name, "broken", str(error), REINSTALL)


def _tone(sample_rate_hz: int = 22050, seconds: float = 1.0) -> list[float]:
    return [0.25 * math.sin(2 * math.pi * 440 * i / sample_rate_hz) for i in range(int(seconds * sample_rate_hz))]


def _decode_wav() -> str:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(b"".join(struct.pack("<h", round(32767 * sample)) for sample in _tone()))
    return _describe(mess.decode(content.getvalue()))


def _decode_flac() -> str:
    with tempfile.TemporaryDirectory(prefix="mess-doctor-") as folder:
        path = Path(folder) / "tone.flac"
        mess.write_audio(path, mess.AudioBuffer(np.array(_tone(), dtype=np.float32), 22050))
        return _describe(mess.decode(path.read_bytes()))


def _describe(audio: mess.AudioBuffer) -> str:
    return f"{audio.duration_seconds:g} s at {audio.sample_rate_hz} Hz read back"


def _embed() -> str:
    frames = mess.Encoder.open("acoustic").encode(mess.AudioBuffer(np.array(_tone(), dtype=np.float32), 22050))
    return f"{len(mess.pool(frames))} values by {frames.encoder_id}"


def _search() -> str:
    index = mess.VectorIndex(4)
    index.add(np.arange(4, dtype=np.int64), np.eye(4, dtype=np.float32))
    _, ids = index.search(np.eye(4, dtype=np.float32)[2], 1)
    if int(ids[0, 0]) != 2:
        raise mess.Error(f"[index] doctor: expected id 2 to be nearest, found {int(ids[0, 0])}")
    return "the nearest vector was found"


def _neural() -> Check:
    if mess.load_neural():
        return Check("neural encoders", "ok", mess.neural_status())
    return Check("neural encoders", "missing", mess.neural_status(), 'optional; pip install "mess-ai[neural]"')


def _text_search() -> Check:
    from mess.library.search import DEFAULT_TEXT_MODEL, sentence_models_here

    name = "search by words"
    if importlib.util.find_spec("tokenizers") is None:
        return Check(name, "missing", "no package tokenizers", 'optional; pip install "mess-ai[neural,models]"')
    models = sentence_models_here()
    if not models:
        return Check(name, "missing", "no text model", f"optional; mess models pull {DEFAULT_TEXT_MODEL}")
    return Check(name, "ok", f"with {models[0]}")


def _synthesizer() -> Check:
    from mess.samples import SamplesError
    from mess.samples.synth import Synth

    try:
        synth = Synth.find()
    except SamplesError as error:
        remedy = "only for mess samples; apt-get install fluidsynth timgm6mb-soundfont"
        return Check("synthesizer", "missing", str(error), remedy)
    return Check("synthesizer", "ok", f"{synth.program} with {synth.soundfont}")


def _library_folder(library: Path) -> Check:
    """Write a file where the library is, or would be made."""
    if library.exists() and not library.is_dir():
        return Check("library folder", "broken", f"{library} is no folder", CHOOSE_ANOTHER)
    folder = _existing_parent(library)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"mess")
    except OSError as error:
        return Check("library folder", "broken", f"{folder} cannot be written: {error.strerror}", CHOOSE_ANOTHER)
    return Check("library folder", "ok", f"{library}" if library.is_dir() else f"{library} can be made")


def _catalogue(library: Path) -> Check:
    from mess.library import Library, LibraryDamagedError

    if not (library / "catalog.sqlite").exists():
        return Check("catalogue", "missing", "no library yet", "make one: mess scan ~/Music")
    try:
        with Library.open(library, read_only=True) as opened:
            opened.verify()
            stats = opened.stats()
    except LibraryDamagedError as error:
        return Check(
            "catalogue", "broken", str(error), "restore catalog.sqlite from a backup, or delete it and scan again"
        )
    except mess.Error as error:
        return Check("catalogue", "broken", str(error), "keep the file: it is not damaged, but cannot be used as it is")
    return Check("catalogue", "ok", f"{stats.num_tracks} tracks, {stats.num_failed} files that could not be read")


def _disk(library: Path) -> Check:
    free_bytes = shutil.disk_usage(_existing_parent(library)).free
    found = f"{free_bytes / 1e9:.1f} GB free"
    if free_bytes < MIN_FREE_BYTES:
        return Check("disk", "missing", found, "make room: a large library needs some hundred megabytes")
    return Check("disk", "ok", found)


def _existing_parent(folder: Path) -> Path:
    return next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.is_dir())
