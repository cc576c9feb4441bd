"""Immutable snapshots on disk: `<index_dir>/<snapshot-id>/` and the pointer `CURRENT`.

A snapshot that waits for approval is a candidate: it holds a mark until it is activated, and is never rolled back to.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ProofdeskError
from index.errors import IndexNotBuilt, IndexNotWritten, SnapshotCorrupt
from index.lock import build_lock
from index.manifest import check_files, read_manifest, sync
from index.model import Manifest

POINTER = "CURRENT"
CANDIDATE = "CANDIDATE"
TEMPORARY_PREFIX = ".building-"

_ID = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """One snapshot's state; `problems` is empty when it is sound."""

    id: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """State of an index folder.

    Attributes:
        current: id in the pointer; `None` when there is none.
        snapshots: every snapshot, oldest first.
        leftovers: temporary folders of builds that died; the next build removes them.
    """

    current: str | None
    snapshots: tuple[SnapshotCheck, ...]
    leftovers: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether there is a current snapshot and every snapshot is sound."""
        return any(check.id == self.current for check in self.snapshots) and not any(
            check.problems for check in self.snapshots
        )


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What `status` tells.

    Attributes:
        current: the manifest of the current snapshot; it says how many passages and documents are in force, and how
            large tail and tombstones are.
        others: ids of the other snapshots, newest first.
        candidates: those of the others that were never served.
        size_bytes: of the whole folder.
    """

    current: Manifest
    others: tuple[str, ...]
    candidates: tuple[str, ...]
    size_bytes: int


def current_id(index_dir: Path) -> str:
    """The id in the pointer.

    Raises:
        IndexNotBuilt: there is no pointer.
        SnapshotCorrupt: the pointer is not an id.
    """
    try:
        content = (index_dir / POINTER).read_bytes()
    except FileNotFoundError as error:
        raise IndexNotBuilt(f"There is no index in {index_dir}.") from error
    snapshot_id = content.decode("ascii", "replace").strip()
    if not _ID.fullmatch(snapshot_id):
        raise SnapshotCorrupt(f"The pointer {POINTER} in {index_dir} names no snapshot.")
    return snapshot_id


def set_current(index_dir: Path, snapshot_id: str) -> None:
    """Point readers at a snapshot, atomically and durably.

    Raises:
        OSError: it failed, and the pointer is as before (on file systems without hard links it may have moved).
    """
    pointer, temporary = index_dir / POINTER, index_dir / f"{TEMPORARY_PREFIX}{POINTER}"
    before = index_dir / f"{TEMPORARY_PREFIX}{POINTER}-before"
    try:
        temporary.write_text(snapshot_id, "ascii")
        sync(temporary)
        before.unlink(missing_ok=True)
        first = not pointer.exists()
        # A second name for the old pointer: going back then needs no room on a full disk.
        with contextlib.suppress(FileNotFoundError, PermissionError, NotImplementedError):
            os.link(pointer, before)
        temporary.replace(pointer)
        try:
            sync(index_dir)
        except OSError:
            if before.exists():
                before.replace(pointer)
            elif first:
                pointer.unlink()
            raise
    finally:
        for path in (temporary, before):
            path.unlink(missing_ok=True)


def activate(index_dir: Path, snapshot_id: str, *, timeout_s: float = 10.0) -> Manifest:
    """Make a snapshot current, a candidate above all, and return its manifest.

    Raises:
        IndexBusy: a build is running.
        IndexNotBuilt: there is no such snapshot.
        SnapshotCorrupt: it, or its base, is damaged.
        SnapshotMismatch: another version wrote it.
        IndexNotWritten: the pointer cannot be written.
    """
    with build_lock(index_dir, timeout_s):
        if snapshot_id not in snapshot_ids(index_dir):
            raise IndexNotBuilt(f"There is no snapshot {snapshot_id} in {index_dir}.")
        manifest = read_manifest(index_dir / snapshot_id)
        check_files(index_dir / snapshot_id, manifest)
        if manifest.base:
            check_files(index_dir / manifest.base, read_manifest(index_dir / manifest.base))
        try:
            serve(index_dir, snapshot_id)
        except OSError as error:
            raise IndexNotWritten.because(index_dir, error) from error
        return manifest


