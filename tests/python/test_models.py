# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest

import mess
import mess.models
from mess.models import names


def write_safetensors(path, arrays):
    """float32 arrays, as the format's description says; independent of our own writer."""
    header, data = {}, b""
    for name, array in arrays.items():
        end = len(data) + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), end]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of models, which is the default one meanwhile."""
    monkeypatch.setenv("MESS_MODELS", str(tmp_path / "cache"))
    return tmp_path / "cache"


def put_model(cache, name, *, revision="c" * 40, without=()):
    model = mess.models.find_model(name)
    folder = cache / f"models--{model.repository.replace('/', '--')}" / "snapshots" / revision
    for file in {*model.files, model.weights[0]} - set(without):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("{}")
    return folder


def test_every_model_says_what_it_is():
    models = mess.models.list_models()
    assert len({model.name for model in models}) == len(models) == 7
    for model in models:
        assert model.kind in {"audio", "text", "audio+text"}
        assert (model.sample_rate_hz is None) == (model.kind == "text")
        assert (model.max_tokens is None) == (model.kind == "audio")
        assert model.allows_commercial_use == model.name.startswith(("clap", "larger", "all"))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(
        mess.ModelError, match="no-such: expected one of mert-v1-95m, .*all-mpnet-base-v2, found no such"
    ):
        mess.models.find_model("no-such")


def test_a_model_that_is_not_here_says_the_one_command(cache):
    with pytest.raises(mess.ModelError, match="get them with: mess models pull mert-v1-95m$"):
        mess.models.path("mert-v1-95m")
    with pytest.raises(mess.ModelError, match="mess models pull mert-v1-95m$"):
        mess.Encoder.open("mert-v1-95m")
    with pytest.raises(mess.ModelError, match="mess models pull all-mpnet-base-v2$"):
        mess.TextEncoder.open("all-mpnet-base-v2")
    with pytest.raises(mess.ModelError, match="mess models pull mert-v1-95m --revision v2$"):
        mess.models.path("mert-v1-95m", revision="v2")


def test_a_folder_that_lacks_a_file_is_not_taken(cache):
    put_model(cache, "mert-v1-95m", without=["preprocessor_config.json"])
    with pytest.raises(mess.ModelError, match="found none"):
        mess.models.path("mert-v1-95m")


def test_a_cache_that_may_not_be_read_holds_nothing(cache, monkeypatch):
    put_model(cache, "mert-v1-95m")

    def refuse(self, **_options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.is_file", refuse)
    with pytest.raises(mess.ModelError, match="found none"):
        mess.models.path("mert-v1-95m")


def test_the_branch_decides_among_several_commits(cache):
    main = put_model(cache, "mert-v1-95m", revision="1" * 40)
    put_model(cache, "mert-v1-95m", revision="2" * 40)
    references = main.parent.parent / "refs"
    references.mkdir()
    (references / "main").write_text("1" * 40)
    assert mess.models.path("mert-v1-95m") == main


def test_the_default_cache_is_that_of_the_hub(monkeypatch, tmp_path):
    for variable in ("MESS_MODELS", "HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert mess.models.default_cache_dir() == tmp_path / ".cache" / "huggingface" / "hub"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    assert mess.models.default_cache_dir() == tmp_path / "hf" / "hub"


def test_weights_that_are_not_for_commerce_are_announced_once(cache, monkeypatch):
    monkeypatch.setattr(names, "_warned", set())
    folder = put_model(cache, "mert-v1-95m")
    with pytest.warns(mess.models.NonCommercialWarning, match=r"CC-BY-NC-4\.0, not for commercial use"):
        assert mess.models.resolve("mert-v1-95m") == folder
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mess.models.resolve("mert-v1-95m")
        put_model(cache, "clap-htsat-unfused")
        mess.models.resolve("clap-htsat-unfused")


def test_a_folder_stands_for_itself(tmp_path):
    assert mess.models.resolve(tmp_path) == tmp_path


def test_importing_the_models_loads_nothing_heavy():
    code = "import sys, mess.models; print([n for n in ('torch', 'huggingface_hub', 'tokenizers') if n in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_sharded_folder_becomes_one_file_with_its_descriptions(neural, tmp_path):
    from mess import _neural

    arrays = {name: np.random.default_rng(i).normal(size=(2, 3)).astype("<f4") for i, name in enumerate("ab")}
    source = tmp_path / "source"
    (source / "1_Pooling").mkdir(parents=True)
    for name, array in arrays.items():
        write_safetensors(source / f"{name}.safetensors", {name: array})
    index = {"weight_map": {name: f"{name}.safetensors" for name in arrays}}
    (source / "model.safetensors.index.json").write_text(json.dumps(index))
    (source / "config.json").write_text("{}")
    (source / "1_Pooling" / "config.json").write_text("{}")
    written = mess.models.convert(source, tmp_path / "target")
    assert written == tmp_path / "target" / "model.safetensors"
    assert (tmp_path / "target" / "1_Pooling" / "config.json").exists()
    assert not (tmp_path / "target" / "model.safetensors.index.json").exists()
    entries = _neural.list_checkpoint(tmp_path / "target")
    assert [(entry.name, entry.type, entry.shape) for entry in entries] == [("a", "F32", [2, 3]), ("b", "F32", [2, 3])]
    data = written.read_bytes()
    assert all(array.tobytes() in data for array in arrays.values())


def test_converting_what_is_damaged_names_the_file_and_writes_nothing(neural, tmp_path):
    (tmp_path / "bad.bin").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(mess.ModelError, match="bad.bin: expected a checkpoint of torch.save"):
        mess.models.convert(tmp_path / "bad.bin", tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()
