# SPDX-License-Identifier: MIT
from __future__ import annotations

import json

import mutagen
import numpy as np
import pytest

import mess
import mess.models
from mess.library import Library, LibraryError
from mess.library.search import RANK_OFFSET
from mess.library.text_vectors import TextVectorCache
from mess.library.track_text import track_text

SONGS = {
    "Slow Rain": "Piano Ballad",
    "Iron Cathedral": "Death Metal",
    "Sunday Market": "Bossa Nova",
    "Laser Drive": "Techno",
}


@pytest.fixture
def minilm(neural):
    return mess.models.path("all-minilm-l6-v2")


@pytest.fixture
def music(tmp_path, tone):
    (tmp_path / "music").mkdir()
    for number, (title, genre) in enumerate(SONGS.items()):
        tags = {"title": title, "artist": f"Artist {number}", "genre": genre}
        mess.write_audio(
            tmp_path / "music" / f"{number}.flac", mess.AudioBuffer(tone(110.0 + 60 * number), 22050), tags=tags
        )
    return tmp_path / "music"


@pytest.fixture
def library(tmp_path, music):
    with Library.open(tmp_path / "library") as opened:
        opened.scan(music, encoder="dummy")
        yield opened


@pytest.fixture
def encoded(monkeypatch):
    """The texts that were encoded for tracks."""
    texts = []
    original = mess.TextEncoder.encode

    def encode(self, several):
        texts.extend([] if isinstance(several, str) or several[0].startswith("a dog") else several)
        return original(self, several)

    monkeypatch.setattr(mess.TextEncoder, "encode", encode)
    return texts


def titles(matches):
    return [match.track.title for match in matches]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("sad piano", "Slow Rain"),
        ("aggressive heavy guitars", "Iron Cathedral"),
        ("brazilian guitar music", "Sunday Market"),
        ("electronic club music", "Laser Drive"),
        ("artist 2", "Sunday Market"),
    ],
)
def test_words_find_what_they_mean(minilm, library, text, title):
    assert titles(library.search(text, 1)) == [title]


def test_matches_come_best_first_with_the_cosine_of_their_words(minilm, library):
    matches = library.search("piano")
    assert [match.rank for match in matches] == [1, 2, 3, 4]
    encoder = mess.TextEncoder.open("all-minilm-l6-v2")
    for match in matches:
        expected = float((encoder.encode(track_text(match.track)) @ encoder.encode("piano").T)[0, 0])
        assert match.score == match.cosines["words"] == pytest.approx(expected, abs=1e-5)
    assert sorted((match.score for match in matches), reverse=True) == [match.score for match in matches]


def test_texts_are_encoded_once_and_kept(minilm, library, encoded):
    library.search("piano")
    assert len(encoded) == 4
    library.search("guitar")
    with Library.open(library.path) as again:
        again.search("piano")
    assert len(encoded) == 4


def test_only_what_changed_is_encoded_again(minilm, library, music, encoded):
    library.search("piano")
    tags = mutagen.File(music / "0.flac")
    tags["genre"] = "Polka"
    tags.save()
    library.scan(music, encoder="dummy")
    encoded.clear()
    assert "Polka" in library.search("cheerful polka", 1)[0].track.genre
    assert len(encoded) == 1
    assert "Polka" in encoded[0]


def test_what_is_missing_is_not_found_and_comes_back_without_encoding(minilm, library, music, encoded):
    library.search("piano")
    content = (music / "0.flac").read_bytes()
    (music / "0.flac").unlink()
    library.scan(music, encoder="dummy")
    assert "Slow Rain" not in titles(library.search("sad piano"))
    (music / "0.flac").write_bytes(content)
    library.scan(music, encoder="dummy")
    assert titles(library.search("sad piano", 1)) == ["Slow Rain"]
    assert len(encoded) == 4


def test_words_of_another_version_are_encoded_again(minilm, library, encoded, monkeypatch):
    library.search("piano")
    monkeypatch.setattr("mess.library.text_vectors.TEXT_VERSION", 0)
    monkeypatch.setattr("mess.library.text_vectors.track_text", lambda track: f"new {track.title}")
    with Library.open(library.path) as again:
        again.search("piano")
    assert len(encoded) == 8


def test_a_read_only_library_is_searched_too(minilm, library):
    library.close()
    with Library.open(library.path, read_only=True) as opened:
        assert titles(opened.search("sad piano", 1)) == ["Slow Rain"]


def test_progress_counts_texts(minilm, library):
    seen = []
    library.search("piano", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(4, 4)]


def test_a_bad_question_is_refused(minilm, library, tmp_path):
    with pytest.raises(mess.InvalidArgument, match="expected some words, found none"):
        library.search("  ")
    with pytest.raises(mess.InvalidArgument, match="k: expected at least 1, found 0"):
        library.search("piano", 0)
    with pytest.raises(
        LibraryError, match="found none; scan with it first: mess scan FOLDER --encoder clap-htsat-unfused"
    ):
        library.search("piano", encoder="clap-htsat-unfused")
    with pytest.raises(mess.ModelError, match="no-such: expected one of"):
        library.search("piano", encoder="no-such")
    with Library.open(tmp_path / "empty") as empty, pytest.raises(LibraryError, match="scan a folder of music first"):
        empty.search("piano")


