from __future__ import annotations

from pathlib import Path

import pytest

from index.embedders.bundled import BundledEmbedder
from index.embedders.hashing import HashingEmbedder
from index.seed_cache import main, seed_texts, write_seed_cache
from index.vector_cache import SEED_VECTORS, VectorFile, text_key

COMMAND = "The demo knowledge changed: run `python -m index.seed_cache` and commit index/data/seed_vectors.npz."


def test_every_seed_passage_has_its_shipped_vector() -> None:
    embedder = BundledEmbedder()
    shipped = VectorFile(SEED_VECTORS, embedder.name, embedder.dimension)
    wanted = {text_key(text) for text in seed_texts()}
    missing, obsolete = len(wanted - shipped.keys()), len(shipped.keys() - wanted)
    assert (missing, obsolete) == (0, 0), f"{missing} vectors missing, {obsolete} obsolete. {COMMAND}"


def test_the_file_follows_the_texts(tmp_path: Path) -> None:
    path, embedder = tmp_path / "seed.npz", HashingEmbedder(32)
    assert write_seed_cache(embedder, ["a", "b"], path) == (2, 2)
    assert write_seed_cache(embedder, ["b", "c", "c"], path) == (1, 2)
    assert VectorFile(path, embedder.name, 32).keys() == {text_key("b"), text_key("c")}


def test_an_unchanged_seed_leaves_the_file_alone(tmp_path: Path) -> None:
    path, embedder = tmp_path / "seed.npz", HashingEmbedder(32)
    write_seed_cache(embedder, ["a"], path)
    before = path.stat().st_mtime_ns
    assert write_seed_cache(embedder, ["a"], path) == (0, 1)
    assert path.stat().st_mtime_ns == before


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.seed_cache.write_seed_cache", lambda embedder, texts: (3, 40))
    monkeypatch.setattr("index.seed_cache.seed_texts", list)
    main()
    assert capsys.readouterr().out == "seed_vectors.npz: 40 vectors, 3 new\n"
