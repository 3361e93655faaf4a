# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mess


def make_index(count: int = 100, dim: int = 16) -> tuple[mess.VectorIndex, np.ndarray, np.ndarray]:
    vectors = np.random.default_rng(count).normal(size=(count, dim)).astype(np.float32)
    ids = np.arange(count, dtype=np.int64) * 3 + 5
    index = mess.VectorIndex(dim, "auto", encoder_id="dummy/1+mean")
    index.add(ids, vectors)
    return index, ids, vectors


def test_search_agrees_with_numpy() -> None:
    index, ids, vectors = make_index()
    queries = np.random.default_rng(0).normal(size=(7, 16)).astype(np.float32)
    scores, found = index.search(queries, 5)
    expected = queries @ vectors.T
    order = np.argsort(-expected, axis=1)[:, :5]
    np.testing.assert_array_equal(found, ids[order])
    np.testing.assert_allclose(scores, np.take_along_axis(expected, order, axis=1), atol=1e-4)
    assert (scores.dtype, found.dtype) == (np.float32, np.int64)


def test_a_single_query_may_be_one_dimensional() -> None:
    index, ids, vectors = make_index()
    scores, found = index.search(vectors[4], 1)
    assert found.shape == (1, 1)
    assert found[0, 0] == index.search(vectors[4:5], 1)[1][0, 0]


def test_results_are_padded_and_filters_never_under_return() -> None:
    index, ids, vectors = make_index(4)
    scores, found = index.search(vectors[0], 6)
    assert (found[0, 4:] == -1).all()
    assert np.isneginf(scores[0, 4:]).all()
    assert set(index.search(vectors[0], 2, filter=ids[2:])[1][0]) == set(ids[2:])
    assert (index.search(vectors[0], 2, filter=np.array([], np.int64))[1] == -1).all()


def test_save_and_load_round_trip_and_damage_is_refused(tmp_path: Path) -> None:
    index, ids, vectors = make_index()
    path = tmp_path / "a.messidx"
    index.save(path)
    loaded = mess.VectorIndex.load(path)
    assert (loaded.dim, len(loaded), loaded.encoder_id, loaded.spec) == (16, 100, "dummy/1+mean", "auto")
    np.testing.assert_array_equal(loaded.search(vectors, 3)[1], index.search(vectors, 3)[1])
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(mess.FormatError, match=r"a\.messidx: section precise: expected its checksum to match"):
        mess.VectorIndex.load(path)
    with pytest.raises(mess.FormatError, match="No such file"):
        mess.VectorIndex.load(tmp_path / "missing")


def test_the_golden_file_of_format_1_still_loads() -> None:
    index = mess.VectorIndex.load(Path(__file__).parents[1] / "golden" / "index-format-1.messidx")
    assert (index.dim, index.encoder_id, sorted(index.ids())) == (3, "dummy/1+mean", [7, 11])
    np.testing.assert_array_equal(index.vector(7), np.array([1.0, 0.5, -2.0], np.float32))


@pytest.mark.parametrize("spec", ["flat", "flat-fp16", "flat-bf16", "flat-int8", "hnsw2", "ivf2,pq3"])
def test_the_golden_files_of_layout_2_still_load(spec: str) -> None:
    golden = Path(__file__).parents[1] / "golden" / f"index-layout-2-{spec}.messidx"
    index = mess.VectorIndex.load(golden, verify=True)
    assert (index.spec, index.encoder_id, sorted(index.ids()), index.has_hubness) == (
        spec,
        "dummy/1+mean",
        [7, 11],
        True,
    )
    np.testing.assert_allclose(
        index.vectors([7, 11]), [[1.0, 0.5, -2.0], [0.25, 3.0, 4.0]], atol=0.25 if "pq" in spec else 1e-4
    )
    assert list(index.search(np.array([0, 1, 1], np.float32), 3)[1][0]) == [11, 7, -1]


def test_filters_take_every_form() -> None:
    index, ids, vectors = make_index()
    allowed = {int(i) for i in ids if i < 50}
    for form in (range(50), np.arange(50) >= 0, lambda i: i < 50, np.arange(50)):
        found = index.search(vectors[3], 40, filter=form)[1][0]
        assert {int(i) for i in found if i >= 0} == allowed
    with pytest.raises(mess.InvalidArgument, match="step 1"):
        index.search(vectors[3], 4, filter=range(0, 50, 2))
    with pytest.raises(ZeroDivisionError):
        index.search(vectors[3], 4, filter=lambda i: 1 // 0)


def test_generations_are_published_opened_and_rolled_back(tmp_path: Path) -> None:
    index, ids, vectors = make_index(20)
    store = mess.IndexStore(tmp_path / "index")
    assert (store.current, store.publish(index)) == (0, 1)
    old = store.open_current()
    index.remove(ids[:5])
    assert store.publish(index) == 2
    assert (len(store.open_current(verify=True)), len(old)) == (15, 20)
    assert (store.rollback(), store.current, store.generations()) == (1, 1, [1, 2])
    assert len(store.open_current()) == 20


def test_bad_arguments_name_what_was_found() -> None:
    index, ids, vectors = make_index()
    with pytest.raises(mess.InvalidArgument, match="1-D array of integers, found float64"):
        index.add(np.array([1.5]), vectors[:1])
    with pytest.raises(mess.InvalidArgument, match="found float64 array of shape 1 x 16"):
        index.search(vectors[:1].astype(np.float64), 1)
    with pytest.raises(mess.InvalidArgument, match="expected a new id"):
        index.add(ids[:1], vectors[:1])
    with pytest.raises(mess.InvalidArgument, match=r"expected vectors of dummy/1\+mean, found acoustic/1\+mean_std"):
        index.search(vectors[:1], 1, encoder_id="acoustic/1+mean_std")
    with pytest.raises(mess.InvalidArgument, match="k: expected at least 1"):
        index.search(vectors[:1], 0)
    with pytest.raises(mess.IndexError, match="id 1"):
        index.vector(1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "search"]), st.integers(0, 30)), max_size=60))
