"""A retriever and the snapshots it serves: missing, damaged, swapped, removed, pinned."""

from __future__ import annotations

import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import snapshots
from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexNotBuilt, SnapshotCorrupt, SnapshotMismatch
from index.model import Query
from index.retriever import Retriever
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.conftest import Build, documents
from tests.index.samples import DESK, many, passage


def test_without_an_index_it_says_how_to_build_one(index_dir: Path) -> None:
    with pytest.raises(IndexNotBuilt, match="proofdesk index build"):
        Retriever(index_dir, HashingEmbedder()).search(Query("x"))


def test_an_empty_index_finds_nothing(make: Build, index_dir: Path) -> None:
    make([])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert retriever.search(Query("x")).hits == ()
    retriever.close()


def test_another_embedder_is_refused(make: Build, index_dir: Path) -> None:
    make()
    with pytest.raises(SnapshotMismatch, match=r"hashing:256.*hashing:64.*proofdesk index build"):
        Retriever(index_dir, HashingEmbedder(64)).warm()


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.db", "columns.npy", "statistics.npy", "manifest.json"])
def test_a_damaged_snapshot_is_refused_at_the_start(make: Build, index_dir: Path, name: str) -> None:
    path = index_dir / make().id / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(SnapshotCorrupt, match="proofdesk index rollback"):
        Retriever(index_dir, HashingEmbedder()).warm()


def test_a_new_snapshot_serves_the_next_search(retriever: Retriever, make: Build) -> None:
    before = retriever.snapshot_id
    assert "new" not in documents(retriever, "brand new passage")
    manifest = make([*DESK, passage("new", "brand new passage")])
    result = retriever.search(Query("brand new passage"))
    assert result.hits[0].passage.document_id == "new"
    assert result.snapshot_id == manifest.id != before


@pytest.mark.parametrize("damage", ["snapshot", "pointer", "gone", "embedder"])
def test_a_running_desk_outlives_a_damaged_update(
    retriever: Retriever,
    make: Build,
    index_dir: Path,
    tmp_path: Path,
    damage: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    serving = retriever.snapshot_id
    if damage == "embedder":
        build(sources_of(DESK), HashingEmbedder(64), index_dir, VectorCache(tmp_path / "cache", shipped=None))
    elif damage == "pointer":
        (index_dir / "CURRENT").write_text("?")
    else:
        make(many("x", 3))
        folder = index_dir / snapshots.current_id(index_dir)
        if damage == "gone":
            shutil.rmtree(folder)
        else:
            (folder / "passages.db").write_bytes(b"damaged")
    with caplog.at_level(logging.ERROR):
        results = [retriever.search(Query("withdrawal fee")) for _ in range(3)]
    assert {result.snapshot_id for result in results} == {serving}
    assert all(result.hits for result in results)
    assert len([record for record in caplog.records if "goes on serving" in record.getMessage()]) == 1
    mended = make([*DESK, passage("new", "mended")])
    assert retriever.snapshot_id == mended.id


def test_threads_search_while_the_index_is_rebuilt(retriever: Retriever, make: Build) -> None:
    def search(number: int) -> tuple[str, str]:
        result = retriever.search(Query("Lost your authenticator? Reset it", k=3))
        return result.hits[0].passage.document_id, result.snapshot_id

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(search, number) for number in range(150)]
        for number in range(4):
            make([*DESK, passage("extra", f"number {number}")])
        running += [pool.submit(search, number) for number in range(50)]
        found = [future.result() for future in running]
    assert {document for document, _ in found} == {"acc-2fa"}
    assert len({snapshot for _, snapshot in found}) > 1


def test_closed_it_opens_again(retriever: Retriever) -> None:
    retriever.warm()
    retriever.close()
    retriever.close()
    assert documents(retriever, "phishing")[0] == "sec-phishing"


def test_a_pinned_snapshot_is_searched_wherever_the_pointer_points(make: Build, index_dir: Path) -> None:
    current = make()
    candidate = make([*DESK, passage("new", "brand new")], activate=False)
    pinned = Retriever(index_dir, HashingEmbedder(), snapshot_id=candidate.id)
    served = Retriever(index_dir, HashingEmbedder())
    assert documents(pinned, "brand new")[0] == "new"
    assert "new" not in documents(served, "brand new")
    assert (pinned.snapshot_id, served.snapshot_id) == (candidate.id, current.id)
    make(many("other", 3))
    assert documents(pinned, "brand new")[0] == "new"
    for retriever in (pinned, served):
        retriever.close()
    with pytest.raises(SnapshotCorrupt):
        Retriever(index_dir, HashingEmbedder(), snapshot_id="20200101T000000000000Z-000000000000").warm()


def test_a_snapshot_that_is_removed_while_it_is_read_gives_way_to_the_next(make: Build, index_dir: Path) -> None:
    """Builds in quick succession with one snapshot kept: no search may fail."""
    make(many("start", 20), keep=1)
    retriever = Retriever(index_dir, HashingEmbedder())
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(retriever.search, Query(f"passage {n % 20} says", k=5)) for n in range(400)]
        for number in range(12):
            make(many(f"v{number}", 20), keep=1)
        assert all(len(future.result().hits) == 5 for future in running)
    retriever.close()
