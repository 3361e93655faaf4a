# SPDX-License-Identifier: MIT
"""After any history of changes and scans, a library says what a new one says of the same folder."""

from __future__ import annotations

import random
import shutil

import numpy as np
import pytest

import mess
from mess.library import Library

NUM_STEPS = 40


class Folder:
    """A folder of music that changes at random."""

    def __init__(self, path, seed):
        self.path = path
        self.random = random.Random(seed)
        self.num_made = 0
        path.mkdir()

    def change(self):
        actions = [
            self.add,
            self.add,
            self.copy,
            self.move,
            self.retag,
            self.replace,
            self.delete,
            self.damage,
            self.swap,
        ]
        self.random.choice(actions)()

    def files(self):
        return sorted(path for path in self.path.rglob("*") if path.is_file())

    def some(self):
        return self.random.choice(self.files())

    def free_name(self):
        self.num_made += 1
        folder = self.path / self.random.choice(["", "a", "a/b"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.num_made}.wav"

    def write(self, path):
        time = np.arange(6000) / 8000
        hz = self.random.uniform(80, 2000)
        level = self.random.choice([0.3, 0.3, 0.3, 0.0])
        samples = (level * np.sin(2 * np.pi * hz * time)).astype(np.float32)
        self.write_tagged(path, samples)

    def write_tagged(self, path, samples):
        self.num_made += 1
        mess.write_audio(path, mess.AudioBuffer(samples, 8000), tags={"title": f"Title {self.num_made}"})

    def add(self):
        self.write(self.free_name())

    def copy(self):
        if self.files():
            shutil.copy2(self.some(), self.free_name())

    def move(self):
        if self.files():
            self.some().rename(self.free_name())

    def retag(self):
        if self.files():
            path = self.some()
            try:
                audio = mess.decode(path)
            except mess.DecodeError:
                return
            self.write_tagged(path, audio.samples[0].copy())

    def replace(self):
        if self.files():
            self.write(self.some())

    def delete(self):
        if self.files():
            self.some().unlink()

    def damage(self):
        if self.files():
            self.some().write_text(f"no music {self.num_made}")

    def swap(self):
        if len(self.files()) > 1:
            one, other = self.random.sample(self.files(), 2)
            between = self.path / "between"
            one.rename(between)
            other.rename(one)
            between.rename(other)


def state(library):
    """What a library says, without ids and dates."""
    tracks = {
        track.content_hash: (track.paths, track.title, track.duration_seconds, track.analysis)
        for track in library.tracks()
    }
    hash_of = {track.id: track.content_hash for track in library.tracks()}
    vectors, neighbours = {}, {}
    for track in library.tracks():
        if not track.analysis.is_silent:
            vectors[track.content_hash] = library.resolve(track.id).vector.tobytes()
            matches = library.similar(track.id, k=100)
            neighbours[track.content_hash] = sorted((hash_of[match.track.id], match.score) for match in matches)
    return tracks, library.failures(), library.warnings(), vectors, neighbours


@pytest.mark.parametrize("seed", range(4))
def test_history_leaves_no_trace_in_what_a_library_says(tmp_path, seed):
    folder = Folder(tmp_path / "music", seed)
    for _ in range(5):
        folder.add()
    with Library.open(tmp_path / "library") as library:
        for _ in range(NUM_STEPS):
            folder.change()
            if folder.random.random() < 0.4:
                library.scan(folder.path, encoder="dummy", workers=2)
        library.scan(folder.path, encoder="dummy", workers=2)
        library.verify()
        with Library.open(tmp_path / "fresh") as fresh:
            fresh.scan(folder.path, encoder="dummy", workers=2)
            assert state(library) == state(fresh)
            assert len(fresh.tracks()) > 3
        again = library.scan(folder.path, encoder="dummy")
        assert (again.num_unchanged, again.num_decoded) == (again.num_found, 0)