def test_random_operations_agree_with_a_dictionary(operations: list[tuple[str, int]]) -> None:
    index = mess.VectorIndex(4)
    oracle: dict[int, np.ndarray] = {}
    for action, number in operations:
        vector = np.random.default_rng(number).normal(size=(1, 4)).astype(np.float32)
        if action == "add" and number not in oracle:
            index.add([number], vector)
            oracle[number] = vector[0]
        elif action == "remove":
            assert index.remove([number]) == (number in oracle)
            oracle.pop(number, None)
        else:
            found = [i for i in index.search(vector, 3)[1][0] if i >= 0]
            expected = sorted(oracle, key=lambda i: -float(oracle[i] @ vector[0]))[:3]
            assert found == expected
        assert sorted(index.ids()) == sorted(oracle)


@pytest.mark.parametrize("metric", ["ip", "l2"])
def test_faiss_files_go_out_and_come_in(tmp_path: Path, metric: str) -> None:
    faiss = pytest.importorskip("faiss")
    vectors = np.random.default_rng(5).normal(size=(200, 16)).astype(np.float32)
    index = mess.VectorIndex(16, "flat", metric=metric)
    index.add(np.arange(200) * 2, vectors)
    digest = mess.export_faiss(index, tmp_path / "out.faiss")
    theirs = faiss.read_index(str(tmp_path / "out.faiss"))
    np.testing.assert_array_equal(theirs.search(vectors[:9], 5)[1], index.search(vectors[:9], 5)[1])
    back = mess.import_faiss(tmp_path / "out.faiss", metric=metric, xxh3=digest)
    np.testing.assert_array_equal(back.search(vectors[:9], 5)[1], index.search(vectors[:9], 5)[1])
    with pytest.raises(mess.InvalidArgument, match="its digest or the word that it is trusted"):
        mess.import_faiss(tmp_path / "out.faiss", metric=metric)
    with pytest.raises(mess.FormatError, match=f"expected the digest 0123, found {digest}"):
        mess.import_faiss(tmp_path / "out.faiss", metric=metric, xxh3="0123")

    graph = faiss.IndexHNSWFlat(16, 8, faiss.METRIC_INNER_PRODUCT if metric == "ip" else faiss.METRIC_L2)
    graph.add(vectors)
    faiss.write_index(graph, str(tmp_path / "graph.faiss"))
    ours = mess.import_faiss(tmp_path / "graph.faiss", "flat", metric=metric, is_trusted=True)
    np.testing.assert_array_equal(ours.vectors(np.arange(200)), vectors)
    (tmp_path / "bad.faiss").write_bytes(b"no such index")
    with pytest.raises(mess.FormatError, match=r"bad\.faiss: expected an index that FAISS reads"):
        mess.import_faiss(tmp_path / "bad.faiss", metric=metric, is_trusted=True)


@pytest.mark.parametrize(
    "factory",
    [
        "Flat",
        "SQ8",
        "SQfp16",
        "PQ4x4",
        "HNSW8",
        "IVF8,Flat",
        "IVF8,PQ4x4",
        "IVF8,SQ8",
        "PCAR16,SQ8",
        "PCAR16,IVF8,Flat",
        "IDMap2,IVF8,PQ4x4",
        "IDMap,SQ8",
    ],
)
def test_faiss_indexes_of_many_kinds_come_in(tmp_path: Path, factory: str) -> None:
    faiss = pytest.importorskip("faiss")
    vectors = np.random.default_rng(6).normal(size=(1000, 16)).astype(np.float32)
    ids = np.arange(1000) * 7 + 3
    faiss.omp_set_num_threads(1)
    theirs = faiss.index_factory(16, factory, faiss.METRIC_L2)
    theirs.train(vectors)
    if factory.startswith(("ID", "IVF")):
        theirs.add_with_ids(vectors, ids)
    else:
        theirs.add(vectors)
        ids = np.arange(1000)
    faiss.write_index(theirs, str(tmp_path / "their.faiss"))
    ours = mess.import_faiss(tmp_path / "their.faiss", "flat", metric="l2", is_trusted=True)
    assert sorted(ours.ids()) == list(ids)
    inner = faiss.downcast_index(theirs.index) if factory.startswith("ID") else theirs
    if "IVF" in factory:
        faiss.extract_index_ivf(inner).set_direct_map_type(faiss.DirectMap.Hashtable)
    number = 7 * 40 + 3 if factory.startswith("IVF") else 40
    np.testing.assert_allclose(ours.vector(int(ids[40])), inner.reconstruct(number), atol=1e-5)


def test_a_faiss_index_that_cannot_give_its_vectors_back_is_named(tmp_path: Path) -> None:
    faiss = pytest.importorskip("faiss")
    faiss.write_index_binary(faiss.IndexBinaryFlat(16), str(tmp_path / "bits.faiss"))
    with pytest.raises(mess.FormatError, match=r"bits\.faiss: expected an index that FAISS reads and reconstructs"):
        mess.import_faiss(tmp_path / "bits.faiss", metric="l2", is_trusted=True)
