# SPDX-License-Identifier: MIT
from __future__ import annotations

import sys

import hub_server
import pytest

import mess
import mess.models

MODEL = mess.models.find_model("mert-v1-95m")
WEIGHTS = bytes(range(256)) * 40


def repository_files(model=MODEL, weights="pytorch_model.bin"):
    names = (*model.files, "README.md", weights)
    return {f"{model.repository}/{name}": WEIGHTS if name == weights else name.encode() for name in names}


@pytest.fixture
def hub():
    with hub_server.serve_hub(repository_files()) as running:
        yield running


@pytest.fixture
def pull(hub, tmp_path):
    def run(name=MODEL.name, **options):
        return mess.models.pull(name, endpoint=hub.endpoint, cache_dir=tmp_path, **options)

    return run


def test_a_pulled_model_is_found_where_it_was_put(pull, tmp_path):
    folder = pull()
    assert folder.name == hub_server.COMMIT
    assert mess.models.path(MODEL.name, cache_dir=tmp_path) == folder
    assert (folder / "pytorch_model.bin").read_bytes() == WEIGHTS
    assert (folder / "config.json").read_bytes() == b"config.json"
    assert (folder / "README.md").exists()


def test_what_is_there_is_not_fetched_again(pull, hub):
    pull()
    hub.requests.clear()
    pull()
    assert hub.requests
    assert {method for method, _, _ in hub.requests} == {"HEAD"}


def test_progress_ends_at_the_size_of_each_file(pull):
    seen = []
    pull(progress=seen.append)
    last = {now.file: now for now in seen}
    assert last["pytorch_model.bin"].num_bytes == len(WEIGHTS)
    assert last["pytorch_model.bin"].num_total == len(WEIGHTS)


def test_a_cut_connection_is_taken_up_where_it_broke(pull, hub):
    weights = f"{MODEL.repository}/pytorch_model.bin"
    hub.files[weights] = WEIGHTS * 2_000
    hub.cut_after[weights] = 15_000_000
    folder = pull()
    assert (folder / "pytorch_model.bin").read_bytes() == hub.files[weights]
    first, second = hub.gets(weights)
    assert first is None
    # The hub's library keeps whole pieces of 10 MiB.
    assert second == "bytes=10485760-"


def test_a_file_that_was_damaged_on_the_way_is_refused_and_removed(pull, hub, tmp_path):
    hub.wrong_content.add(f"{MODEL.repository}/pytorch_model.bin")
    with pytest.raises(mess.ModelError, match=r"mert-v1-95m: expected pytorch_model.bin with the checksum .*try again"):
        pull()
    with pytest.raises(mess.ModelError, match="found none"):
        mess.models.path(MODEL.name, cache_dir=tmp_path)
    hub.wrong_content.clear()
    assert (pull() / "pytorch_model.bin").read_bytes() == WEIGHTS


def test_weights_come_in_the_form_that_the_repository_has(tmp_path):
    with hub_server.serve_hub(repository_files(weights="model.safetensors")) as hub:
        folder = mess.models.pull(MODEL.name, endpoint=hub.endpoint, cache_dir=tmp_path)
    assert (folder / "model.safetensors").exists()
    assert not (folder / "pytorch_model.bin").exists()


def test_a_commit_is_pinned_and_found_by_its_name(pull, hub, tmp_path):
    hub.revisions[hub_server.OTHER_COMMIT] = hub_server.OTHER_COMMIT
    folder = pull(revision=hub_server.OTHER_COMMIT)
    assert folder.name == hub_server.OTHER_COMMIT
    assert mess.models.path(MODEL.name, revision=hub_server.OTHER_COMMIT, cache_dir=tmp_path) == folder
    # Without a revision the one that is there will do.
    assert mess.models.path(MODEL.name, cache_dir=tmp_path) == folder


def test_all_files_come_from_one_commit_even_if_the_branch_moves(pull, hub):
    def move(now):
        hub.revisions["main"] = hub_server.OTHER_COMMIT

    folder = pull(progress=move)
    assert folder.name == hub_server.COMMIT
    assert all((folder / name).exists() for name in (*MODEL.files, "pytorch_model.bin"))


def test_a_revision_that_does_not_exist_is_named(pull):
    with pytest.raises(mess.ModelError, match="expected a revision no-such of m-a-p/MERT-v1-95M, found none"):
        pull(revision="no-such")


def test_a_repository_that_does_not_exist_is_named(pull):
    with pytest.raises(mess.ModelError, match="expected the repository m-a-p/MERT-v1-330M, found none"):
        pull("mert-v1-330m")


def test_a_missing_file_is_named(pull, hub):
    del hub.files[f"{MODEL.repository}/pytorch_model.bin"]
    with pytest.raises(mess.ModelError, match=r"expected a file model.safetensors in m-a-p/MERT-v1-95M, found none"):
        pull()


def test_a_gated_repository_says_how_to_get_in(pull, hub):
    hub.gated.add(MODEL.repository)
    with pytest.raises(mess.ModelError, match="accept the conditions on its page and log in with: hf auth login"):
        pull()


@pytest.mark.slow  # the hub's library tries for some time
def test_a_server_that_does_not_answer_is_one_line(tmp_path):
    with pytest.raises(
        mess.ModelError, match=r"mert-v1-95m: expected an answer for .*config.json, found none"
    ) as raised:
        mess.models.pull(MODEL.name, endpoint="http://127.0.0.1:9", cache_dir=tmp_path)
    assert "\n" not in str(raised.value)


def test_offline_asks_nothing(pull, hub):
    with pytest.raises(mess.ModelError, match="while offline, found none"):
        pull(offline=True)
    assert hub.requests == []
    folder = pull()
    hub.requests.clear()
    assert pull(offline=True) == folder
    assert hub.requests == []


def test_the_hub_s_own_variable_means_offline_too(pull, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(mess.ModelError, match="while offline"):
        pull()
    assert hub.requests == []


def test_without_the_hub_s_library_the_command_is_said(pull, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(mess.ModelError, match=r'pip install "mess-ai\[models\]" brings it'):
        pull()


def test_a_sentence_encoder_is_pulled_and_opened_by_its_name(neural, tmp_path, monkeypatch):
    model = mess.models.find_model("all-minilm-l6-v2")
    here = mess.models.path(model.name)
    files = {f"{model.repository}/{name}": (here / name).read_bytes() for name in (*model.files, "model.safetensors")}
    expected = mess.TextEncoder.open(model.name).encode("sad piano")
    monkeypatch.setenv("MESS_MODELS", str(tmp_path))
    with hub_server.serve_hub(files) as hub:
        pulled = mess.models.pull(model.name, endpoint=hub.endpoint)
    assert mess.models.path(model.name) == pulled
    opened = mess.TextEncoder.open(model.name)
    assert str(opened.id) == "all-minilm-l6-v2/1"
    assert (opened.encode("sad piano") == expected).all()
