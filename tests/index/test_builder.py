from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from threading import Thread

import pytest

from corpus.model import Passage
from index import snapshots
from index.builder import build
from index.embedders.base import Vectors
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexBusy
from index.lock import LOCK, build_lock
from index.maintenance import rollback, verify
from index.manifest import PASSAGES, read_manifest
from index.model import Progress
from index.open_snapshot import OpenSnapshot
from index.source import DocumentSource, sources_of
from index.vector_cache import VectorCache
from tests.index.conftest import Build
from tests.index.samples import DESK, many, passage


def test_the_manifest_says_what_the_snapshot_is_made_of(make: Build, index_dir: Path) -> None:
    manifest = make()
    assert manifest.id.startswith("20260302T093000000000Z-")
    assert manifest.created == "2026-03-02T09:30:00.000000+00:00"
    assert (manifest.embedder, manifest.dimension, manifest.chunker) == ("hashing:256", 256, "test-1")
    assert (manifest.documents, manifest.passages) == (4, len(DESK))
    folder = index_dir / manifest.id
    assert {path.name for path in folder.iterdir()} == {
        "vectors.faiss",
        "passages.db",
        "columns.npy",
        "statistics.npy",
        "manifest.json",
    }
    for name, expected in manifest.checksums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected
    assert read_manifest(folder) == manifest
    assert snapshots.current_id(index_dir) == manifest.id


def test_what_went_in_comes_out(make: Build, index_dir: Path) -> None:
    special = passage("x", "a", effective_until=date(2030, 1, 1), jurisdictions=("HK", "SG"), audience="vip")
    row = replace(special, id="row", cells={"网络": "TRC20", "费用": "1 USDT"}, notices=("risk",))
    opened = OpenSnapshot(index_dir / make([special, row]).id)
    assert opened.in_force() == (special, row)
    assert list(opened.in_force()[1].cells.items()) == [("网络", "TRC20"), ("费用", "1 USDT")]
    opened.close()


def test_the_same_again_changes_nothing(make: Build, index_dir: Path) -> None:
    first = make()
    before = sorted(path.name for path in index_dir.iterdir())
    assert make() == first
    assert sorted(path.name for path in index_dir.iterdir()) == before


@pytest.mark.parametrize("change", ["text", "validity", "order", "chunker", "embedder"])
def test_any_change_makes_a_new_snapshot(make: Build, index_dir: Path, tmp_path: Path, change: str) -> None:
    first = make()
    if change == "embedder":
        cache = VectorCache(tmp_path / "cache", shipped=None)
        second = build(sources_of(DESK), HashingEmbedder(64), index_dir, cache, chunker="test-1")
    elif change == "chunker":
        second = make(chunker="test-2")
    else:
        changed = {
            "text": (*DESK[:-1], replace(DESK[-1], id="new", text="new")),
            "validity": (*DESK[:-1], replace(DESK[-1], effective_until=date(2026, 1, 1))),
            "order": DESK[::-1],
        }
        second = make(changed[change])
    assert second.id != first.id
    assert snapshots.current_id(index_dir) == second.id


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "passages.db", "columns.npy", "statistics.npy", "manifest.json", "CURRENT"]
)
def test_a_damaged_snapshot_is_built_again(make: Build, index_dir: Path, name: str) -> None:
    first = make()
    path = index_dir / name if name == "CURRENT" else index_dir / first.id / name
    path.write_bytes(b"damaged")
    second = make()
    assert snapshots.current_id(index_dir) == second.id
    opened = OpenSnapshot(index_dir / second.id)
    assert len(opened.in_force()) == len(DESK)
    opened.close()


def test_a_damaged_twin_of_the_same_moment_is_replaced(make: Build, index_dir: Path) -> None:
    moment = read_manifest(index_dir / make().id).created
    (index_dir / snapshots.current_id(index_dir) / "passages.db").write_bytes(b"damaged")
    again = make(clock=lambda: datetime.fromisoformat(moment))
    assert verify(index_dir).ok
    assert snapshots.snapshot_ids(index_dir) == [again.id]


def test_only_the_newest_generations_stay(make: Build, index_dir: Path) -> None:
    ids = [make(many(f"v{n}", 3)).id for n in range(5)]
    assert snapshots.snapshot_ids(index_dir) == ids[-3:]
    last = make(many("v9", 3), keep=1).id
    assert snapshots.snapshot_ids(index_dir) == [last]


def test_a_dead_builds_folder_is_removed(make: Build, index_dir: Path) -> None:
    make()
    dead = index_dir / f"{snapshots.TEMPORARY_PREFIX}4711"
    dead.mkdir()
    (dead / "vectors.faiss").write_bytes(b"half")
    (index_dir / f"{snapshots.TEMPORARY_PREFIX}CURRENT").write_text("half")
    assert len(verify(index_dir).leftovers) == 2
    make()
    assert verify(index_dir).leftovers == ()


def test_of_passages_with_one_id_the_first_counts(make: Build, index_dir: Path) -> None:
    twin = replace(DESK[0], ordinal=9)
    opened = OpenSnapshot(index_dir / make([*DESK, twin]).id)
    assert opened.in_force() == DESK
    opened.close()


def test_nothing_can_be_indexed_too(make: Build, index_dir: Path) -> None:
    assert make([]).passages == 0
    assert verify(index_dir).ok


