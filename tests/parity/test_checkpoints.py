# SPDX-License-Identifier: MIT
"""Every form in which official weights come gives the same vectors; what no released model uses is refused by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from reference_models import MERT_PREPROCESSOR, as_mert, randomize, save

import mess
from mess._core import TextModel

Saved = Callable[[str], tuple[torch.nn.Module, Path]]
AUDIO = mess.AudioBuffer(np.random.default_rng(0).normal(0, 0.1, 24000).astype(np.float32), 24000)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MERT in all but size."""
    torch.manual_seed(0)
    config = transformers.HubertConfig(
        hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, conv_dim=(32,) * 7
    )
    folder = tmp_path_factory.mktemp("small")
    save(randomize(transformers.HubertModel(config)), folder, MERT_PREPROCESSOR)
    as_mert(folder)
    return folder


@pytest.fixture
def variant(small: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(small, tmp_path / "variant"))


def vector(folder: Path, **options: object) -> np.ndarray:
    return mess.Encoder.open(str(folder), **options).encode(AUDIO).track_vector


def weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def edit_config(folder: Path, **values: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


@pytest.mark.parametrize("prefix", ["", "hubert.", "mert_model."])
def test_a_torch_file_with_old_names_and_prefixes_gives_the_same_vector(
    prefix: str, small: Path, variant: Path
) -> None:
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    renamed = {}
    for name, value in weights(variant).items():
        for new_name, old_name in old.items():
            name = name.replace(new_name, old_name)
        renamed[prefix + name] = value
    (variant / "model.safetensors").unlink()
    torch.save(renamed, variant / "pytorch_model.bin")
    assert any("weight_g" in name for name in renamed)
    np.testing.assert_array_equal(vector(variant), vector(small))


def test_shards_give_the_same_vector(small: Path, variant: Path) -> None:
    model = transformers.HubertModel.from_pretrained(small)
    (variant / "model.safetensors").unlink()
    model.save_pretrained(variant, max_shard_size="200KB")
    as_mert(variant)
    assert len(list(variant.glob("model-*.safetensors"))) > 1
    np.testing.assert_array_equal(vector(variant), vector(small))


def test_absent_keys_of_clap_stand_for_its_defaults(saved: Saved, tmp_path: Path) -> None:
    _, folder = saved("clap-htsat-unfused")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "clap", "text_config": {"model_type": "x"}}))
    (tmp_path / "model.safetensors").symlink_to(folder / "model.safetensors")
    shutil.copy(folder / "preprocessor_config.json", tmp_path)
    rows = [[0, 100, 200, 2]]
    np.testing.assert_array_equal(
        TextModel.open(tmp_path).encode_tokens(rows), TextModel.open(folder).encode_tokens(rows)
    )
    np.testing.assert_array_equal(vector(tmp_path), vector(folder))


def test_audio_and_text_of_one_checkpoint_have_one_id(saved: Saved) -> None:
    _, folder = saved("clap-htsat-unfused")
    assert mess.Encoder.open(str(folder)).id == TextModel.open(folder).id
    assert str(mess.Encoder.open(str(folder), id_name="clap").id) == "clap/1"


def test_options_that_change_the_numbers_are_part_of_the_id(small: Path) -> None:
    def id_of(**options: object) -> str:
        return str(mess.Encoder.open(str(small), id_name="mert", **options).id)

    assert id_of() == id_of(precision="bfloat16", device="cpu") == "mert/1"
    assert id_of(layers=[2]) == "mert:layers=2/1"
    assert id_of(window_seconds=10, hop_seconds=2.5) == "mert:window=10:hop=2.5/1"


