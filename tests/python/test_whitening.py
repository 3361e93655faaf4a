# SPDX-License-Identifier: MIT
"""PCA whitening against NumPy's linear algebra, its files and its refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mess
from faults import mutants

DIM = 12
INPUT_ID = "acoustic/2+track"


def correlated(count: int, seed: int = 0) -> np.ndarray:
    """Vectors whose directions differ in variance, far from zero."""
    random = np.random.default_rng(seed)
    mixed = random.normal(size=(count, DIM)) * np.geomspace(3.0, 0.05, DIM)
    rotation = np.linalg.qr(random.normal(size=(DIM, DIM)))[0]
    return np.ascontiguousarray(mixed @ rotation + 40.0, dtype=np.float32)


def oracle(vectors: np.ndarray, count: int, shrinkage: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and whitening matrix (count, D) by the definition."""
    wide = vectors.astype(np.float64)
    covariance = np.cov(wide, rowvar=False, bias=True)
    variances, directions = np.linalg.eigh(covariance)
    order = np.argsort(variances)[::-1][:count]
    shrunk = (1 - shrinkage) * variances[order] + shrinkage * np.trace(covariance) / DIM
    directions = directions[:, order]
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(count)])
    return wide.mean(axis=0), (directions / np.sqrt(shrunk)).T


def approximating_shrinkage(vectors: np.ndarray) -> float:
    covariance = np.cov(vectors.astype(np.float64), rowvar=False, bias=True)
    square, trace = np.trace(covariance @ covariance), np.trace(covariance)
    n, p = vectors.shape
    return min(1.0, ((1 - 2 / p) * square + trace**2) / ((n + 1 - 2 / p) * (square - trace**2 / p)))