def test_a_failing_embedder_leaves_the_old_snapshot(make: Build, index_dir: Path, tmp_path: Path) -> None:
    class Failing(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            raise RuntimeError("no")

    first = make()
    with pytest.raises(RuntimeError, match="no"):
        build(sources_of(many("x", 3)), Failing(), index_dir, VectorCache(tmp_path / "other", shipped=None))
    assert snapshots.current_id(index_dir) == first.id
    assert verify(index_dir).ok
    assert make() == first, "the lock was not freed"


def test_a_second_builder_waits_and_then_gives_up(make: Build, index_dir: Path) -> None:
    first = make()
    with build_lock(index_dir, 1.0), pytest.raises(IndexBusy, match="build is running") as caught:
        make(many("x", 3), timeout_s=0.05)
    assert "proofdesk index build" in caught.value.hint
    assert snapshots.current_id(index_dir) == first.id
    assert (index_dir / LOCK).exists()


def test_a_second_builder_goes_on_when_the_first_is_done(make: Build, index_dir: Path) -> None:
    index_dir.mkdir()
    built: list[str] = []
    with build_lock(index_dir, 1.0):
        waiting = Thread(target=lambda: built.append(make(timeout_s=20.0).id))
        waiting.start()
        waiting.join(0.2)
        assert built == []
    waiting.join(20.0)
    assert built == [snapshots.current_id(index_dir)]


def test_sources_may_be_asked_for_once_the_lock_is_held(index_dir: Path, tmp_path: Path) -> None:
    """Of several builds after one change, those that waited find nothing to do."""
    cache = VectorCache(tmp_path / "cache", shipped=None)
    asked: list[bool] = []

    def late() -> Sequence[DocumentSource]:
        with pytest.raises(IndexBusy), build_lock(index_dir, 0.0):
            pass
        asked.append(True)
        return sources_of(DESK)

    ids = {build(late, HashingEmbedder(), index_dir, cache).id for _ in range(3)}
    assert len(asked) == 3
    assert snapshots.snapshot_ids(index_dir) == [*ids]


def test_the_order_of_snapshots_survives_a_clock_that_goes_back(make: Build, index_dir: Path) -> None:
    late = datetime.fromisoformat("2026-05-01T10:00:00+00:00")
    early = datetime.fromisoformat("2026-03-01T10:00:00+00:00")
    first = make(many("a", 3), clock=lambda: late)
    second = make(many("b", 3), clock=lambda: early)
    assert first.id < second.id
    assert second.created == "2026-05-01T10:00:00.000001+00:00"
    assert rollback(index_dir) == first


def test_progress_tells_of_every_step(make: Build) -> None:
    told: list[Progress] = []
    make(progress=told.append)
    assert [found.stage for found in told] == sorted(
        (found.stage for found in told), key=["cut", "embed", "write"].index
    )
    last = {found.stage: found for found in told}
    assert last == {"cut": Progress("cut", 7, 7), "embed": Progress("embed", 8, 8), "write": Progress("write", 1, 1)}
    told.clear()
    make(progress=told.append)
    assert told == [], "nothing to do"
    make([*DESK, passage("new", "new")], progress=told.append)
    assert [found for found in told if found.stage == "cut"] == [Progress("cut", 0, 1), Progress("cut", 1, 1)]


def test_an_error_of_a_source_leaves_the_old_snapshot(make: Build, index_dir: Path, tmp_path: Path) -> None:
    def broken() -> Sequence[Passage]:
        raise OSError("the catalog is gone")

    first = make()
    sources = [*sources_of(DESK), DocumentSource("x|en", "1", broken)]
    with pytest.raises(OSError, match="the catalog is gone"):
        build(sources, HashingEmbedder(), index_dir, VectorCache(tmp_path / "cache"), chunker="test-1")
    assert snapshots.current_id(index_dir) == first.id
    assert verify(index_dir).ok
    assert verify(index_dir).leftovers == ()


def lexical_tables(index_dir: Path) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """What the current snapshot's own file holds: the terms of each passage, and in how many passages a term is."""
    path = index_dir / snapshots.current_id(index_dir) / PASSAGES
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT id, terms FROM passage JOIN lexical ON lexical.rowid = row").fetchall()
        return dict(found), connection.execute("SELECT term, passages FROM term ORDER BY term").fetchall()


def test_terms_of_unchanged_texts_are_taken_over_as_they_were_cut(make: Build, index_dir: Path, tmp_path: Path) -> None:
    base = [passage(f"d{n}", f"text {n} of 提现 {n % 7}", ordinal=n % 3) for n in range(40)]
    make(base)
    tail = [*base[5:], passage("new", "brand new"), replace(base[0], text="another text")]
    assert make(tail).base
    taken_over = [passage("first", "the first one"), *reversed(tail[3:]), *(passage(f"e{n}", "...") for n in range(60))]
    assert not make(taken_over).base, "more new passages than a tail may have"
    fresh = tmp_path / "fresh"
    build(sources_of(taken_over), HashingEmbedder(), fresh, VectorCache(tmp_path / "cache", shipped=None))
    assert lexical_tables(index_dir) == lexical_tables(fresh)
    assert len(lexical_tables(fresh)[0]) == len(taken_over)