def test_the_licence_stands_in_the_models_card(variant: Path) -> None:
    assert mess.Encoder.open(str(variant)).license == ""
    (variant / "README.md").write_text("---\ntags:\n- music\nlicense: cc-by-nc-4.0\n---\n# A model\n")
    assert mess.Encoder.open(str(variant)).license == "cc-by-nc-4.0"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("deepnorm", True),
        ("feature_extractor_cqt", True),
        ("conv_pos_batch_norm", True),
        ("hidden_act", "swish"),
        ("num_attention_heads", 5),
        ("num_hidden_layers", 10**9),
        ("conv_kernel", [10, 3]),
        ("model_type", "wav2vec9"),
        ("num_conv_pos_embedding_groups", 7),
    ],
)
def test_settings_without_support_are_refused_by_name(key: str, value: object, variant: Path) -> None:
    edit_config(variant, **{key: value})
    with pytest.raises(mess.ModelError, match=key if key != "hidden_act" else "activation"):
        vector(variant)


def test_a_missing_tensor_is_named(variant: Path) -> None:
    from safetensors.torch import save_file

    tensors = weights(variant)
    del tensors["encoder.layers.1.final_layer_norm.bias"]
    save_file(tensors, variant / "model.safetensors")
    with pytest.raises(mess.ModelError, match=r"missing: encoder\.layers\.1\.final_layer_norm\.bias"):
        vector(variant)


def test_weights_that_are_not_finite_are_refused_on_opening(variant: Path) -> None:
    from safetensors.torch import save_file

    tensors = weights(variant)
    tensors["encoder.layers.1.feed_forward.output_dense.bias"][3] = float("nan")
    save_file(tensors, variant / "model.safetensors")
    with pytest.raises(mess.ModelError, match="finite"):
        mess.Encoder.open(str(variant))


def test_text_weights_that_are_not_finite_are_refused_on_opening(tmp_path: Path) -> None:
    config = transformers.BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, vocab_size=50
    )
    model = randomize(transformers.BertModel(config))
    with torch.no_grad():
        model.encoder.layer[0].output.dense.bias[3] = float("inf")
    save(model, tmp_path)
    with pytest.raises(mess.ModelError, match="finite"):
        TextModel.open(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": "int8"}, "precision: expected float32 or bfloat16"),
        ({"device": "cuda:99"}, "device"),
        ({"layers": [3]}, "layers: expected -3 to 2, found 3"),
        ({"window_seconds": 1000.0}, "window_seconds"),
        ({"hop_seconds": 6.0}, "hop_seconds"),
        ({"frame_seconds": -1.0}, "frame_seconds"),
        ({"window_seconds": float("nan")}, "window_seconds"),
    ],
)
def test_options_out_of_range_are_refused_by_name(options: dict[str, object], message: str, small: Path) -> None:
    with pytest.raises(mess.InvalidArgument, match=message):
        vector(small, **options)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(mess.ModelError, match=r"config\.json"):
        mess.Encoder.open(str(tmp_path))
    with pytest.raises(mess.ModelError, match=r"mess models pull"):
        TextModel.open(tmp_path / "nowhere")


def test_files_are_encoded_like_buffers(small: Path, tmp_path: Path) -> None:
    encoder = mess.Encoder.open(str(small), window_seconds=0.5)
    path = tmp_path / "noise.wav"
    mess.write_audio(path, AUDIO)
    from_file = encoder.encode_file(path)
    np.testing.assert_allclose(from_file.array, encoder.encode(mess.decode(path)).array, atol=1e-6)
    assert from_file.hop_seconds == pytest.approx(0.5)


def test_a_long_file_runs_beside_its_decoder_and_gives_the_same_frames(small: Path, tmp_path: Path) -> None:
    encoder = mess.Encoder.open(str(small), window_seconds=0.5)
    long = mess.AudioBuffer(np.tile(np.asarray(AUDIO.samples).reshape(-1), 12), 24000)
    path = tmp_path / "long.wav"
    mess.write_audio(path, long)
    whole = encoder.encode(mess.decode(path))
    for _ in range(3):
        np.testing.assert_array_equal(encoder.encode_file(path).array, whole.array)
