# SPDX-License-Identifier: MIT
"""The frame store: views into the file, other processes, damage, faults, and a store much larger than memory."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import sparse_frames
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mess
from faults import build_shim, change_under_faults, mutants

DIM = 6
HOP = 0.25
GOLDEN = Path(__file__).parents[1] / "golden"


def frames_of(count: int, seed: int = 0, *, dim: int = DIM) -> mess.Frames:
    values = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return mess.Frames(values, hop_seconds=HOP, window_seconds=0.5, encoder_id=mess.EncoderId("dummy", 1))


def rounded(frames: mess.Frames) -> np.ndarray:
    return frames.array.astype(np.float16).astype(np.float32)


def test_reading_gives_frames_with_their_time_and_encoder(tmp_path: Path) -> None:
    store = mess.FrameStore.open(tmp_path / "frames")
    assert (len(store), store.encoder_id, store.hop_seconds) == (0, None, 0.0)
    store.add(7, frames_of(40))
    store.add([9, 8], [frames_of(3, 1), frames_of(4, 2)])
    read = store.read(7, 2.0, 4.0)
    np.testing.assert_array_equal(read.array, rounded(frames_of(40))[8:16])
    assert (read.hop_seconds, read.window_seconds, str(read.encoder_id)) == (HOP, 0.5, "dummy/1")
    assert read.track_vector is None
    assert str(store.encoder_id) == "dummy/1"
    assert (list(store.ids()), 8 in store, 10 in store, store.num_frames(9)) == ([7, 8, 9], True, False, 3)
    assert store.update([8], [frames_of(5)]) == 1
    assert store.remove([8, 10]) == 1
    info = store.info()
    assert (info.num_tracks, info.num_frames, info.dim, info.storage) == (2, 43, DIM, "float16")
    assert mess.pool(store.read(7), kind="mean").shape == (DIM,)


@pytest.mark.parametrize("storage", ["float16", "float32"])
def test_a_view_is_the_file_itself_and_outlives_the_store(tmp_path: Path, storage: str) -> None:
    store = mess.FrameStore.open(tmp_path, storage=storage)
    store.add(1, frames_of(40))
    view = store.view(1, 1.0)
    assert (view.dtype, view.shape, view.flags.writeable) == (np.dtype(storage), (36, DIM), False)
    assert view.base is not None
    expected = view.copy()
    store.remove([1])
    del store
    shutil.rmtree(tmp_path)
    np.testing.assert_array_equal(view, expected)


def test_int8_has_no_view_but_reads(tmp_path: Path) -> None:
    store = mess.FrameStore.open(tmp_path, storage="int8")
    store.add(1, frames_of(40))
    with pytest.raises(mess.InvalidArgument, match=r"found int8; read\(\) converts"):
        store.view(1)
    steps = np.abs(frames_of(40).array).max(axis=1, keepdims=True) / 127
    assert (np.abs(store.read(1).array - frames_of(40).array) <= steps * 0.5001).all()


def test_errors_name_the_track_and_what_was_found(tmp_path: Path) -> None:
    store = mess.FrameStore.open(tmp_path)
    store.add(1, frames_of(8))
    holed = frames_of(8).array.copy()
    holed[5, 2] = np.nan
    bad = mess.Frames(holed, hop_seconds=HOP, window_seconds=0.5, encoder_id=mess.EncoderId("dummy", 1))
    with pytest.raises(mess.InvalidArgument, match="track 31: expected finite values .* found nan in frame 5"):
        store.add(31, bad)
    with pytest.raises(mess.InvalidArgument, match="track 2: expected 6 values of dummy/1"):
        store.add(2, frames_of(8, dim=7))
    with pytest.raises(mess.IndexError, match="track 5: expected an id that is present"):
        store.read(5)
    with pytest.raises(mess.InvalidArgument, match=r"its end at 2\.0+ s, found 2\.0"):
        store.read(1, 2.0)
    with pytest.raises(mess.InvalidArgument, match="storage"):
        mess.FrameStore.open(tmp_path, storage="float64")
    with pytest.raises(mess.FormatError, match="expected a frame store, found none"):
        mess.FrameStore.open(tmp_path / "none", read_only=True)


@pytest.mark.parametrize("storage", ["float16", "float32", "int8"])
def test_golden_stores_of_every_layout_are_read(tmp_path: Path, storage: str) -> None:
    shutil.copytree(GOLDEN / f"frames-layout-1-{storage}", tmp_path / "store")
    store = mess.FrameStore.open(tmp_path / "store", read_only=True)
    store.verify()
    assert (list(store.ids()), str(store.encoder_id), store.hop_seconds) == ([3, 5, 8], "dummy/1", 0.5)
    assert [store.num_frames(i) for i in store.ids()] == [4, 0, 1]
    np.testing.assert_array_equal(store.read(3).array, [[127, 2, -3], [0, 0, 0], [-127, 64, 1], [127, 127, 127]])
    np.testing.assert_array_equal(store.read(8).array, [[-127, 0, 5]])


def read_everything(folder: Path) -> None:
    store = mess.FrameStore.open(folder)
    for track in store.ids():
        store.read(track)
    store.verify()


@pytest.mark.parametrize("file", ["MANIFEST", "shard"])
@pytest.mark.parametrize("storage", ["float16", "float32", "int8"])
def test_every_mutant_of_every_kind_of_file_is_refused_by_name(tmp_path: Path, storage: str, file: str) -> None:
    store = mess.FrameStore.open(tmp_path, storage=storage)
    store.add(list(range(20)), [frames_of(30, i) for i in range(20)])
    store.remove([3, 4])
    path = tmp_path / file if file == "MANIFEST" else next(tmp_path.glob("shard-*"))
    whole = path.read_bytes()
    for number, mutant in enumerate(mutants(whole)):
        path.unlink()  # a mapped file is never overwritten
        path.write_bytes(mutant)
        with pytest.raises(mess.FormatError, match=rf"{file}.*expected") as caught:
            read_everything(tmp_path)
        if number < 30:
            assert any(word in str(caught.value) for word in ("section", "magic", "version", "describes"))


def look_from_another_process(folder: Path) -> list[float]:
    store = mess.FrameStore.open(folder, read_only=True)
    return [float(store.read(track).array[0, 0]) for track in store.ids()]


def test_processes_share_a_store(tmp_path: Path) -> None:
    store = mess.FrameStore.open(tmp_path)
    store.add(1, frames_of(4, 1))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(look_from_another_process, (tmp_path,)) == [float(rounded(frames_of(4, 1))[0, 0])]
        pool.apply(add_from_another_process, (tmp_path,))
    assert 2 not in store
    assert store.refresh()
    np.testing.assert_array_equal(store.read(2).array, rounded(frames_of(4, 2)))


def add_from_another_process(folder: Path) -> None:
    mess.FrameStore.open(folder).add(2, frames_of(4, 2))


def write_from_another_process(folder: Path, first: int) -> None:
    store = mess.FrameStore.open(folder)
    for track in range(first, first + 25):
        store.add(track, frames_of(3, track))


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(write_from_another_process, [(tmp_path, 0), (tmp_path, 100)])
    store = mess.FrameStore.open(tmp_path)
    assert list(store.ids()) == [*range(25), *range(100, 125)]
    for track in store.ids():
        np.testing.assert_array_equal(store.read(track).array, rounded(frames_of(3, int(track))))


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "update", "remove", "read", "range", "compact", "reopen", "refresh"]),
        st.integers(0, 12),
        st.integers(0, 400),
    ),
    min_size=40,
    max_size=40,
)


def apply(store: mess.FrameStore, tracks: dict[int, np.ndarray], action: str, track: int, number: int) -> None:
    """One operation, on the store and on what it should hold."""
    if action == "add" and track in tracks:
        with pytest.raises(mess.InvalidArgument, match="a new id"):
            store.add(track, frames_of(1))
    elif action == "add":
        store.add(track, frames_of(number % 50, number))
        tracks[track] = rounded(frames_of(number % 50, number))
    elif action == "update":
        pair = [track, track + 1]
        assert store.update(pair, [frames_of(number, number)] * 2) == sum(one in tracks for one in pair)
        tracks.update(dict.fromkeys(pair, rounded(frames_of(number, number))))
    elif action == "remove":
        assert store.remove([track, track]) == (tracks.pop(track, None) is not None)
    elif action == "compact":
        store.compact()
        assert store.info().removed_bytes == 0
    elif action == "refresh":
        assert not store.refresh()
    elif track in tracks and len(tracks[track]) > 0:
        count = len(tracks[track])
        first = number % count
        last = min(count, first + 1 + number % 7)
        read = store.read(track, first * HOP, last * HOP) if action == "range" else store.read(track)
        np.testing.assert_array_equal(read.array, tracks[track][first:last] if action == "range" else tracks[track])


def run_operations(operations: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = mess.FrameStore.open(folder, shard_bytes=20000)
        tracks: dict[int, np.ndarray] = {}
        for action, track, number in operations:
            if action == "reopen":
                store = mess.FrameStore.open(folder, shard_bytes=20000)
            apply(store, tracks, action, track, number)
            assert list(store.ids()) == sorted(tracks)
        store = mess.FrameStore.open(folder)
        store.verify()
        assert store.info().num_frames == sum(len(values) for values in tracks.values())
        for track, values in tracks.items():
            np.testing.assert_array_equal(store.read(track).array, values)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(OPERATIONS)
def test_a_thousand_random_operations_agree_with_a_dictionary(operations: list[tuple[str, int, int]]) -> None:
    run_operations(operations)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(OPERATIONS)
def test_twenty_thousand_random_operations_agree_with_a_dictionary(operations: list[tuple[str, int, int]]) -> None:
    run_operations(operations)


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shim(tmp_path_factory.mktemp("shim"))


def test_a_failing_call_anywhere_leaves_the_old_or_the_new_state(shim: Path, tmp_path: Path) -> None:
    runs = int(change_under_faults(shim, "frames", tmp_path, "every", "0").split()[0])
    assert runs > 100, "every kind of fault met many calls"


def test_a_kill_anywhere_leaves_the_old_or_the_new_state(shim: Path, tmp_path: Path) -> None:
    assert change_under_faults(shim, "frames", tmp_path, "random", "200").startswith("200 kills")


@pytest.mark.slow
def test_a_thousand_kills_leave_the_old_or_the_new_state(shim: Path, tmp_path: Path) -> None:
    assert change_under_faults(shim, "frames", tmp_path, "random", "1000").startswith("1000 kills")


READ_AT_RANDOM = """
import resource, sys
import numpy as np
import mess

