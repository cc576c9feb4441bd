"""The files of one snapshot folder, full or tail, checked while they are read.

Vectors and columns are read into memory; texts and lexical tables stay on the disk and are read when needed.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from index.checked_file import quick_of, read_aligned
from index.columns import FIELDS, Columns
from index.errors import SnapshotCorrupt
from index.manifest import COLUMNS, PASSAGES, STATISTICS, VECTORS, read_manifest
from index.model import Manifest
from index.passage_file import PassageFile
from index.stores.faiss_store import FaissStore

_NPY_HEADER = 4096


class SnapshotFiles:
    """The open files of a snapshot. Nothing in them changes; threads may share them.

    Attributes:
        vectors: row `i` is passage `i` of this folder.
        columns: likewise.
        passages: texts, sources and lexical tables.
    """

    def __init__(self, folder: Path) -> None:
        """Read and check the files in `folder`.

        Raises:
            SnapshotCorrupt: a file is missing, damaged or disagrees with the manifest.
            SnapshotMismatch: written by a version with another format.
        """
        self.manifest: Manifest = read_manifest(folder)
        rows = self.manifest.added if self.manifest.base else self.manifest.passages
        _compare(folder, PASSAGES, self.manifest, _quick(folder / PASSAGES))
        self.vectors = FaissStore.from_bytes(self._vectors(folder, rows), self._statistics(folder))
        values: NDArray[np.int64] = _array(_checked(folder, COLUMNS, self.manifest))
        self.passages = PassageFile(folder / PASSAGES)
        try:
            self.columns = Columns(values, self.passages.vocabulary())
            shape = (len(FIELDS), rows)
            if values.shape != shape or (self.vectors.rows, self.vectors.dimension) != (rows, self.manifest.dimension):
                raise SnapshotCorrupt(f"The files of snapshot {folder.name} have other sizes than its manifest says.")
        except BaseException:
            self.close()
            raise

    def _vectors(self, folder: Path, rows: int) -> NDArray[np.uint8]:
        size = rows * self.manifest.dimension * np.dtype(np.float32).itemsize
        try:
            header = (folder / VECTORS).stat().st_size - size
        except OSError:
            header = 0
        return _checked(folder, VECTORS, self.manifest, max(header, 0))

    def _statistics(self, folder: Path) -> NDArray[np.float32]:
        if self.manifest.base:  # a tail is measured against its base
            return np.zeros((0, self.manifest.dimension), np.float32)
        statistics: NDArray[np.float32] = _array(_checked(folder, STATISTICS, self.manifest))
        return statistics

    def close(self) -> None:
        """Let go of the files."""
        self.passages.close()


def _array(content: NDArray[np.uint8]) -> NDArray[Any]:
    """The array of a `.npy` file, as it lies in memory."""
    head = io.BytesIO(content[:_NPY_HEADER].tobytes())
    npy.read_magic(head)
    shape, _, dtype = npy.read_array_header_1_0(head)
    return np.frombuffer(content, dtype, offset=head.tell()).reshape(shape)


def _checked(folder: Path, name: str, manifest: Manifest, skip: int = 0) -> NDArray[np.uint8]:
    try:
        content, digest = read_aligned(folder / name, skip)
    except OSError as error:
        raise _unreadable(folder, name) from error
    _compare(folder, name, manifest, digest)
    return content


def _quick(path: Path) -> str:
    try:
        return quick_of(path)
    except OSError as error:
        raise _unreadable(path.parent, path.name) from error


def _compare(folder: Path, name: str, manifest: Manifest, digest: str) -> None:
    if digest != manifest.quick[name]:
        raise SnapshotCorrupt(f"{name} of snapshot {folder.name} is damaged.")


def _unreadable(folder: Path, name: str) -> SnapshotCorrupt:
    return SnapshotCorrupt(f"{name} of snapshot {folder.name} cannot be read.")
