# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mess
from mess.cli.app import run
from mess.evaluation import evaluate_folder
from mess.evaluation.retrieval import (
    NEVER,
    euclidean,
    mutual_proximity,
    score_folders,
    score_hubness,
    score_pairs,
)


@pytest.fixture
def folders(tone_file: Callable[..., Path], tmp_path: Path) -> Path:
    """Low tones in one folder, high ones in another."""
    for name, base_hz in (("low", 110.0), ("high", 1760.0)):
        for number in range(3):
            tone_file(f"music/{name}/{number}.wav", base_hz * (1 + 0.12 * number), seconds=6.0, seed=number)
    return tmp_path / "music"


def test_folder_scores_are_those_worked_out_by_hand() -> None:
    distances = np.array(
        [
            [NEVER, 1.0, 2.0, 3.0],
            [1.0, NEVER, 3.0, 2.0],
            [1.0, 2.0, NEVER, 3.0],
            [1.0, 2.0, 3.0, NEVER],
        ]
    )
    scores = score_folders(distances, np.array(["a", "b", "a", "c"]))
    # Only the two of "a" have a partner: at rank 2 for the first, at rank 1 for the third.
    assert (scores.num_queries, scores.precision_at_1) == (2, 0.5)
    assert scores.precision_at_5 == pytest.approx(1 / 3)
    assert scores.mean_average_precision == pytest.approx((0.5 + 1.0) / 2)


def test_pair_scores_count_a_tie_as_lost() -> None:
    scores = score_pairs(np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 5.0]]), np.array([0, 1]))
    assert scores.top_1 == 0.5
    assert scores.mean_reciprocal_rank == pytest.approx((1.0 + 0.5) / 2)


def test_a_hub_skews_the_occurrences_and_mutual_proximity_evens_them() -> None:
    random = np.random.default_rng(1)
    points = random.normal(size=(200, 60)).astype(np.float32)
    points[:4] *= 0.1  # the centre is near everything
    distances = euclidean(points, points)
    np.fill_diagonal(distances, NEVER)
    before = score_hubness(distances)
    after = score_hubness(mutual_proximity(distances, distances, distances))
    assert before.skewness > 2.0 > 1.0 > after.skewness
    assert after.anti_hub_share < before.anti_hub_share


def test_mutual_proximity_keeps_what_may_not_be_found_out() -> None:
    distances = np.array([[NEVER, 1.0, 2.0], [1.0, NEVER, 2.0], [2.0, 2.0, NEVER]])
    scaled = mutual_proximity(distances, distances, distances)
    assert np.isinf(scaled.diagonal()).all()
    assert scaled[0, 1] < scaled[0, 2]


def test_tones_find_their_own_folder_and_their_own_other_half(folders: Path) -> None:
    result = evaluate_folder(folders, excerpt_seconds=2.0)
    assert (result.encoder_id, result.num_tracks, result.num_folders) == ("acoustic/2+track", 6, 2)
    assert (result.num_excerpt_pairs, result.failures) == (6, [])
    assert result.same_folder.num_queries == 6
    assert result.same_folder.precision_at_1 == 1.0
    assert result.other_artist == result.same_folder  # no artist tags: nothing to leave out
    assert result.other_excerpt is not None
    assert result.other_excerpt.top_1 == 1.0
    assert result.robustness["gain -6 dB"].top_1 == 1.0
    assert result.speed.times_real_time > 0


def test_an_artist_is_left_out_of_the_candidates(tone: Callable[..., np.ndarray], tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / "album").mkdir(exist_ok=True)
        audio = mess.AudioBuffer(tone(200.0 + 50 * number, 2.0), 22050)
        mess.write_audio(tmp_path / "album" / f"{number}.flac", audio, tags={"artist": "somebody"})
    result = evaluate_folder(tmp_path)
    assert result.same_folder.precision_at_1 == 1.0
    assert result.other_artist.num_queries == 0
    assert math.isnan(result.other_artist.precision_at_1)
    assert result.other_excerpt is None


def test_one_track_is_not_enough(tone_file: Callable[..., Path], tmp_path: Path) -> None:
    tone_file("music/a.wav")
    with pytest.raises(mess.InvalidArgument, match="expected at least 2 tracks, found 1"):
        evaluate_folder(tmp_path / "music")


def test_the_command_prints_a_table_or_json(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folders / "low" / "broken.mp3").write_bytes(b"not audio")
    assert run(["evaluate", str(folders), "--encoder", "dummy", "--excerpt", "2", "--json"]) == 3
    printed = json.loads(capsys.readouterr().out)
    assert (printed["encoder_id"], printed["num_tracks"]) == ("dummy/1+mean_std", 6)
    assert printed["failures"][0][0].endswith("broken.mp3")
    assert set(printed["same_folder"]) == {"num_queries", "precision_at_1", "precision_at_5", "mean_average_precision"}
    assert run(["evaluate", str(folders), "--encoder", "dummy", "--excerpt", "2"]) == 3
    captured = capsys.readouterr()
    assert "mean average precision" in captured.out
    assert "broken.mp3" in captured.err
