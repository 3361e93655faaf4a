# SPDX-License-Identifier: MIT
"""The neural models against transformers: same random weights of the published sizes, in turns, with the cosine beside.

Run alone it prints every case: `python benchmarks/bench_neural.py [WORD...]` takes those whose name holds a word.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from timing import Row, interleaved, print_rows

import mess
from mess._core import TextModel

sys.path.append(str(Path(__file__).parents[1] / "tests" / "parity"))

ROUNDS = 5


@dataclass(frozen=True)
class Case:
    """One input, our call and the reference's; both give (n, dim)."""

    work: str
    ours: Callable[[], np.ndarray]
    peer_name: str
    peer: Callable[[], np.ndarray]


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(np.float64), b.astype(np.float64)
    return float(((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())


def reference(model: Any, precision: str) -> Any:
    import copy

    import torch

    return model if precision == "float32" else copy.deepcopy(model).to(torch.bfloat16)


def noise(count: int, num_samples: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (count, num_samples)).astype(np.float32)


def mert_cases(model: Any, folder: Path) -> Iterator[Case]:
    """30 s as 6 windows of 5 s: all hidden states, mean over layers and time."""
    import torch

    waves = noise(6, 5 * 24000)
    audio = mess.AudioBuffer(np.ascontiguousarray(waves.reshape(-1)), 24000)
    normalised = torch.from_numpy((waves - waves.mean(1, keepdims=True)) / waves.std(1, keepdims=True))

    def theirs(peer: Any) -> np.ndarray:
        with torch.inference_mode():
            states = peer(normalised.to(peer.dtype), output_hidden_states=True).hidden_states
            return torch.stack(states).float().mean((0, 2)).numpy()

    for precision, peer_precision in (("float32", "float32"), ("bfloat16", "float32"), ("bfloat16", "bfloat16")):
        encoder = mess.Encoder.open(str(folder), precision=precision, frame_seconds=5.0)
        peer = reference(model, peer_precision)
        yield Case(
            f"MERT-95M, 6 x 5 s, {precision}",
            lambda encoder=encoder: encoder.encode(audio).array,
            f"transformers {peer_precision}",
            lambda peer=peer: theirs(peer),
        )


def clap_audio_cases(model: Any, folder: Path) -> Iterator[Case]:
    """From samples on our side, feature extraction included; from the finished spectrogram on the other."""
    import torch
    import transformers

    extractor = transformers.ClapFeatureExtractor.from_pretrained(folder)
    for batch in (1, 8):
        waves = noise(batch, 480000)
        tracks = [mess.AudioBuffer(wave[None], 48000) for wave in waves]
        features = extractor(list(waves), sampling_rate=48000, return_tensors="pt")["input_features"]

        def theirs(peer: Any, features: Any = features) -> np.ndarray:
            with torch.inference_mode():
                output = peer.get_audio_features(input_features=features.to(peer.dtype))
                return getattr(output, "pooler_output", output).float().numpy()

        for precision, peer_precision in (("float32", "float32"), ("bfloat16", "bfloat16")):
            encoder = mess.Encoder.open(str(folder), precision=precision)
            peer = reference(model, peer_precision)
            yield Case(
                f"CLAP audio, {batch} x 10 s, {precision}",
                lambda encoder=encoder, tracks=tracks: np.concatenate(
                    [frames.array for frames in encoder.encode_batch(tracks)]
                ),
                f"transformers {peer_precision}, spectrogram ready",
                lambda peer=peer, theirs=theirs: theirs(peer),
            )


def clap_spectrogram_cases(_model: Any, folder: Path) -> Iterator[Case]:
    import transformers

    from mess import _neural

    extractor = transformers.ClapFeatureExtractor.from_pretrained(folder)
    wave = noise(1, 480000)
    yield Case(
        "CLAP spectrogram of 10 s",
        lambda: _neural.clap_spectrogram(wave[0]),
        "transformers, NumPy",
        lambda: extractor(wave[0], sampling_rate=48000)["input_features"][0][0],
    )


def text_cases(name: str, forward: Callable[[Any, Any], Any], model: Any, folder: Path) -> Iterator[Case]:
    """Texts of 16 tokens."""
    import torch

    for batch in (1, 32):
        rows = np.random.default_rng(0).integers(5, 30000, (batch, 16))
        listed = rows.tolist()
        for precision, peer_precision in (("float32", "float32"), ("bfloat16", "bfloat16")):
            encoder = TextModel.open(folder, precision=precision)
            peer = reference(model, peer_precision)

            def theirs(peer: Any = peer, rows: np.ndarray = rows) -> np.ndarray:
                with torch.inference_mode():
                    return forward(peer, torch.from_numpy(rows)).float().numpy()

            yield Case(
                f"{name}, {batch} x 16 tokens, {precision}",
                lambda encoder=encoder, listed=listed: encoder.encode_tokens(listed),
                f"transformers {peer_precision}",
                theirs,
            )


def clap_text_cases(model: Any, folder: Path) -> Iterator[Case]:
    def forward(peer: Any, ids: Any) -> Any:
        output = peer.get_text_features(input_ids=ids)
        return getattr(output, "pooler_output", output)

    return text_cases("CLAP text", forward, model, folder)


def sentence_cases(model: Any, folder: Path) -> Iterator[Case]:
    return text_cases("MiniLM", lambda peer, ids: peer(input_ids=ids).last_hidden_state.mean(1), model, folder)


def mpnet_cases(model: Any, folder: Path) -> Iterator[Case]:
    return text_cases("MPNet", lambda peer, ids: peer(input_ids=ids).last_hidden_state.mean(1), model, folder)


CASES: list[tuple[str, str, Callable[[Any, Path], Iterator[Case]]]] = [
    ("mert", "mert-95m", mert_cases),
    ("clap-audio", "clap-htsat-unfused", clap_audio_cases),
    ("clap-spectrogram", "clap-htsat-unfused", clap_spectrogram_cases),
    ("clap-text", "clap-htsat-unfused", clap_text_cases),
    ("minilm", "minilm", sentence_cases),
    ("mpnet", "mpnet", mpnet_cases),
]


def run(words: list[str]) -> Iterator[Row]:
    if importlib.util.find_spec("transformers") is None or not mess.load_neural():
        return
    import reference_models

    with tempfile.TemporaryDirectory() as temporary:
        for name, model_name, cases in CASES:
            if words and not any(word in name for word in words):
                continue
            folder = Path(temporary) / model_name
            model = reference_models.BUILDERS[model_name](folder)
            for case in cases(model, folder):
                ours_seconds, peer_seconds = interleaved(case.ours, case.peer, rounds=ROUNDS)
                quality = f"cosine {cosine(case.ours(), case.peer()):.6f}"
                yield Row(case.work, ours_seconds, case.peer_name, peer_seconds, quality)


if __name__ == "__main__":
    print_rows(run(sys.argv[1:]))