def test_without_a_text_model_the_one_command_is_said(library, monkeypatch):
    monkeypatch.setattr("mess.library.search._is_here", lambda _name: False)
    with pytest.raises(mess.ModelError, match="get one with: mess models pull all-minilm-l6-v2"):
        library.search("piano")


def test_a_library_of_the_first_schema_gains_what_search_needs(minilm, library):
    described = [track.analysis.words for track in library.tracks()]
    with library._database.write() as connection:
        connection.exec_driver_sql("DROP TABLE text_vectors")
        connection.exec_driver_sql("ALTER TABLE tracks DROP COLUMN analysis_version")
        connection.exec_driver_sql("ALTER TABLE tracks DROP COLUMN mood")
        connection.exec_driver_sql("ALTER TABLE tracks DROP COLUMN words")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    library.close()
    with Library.open(library.path) as opened:
        assert titles(opened.search("sad piano", 1)) == ["Slow Rain"]
        assert [tuple(row.words) for row in opened._tables.table()._rows] == described


def test_two_views_are_fused_by_their_ranks(minilm, library):
    """The sound view stands in for CLAP: a stored vector per track, and the same space for the query."""
    encoder = mess.TextEncoder.open("all-minilm-l6-v2")
    search = library._text_search
    words = mess.library.search._View("words", "all-minilm-l6-v2", "")
    ranking = search._rank(words, "sad piano", None)
    reverse = [(track_id, -cosine) for track_id, cosine in reversed(ranking)]
    fused = search._fuse({"words": ranking, "sound": reverse[1:]}, 4)
    best, worst = ranking[0][0], ranking[-1][0]
    scores = {match.track.id: match.score for match in fused}
    assert scores[best] == pytest.approx(1 / (RANK_OFFSET + 1) + 1 / (RANK_OFFSET + 3))
    assert scores[worst] == pytest.approx(1 / (RANK_OFFSET + 4))
    assert set(next(match for match in fused if match.track.id == worst).cosines) == {"words"}
    assert TextVectorCache(library._database).index(encoder).size == 4


@pytest.fixture
def tiny_clap(neural, tmp_path, monkeypatch):
    """A small CLAP with random weights, where a pulled one would be."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    monkeypatch.setenv("MESS_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models" / "models--laion--clap-htsat-unfused" / "snapshots" / ("d" * 40)
    text = {
        "vocab_size": 300,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    audio = {
        "patch_embeds_hidden_size": 16,
        "hidden_size": 128,
        "depths": [1, 1, 1, 1],
        "num_attention_heads": [1, 2, 4, 8],
    }
    torch.manual_seed(1)
    config = transformers.ClapConfig(text_config=text, audio_config=audio, projection_dim=32)
    model = transformers.ClapModel(config).eval()
    with torch.no_grad():
        # As it is initialised, the first token hardly looks at the others: all texts would be nearly the same.
        for weight in model.text_model.parameters():
            if weight.dim() == 2:
                weight.mul_(15)
    model.save_pretrained(folder)
    preprocessor = {"feature_size": 64, "sampling_rate": 48000, "hop_length": 480, "fft_window_size": 1024}
    preprocessor |= {"frequency_min": 50, "frequency_max": 14000, "truncation": "rand_trunc", "padding": "repeatpad"}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    tokenizer = tokenizers.ByteLevelBPETokenizer()
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(["slow sad piano music"], vocab_size=300, special_tokens=specials)
    tokenizer.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.save(str(folder / "tokenizer.json"))
    return "clap-htsat-unfused"


@pytest.mark.slow
def test_a_joint_model_answers_by_sound_beside_the_words(minilm, library, music, tiny_clap):
    library.scan(music, encoder=tiny_clap)
    stats = library.stats()
    assert set(stats.num_vectors) == {"dummy/1+mean_std", f"{tiny_clap}/1+track"}
    assert set(stats.num_vectors.values()) == {4}
    matches = library.search("sad piano")
    assert all(set(match.cosines) == {"words", "sound"} for match in matches)
    encoder = mess.TextEncoder.open(tiny_clap)
    assert str(encoder.id) == f"{tiny_clap}/1"
    query = encoder.encode("sad piano")[0]
    by_sound = library.search("sad piano", encoder=tiny_clap)
    for match in by_sound:
        stored = library.resolve(match.track.id, encoder=tiny_clap).vector
        assert match.score == pytest.approx(float(np.dot(stored, query)), abs=1e-5)
    # Each encoder's vectors answer for themselves.
    assert titles(library.similar("Slow Rain", encoder="dummy")) != []
    assert titles(library.similar("Slow Rain", encoder=tiny_clap)) != []
    assert library.resolve("Slow Rain").encoder_id == f"{tiny_clap}/1+track"


@pytest.mark.slow
def test_an_encoder_from_a_folder_is_found_again_for_files_outside(neural, library, music, tmp_path, tone_file):
    reference_models = pytest.importorskip("reference_models")
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    layers = {"conv_dim": [16] * 7, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4}
    reference_models.mert(tmp_path / "my-mert", **sizes, **layers)
    library.scan(music, encoder=str(tmp_path / "my-mert"))
    assert library.resolve("Slow Rain").encoder_id.startswith("my-mert/1+")
    with Library.open(library.path) as again:
        matches = again.similar(tone_file("outside.wav", hz=110.0))
        assert len(matches) == 4
