# SPDX-License-Identifier: MIT
"""Writes the good files that fuzzing of checkpoint readers begins with: make_checkpoint_corpus.py FOLDER."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
from collections import OrderedDict
from pathlib import Path


class _Call:
    """Something that pickles as a call of a global."""

    def __init__(self, name: str, *arguments: object) -> None:
        self.name = name
        self.arguments = arguments


class _Pickler(pickle._Pickler):  # the C one has no hook for a global by name
    def persistent_id(self, obj: object) -> object:
        return obj.arguments if isinstance(obj, _Call) and obj.name == "storage" else None

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, _Call) and obj.name != "storage":
            module, _, name = obj.name.rpartition(".")
            self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
            if obj.arguments:
                super().save(obj.arguments)
                self.write(pickle.REDUCE)
            return
        super().save(obj, save_persistent_id)


def pickled(value: object, protocol: int) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer, protocol).dump(value)
    return buffer.getvalue()


def tensor(kind: str, key: str, count: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> _Call:
    storage = _Call("storage", "storage", _Call(f"torch.{kind}Storage"), key, "cpu", count)
    return _Call("torch._utils._rebuild_tensor_v2", storage, 0, shape, strides, False, OrderedDict())


def safetensors_file(header: dict[str, object], num_bytes: int) -> bytes:
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + bytes(num_bytes)


def main() -> None:
    folder = Path(sys.argv[1])
    weights = {"a.weight": tensor("Float", "0", 6, (2, 3), (3, 1)), "a.bias": tensor("Half", "1", 2, (2,), (1,))}
    parameter = _Call("torch._utils._rebuild_parameter", weights["a.bias"], True, OrderedDict())
    pickles = [weights, OrderedDict(weights), {"state_dict": weights, "epoch": 3, "rate": 0.5}, {"p": parameter}]
    entry = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    other = {"dtype": "BOOL", "shape": [], "data_offsets": [24, 25]}
    headers = [({}, 0), ({"a": entry}, 24), ({"__metadata__": {"format": "pt"}, "a": entry, "b": other}, 25)]
    config = {"model_type": "bert", "hidden_size": 384, "layer_norm_eps": 1e-12, "sizes": [1, 2], "inner": {"x": None}}
    files = {
        "unpickler_fuzz": [pickled(value, protocol) for value in pickles for protocol in (2, 4)],
        "safetensors_fuzz": [safetensors_file(*header) for header in headers],
        "config_fuzz": [json.dumps(value).encode() for value in (config, {"flag": True, "names": ["a", "b"]})],
    }
    for target, contents in files.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(contents):
            (folder / target / f"seed{number}").write_bytes(content)


if __name__ == "__main__":
    main()
