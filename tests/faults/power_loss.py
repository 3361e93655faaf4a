# SPDX-License-Identifier: MIT
"""Replays a recorded publication up to every call, with what was not synced lost in many ways: old or new must open.

A disk keeps of a file what fsync() of it has written, and of what came after nothing, a part or all; of a folder what
fsync() of it has written, and of the later changes of names any that it likes.

Run with record_shim.so in LD_PRELOAD: power_loss.py FOLDER [SYNC]; SYNC, from 0, is left out of the recording, to see
that each is needed.
"""

from __future__ import annotations

import ctypes
import itertools
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from change_under_faults import make_index, published_value

import mess

KEPT = ("nothing", "half", "all")  # of what was written and not synced
MOST_SUBSETS = 256  # of changes of names that are not synced; beyond, what is lost is everything after some change


@dataclass
class File:
    synced: bytes = b""
    written: bytes = b""

    def after_loss(self, kept: str) -> bytes:
        """What the disk holds: a file that grew may hold zeros where its data never arrived."""
        if kept == "all":
            return self.written
        if kept == "nothing":
            return self.synced
        half = len(self.synced) + (len(self.written) - len(self.synced)) // 2
        return self.written[:half] + bytes(len(self.written) - half)


@dataclass
class Disk:
    """One folder: names of files, those changed since its last sync, and the files themselves."""

    folder: Path
    synced_names: dict[str, File] = field(default_factory=dict)
    changes: list[tuple[str, str, File | None]] = field(default_factory=list)  # (name gone, name set, file)
    names: dict[str, File] = field(default_factory=dict)
    descriptors: dict[int, File | None] = field(default_factory=dict)  # None: the folder

    def replay(self, line: str) -> None:
        call, _, rest = line.partition(" ")
        if call == "open":
            number, creates, path = rest.split(" ", 2)
            self.open(int(number), creates == "1", Path(path))
        elif call == "unnamed":
            self.descriptors[int(rest.split(" ", 1)[0])] = File()
        elif call == "link":
            number, path = rest.split(" ", 1)
            self.change("", Path(path).name, self.descriptors[int(number)])
        elif call == "write":
            number, data = rest.split(" ", 1)
            file = self.descriptors.get(int(number))
            assert file is not None, "a write to a file of this folder"
            file.written += bytes.fromhex(data)
        elif call == "fsync":
            file = self.descriptors[int(rest)]
            if file is not None:
                file.synced = file.written
            else:
                self.synced_names, self.changes = dict(self.names), []
        elif call == "rename":
            source, target = (Path(path).name for path in rest.split("\t"))
            self.change(source, target, self.names[source])
        elif call == "unlink" and Path(rest).name in self.names:
            self.change(Path(rest).name, "", None)

    def open(self, number: int, creates: bool, path: Path) -> None:
        if path == self.folder:
            self.descriptors[number] = None
        elif path.parent == self.folder:
            if creates:
                self.change("", path.name, File())
            self.descriptors[number] = self.names[path.name]

    def change(self, gone: str, name: str, file: File | None) -> None:
        self.changes.append((gone, name, file))
        apply([self.changes[-1]], self.names)

    def states(self) -> list[dict[str, bytes]]:
        """Every folder that a loss of power at this moment may leave."""
        count = len(self.changes)
        if 2**count <= MOST_SUBSETS:
            kept_changes = [c for size in range(count + 1) for c in itertools.combinations(self.changes, size)]
        else:
            kept_changes = [tuple(self.changes[:size]) for size in range(count + 1)]
        result = []
        for changes in kept_changes:
            names = dict(self.synced_names)
            apply(changes, names)
            for kept in KEPT:
                state = {name: file.after_loss(kept) for name, file in names.items()}
                if state not in result:
                    result.append(state)
        return result


def apply(changes: list[tuple[str, str, File | None]] | tuple[tuple[str, str, File | None], ...], names: dict) -> None:
    for gone, name, file in changes:
        names.pop(gone, None)
        if file is not None:
            names[name] = file


def record(store: mess.IndexStore, value: int, log: Path) -> list[str]:
    shim = ctypes.CDLL(None)
    shim.record_to(str(log).encode())
    store.publish(make_index(value))
    shim.record_to(b"")
    return log.read_text().splitlines()


def main() -> None:
    work = Path(sys.argv[1])
    folder, log, after_loss = work / "store", work / "log", work / "after"
    store = mess.IndexStore(folder, num_kept=2)
    for value in (1, 2, 3):
        store.publish(make_index(value))
    disk = Disk(folder, {path.name: File(path.read_bytes(), path.read_bytes()) for path in folder.iterdir()})
    disk.names = dict(disk.synced_names)
    lines = record(store, 4, log)
    syncs = [number for number, line in enumerate(lines) if line.startswith("fsync")]
    if len(syncs) != 4:
        raise SystemExit(f"expected each of two files and twice their folder to be synced, found {len(syncs)} syncs")
    for left_out in sys.argv[2:]:
        del lines[syncs[int(left_out)]]
    found = {3: 0, 4: 0}
    for number in range(len(lines) + 1):
        for state in disk.states():
            shutil.rmtree(after_loss, ignore_errors=True)
            after_loss.mkdir()
            for name, content in state.items():
                (after_loss / name).write_bytes(content)
            value = published_value(mess.IndexStore(after_loss, num_kept=2))
            if value not in found or (value == 3 and number == len(lines)):
                raise SystemExit(f"power lost after call {number}: expected generation 3 or 4, found {value}")
            found[value] += 1
            mess.IndexStore(after_loss, num_kept=2).publish(make_index(5))
            if published_value(mess.IndexStore(after_loss)) != 5:
                raise SystemExit(f"power lost after call {number}: expected a store like any other afterwards")
        if number < len(lines):
            disk.replay(lines[number])
    print(
        f"{len(lines)} calls, {sum(found.values())} losses: {found[3]} times the old generation, {found[4]} the new one"
    )


if __name__ == "__main__":
    main()
