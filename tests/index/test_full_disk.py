"""No room: at every single write, and on a real small disk. The old snapshot serves, and nothing is left behind."""

from __future__ import annotations

import errno
import io
import os
import resource
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Passage
from index import snapshots
from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexNotWritten
from index.maintenance import rollback, verify
from index.model import Query
from index.retriever import Retriever
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.conftest import Build
from tests.index.samples import many, passage

START = many("start", 40)
NEXT = {"full": many("next", 40), "tail": [*START[1:], passage("new", "brand new")]}
CALLS = ("fsync", "replace", "rename", "link", "mkdir")


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, at: int, *, lasting: bool) -> Iterator[list[str]]:
    """The `at`-th call that needs room fails, and with `lasting` all later ones that write. Yields the failed calls."""
    count = 0
    failed: list[str] = []

    def guard(name: str, real: Callable[..., Any], writes: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            if writes(*arguments):
                count += 1
                if count == at or (lasting and count > at and name not in ("replace", "rename")):
                    failed.append(name)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, guard(name, getattr(os, name)))
        patch.setattr(io, "open", guard("open", io.open, lambda path, mode="r", *_: "w" in mode))
        yield failed


def folder_names(index_dir: Path) -> list[str]:
    return sorted(path.name for path in index_dir.iterdir() if path.name != ".lock")


def finds(index_dir: Path, text: str) -> list[str]:
    retriever = Retriever(index_dir, HashingEmbedder())
    found = [hit.passage.document_id for hit in retriever.search(Query(text, k=3)).hits]
    retriever.close()
    return found


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("kind", ["full", "tail"])
def test_a_failure_at_any_write_leaves_everything_as_it_was(
    make: Build, index_dir: Path, monkeypatch: pytest.MonkeyPatch, kind: str, lasting: bool
) -> None:
    """Where the build does not need the failed call (the folder is there already), it goes on and is complete."""
    current = make(START)
    kinds: set[str] = set()
    said: set[str] = set()
    for at in range(1, 200):
        before = folder_names(index_dir)
        with failing(monkeypatch, at, lasting=lasting) as failed:
            try:
                built = make(NEXT[kind])
            except IndexNotWritten as error:
                built = current
                said.add(str(error))
                kinds |= set(failed)
        assert snapshots.current_id(index_dir) == built.id
        assert verify(index_dir).ok
        assert verify(index_dir).leftovers == ()
        if built == current:
            assert folder_names(index_dir) == before
            assert finds(index_dir, "start passage 3 says")[0] == "start-3"
        else:
            assert set(finds(index_dir, "passage 3")) < {found.document_id for found in NEXT[kind]}
            snapshots.set_current(index_dir, current.id)
            snapshots.remove(index_dir / built.id)
        if not failed:
            break
    assert at > 15, "a build writes at more places than these"
    assert kinds == {"fsync", "replace", "rename", "link", "mkdir", "open"}
    assert len(said) == 1
    assert "No space left on device" in said.pop()


@pytest.mark.parametrize("act", ["activate", "rollback"])
def test_the_pointer_survives_a_full_disk_in_other_commands_too(
    make: Build, index_dir: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    make(START)
    current = make(NEXT["full"])
    candidate = make(many("third", 3), activate=False)
    failures = 0
    for at in range(1, 30):
        with failing(monkeypatch, at, lasting=False) as failed:
            try:
                moved = snapshots.activate(index_dir, candidate.id) if act == "activate" else rollback(index_dir)
            except IndexNotWritten:
                moved, failures = current, failures + 1
        assert snapshots.current_id(index_dir) == moved.id
        assert verify(index_dir).leftovers == ()
        snapshots.set_current(index_dir, current.id)
        if not failed:
            break
    assert failures >= 5, "the new pointer, its sync, the link, the swap, the folder's sync"
    assert moved != current


def test_a_folder_that_is_not_writable_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexNotWritten, match="cannot be written"):
        build(sources_of(START), HashingEmbedder(), tmp_path / "file" / "index", VectorCache(tmp_path / "c"))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", ["full", "tail"])
def test_a_file_that_cannot_grow_is_an_error_and_never_a_short_snapshot(
    make: Build, index_dir: Path, kind: str
) -> None:
    """The system itself cuts every write off at a size: SQLite's, NumPy's and FAISS's files alike."""
    current = make(START)
    for size in (0, 30, 300, 1000, 5000, 20_000, 40_000):
        before = folder_names(index_dir)
        with files_of_at_most(size):
            try:
                built = make(NEXT[kind])
            except IndexNotWritten:
                built = current
        if built.id == current.id:
            assert snapshots.current_id(index_dir) == current.id
            assert folder_names(index_dir) == before
        assert verify(index_dir).ok
    built = make(NEXT[kind])
    assert (built.id != current.id, built.passages) == (True, 40)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB; mounting one needs the right to do so."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path, tmp_path: Path) -> None:
    index_dir, cache = small_disk / "index", VectorCache(tmp_path / "cache", shipped=None)

    def run(passages: Sequence[Passage]) -> str:
        return build(sources_of(passages), HashingEmbedder(), index_dir, cache, keep=1).id

    serving = run(START)
    refused: list[str] = []
    for number in range(1, 12):
        try:
            serving = run(many(f"v{number}", 100 * number))
        except IndexNotWritten as error:
            refused.append(str(error))
        assert snapshots.current_id(index_dir) == serving
        assert snapshots.snapshot_ids(index_dir) == [serving]
        report = verify(index_dir)
        assert report.ok
        assert report.leftovers == ()
    assert 1 <= len(refused) < 11
    assert all("No space left" in said or "disk is full" in said for said in refused), refused
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4_000_000))
    with pytest.raises(IndexNotWritten):
        run([*START, passage("new", "new")])
    assert snapshots.current_id(index_dir) == serving
    filler.unlink()
    assert run([*START, passage("new", "new")]) != serving
