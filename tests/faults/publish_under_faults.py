# SPDX-License-Identifier: MIT
"""Publishes an index while calls fail or the process dies; what is there afterwards must be exactly old or new.

Run with fault_shim.so in LD_PRELOAD: publish_under_faults.py FOLDER every|random COUNT
"""

from __future__ import annotations

import ctypes
import os
import random
import sys
from pathlib import Path

import numpy as np

import mess

FAULTS = {"no space": 1, "I/O error": 2, "short write": 3, "kill before": 4, "kill after": 5, "kill halfway": 6}
SHIM = ctypes.CDLL(None)


def make_index(value: int) -> mess.VectorIndex:
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


def publish_in_child(store: mess.IndexStore, index: mess.VectorIndex, fault: int, calls: int) -> int:
    """0: published, 1: refused with an error, 2: fewer calls than that, -9: killed."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            SHIM.fault_arm(fault, calls)
            try:
                store.publish(index)
                code = 0
            except mess.IndexError:
                code = 1
            if SHIM.fault_calls() <= calls:
                code = 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def check(store: mess.IndexStore, before: int, after: int, code: int, what: str) -> int:
    """What is current now; ends the program when it is neither or does not fit what publish() said."""
    found = published_value(store)
    allowed = {0: {after}, 2: {after}, 1: {before, after}, -9: {before, after}}.get(code)
    if allowed is None or found not in allowed:
        raise SystemExit(f"{what}: exit {code}, expected one of {allowed}, found {found}")
    return found


def every_call(store: mess.IndexStore) -> int:
    """Each fault at each call; returns how many runs."""
    runs = 0
    current = published_value(store)
    for name, fault in FAULTS.items():
        for calls in range(1000):
            after = current % 1000 + 1
            code = publish_in_child(store, make_index(after), fault, calls)
            current = check(store, current, after, code, f"{name} at call {calls}")
            runs += 1
            if code == 2:
                break
        else:
            raise SystemExit(f"{name}: a publication does not end")
    return runs


def random_kills(store: mess.IndexStore, count: int) -> tuple[int, int]:
    """So many kills at random calls; returns how often the old and the new generation was found."""
    generator = random.Random(7)
    current = published_value(store)
    old = new = 0
    while old + new < count:
        after = current % 1000 + 1
        code = publish_in_child(store, make_index(after), generator.choice((4, 5, 6)), generator.randrange(45))
        found = check(store, current, after, code, "a kill")
        if code == -9:
            old, new = old + (found == current), new + (found == after)
        current = found
    return old, new


def main() -> None:
    folder, way, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    store = mess.IndexStore(folder)
    store.publish(make_index(1))
    if way == "every":
        print(f"{every_call(store)} runs")
    else:
        old, new = random_kills(store, count)
        print(f"{old + new} kills: {old} times the old generation, {new} times the new one")
    # Nothing is left to be mended by hand.
    store.publish(make_index(1001))
    if published_value(store) != 1001 or [p.name for p in folder.iterdir() if p.name.startswith(".mess.")]:
        raise SystemExit("expected a store like any other afterwards")


if __name__ == "__main__":
    main()
