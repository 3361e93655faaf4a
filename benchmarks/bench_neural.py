# SPDX-License-Identifier: MIT
"""The neural models against transformers: same random weights of the published sizes, in turns, with the cosine beside.

Run alone it prints every case: `python benchmarks/bench_neural.py [WORD...]` takes those whose name holds a word.
"""

from __future__ import annotations

import importlib.util
import subprocess
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


def opening_cases(_model: Any, folder: Path) -> Iterator[Case]:
    """A checkpoint in the file cache to the first vector, of 5 s; everything imported before."""
    import torch
    import transformers

    config = hubert_config(folder)
    wave = noise(1, 5 * 24000)
    audio = mess.AudioBuffer(wave, 24000)
    normalised = torch.from_numpy((wave - wave.mean()) / wave.std())

    def theirs() -> np.ndarray:
        peer = transformers.HubertModel.from_pretrained(folder, config=config).eval()
        with torch.inference_mode():
            states = peer(normalised, output_hidden_states=True).hidden_states
            return torch.stack(states).float().mean((0, 2)).numpy()

    yield Case(
        "MERT-95M, opening to the first vector",
        lambda: mess.Encoder.open(str(folder), frame_seconds=5.0).encode(audio).array,
        "transformers from_pretrained and call",
        theirs,
    )


def hubert_config(folder: Path) -> Any:
    """The configuration of a MERT folder, under the name that transformers has for the class."""
    import json

    import transformers

    values = json.loads((folder / "config.json").read_text())
    return transformers.HubertConfig(**{k: v for k, v in values.items() if k not in ("architectures", "model_type")})


PEAK = """
import sys
import numpy as np
sys.path.append(sys.argv[3])
waves = np.random.default_rng(0).normal(0, 0.1, (6, 5 * 24000)).astype(np.float32)
if sys.argv[1] == "mess":
    import mess
    mess.Encoder.open(sys.argv[2], frame_seconds=5.0).encode(mess.AudioBuffer(waves.reshape(-1), 24000))
else:
    from pathlib import Path
    import torch
    import transformers
    from bench_neural import hubert_config
    peer = transformers.HubertModel.from_pretrained(sys.argv[2], config=hubert_config(Path(sys.argv[2]))).eval()
    with torch.inference_mode():
        states = peer(torch.from_numpy(waves), output_hidden_states=True).hidden_states
        torch.stack(states).float().mean((0, 2)).numpy()
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024)
"""


def memory_row(folder: Path) -> str:
    """Peak resident memory of a process that imports, opens MERT-95M and takes 6 windows of 5 s."""
    ours, theirs = (
        float(
            subprocess.run(
                [sys.executable, "-c", PEAK, who, str(folder), str(Path(__file__).parent)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                check=True,
            ).stdout
        )
        for who in ("mess", "transformers")
    )
    return (
        f"| MERT-95M, 6 x 5 s, float32: peak memory | {ours:.0f} MB | transformers float32 | {theirs:.0f} MB "
        f"| {ours / theirs:.2f} | whole process |"
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


def text_cases(name: str, forward: Callable[[Any, Any, Any], Any], model: Any, folder: Path) -> Iterator[Case]:
    """Texts of 16 tokens, and of 4 to 28; the reference pads those to the longest, and masks."""
    import torch

    generator = np.random.default_rng(0)
    for batch, shortest, longest in ((1, 16, 16), (32, 16, 16), (32, 4, 28)):
        listed = [
            generator.integers(5, 30000, length).tolist() for length in generator.integers(shortest, longest + 1, batch)
        ]
        width = max(map(len, listed))
        rows = np.array([[*row, *[1] * (width - len(row))] for row in listed])
        mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in listed])
        lengths = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
        for precision, peer_precision in (("float32", "float32"), ("bfloat16", "bfloat16")):
            encoder = TextModel.open(folder, precision=precision)
            peer = reference(model, peer_precision)

            def theirs(peer: Any = peer, rows: np.ndarray = rows, mask: np.ndarray = mask) -> np.ndarray:
                with torch.inference_mode():
                    return forward(peer, torch.from_numpy(rows), torch.from_numpy(mask)).float().numpy()

            yield Case(
                f"{name}, {batch} x {lengths} tokens, {precision}",
                lambda encoder=encoder, listed=listed: encoder.encode_tokens(listed),
                f"transformers {peer_precision}",
                theirs,
            )


def clap_text_cases(model: Any, folder: Path) -> Iterator[Case]:
    def forward(peer: Any, ids: Any, mask: Any) -> Any:
        output = peer.get_text_features(input_ids=ids, attention_mask=mask)
        return getattr(output, "pooler_output", output)

    return text_cases("CLAP text", forward, model, folder)


def mean_of_tokens(peer: Any, ids: Any, mask: Any) -> Any:
    hidden = peer(input_ids=ids, attention_mask=mask).last_hidden_state
    return (hidden * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True)


def sentence_cases(model: Any, folder: Path) -> Iterator[Case]:
    return text_cases("MiniLM", mean_of_tokens, model, folder)


def mpnet_cases(model: Any, folder: Path) -> Iterator[Case]:
    return text_cases("MPNet", mean_of_tokens, model, folder)


CASES: list[tuple[str, str, Callable[[Any, Path], Iterator[Case]]]] = [
    ("mert", "mert-95m", mert_cases),
    ("mert-opening", "mert-95m", opening_cases),
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
        saved: dict[str, Any] = {}
        for name, model_name, cases in CASES:
            if words and not any(word in name for word in words):
                continue
            folder = Path(temporary) / model_name
            if model_name not in saved:
                saved.clear()  # one at a time in memory
                saved[model_name] = reference_models.BUILDERS[model_name](folder)
            for case in cases(saved[model_name], folder):
                ours_seconds, peer_seconds = interleaved(case.ours, case.peer, rounds=ROUNDS)
                quality = f"cosine {cosine(case.ours(), case.peer()):.6f}"
                yield Row(case.work, ours_seconds, case.peer_name, peer_seconds, quality)


def memory_rows(words: list[str]) -> Iterator[str]:
    if importlib.util.find_spec("transformers") is None or not mess.load_neural():
        return
    if not words or any(word in "mert-memory" for word in words):
        import reference_models

        with tempfile.TemporaryDirectory() as folder:
            reference_models.BUILDERS["mert-95m"](Path(folder))
            yield memory_row(Path(folder))


if __name__ == "__main__":
    print_rows(run(sys.argv[1:]))
    for row in memory_rows(sys.argv[1:]):
        print(row, flush=True)
