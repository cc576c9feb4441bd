from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import snapshots
from index.errors import IndexNotBuilt, SnapshotCorrupt
from index.maintenance import rollback, verify
from index.snapshots import status
from tests.index.conftest import Build
from tests.index.samples import many


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 0x01
    path.write_bytes(content)


def test_a_sound_index(make: Build, index_dir: Path) -> None:
    ids = [make(many(f"v{n}", 3)).id for n in range(2)]
    report = verify(index_dir)
    assert report.ok
    assert (report.current, [check.id for check in report.snapshots], report.leftovers) == (ids[1], ids, ())


@pytest.mark.parametrize("at", [0.0, 0.3, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("name", ["vectors.faiss", "passages.db", "columns.npy", "statistics.npy", "manifest.json"])
def test_one_flipped_bit_is_found_and_named(make: Build, index_dir: Path, name: str, at: float) -> None:
    manifest = make()
    flip(index_dir / manifest.id / name, at)
    report = verify(index_dir)
    assert not report.ok
    ((problem,),) = [check.problems for check in report.snapshots]
    assert "manifest" in problem if name == "manifest.json" else name in problem


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.db", "columns.npy", "statistics.npy", "manifest.json"])
def test_a_missing_file_is_found(make: Build, index_dir: Path, name: str) -> None:
    (index_dir / make().id / name).unlink()
    assert not verify(index_dir).ok


def test_a_renamed_snapshot_is_found(make: Build, index_dir: Path) -> None:
    manifest = make()
    other = manifest.id.replace("20260302", "20260303")
    (index_dir / manifest.id).rename(index_dir / other)
    snapshots.set_current(index_dir, other)
    assert not verify(index_dir).ok


def test_problems_of_the_pointer(make: Build, index_dir: Path) -> None:
    assert not verify(index_dir).ok
    manifest = make()
    (index_dir / "CURRENT").write_bytes(b"\xff../..")
    report = verify(index_dir)
    assert (report.ok, report.current) == (False, None)
    assert any("CURRENT" in problem for check in report.snapshots for problem in check.problems)
    snapshots.set_current(index_dir, manifest.id)
    shutil.rmtree(index_dir / manifest.id)
    assert "missing" in verify(index_dir).snapshots[0].problems[0]


def test_rollback_goes_one_sound_snapshot_back(make: Build, index_dir: Path) -> None:
    first, second, third = (make(many(f"v{n}", 3)).id for n in range(3))
    flip(index_dir / second / "passages.db", 0.5)
    assert rollback(index_dir).id == first
    assert snapshots.current_id(index_dir) == first
    with pytest.raises(IndexNotBuilt, match="before the current one"):
        rollback(index_dir)
    assert third in snapshots.snapshot_ids(index_dir)


def test_rollback_mends_a_damaged_pointer(make: Build, index_dir: Path) -> None:
    index_dir.mkdir()
    with pytest.raises(IndexNotBuilt):
        rollback(index_dir)
    manifest = make()
    (index_dir / "CURRENT").write_text("")
    assert rollback(index_dir) == manifest


def test_a_snapshot_removed_while_it_is_checked_is_no_problem(
    make: Build, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = make()
    gone = manifest.id.replace("20260302", "20260301")
    real = snapshots.snapshot_ids
    monkeypatch.setattr("index.snapshots.snapshot_ids", lambda folder: [gone, *real(folder)])
    report = verify(index_dir)
    assert [check.id for check in report.snapshots] == [manifest.id]
    assert report.ok


def test_status(make: Build, index_dir: Path) -> None:
    with pytest.raises(IndexNotBuilt, match="proofdesk index build"):
        status(index_dir)
    first, second = make(many("a", 3)), make(many("b", 4))
    found = status(index_dir)
    assert (found.current, found.others) == (second, (first.id,))
    assert found.size_bytes > 3000
    (index_dir / second.id / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotCorrupt, match="unreadable"):
        status(index_dir)


def test_a_pointer_is_replaced_not_rewritten(make: Build, index_dir: Path) -> None:
    make(many("a", 2))
    with (index_dir / "CURRENT").open() as reader:
        new = make(many("b", 2)).id
        assert reader.read().strip() != new
    assert snapshots.current_id(index_dir) == new
