# SPDX-License-Identifier: MIT
"""Models of the published sizes with random weights, none of them at the values that hide mistakes.

transformers starts biases, bias tables and running means at 0 and norms at 1: a reader that forgot one would pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
import transformers


def randomize(model: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """Moves whatever is constant away from its constant, in place."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in [*model.named_parameters(), *model.named_buffers()]:
            if not value.is_floating_point() or value.numel() < 2:
                continue
            noise = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var"):
                value.copy_(100 + 20 * noise.abs())
            elif name.endswith("running_mean"):
                value.copy_(-40 + 10 * noise)
            elif value.std() < 1e-6:
                value.add_(0.1 * noise)
    return model.eval()


def save(model: torch.nn.Module, folder: Path, preprocessor: dict[str, object] | None = None) -> torch.nn.Module:
    model.save_pretrained(folder)
    if preprocessor is not None:
        (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return model


MERT_PREPROCESSOR: dict[str, object] = {
    "feature_extractor_type": "Wav2Vec2FeatureExtractor",
    "do_normalize": True,
    "sampling_rate": 24000,
}
CLAP_PREPROCESSOR: dict[str, object] = {
    "feature_extractor_type": "ClapFeatureExtractor",
    "feature_size": 64,
    "sampling_rate": 48000,
    "hop_length": 480,
    "fft_window_size": 1024,
    "frequency_min": 50,
    "frequency_max": 14000,
    "truncation": "rand_trunc",
    "padding": "repeatpad",
}


def as_mert(folder: Path) -> None:
    """MERT's config.json: HuBERT's with a name of its own."""
    file = folder / "config.json"
    config = json.loads(file.read_text())
    config.update(model_type="mert_model", sample_rate=24000, architectures=["MERTModel"])
    file.write_text(json.dumps(config))


def mert(folder: Path, **sizes: object) -> torch.nn.Module:
    torch.manual_seed(0)
    model = randomize(transformers.HubertModel(transformers.HubertConfig(**sizes)))
    save(model, folder, MERT_PREPROCESSOR)
    as_mert(folder)
    return model


def mert_95m(folder: Path) -> torch.nn.Module:
    return mert(folder)


def mert_330m(folder: Path) -> torch.nn.Module:
    return mert(
        folder,
        hidden_size=1024,
        num_hidden_layers=24,
        num_attention_heads=16,
        intermediate_size=4096,
        do_stable_layer_norm=True,
    )


def mert_330m_4_layers(folder: Path) -> torch.nn.Module:
    """The kind of the larger MERT at full width, short enough for every run."""
    return mert(
        folder,
        hidden_size=1024,
        num_hidden_layers=4,
        num_attention_heads=16,
        intermediate_size=4096,
        do_stable_layer_norm=True,
    )


def hubert_layer_norm(folder: Path) -> torch.nn.Module:
    """HuBERT-large normalises each convolution over its channels."""
    torch.manual_seed(0)
    config = transformers.HubertConfig(
        num_hidden_layers=2, feat_extract_norm="layer", conv_bias=True, do_stable_layer_norm=True
    )
    return save(randomize(transformers.HubertModel(config)), folder, {**MERT_PREPROCESSOR, "sampling_rate": 16000})


def clap(folder: Path, **audio: object) -> torch.nn.Module:
    torch.manual_seed(0)
    config = transformers.ClapConfig(audio_config=audio)
    return save(randomize(transformers.ClapModel(config)), folder, CLAP_PREPROCESSOR)


def clap_htsat_unfused(folder: Path) -> torch.nn.Module:
    return clap(folder)


def larger_clap(folder: Path) -> torch.nn.Module:
    return clap(folder, depths=[2, 2, 12, 2], patch_embeds_hidden_size=128, hidden_size=1024)


def mpnet(folder: Path) -> torch.nn.Module:
    torch.manual_seed(0)
    config = transformers.MPNetConfig(vocab_size=30527, max_position_embeddings=514, layer_norm_eps=1e-5)
    return save(randomize(transformers.MPNetModel(config)), folder)


def minilm(folder: Path) -> torch.nn.Module:
    torch.manual_seed(0)
    config = transformers.BertConfig(
        hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    return save(randomize(transformers.BertModel(config)), folder)


BUILDERS: dict[str, Callable[[Path], torch.nn.Module]] = {
    "mert-95m": mert_95m,
    "mert-330m": mert_330m,
    "mert-330m-4-layers": mert_330m_4_layers,
    "hubert-layer-norm": hubert_layer_norm,
    "clap-htsat-unfused": clap_htsat_unfused,
    "larger-clap": larger_clap,
    "mpnet": mpnet,
    "minilm": minilm,
}
