# SPDX-License-Identifier: MIT
"""Files as PyTorch and safetensors write them, against our readers and our writer."""

from __future__ import annotations

import json
from collections import OrderedDict

import pytest

import mess
import mess.models

torch = pytest.importorskip("torch")
safetensors_torch = pytest.importorskip("safetensors.torch")

pytestmark = pytest.mark.usefixtures("neural")


@pytest.fixture
def model():
    torch.manual_seed(0)
    layers = [torch.nn.Linear(3, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 2, bias=False)]
    return torch.nn.Sequential(*layers)


@pytest.fixture
def convert(tmp_path):
    """Saves with torch.save, converts, and reads back with the safetensors library."""

    def run(value, **options):
        torch.save(value, tmp_path / "in.bin", **options)
        mess.models.convert(tmp_path / "in.bin", tmp_path / "out.safetensors")
        return safetensors_torch.load_file(tmp_path / "out.safetensors")

    return run


def assert_same(found, expected):
    assert set(found) == set(expected)
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype, name
        assert torch.equal(found[name], tensor.detach()), name


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_state_dicts_come_through_bit_for_bit(model, convert, protocol):
    state = model.state_dict()
    assert isinstance(state, OrderedDict)
    assert_same(convert(state, pickle_protocol=protocol), state)
    assert_same(convert(dict(state), pickle_protocol=protocol), state)
    assert_same(convert({"epoch": 3, "lr": 0.5, "state_dict": state}, pickle_protocol=protocol), state)


def test_parameters_are_tensors_too(model, convert):
    assert_same(convert(dict(model.named_parameters())), dict(model.named_parameters()))


def test_every_type_of_element_comes_through(convert):
    kinds = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
    assert_same(
        *(lambda tensors: (convert(tensors), tensors))({k: torch.arange(7).to(getattr(torch, k)) for k in kinds})
    )


def test_views_come_through_as_they_look(convert):
    base = torch.arange(24.0).reshape(4, 6)
    views = {
        "base": base,
        "transposed": base.t(),
        "columns": base[:, 1:3],
        "every_second": base[::2, ::3],
        "scalar": base[1, 2],
        "empty": base[:0],
    }
    assert_same(convert(views), views)


def test_the_format_before_1_6_says_how_to_save_again(model, tmp_path):
    torch.save(model.state_dict(), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(
        mess.ModelError, match=r"old\.pt: expected a zip archive, found the format of PyTorch before 1\.6"
    ):
        mess.models.convert(tmp_path / "old.pt", tmp_path / "out.safetensors")


def test_a_whole_module_is_refused_and_not_run(model, tmp_path):
    torch.save(model, tmp_path / "module.pt")
    with pytest.raises(
        mess.ModelError, match=r"expected names that describe tensors, found torch\.nn\.modules\.container"
    ):
        mess.models.convert(tmp_path / "module.pt", tmp_path / "out.safetensors")


class _Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_a_pickle_that_would_act_is_refused_and_does_not(tmp_path):
    torch.save({"a": torch.ones(2), "b": _Bomb(str(tmp_path / "written"))}, tmp_path / "bomb.bin")
    with pytest.raises(mess.ModelError, match=r"found (io|_io)\.open; save the state_dict alone"):
        mess.models.convert(tmp_path / "bomb.bin", tmp_path / "out.safetensors")
    assert not (tmp_path / "written").exists()


def test_files_of_the_safetensors_library_are_read(model, tmp_path):
    from mess import _neural

    tensors = model.state_dict() | {"half": torch.ones(3, dtype=torch.bfloat16), "flag": torch.tensor([True, False])}
    safetensors_torch.save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    listed = {entry.name: (entry.type, entry.shape) for entry in _neural.list_checkpoint(tmp_path)}
    assert listed["half"] == ("BF16", [3])
    assert listed["1.num_batches_tracked"] == ("I64", [])
    mess.models.convert(tmp_path / "model.safetensors", tmp_path / "again.safetensors")
    assert_same(safetensors_torch.load_file(tmp_path / "again.safetensors"), tensors)


def test_shards_of_both_kinds_become_one_file(model, tmp_path):
    state = model.state_dict()
    names = sorted(state)
    for kind, save in {"bin": torch.save, "safetensors": safetensors_torch.save_file}.items():
        folder = tmp_path / kind
        folder.mkdir()
        stem = "pytorch_model" if kind == "bin" else "model"
        weight_map = {}
        for number, chunk in enumerate((names[:3], names[3:])):
            file = f"{stem}-0000{number}.{kind}"
            save({name: state[name] for name in chunk}, folder / file)
            weight_map |= dict.fromkeys(chunk, file)
        (folder / f"{stem}.{kind}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
        written = mess.models.convert(folder, tmp_path / f"{kind}.safetensors")
        assert_same(safetensors_torch.load_file(written), state)


@pytest.mark.parametrize("cut", [0, 1, 7, 100, 1000])
def test_a_file_that_lost_its_end_is_refused(model, tmp_path, cut):
    for save, name in ((torch.save, "whole.bin"), (safetensors_torch.save_file, "whole.safetensors")):
        save(model.state_dict(), tmp_path / name)
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: max(0, min(cut, len(content) - 1))])
        with pytest.raises(mess.ModelError, match=name):
            mess.models.convert(tmp_path / name, tmp_path / "out.safetensors")
