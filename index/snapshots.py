"""Immutable snapshots on disk: `<index_dir>/<snapshot-id>/` and the pointer `CURRENT`.

A snapshot's name holds a hash of its manifest, the manifest holds the hashes of the files: any changed byte shows.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import ProofdeskError
from index.errors import IndexNotBuilt, SnapshotCorrupt
from index.model import Manifest

MANIFEST = "manifest.json"
VECTORS = "vectors.faiss"
PASSAGES = "passages.db"
POINTER = "CURRENT"
TEMPORARY_PREFIX = ".building-"

_ID = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{12}")
_FILES = frozenset({VECTORS, PASSAGES})


class _ManifestFile(BaseModel):
    """`manifest.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    created: str
    embedder: str
    dimension: int
    chunker: str
    corpus_digest: str
    documents: int
    passages: int
    checksums: Mapping[str, str]


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
    """What `status` tells: the current manifest, the other generations' ids (newest first), bytes on disk."""

    current: Manifest
    others: tuple[str, ...]
    size_bytes: int


def sealed(manifest: Manifest) -> Manifest:
    """`manifest` with its id: time of creation and a hash of everything else in it."""
    stamp = re.sub(r"[-:.]", "", manifest.created.replace("+00:00", "Z"))
    return replace(manifest, id=f"{stamp}-{_seal(manifest)}")


def _seal(manifest: Manifest) -> str:
    return hashlib.sha256(_encode(replace(manifest, id=""))).hexdigest()[:12]


def _encode(manifest: Manifest) -> bytes:
    return _ManifestFile(**asdict(manifest)).model_dump_json(indent=1).encode()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json` and force it and the folder's other files to the disk."""
    (folder / MANIFEST).write_bytes(_encode(manifest))
    for path in folder.iterdir():
        sync(path)
    sync(folder)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot folder.

    Raises:
        SnapshotCorrupt: missing, unreadable, or not the one that the folder's name was made from.
    """
    try:
        loaded = _ManifestFile.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise SnapshotCorrupt(f"The manifest of snapshot {folder.name} is missing or unreadable.") from error
    manifest = Manifest(**{**loaded.model_dump(), "checksums": dict(loaded.checksums)})
    if manifest.id != folder.name or not manifest.id.endswith(_seal(manifest)) or set(manifest.checksums) != _FILES:
        raise SnapshotCorrupt(f"The manifest of snapshot {folder.name} was changed.")
    return manifest


def checksum(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum.

    Raises:
        SnapshotCorrupt: a file is missing or differs.
    """
    for name, expected in manifest.checksums.items():
        try:
            actual = checksum(folder / name)
        except OSError as error:
            raise SnapshotCorrupt(f"{name} of snapshot {folder.name} cannot be read.") from error
        if actual != expected:
            raise SnapshotCorrupt(f"{name} of snapshot {folder.name} is damaged.")


def sync(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    """Point readers at a snapshot, atomically and durably."""
    temporary = index_dir / f"{TEMPORARY_PREFIX}{POINTER}"
    temporary.write_text(snapshot_id, "ascii")
    sync(temporary)
    temporary.replace(index_dir / POINTER)
    sync(index_dir)


def snapshot_ids(index_dir: Path) -> list[str]:
    """Ids of all snapshots, oldest first."""
    if not index_dir.is_dir():
        return []
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir() and _ID.fullmatch(path.name))


def leftovers(index_dir: Path) -> list[Path]:
    """Temporary files and folders of builds; those of dead ones when no build is running."""
    return sorted(index_dir.glob(f"{TEMPORARY_PREFIX}*")) if index_dir.is_dir() else []


def prune(index_dir: Path, keep: int) -> None:
    """Remove all but the `keep` newest snapshots, never the current one, and leftovers. Hold the build lock.

    A damaged snapshot goes at once: nothing can be rolled back to it.
    """
    current = current_id(index_dir)
    ids = snapshot_ids(index_dir)
    for snapshot_id in ids:
        old = snapshot_id in ids[: -max(keep, 1)]
        if snapshot_id != current and (old or _is_damaged(index_dir / snapshot_id)):
            remove(index_dir / snapshot_id)
    remove_leftovers(index_dir)


def _is_damaged(folder: Path) -> bool:
    try:
        check_files(folder, read_manifest(folder))
    except ProofdeskError:
        return True
    return False


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
    """
    current = read_manifest(index_dir / current_id(index_dir))
    others = tuple(name for name in reversed(snapshot_ids(index_dir)) if name != current.id)
    size = sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())
    return IndexStatus(current, others, size)
