# SPDX-License-Identifier: MIT
"""Does what sounds alike come back? On composed pieces, whose style is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mess
from mess.samples import write_samples

NUM_PIECES = 50
TOP = 5


@pytest.mark.slow
def test_similar_returns_pieces_of_the_seeds_own_style(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_samples(tmp_path / "music", num_pieces=NUM_PIECES, seed=7, sample_rate_hz=22050, target_seconds=20)
    with mess.Library.open(tmp_path / "library") as library:
        assert library.scan(tmp_path / "music").num_decoded == NUM_PIECES
        tracks = library.tracks()
        style_of = {track.id: track.genre for track in tracks}
        precisions = []
        for track in tracks:
            matches = library.similar(track.id, TOP)
            assert len(matches) == TOP
            assert track.id not in {match.track.id for match in matches}
            precisions.append(np.mean([style_of[match.track.id] == track.genre for match in matches]))
    counts = np.unique(list(style_of.values()), return_counts=True)[1]
    chance = float(np.sum(counts * (counts - 1)) / (NUM_PIECES * (NUM_PIECES - 1)))
    precision = float(np.mean(precisions))
    # Five pieces a style: at most 4 of 5 neighbours can be of it.
    with capsys.disabled():
        print(f"\nprecision@{TOP} {precision:.3f}, at most {(counts.max() - 1) / TOP:.3f}, chance {chance:.3f}")
    assert precision > 4 * chance
