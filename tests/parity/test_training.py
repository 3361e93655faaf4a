# SPDX-License-Identifier: MIT
"""mess.nn: the same numbers as the encoders, and gradients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from test_text_models import minilm_folder, random_rows

import mess
from mess._core import TextModel

nn = pytest.importorskip("mess.nn")
Saved = Callable[[str], tuple[torch.nn.Module, Path]]


def test_the_trainable_text_model_gives_the_encoders_vectors(saved: Saved) -> None:
    _, folder = saved("mpnet")
    rows = random_rows(30000, [7, 3, 12, 3])
    with torch.no_grad():
        trainable = nn.TextModule(folder)(rows).numpy()
    np.testing.assert_allclose(trainable, TextModel.open(folder).encode_tokens(rows), atol=1e-5)


@pytest.mark.parametrize(("name", "rate_hz"), [("mert-330m-4-layers", 24000), ("clap-htsat-unfused", 48000)])
def test_the_trainable_audio_model_gives_the_encoders_frames(name: str, rate_hz: int, saved: Saved) -> None:
    _, folder = saved(name)
    samples = np.random.default_rng(0).normal(0, 0.1, rate_hz).astype(np.float32)
    module = nn.AudioModule(folder)
    assert module.sample_rate_hz == rate_hz
    frames = module(torch.from_numpy(samples[None]))
    encoder = mess.Encoder.open(str(folder), frame_seconds=0.001, window_seconds=1.0)
    expected = encoder.encode(mess.AudioBuffer(samples, rate_hz)).array
    np.testing.assert_allclose(frames[0].detach().numpy(), expected, atol=5e-5)
    frames.square().sum().backward()
    without = [key for key, value in module.named_parameters() if value.grad is None]
    assert without == []


def test_names_are_those_of_the_checkpoint(saved: Saved) -> None:
    reference, folder = saved("minilm")
    names = {name for name in reference.state_dict() if not name.startswith("pooler.")}
    assert set(nn.TextModule(folder).state_dict()) == names


def test_a_gradient_is_the_slope_of_the_loss(saved: Saved) -> None:
    _, folder = saved("minilm")
    module = nn.TextModule(folder)
    rows = random_rows(30000, [6, 9])
    direction = torch.randn(384, generator=torch.Generator().manual_seed(0))

    def loss() -> torch.Tensor:
        return (module(rows).double() @ direction.double()).sum()

    weight = module.get_parameter("encoder.layer.2.intermediate.dense.weight")
    loss().backward()
    gradient = weight.grad.double()
    step = 1e-2 * gradient / gradient.norm()
    with torch.no_grad():
        weight.add_(step.float())
        above = loss().item()
        weight.sub_(2 * step.float())
        below = loss().item()
    assert (above - below) / 2 == pytest.approx((gradient * step).sum().item(), rel=0.02)


def test_fifty_sentences_can_be_learnt() -> None:
    module = nn.TextModule(minilm_folder())
    rows = random_rows(30000, [8] * 50)
    targets = torch.nn.functional.normalize(torch.randn(50, 384, generator=torch.Generator().manual_seed(1)), dim=-1)
    optimizer = torch.optim.AdamW(module.parameters(), lr=2e-4)
    losses = []
    for _ in range(8):
        optimizer.zero_grad()
        loss = (1 - (module(rows) * targets).sum(1)).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]
    assert losses == sorted(losses, reverse=True)