def serve(index_dir: Path, snapshot_id: str) -> None:
    """Point readers at a snapshot, which is no candidate any more. Hold the build lock.

    Raises:
        OSError: it failed, and the pointer is as before.
    """
    set_current(index_dir, snapshot_id)
    # The mark goes last: whoever dies in between leaves a current snapshot with a mark, which does no harm.
    (index_dir / snapshot_id / CANDIDATE).unlink(missing_ok=True)


def snapshot_ids(index_dir: Path) -> list[str]:
    """Ids of all snapshots, oldest first."""
    if not index_dir.is_dir():
        return []
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir() and _ID.fullmatch(path.name))


def is_candidate(index_dir: Path, snapshot_id: str) -> bool:
    """Whether a snapshot was never served."""
    return (index_dir / snapshot_id / CANDIDATE).exists()


def leftovers(index_dir: Path) -> list[Path]:
    """Temporary files and folders of builds; those of dead ones when no build is running."""
    return sorted(index_dir.glob(f"{TEMPORARY_PREFIX}*")) if index_dir.is_dir() else []


def prune(index_dir: Path, keep: int, *, sound: Collection[str] = ()) -> None:
    """Remove all but the `keep` newest snapshots and the `keep` newest candidates, and leftovers. Hold the build lock.

    The current snapshot stays, and so does every base that a snapshot needs. A damaged one goes at once, with all that
    build on it: nothing can be rolled back to it. Those in `sound` are known to be good.
    """
    current, ids = current_id(index_dir), snapshot_ids(index_dir)
    waiting = [name for name in ids if is_candidate(index_dir, name)]
    served = [name for name in ids if name not in waiting]
    kept = {current, *served[-max(keep, 1) :], *waiting[-max(keep, 1) :]}
    bases = {name: base for name in kept if (base := _sound_base(index_dir, name, name in sound)) is not None}
    needed = {base for base in bases.values() if base}
    lost = {base for base in needed - bases.keys() if _sound_base(index_dir, base, base in sound) is None}
    good = {name for name, base in bases.items() if base not in lost} | (needed - lost) | {current}
    for snapshot_id in reversed(ids):  # a tail before its base: killed in between, nothing is left without its base
        if snapshot_id not in good:
            remove(index_dir / snapshot_id)
    remove_leftovers(index_dir)


def _sound_base(index_dir: Path, snapshot_id: str, known: bool) -> str | None:
    """The base of a snapshot, `""` for a full one; `None` for a damaged one."""
    try:
        manifest = read_manifest(index_dir / snapshot_id)
        if not known:
            check_files(index_dir / snapshot_id, manifest)
    except ProofdeskError:
        return None
    return manifest.base


def remove(folder: Path) -> None:
    """Remove a snapshot. It loses its name first: killed half-way, it must not look like a damaged snapshot."""
    doomed = folder.with_name(f"{TEMPORARY_PREFIX}removed-{folder.name}")
    folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def remove_leftovers(index_dir: Path) -> None:
    """Remove what dead builds left. Hold the build lock: a live build's folder looks the same."""
    for path in leftovers(index_dir):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def status(index_dir: Path) -> IndexStatus:
    """The current snapshot and what else is there; reads manifests only.

    Raises:
        IndexNotBuilt: there is no index.
        SnapshotCorrupt: pointer or manifest is damaged.
        SnapshotMismatch: another version wrote it.
    """
    current = read_manifest(index_dir / current_id(index_dir))
    others = tuple(name for name in reversed(snapshot_ids(index_dir)) if name != current.id)
    candidates = tuple(name for name in others if is_candidate(index_dir, name))
    return IndexStatus(current, others, candidates, sum(_sizes(index_dir)))


def _sizes(index_dir: Path) -> Iterator[int]:
    for path in index_dir.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a build that runs meanwhile removes old snapshots
            if path.is_file():
                yield path.stat().st_size
