# SPDX-License-Identifier: MIT
"""Turns a piece into audio by FluidSynth and a soundfont."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mess
from mess.samples.errors import SamplesError
from mess.samples.midi import midi_bytes
from mess.samples.score import Piece

_DEFAULT_SOUNDFONT = "/usr/share/sounds/sf2/TimGM6mb.sf2"
_INSTALL = "install it with: apt-get install fluidsynth timgm6mb-soundfont"
_GAIN = 0.4
# Measured with percussion at 22.05, 44.1 and 48 kHz: FluidSynth plays an event two of its blocks of 64 frames late,
# give or take 1.5 ms. Cutting them off makes times in the audio those of the score.
_LATENCY_FRAMES = 128
_FADE_SECONDS = 0.4
_TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Synth:
    """FluidSynth with a soundfont; render() may run in several threads."""

    program: str
    soundfont: Path
    soundfont_hash: str
    sample_rate_hz: int

    @staticmethod
    def find(*, sample_rate_hz: int = 44100, soundfont: str | os.PathLike[str] | None = None) -> Synth:
        """Find FluidSynth on the PATH, and the soundfont: the argument, $MESS_SOUNDFONT, or Debian's TimGM6mb.

        Raises:
            SamplesError: one of the two is missing (the message names the packages), or the rate is unfit.
        """
        if not 8000 <= sample_rate_hz <= 96000:
            raise SamplesError(f"[samples] sample_rate_hz: expected 8000 to 96000, found {sample_rate_hz}")
        program = shutil.which("fluidsynth")
        if program is None:
            raise SamplesError(f"[samples] fluidsynth: expected the program on the PATH, found none; {_INSTALL}")
        path = Path(soundfont or os.environ.get("MESS_SOUNDFONT") or _DEFAULT_SOUNDFONT)
        if not path.is_file():
            raise SamplesError(f"[samples] {path}: expected a soundfont, found no such file; {_INSTALL}")
        with path.open("rb") as file:
            if file.read(4) != b"RIFF":
                raise SamplesError(f"[samples] {path}: expected a soundfont (.sf2), found another kind of file")
            file.seek(0)
            digest = hashlib.sha256(file.read()).hexdigest()
        return Synth(program, path, digest, sample_rate_hz)

    def definition(self, piece: Piece) -> str:
        """A hash of all that decides a piece's audio: its MIDI, its level and the way it is rendered."""
        digest = hashlib.sha256(midi_bytes(piece))
        settings = (self.soundfont_hash, self.sample_rate_hz, _GAIN, piece.peak_dbfs, piece.duration_seconds)
        digest.update(repr(settings).encode())
        return digest.hexdigest()

    def render(self, piece: Piece) -> mess.AudioBuffer:
        """The piece in stereo, as long as it says, at its peak level, beats where it says."""
        with tempfile.TemporaryDirectory(prefix="mess-samples-") as folder:
            score, wave = Path(folder, "score.mid"), Path(folder, "audio.wav")
            score.write_bytes(midi_bytes(piece))
            self._run(piece, score, wave)
            rendered = np.asarray(mess.decode(wave).samples)
        num_frames = round(piece.duration_seconds * self.sample_rate_hz)
        samples = np.zeros((2, num_frames), np.float32)
        heard = rendered[:, _LATENCY_FRAMES : _LATENCY_FRAMES + num_frames]
        samples[:, : heard.shape[1]] = heard
        fade_frames = min(num_frames, round(_FADE_SECONDS * self.sample_rate_hz))
        samples[:, num_frames - fade_frames :] *= np.linspace(1, 0, fade_frames, dtype=np.float32)
        peak = float(np.abs(samples).max())
        if peak <= 0:
            raise SamplesError(f"[samples] {piece.file}: expected sound from {self.soundfont.name}, found silence")
        samples *= np.float32(10 ** (piece.peak_dbfs / 20) / peak)
        return mess.AudioBuffer(samples, self.sample_rate_hz)

    def _run(self, piece: Piece, score: Path, wave: Path) -> None:
        # A person's own settings file would change the sound: an empty one is read in its place.
        command = [self.program, "-ni", "-q", "-f", os.devnull, "-g", str(_GAIN), "-r", str(self.sample_rate_hz)]
        command += ["-T", "wav", "-O", "float", "-F", str(wave), str(self.soundfont), str(score)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SamplesError(f"[samples] {piece.file}: expected fluidsynth to run, found: {error}") from error
        if done.returncode != 0 or not wave.is_file():
            said = (done.stderr or done.stdout).decode(errors="replace").strip()[-300:]
            raise SamplesError(f"[samples] {piece.file}: expected a rendering, found fluidsynth's error: {said}")
