from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.embedders.base import Vectors
from index.embedders.hashing import HashingEmbedder
from index.vector_cache import VectorCache, VectorFile, text_key


class Counting(HashingEmbedder):
    """Counts the passages it really embeds."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return super().embed_passages(texts)


TEXTS = ["one", "two", "three", "two"]


def test_a_text_is_embedded_once_ever(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    fresh = VectorCache(tmp_path, shipped=None).wrap(first).embed_passages(TEXTS)
    cached = VectorCache(tmp_path, shipped=None).wrap(second).embed_passages(["three", "four", *TEXTS])
    assert sorted(first.embedded) == ["one", "three", "two"]
    assert second.embedded == ["four"]
    assert np.array_equal(cached[2:], fresh)


def test_fresh_vectors_are_rounded_like_cached_ones(tmp_path: Path) -> None:
    plain = HashingEmbedder(64).embed_passages(TEXTS)
    rounded = VectorCache(tmp_path, shipped=None).wrap(HashingEmbedder(64)).embed_passages(TEXTS)
    assert rounded.dtype == np.float32
    assert np.array_equal(rounded, plain.astype(np.float16).astype(np.float32))


def test_nothing_to_embed(tmp_path: Path) -> None:
    assert VectorCache(tmp_path, shipped=None).wrap(Counting()).embed_passages([]).shape == (0, 64)


def test_queries_and_identity_are_those_of_the_embedder(tmp_path: Path) -> None:
    plain = HashingEmbedder(64)
    wrapped = VectorCache(tmp_path, shipped=None).wrap(plain)
    assert (wrapped.name, wrapped.dimension) == (plain.name, plain.dimension)
    assert np.array_equal(wrapped.embed_queries(["one"]), plain.embed_queries(["one"]))


def test_the_shipped_file_is_used_and_never_written(tmp_path: Path) -> None:
    shipped = tmp_path / "seed.npz"
    file = VectorFile(shipped, "hashing:64", 64)
    for text in TEXTS:
        file.add(text_key(text), HashingEmbedder(64).embed_passages([text])[0].astype(np.float16))
    file.save()
    before = shipped.read_bytes()
    embedder = Counting()
    VectorCache(tmp_path / "own", shipped=shipped).wrap(embedder).embed_passages([*TEXTS, "five"])
    assert embedder.embedded == ["five"]
    assert shipped.read_bytes() == before


def test_a_file_of_another_embedder_counts_as_empty(tmp_path: Path) -> None:
    shipped = tmp_path / "seed.npz"
    file = VectorFile(shipped, "other:64", 64)
    file.add(text_key("one"), np.zeros(64, np.float16))
    file.save()
    embedder = Counting()
    VectorCache(tmp_path / "own", shipped=shipped).wrap(embedder).embed_passages(["one"])
    assert embedder.embedded == ["one"]


def test_two_embedders_do_not_share_a_file(tmp_path: Path) -> None:
    small, large = Counting(32), Counting(64)
    cache = VectorCache(tmp_path, shipped=None)
    assert cache.wrap(small).embed_passages(["one"]).shape == (1, 32)
    assert cache.wrap(large).embed_passages(["one"]).shape == (1, 64)
    assert len(list(tmp_path.glob("*.db"))) == 2


@pytest.mark.parametrize("damage", ["truncate", "flip", "replace", "empty"])
def test_a_damaged_file_counts_as_empty(tmp_path: Path, damage: str) -> None:
    VectorCache(tmp_path, shipped=None).wrap(Counting()).embed_passages(TEXTS)
    (path,) = tmp_path.glob("*.db")
    content = bytearray(path.read_bytes())
    if damage == "truncate":
        content = content[: len(content) // 2]
    elif damage == "flip":
        kept = HashingEmbedder(64).embed_passages(TEXTS[:3]).astype(np.float16)
        for vector in kept:  # inside the values: the file stays a sound database
            content[content.index(vector.tobytes()) + 17] ^= 0xFF
    else:
        content = bytearray(b"x" * 100 if damage == "replace" else b"")
    path.write_bytes(content)
    embedder = Counting()
    vectors = VectorCache(tmp_path, shipped=None).wrap(embedder).embed_passages(TEXTS)
    assert sorted(embedder.embedded) == ["one", "three", "two"]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_arrays_of_the_wrong_shape_count_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    np.savez(path, embedder=np.array("e"), keys=np.zeros((2, 32), np.uint8), vectors=np.zeros((2, 5), np.float16))
    assert len(VectorFile(path, "e", 64)) == 0


def test_an_interrupted_run_keeps_what_it_had(tmp_path: Path) -> None:
    class Failing(Counting):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if len(self.embedded) >= 200:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    texts = [f"text {number}" for number in range(400)]
    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path, shipped=None).wrap(Failing()).embed_passages(texts)
    second = Counting()
    VectorCache(tmp_path, shipped=None).wrap(second).embed_passages(texts)
    assert 200 <= len(second.embedded) <= 400 - 128


def test_retain_forgets_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    file = VectorFile(path, "e", 4)
    for text in ("a", "b"):
        file.add(text_key(text), np.ones(4, np.float16))
    file.retain({text_key("b")})
    assert VectorFile(path, "e", 4).keys() == {text_key("b")}
    file.retain(set())
    assert not path.exists()


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    embedder = Counting()
    made = VectorCache(tmp_path / "cache", shipped=None).wrap(embedder).embed_passages(TEXTS)
    assert made.shape == (4, 64)
    assert "3 vectors are not cached" in caplog.text


def test_a_locked_cache_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vector_cache._LOCK_TIMEOUT_S", 0.05)
    cache = VectorCache(tmp_path, shipped=None)
    cache.wrap(Counting()).embed_passages(["one"])
    (path,) = tmp_path.glob("*.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.wrap(Counting()).embed_passages(["one", "two"]).shape == (2, 64)
    again = Counting()
    cache.wrap(again).embed_passages(["one"])
    assert again.embedded == [], "the file must not be thrown away because somebody else writes"


def test_two_processes_worth_of_writers_lose_nothing(tmp_path: Path) -> None:
    first, second = (VectorCache(tmp_path, shipped=None).wrap(Counting()) for _ in range(2))
    first.embed_passages(["one"])
    second.embed_passages(["two"])
    third = Counting()
    VectorCache(tmp_path, shipped=None).wrap(third).embed_passages(["one", "two", "three"])
    assert third.embedded == ["three"]


def test_progress_counts_up_to_all(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, shipped=None)
    cache.wrap(Counting()).embed_passages([f"text {n}" for n in range(10)])
    seen: list[int] = []
    cache.wrap(Counting()).embed_passages([f"text {n}" for n in range(100)], progress=seen.append)
    assert seen[0] == 10
    assert seen == sorted(seen)
    assert seen[-1] == 100
