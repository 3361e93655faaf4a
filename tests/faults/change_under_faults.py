# SPDX-License-Identifier: MIT
"""Changes a store while calls fail or the process dies; what is there afterwards must be exactly old or new.

Run with fault_shim.so in LD_PRELOAD: change_under_faults.py index|frames FOLDER every|random COUNT
"""

from __future__ import annotations

import ctypes
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

import mess

FAULTS = {"no space": 1, "I/O error": 2, "short write": 3, "kill before": 4, "kill after": 5, "kill halfway": 6}
SHIM = ctypes.CDLL(None)


class Subject(Protocol):
    """A store whose whole content is told by one number."""

    error: type[mess.Error]

    def prepare(self, value: int) -> Callable[[], object]:
        """Return the change to that value, ready to be made."""

    def value(self) -> int:
        """Open and check all that is there."""


def make_index(value: int) -> mess.VectorIndex:
    """Forty vectors of one value."""
    index = mess.VectorIndex(8, "flat-fp16", encoder_id="dummy/1+mean")
    index.add(np.arange(40), np.full((40, 8), value, np.float32))
    return index


def published_value(store: mess.IndexStore) -> int:
    """Open and check all of what is current."""
    index = store.open_current(verify=True)
    values = {float(v) for v in index.vectors(index.ids()).ravel()}
    if len(index) != 40 or len(values) != 1:
        raise SystemExit(f"a mixture: {len(index)} vectors of {values}")
    return int(values.pop())


class Index:
    """Generations of an index of forty equal values."""

    error = mess.IndexError

    def __init__(self, folder: Path) -> None:
        self.store = mess.IndexStore(folder)

    def prepare(self, value: int) -> Callable[[], object]:
        index = make_index(value)
        return lambda: self.store.publish(index)

    def value(self) -> int:
        return published_value(self.store)


class Frames:
    """Tracks of equal frames, of which all but one are replaced: writing, removal and merging in one change."""

    error = mess.Error

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mess.FrameStore.open(folder).add(99, self.frames(99))

    @staticmethod
    def frames(value: int) -> mess.Frames:
        values = np.full((30, 8), value, np.float32)
        return mess.Frames(values, hop_seconds=0.5, window_seconds=0.5, encoder_id=mess.EncoderId("dummy", 1))

    def prepare(self, value: int) -> Callable[[], object]:
        store = mess.FrameStore.open(self.folder)
        return lambda: store.update(list(range(6)), [self.frames(value)] * 6)

    def value(self) -> int:
        store = mess.FrameStore.open(self.folder, read_only=True)
        store.verify()
        values = {float(v) for i in range(6) if i in store for v in store.read(i).array.ravel()}
        if list(store.ids()) != [*range(6), 99] or len(values) != 1 or (store.read(99).array != 99).any():
            raise SystemExit(f"a mixture: tracks {store.ids()} of {values}")
        return int(values.pop())


def change_in_child(subject: Subject, value: int, fault: int, calls: int) -> int:
    """0: changed, 1: refused with an error, 2: fewer calls than that, -9: killed."""
    change = subject.prepare(value)
    child = os.fork()
    if child == 0:
        code = 3
        try:
            SHIM.fault_arm(fault, calls)
            try:
                change()
                code = 0
            except subject.error:
                code = 1
            if SHIM.fault_calls() <= calls:
                code = 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def check(subject: Subject, before: int, after: int, code: int, what: str) -> int:
    """What is there now; ends the program when it is neither or does not fit what the change said."""
    found = subject.value()
    allowed = {0: {after}, 2: {after}, 1: {before, after}, -9: {before, after}}.get(code)
    if allowed is None or found not in allowed:
        raise SystemExit(f"{what}: exit {code}, expected one of {allowed}, found {found}")
    return found


def every_call(subject: Subject) -> int:
    """Each fault at each call; returns how many runs."""
    runs = 0
    current = subject.value()
    for name, fault in FAULTS.items():
        for calls in range(1000):
            after = current % 1000 + 1
            code = change_in_child(subject, after, fault, calls)
            current = check(subject, current, after, code, f"{name} at call {calls}")
            runs += 1
            if code == 2:
                break
        else:
            raise SystemExit(f"{name}: a change does not end")
    return runs


def random_kills(subject: Subject, count: int) -> tuple[int, int]:
    """So many kills at random calls; returns how often the old and the new state was found."""
    generator = random.Random(7)
    current = subject.value()
    old = new = 0
    while old + new < count:
        after = current % 1000 + 1
        code = change_in_child(subject, after, generator.choice((4, 5, 6)), generator.randrange(45))
        found = check(subject, current, after, code, "a kill")
        if code == -9:
            old, new = old + (found == current), new + (found == after)
        current = found
    return old, new


def main() -> None:
    kind, folder, way, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    subject: Subject = Index(folder) if kind == "index" else Frames(folder)
    subject.prepare(1)()
    if way == "every":
        print(f"{every_call(subject)} runs")
    else:
        old, new = random_kills(subject, count)
        print(f"{old + new} kills: {old} times the old state, {new} times the new one")
    # Nothing is left to be mended by hand.
    subject.prepare(1001)()
    if subject.value() != 1001 or [p.name for p in folder.iterdir() if p.name.startswith(".mess.")]:
        raise SystemExit("expected a store like any other afterwards")


if __name__ == "__main__":
    main()