resource.setrlimit(resource.RLIMIT_DATA, (300 << 20, 300 << 20))
store = mess.FrameStore.open(sys.argv[1], read_only=True)
num_reads, num_tracks = int(sys.argv[2]), len(store)
random = np.random.default_rng(1)
for track in random.integers(num_tracks, size=num_reads):
    begin = float(random.uniform(0.0, 229.0))
    assert store.read(int(track), begin, begin + 10.0).array.shape[0] >= 100
for track in store.ids()[: num_tracks // 100]:
    store.view(int(track)).view(np.uint16).max()
status = dict(line.split(":") for line in open("/proc/self/status"))
print(status["RssAnon"].split()[0])
"""


@pytest.mark.slow
def test_a_store_of_94_gigabytes_is_read_within_300_megabytes(tmp_path: Path) -> None:
    """A limit on private data stands for less memory; mapped pages are the kernel's to take back."""
    first = frames_of(sparse_frames.TRACK_FRAMES, dim=sparse_frames.DIM).array
    shards = sparse_frames.write_sparse_store(tmp_path / "store", 64, 400, first)
    assert sum(path.stat().st_size for path in shards) > 94e9
    store = mess.FrameStore.open(tmp_path / "store", read_only=True)
    np.testing.assert_array_equal(store.view(400, 10.0, 20.0), first[100:200].astype(np.float16))
    result = subprocess.run(
        [sys.executable, "-c", READ_AT_RANDOM, str(tmp_path / "store"), "10000"],
        capture_output=True,
        text=True,
        env={"OPENBLAS_NUM_THREADS": "1"},
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 300_000
