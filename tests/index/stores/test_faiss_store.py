from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.embedders.base import Vectors
from index.errors import SnapshotCorrupt
from index.stores.faiss_store import FaissStore


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    made = np.random.default_rng(7).normal(size=(500, 24)).astype(np.float32)
    unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def store(vectors: Vectors) -> FaissStore:
    return FaissStore(vectors)


@pytest.mark.parametrize("share", [None, 0.9, 0.2, 0.05, 0.004])
def test_search_is_exact_with_any_mask(store: FaissStore, vectors: Vectors, share: float | None) -> None:
    allowed = None if share is None else np.random.default_rng(3).random(500) < share
    for query in vectors[:10]:
        exact = vectors @ query
        rows = np.arange(500) if allowed is None else np.flatnonzero(allowed)
        expected = rows[np.argsort(-exact[rows], kind="stable")][:20]
        found = store.search(query, 20, allowed)
        assert found.rows.tolist() == expected.tolist()
        assert np.allclose(found.scores, exact[expected], atol=1e-6)


def test_fewer_rows_than_asked_for(store: FaissStore, vectors: Vectors) -> None:
    assert len(store.search(vectors[0], 9999).rows) == 500
    allowed = np.zeros(500, np.bool_)
    assert store.search(vectors[0], 5, allowed).rows.size == 0
    allowed[[3, 4]] = True
    assert set(store.search(vectors[0], 5, allowed).rows.tolist()) == {3, 4}


def test_background_is_mean_and_deviation_over_all_rows(store: FaissStore, vectors: Vectors) -> None:
    products = (vectors @ vectors[5]).astype(np.float64)
    assert store.background(vectors[5]) == pytest.approx((products.mean(), products.std()), abs=1e-5)


def test_saved_and_loaded_it_is_the_same(store: FaissStore, vectors: Vectors, tmp_path: Path) -> None:
    store.save(tmp_path / "v.faiss")
    loaded = FaissStore.load(tmp_path / "v.faiss")
    assert (loaded.rows, loaded.dimension) == (500, 24)
    assert loaded.search(vectors[9], 5).rows.tolist() == store.search(vectors[9], 5).rows.tolist()
    assert np.array_equal(loaded.scores(vectors[9], np.array([0, 499])), store.scores(vectors[9], np.array([0, 499])))


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    FaissStore(np.zeros((0, 24), np.float32)).save(tmp_path / "v.faiss")
    empty = FaissStore.load(tmp_path / "v.faiss")
    assert empty.search(np.ones(24, np.float32), 5).rows.size == 0
    assert empty.background(np.ones(24, np.float32)) == (0.0, 0.0)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not an index")
    with pytest.raises(SnapshotCorrupt, match="not a FAISS index"):
        FaissStore.load(tmp_path / "text")
    faiss.write_index(faiss.IndexFlatL2(8), str(tmp_path / "l2"))
    with pytest.raises(SnapshotCorrupt, match="inner product"):
        FaissStore.load(tmp_path / "l2")


def test_threads_get_what_one_caller_gets(store: FaissStore, vectors: Vectors) -> None:
    allowed = np.arange(500) % 2 == 0
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda vector: store.search(vector, 5, allowed).rows.tolist(), vectors[:200]))
    assert found == [store.search(vector, 5, allowed).rows.tolist() for vector in vectors[:200]]
