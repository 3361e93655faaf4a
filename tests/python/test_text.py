# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import os
import shutil
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import mess
import mess.models

NAME = "all-minilm-l6-v2"


@pytest.fixture(scope="module")
def folder():
    try:
        return mess.models.path(NAME)
    except mess.ModelError:
        if os.environ.get("MESS_REQUIRE_NEURAL") == "1":
            raise
        pytest.skip(f"{NAME} is not on this machine")


@pytest.fixture
def minilm(neural, folder):
    return mess.TextEncoder.open(NAME)


def test_it_says_what_it_is(minilm):
    assert str(minilm.id) == f"{NAME}/1"
    assert (minilm.dim, minilm.max_tokens, minilm.license) == (384, 256, "apache-2.0")


def test_tokens_are_those_of_the_published_tokenizer(minilm):
    ids = [101, 1037, 4030, 11463, 2319, 9905, 10415, 3682, 11571, 2007, 3730, 7817, 102]
    assert minilm.tokenize(["a slow melancholic piano ballad with soft strings"]) == [ids]


def test_the_settings_of_the_tokenizer_s_training_are_ignored(minilm, folder):
    settings = json.loads((folder / "tokenizer.json").read_text())
    assert settings["truncation"]["max_length"] == 128
    assert settings["padding"]["strategy"] == {"Fixed": 128}
    short, long = minilm.tokenize(["word", "word " * 400])
    assert (len(short), len(long)) == (3, 256)


def test_sentences_lie_as_far_apart_as_published(minilm):
    ballad, piano, metal = minilm.encode(
        ["a slow melancholic piano ballad", "sad piano music", "fast aggressive death metal"]
    )
    assert ballad @ piano == pytest.approx(0.6154, abs=1e-3)
    assert ballad @ metal == pytest.approx(0.3053, abs=1e-3)


def test_a_vector_does_not_depend_on_its_neighbours(minilm):
    texts = ["", "short", "a text of some more words than the others have", "word " * 400, "Ünïcödé ♫ 音楽"]
    together = minilm.encode(texts)
    assert together.shape == (5, 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    alone = np.concatenate([minilm.encode(text) for text in texts])
    assert np.abs(together - alone).max() < 1e-5


def test_no_text_gives_no_rows(minilm):
    assert minilm.encode([]).shape == (0, 384)


def test_text_that_is_not_utf8_is_encoded_all_the_same(minilm):
    assert np.isfinite(minilm.encode("caf\udce9")).all()


def test_threads_may_share_it(minilm):
    texts = [f"text number {number}" for number in range(16)]
    expected = minilm.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(minilm.encode, texts))
    assert np.abs(np.concatenate(rows) - expected).max() < 1e-5


def test_a_folder_gives_the_same_vectors_under_its_own_name(minilm, folder):
    opened = mess.TextEncoder.open(folder)
    assert opened.id.name == folder.name
    assert np.array_equal(opened.encode("piano"), minilm.encode("piano"))


def test_bfloat16_points_the_same_way(minilm, folder):
    cosine = float(
        (mess.TextEncoder.open(NAME, precision="bfloat16").encode("sad piano") @ minilm.encode("sad piano").T)[0, 0]
    )
    assert cosine > 0.999


def test_without_the_tokenizers_the_command_is_said(neural, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(mess.ModelError, match=r'pip install "mess-ai\[models\]" brings it'):
        mess.TextEncoder.open(NAME)


def test_a_folder_without_tokenizer_is_refused(neural, folder, tmp_path):
    for file in ("config.json", "model.safetensors"):
        shutil.copy(folder / file, tmp_path)
    with pytest.raises(mess.ModelError, match=r"expected tokenizer\.json, found none"):
        mess.TextEncoder.open(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(mess.ModelError, match=r"tokenizer\.json: expected a tokenizer, found"):
        mess.TextEncoder.open(tmp_path)


def test_weights_that_tell_nothing_apart_are_refused(neural, folder, tmp_path):
    for file in ("config.json", "tokenizer.json"):
        shutil.copy(folder / file, tmp_path)
    data = bytearray((folder / "model.safetensors").read_bytes())
    (length,) = struct.unpack("<Q", data[:8])
    begin, end = json.loads(data[8 : 8 + length])["embeddings.word_embeddings.weight"]["data_offsets"]
    data[8 + length + begin : 8 + length + end] = bytes(end - begin)
    (tmp_path / "model.safetensors").write_bytes(data)
    with pytest.raises(mess.ModelError, match=r"expected vectors that tell texts apart .*the weights are broken"):
        mess.TextEncoder.open(tmp_path)
    assert mess.TextEncoder.open(tmp_path, check=False).dim == 384
