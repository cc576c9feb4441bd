"""`manifest.json`: what a snapshot is made of, sealed by the snapshot's name.

The name holds a hash of the manifest, the manifest holds the hashes of the files: any changed byte shows.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.checked_file import quick_of, sha256_of
from index.errors import SnapshotCorrupt, SnapshotMismatch
from index.model import Manifest

FORMAT = 2
"""Raised whenever the files or the terms change: old snapshots are then refused and built again."""
MANIFEST = "manifest.json"
VECTORS = "vectors.faiss"
PASSAGES = "passages.db"
COLUMNS = "columns.npy"
STATISTICS = "statistics.npy"

_TAIL_FILES = frozenset({VECTORS, PASSAGES, COLUMNS})
_FULL_FILES = _TAIL_FILES | {STATISTICS}


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
    quick: Mapping[str, str] = {}
    base: str = ""
    added: int = 0
    tombstones: int = 0
    format: int = 1


def stamp_of(created: str) -> str:
    """The first part of a snapshot's id: its time of creation without separators."""
    return re.sub(r"[-:.]", "", created.replace("+00:00", "Z"))


def sealed(manifest: Manifest, folder: Path) -> Manifest:
    """`manifest` with the checksums of the files in `folder`, and its id: the time and a hash of everything in it."""
    names = _FULL_FILES if not manifest.base else _TAIL_FILES
    complete = replace(
        manifest,
        checksums={name: sha256_of(folder / name) for name in sorted(names)},
        quick={name: quick_of(folder / name) for name in sorted(names)},
        format=FORMAT,
    )
    return replace(complete, id=f"{stamp_of(complete.created)}-{_seal(complete)}")


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
        SnapshotMismatch: written by a version with another format.
    """
    try:
        loaded = _ManifestFile.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise SnapshotCorrupt(f"The manifest of snapshot {folder.name} is missing or unreadable.") from error
    if loaded.format != FORMAT:
        raise SnapshotMismatch(f"The manifest of snapshot {folder.name} names format {loaded.format}, not {FORMAT}.")
    manifest = Manifest(**{**loaded.model_dump(), "checksums": dict(loaded.checksums), "quick": dict(loaded.quick)})
    names = _FULL_FILES if not manifest.base else _TAIL_FILES
    whole = set(manifest.checksums) == set(manifest.quick) == names
    if manifest.id != folder.name or not manifest.id.endswith(_seal(manifest)) or not whole:
        raise SnapshotCorrupt(f"The manifest of snapshot {folder.name} was changed.")
    return manifest


def check_files(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Compare every file with its quick checksum, or with its SHA-256 if `thorough`.

    Raises:
        SnapshotCorrupt: a file is missing or differs.
    """
    expected = manifest.checksums if thorough else manifest.quick
    for name, digest in expected.items():
        try:
            actual = sha256_of(folder / name) if thorough else quick_of(folder / name)
        except OSError as error:
            raise SnapshotCorrupt(f"{name} of snapshot {folder.name} cannot be read.") from error
        if actual != digest:
            raise SnapshotCorrupt(f"{name} of snapshot {folder.name} is damaged.")


def sync(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
