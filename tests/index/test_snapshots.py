from __future__ import annotations

from pathlib import Path

import pytest

from index import snapshots
from index.errors import IndexBusy, IndexNotBuilt, SnapshotCorrupt, SnapshotMismatch
from index.lock import build_lock
from index.maintenance import rollback, verify
from index.manifest import FORMAT, MANIFEST, read_manifest
from tests.index.conftest import Build
from tests.index.samples import DESK, many, passage

NEW = (*DESK, passage("new", "brand new"))


def test_a_candidate_is_not_served_until_it_is_activated(make: Build, index_dir: Path) -> None:
    current = make()
    candidate = make(NEW, activate=False)
    assert (snapshots.current_id(index_dir), candidate.base) == (current.id, current.id)
    assert snapshots.status(index_dir).candidates == (candidate.id,)
    assert verify(index_dir).ok
    assert snapshots.activate(index_dir, candidate.id) == candidate
    assert snapshots.current_id(index_dir) == candidate.id
    assert snapshots.status(index_dir).candidates == ()
    assert rollback(index_dir) == current


@pytest.mark.parametrize("activate", [True, False])
def test_a_candidate_of_the_same_documents_is_used_again(make: Build, index_dir: Path, activate: bool) -> None:
    make()
    candidate = make(NEW, activate=False)
    assert make(NEW, activate=activate) == candidate
    assert len(snapshots.snapshot_ids(index_dir)) == 2
    assert (snapshots.current_id(index_dir) == candidate.id) is activate
    assert snapshots.is_candidate(index_dir, candidate.id) is not activate


def test_what_was_never_served_is_never_rolled_back_to(make: Build, index_dir: Path) -> None:
    first = make()
    make(many("refused", 3), activate=False)
    make(NEW)
    assert rollback(index_dir) == first


def test_candidates_do_not_push_out_what_was_served(make: Build, index_dir: Path) -> None:
    served = [make(many(f"served{n}", 3)).id for n in range(3)]
    waiting = [make(many(f"waiting{n}", 3), activate=False).id for n in range(5)]
    assert snapshots.snapshot_ids(index_dir) == [*served, *waiting[-3:]]


def test_a_first_candidate_leaves_the_desk_without_an_index(make: Build, index_dir: Path) -> None:
    candidate = make(activate=False)
    with pytest.raises(IndexNotBuilt):
        snapshots.current_id(index_dir)
    snapshots.activate(index_dir, candidate.id)
    assert verify(index_dir).ok


def test_only_a_sound_snapshot_is_activated(make: Build, index_dir: Path) -> None:
    base = make()
    tail = make(NEW, activate=False)
    with pytest.raises(IndexNotBuilt, match="no snapshot 2020"):
        snapshots.activate(index_dir, "2020")
    with build_lock(index_dir, 1.0), pytest.raises(IndexBusy):
        snapshots.activate(index_dir, tail.id, timeout_s=0.05)
    whole = (index_dir / base.id / "columns.npy").read_bytes()
    (index_dir / base.id / "columns.npy").write_bytes(whole[:-1])
    with pytest.raises(SnapshotCorrupt, match=r"columns\.npy"):
        snapshots.activate(index_dir, tail.id)
    (index_dir / base.id / "columns.npy").write_bytes(whole)
    (index_dir / tail.id / "vectors.faiss").write_bytes(b"damaged")
    with pytest.raises(SnapshotCorrupt, match=r"vectors\.faiss"):
        snapshots.activate(index_dir, tail.id)
    assert snapshots.current_id(index_dir) == base.id


def test_a_snapshot_of_another_version_says_so_and_is_built_again(make: Build, index_dir: Path) -> None:
    old = make()
    path = index_dir / old.id / MANIFEST
    path.write_text(path.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 1'), "utf-8")
    with pytest.raises(SnapshotMismatch, match=r"format 1, not .*proofdesk index build"):
        read_manifest(index_dir / old.id)
    new = make()
    assert snapshots.snapshot_ids(index_dir) == [new.id]
    assert verify(index_dir).ok


def test_status_tells_how_large_the_tail_is(make: Build, index_dir: Path) -> None:
    base = make()
    make(NEW[1:])
    found = snapshots.status(index_dir)
    assert (found.current.base, found.current.added, found.current.tombstones) == (base.id, 1, 1)
    assert (found.current.passages, found.current.documents) == (len(DESK), 5)
    assert found.size_bytes == sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())


@pytest.mark.parametrize("removed", range(4))
def test_a_death_in_the_middle_of_pruning_leaves_no_tail_without_its_base(
    make: Build, index_dir: Path, monkeypatch: pytest.MonkeyPatch, removed: int
) -> None:
    base = many("base", 40)
    kinds = [bool(make(passages, keep=9).base) for passages in (base, base[1:], base[2:], many("next", 40))]
    assert kinds == [False, True, True, False]
    left = removed
    real = snapshots.remove

    def remove(folder: Path) -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        real(folder)

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "remove", remove)
        if removed < 3:
            with pytest.raises(KeyboardInterrupt):
                snapshots.prune(index_dir, 1)
        else:
            snapshots.prune(index_dir, 1)
    assert len(snapshots.snapshot_ids(index_dir)) == 4 - removed
    report = verify(index_dir)
    assert report.ok, report
