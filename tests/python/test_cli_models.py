# SPDX-License-Identifier: MIT
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import hub_server
import pytest

import mess
import mess.models
from mess.library import Library

MODEL = mess.models.find_model("mert-v1-95m")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MESS_MODELS", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub():
    names = (*MODEL.files, "pytorch_model.bin")
    with hub_server.serve_hub({f"{MODEL.repository}/{name}": b"content" for name in names}) as running:
        yield running


def test_the_list_names_every_model_its_licence_and_whether_it_is_here(call, cache):
    code, out, _ = call("models", "list")
    assert code == 0
    for model in mess.models.list_models():
        assert model.name in out
    assert "CC-BY-NC-4.0" in out
    found = json.loads(call("models", "list", "--json")[1])
    assert found["cache_dir"] == str(cache)
    assert [entry["model"]["name"] for entry in found["models"]] == [m.name for m in mess.models.list_models()]
    assert found["models"][0]["path"] is None


def test_a_pulled_model_is_found_and_its_licence_said(call, cache, hub):
    assert call("models", "path", MODEL.name)[0] == 1
    code, out, _ = call("models", "pull", MODEL.name, "--endpoint", hub.endpoint)
    assert code == 0
    assert "CC-BY-NC-4.0, not for commercial use" in out
    folder = call("models", "path", MODEL.name)[1].strip()
    assert Path(folder, "pytorch_model.bin").read_bytes() == b"content"
    assert json.loads(call("models", "path", MODEL.name, "--json")[1])["path"] == folder
    assert json.loads(call("models", "pull", MODEL.name, "--offline", "--json")[1])["path"] == folder
    assert json.loads(call("models", "list", "--json")[1])["models"][0]["path"] == folder


def test_errors_are_one_line_that_says_what_to_do(call, cache, hub):
    code, out, err = call("models", "path", MODEL.name)
    assert (code, out) == (1, "")
    assert err.endswith(f"get them with: mess models pull {MODEL.name}\n")
    code, _, err = call("models", "pull", "mert-v1-330m", "--endpoint", hub.endpoint)
    assert code == 1
    assert (
        err
        == "mess: [models] mert-v1-330m: expected the repository m-a-p/MERT-v1-330M, found none that is open to you\n"
    )
    assert call("models", "pull", MODEL.name, "--offline")[0] == 1
    assert call("models", "no-such")[0] == 2


def test_a_scan_and_a_search_without_their_model_say_the_one_command(call, cache, tmp_path, tone_file, monkeypatch):
    tone_file("music/a.wav")
    library = tmp_path / "library"
    code, _, err = call("scan", tmp_path / "music", "--library", library, "--encoder", MODEL.name)
    assert (code, err.strip().endswith(f"mess models pull {MODEL.name}")) == (1, True)
    assert call("scan", tmp_path / "music", "--library", library, "--encoder", "dummy")[0] == 0
    monkeypatch.setattr("mess.library.search._is_here", lambda _name: False)
    code, _, err = call("search", "sad piano", "--library", library)
    assert (code, err.strip().endswith("mess models pull all-minilm-l6-v2")) == (1, True)


def test_search_prints_a_table_and_json(neural, call, tmp_path, tone):
    for number, genre in enumerate(("Piano Ballad", "Death Metal")):
        tags = {"title": f"Tune {number}", "genre": genre}
        audio = mess.AudioBuffer(tone(110.0 + 60 * number), 22050)
        path = tmp_path / "music" / f"{number}.flac"
        path.parent.mkdir(exist_ok=True)
        mess.write_audio(path, audio, tags=tags)
    with Library.open(tmp_path / "library") as library:
        library.scan(tmp_path / "music", encoder="dummy")
    code, out, err = call("search", "sad piano", "--library", tmp_path / "library")
    assert (code, err) == (0, "")
    assert out.index("Tune 0") < out.index("Tune 1")
    assert "Words" in out
    found = json.loads(call("search", "sad piano", "-k", 1, "--library", tmp_path / "library", "--json")[1])
    assert found["text"] == "sad piano"
    (match,) = found["matches"]
    assert match["track"]["title"] == "Tune 0"
    assert match["score"] == match["cosines"]["words"]


def test_convert_writes_safetensors_and_tells_of_the_licence(neural, call, cache, hub, tmp_path):
    torch = pytest.importorskip("torch")
    torch.save({"w": torch.ones(3)}, tmp_path / "weights.bin")
    hub.files[f"{MODEL.repository}/pytorch_model.bin"] = (tmp_path / "weights.bin").read_bytes()
    assert call("models", "pull", MODEL.name, "--endpoint", hub.endpoint)[0] == 0
    command = [Path(sys.executable).with_name("mess"), "models", "convert", MODEL.name, tmp_path / "target"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(tmp_path / "target" / "model.safetensors")
    assert result.stderr.startswith(f"mess: {MODEL.name}: its weights are licensed CC-BY-NC-4.0")
    assert (tmp_path / "target" / "config.json").exists()
    code, _, err = call("models", "convert", tmp_path / "none.bin", tmp_path / "out.safetensors")
    assert code == 1
    assert "none.bin" in err