@pytest.mark.parametrize(("num_components", "shrinkage"), [(0, None), (5, None), (5, 0.0), (12, 0.3), (3, 1.0)])
def test_it_is_what_the_definition_says(num_components: int, shrinkage: float | None) -> None:
    vectors = correlated(400)
    whitening = mess.Whitening.fit(
        vectors, encoder_id=INPUT_ID, num_components=num_components, shrinkage=shrinkage, l2_normalize=False
    )
    expected_shrinkage = approximating_shrinkage(vectors) if shrinkage is None else shrinkage
    assert whitening.shrinkage == pytest.approx(expected_shrinkage, rel=1e-6)
    count = num_components or DIM
    mean, matrix = oracle(vectors, count, expected_shrinkage)
    np.testing.assert_allclose(whitening.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(whitening.components, matrix, rtol=2e-3, atol=2e-4)
    found = whitening.apply(vectors, INPUT_ID)
    np.testing.assert_allclose(found, (vectors - mean) @ matrix.T, rtol=2e-3, atol=2e-3)
    if shrinkage == 0.0:
        np.testing.assert_allclose(np.cov(found, rowvar=False, bias=True), np.eye(count), atol=1e-3)
    variances = np.linalg.eigvalsh(np.cov(vectors.astype(np.float64), rowvar=False, bias=True))[::-1]
    assert whitening.explained_variance == pytest.approx(variances[:count].sum() / variances.sum(), rel=1e-6)


def test_pieces_give_what_the_whole_gives() -> None:
    vectors = correlated(1000)
    whole = mess.Whitening.fit(vectors, encoder_id=INPUT_ID, num_components=6)
    pieces = mess.Whitening.fit(
        np.array_split(vectors, 13), encoder_id=mess.EncoderId.parse(INPUT_ID), num_components=6
    )
    np.testing.assert_allclose(pieces.components, whole.components, rtol=1e-4, atol=1e-5)
    assert (pieces.num_vectors, whole.dim, whole.num_components) == (1000, DIM, 6)


def test_vectors_have_unit_length_and_an_id_of_their_fit() -> None:
    vectors = correlated(300)
    first = mess.Whitening.fit(vectors, encoder_id=INPUT_ID, num_components=4)
    again = mess.Whitening.fit(vectors, encoder_id=INPUT_ID, num_components=4)
    other = mess.Whitening.fit(correlated(300, seed=1), encoder_id=INPUT_ID, num_components=4)
    np.testing.assert_allclose(np.linalg.norm(first.apply(vectors), axis=1), 1.0, rtol=1e-6)
    assert str(first.encoder_id).startswith("acoustic/2+track_white4_")
    assert first.encoder_id == again.encoder_id != other.encoder_id
    assert str(first.input_id) == INPUT_ID
    np.testing.assert_array_equal(first.apply(vectors[7]), first.apply(vectors)[7])
    index = mess.VectorIndex(4, encoder_id=str(first.encoder_id))
    index.add(np.arange(300), first.apply(vectors))
    with pytest.raises(mess.InvalidArgument):
        index.search(other.apply(vectors[:1]), 3, encoder_id=str(other.encoder_id))


def test_it_makes_directions_that_tell_tracks_apart_count() -> None:
    """A loud direction that says nothing hides a quiet one that names the group, until it is whitened."""
    random = np.random.default_rng(3)
    groups = random.integers(2, size=400)
    vectors = random.normal(size=(400, 4)).astype(np.float32) * np.array([50, 50, 50, 0.05], np.float32)
    vectors[:, 3] += np.where(groups == 1, 1.0, -1.0).astype(np.float32)
    whitened = mess.Whitening.fit(vectors, encoder_id=INPUT_ID, shrinkage=0.0).apply(vectors)

    def hits(rows: np.ndarray) -> float:
        cosines = rows @ rows.T / np.outer(np.linalg.norm(rows, axis=1), np.linalg.norm(rows, axis=1))
        np.fill_diagonal(cosines, -2.0)
        return float((groups[cosines.argmax(axis=1)] == groups).mean())

    assert hits(vectors) < 0.65
    assert hits(whitened) > 0.9


def test_files_come_back_the_same_and_damage_is_refused(tmp_path: Path) -> None:
    vectors = correlated(100)
    whitening = mess.Whitening.fit(vectors, encoder_id=INPUT_ID, num_components=5, l2_normalize=False)
    path = tmp_path / "own.messwhite"
    whitening.save(path)
    loaded = mess.Whitening.load(path)
    assert (loaded.encoder_id, loaded.input_id) == (whitening.encoder_id, whitening.input_id)
    assert (loaded.num_vectors, loaded.shrinkage) == (100, whitening.shrinkage)
    np.testing.assert_array_equal(loaded.apply(vectors), whitening.apply(vectors))
    for mutant in mutants(path.read_bytes()):
        path.write_bytes(mutant)
        with pytest.raises(mess.FormatError, match=r"own\.messwhite.*expected"):
            mess.Whitening.load(path)


def test_the_golden_file_is_read() -> None:
    whitening = mess.Whitening.load(Path(__file__).parents[1] / "golden/whitening-layout-1.messwhite")
    assert str(whitening.encoder_id) == "dummy/1+mean_white2_" + str(whitening.encoder_id)[-8:]
    assert (whitening.dim, whitening.num_components, whitening.num_vectors, whitening.shrinkage) == (2, 2, 4, 0.0)
    np.testing.assert_allclose(whitening.apply(np.array([[3, 1], [1, 2]], np.float32)), [[1, 0], [0, 1]], atol=1e-6)


def test_what_does_not_fit_is_refused() -> None:
    vectors = correlated(50)
    holed = vectors.copy()
    holed[17, 3] = np.inf
    fit = mess.Whitening.fit
    for match, refused, options in [
        ("at least 2 vectors, found 1", vectors[:1], {}),
        ("that differ, found all alike", np.ones((9, 3), np.float32), {}),
        ("NaN or infinity in vector 17", holed, {}),
        ("0 to 1, found 1.5", vectors, {"shrinkage": 1.5}),
        ("at most 12, .* found 13", vectors, {"num_components": 13}),
        ("at most 3, .* found 4", vectors[:4], {"num_components": 4, "shrinkage": 0.0}),
        ("of 12 values, found 250 values", [vectors, np.ones((50, 5), np.float32)], {}),
        ("float32", vectors.astype(np.float64), {}),
    ]:
        with pytest.raises(mess.InvalidArgument, match=match):
            fit(refused, encoder_id=INPUT_ID, **options)
    whitening = fit(vectors, encoder_id=INPUT_ID)
    for match, refused, encoder_id in [
        ("expected vectors of acoustic/2.track, found those of dummy/1", vectors, "dummy/1"),
        ("50 x 12 values, found 250", np.ones((50, 5), np.float32), None),
        ("expected finite values", holed, None),
    ]:
        with pytest.raises(mess.InvalidArgument, match=match):
            whitening.apply(refused, encoder_id)
