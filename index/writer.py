"""Writes one snapshot folder: complete and on the disk before it gets its name."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from index import snapshots
from index.columns import columns_of
from index.difference import Content, moved_questions
from index.embedders.base import Vectors
from index.manifest import COLUMNS, PASSAGES, STATISTICS, VECTORS, sealed, sync, write_manifest
from index.model import Manifest
from index.open_snapshot import OpenSnapshot
from index.passage_file import PassageRows, write_rows, write_vocabulary
from index.stores.faiss_store import FaissStore


def write_snapshot(
    content: Content,
    vectors: Vectors,
    wanted: Manifest,
    index_dir: Path,
    *,
    current: OpenSnapshot | None,
    candidate: bool,
) -> Manifest:
    """Write a snapshot beside the others and return its manifest. Hold the build lock.

    Args:
        content: what goes in.
        vectors: one per piece.
        wanted: the manifest as far as it is known.
        index_dir: where snapshots live.
        current: a snapshot on the base of a tail.
        candidate: whether it must not be served before it is activated.

    Raises:
        OSError: writing failed; what was written stays behind as a leftover.
        sqlite3.Error: likewise.
    """
    folder = index_dir / f"{snapshots.TEMPORARY_PREFIX}{os.getpid()}"
    folder.mkdir()
    passages = [piece.passage for piece in content.pieces]
    base = current if content.tail else None
    first_row = len(base.base.columns) if base is not None else 0
    rows = {passage.id: first_row + position for position, passage in enumerate(passages)}
    documents = _write_passages(folder, content, rows, base, _known_terms(content, current))
    store = FaissStore(vectors, np.zeros((0, vectors.shape[1]), np.float32) if content.tail else None)
    store.save(folder / VECTORS)
    if base is None:
        _save(folder / STATISTICS, store.statistics)
    if candidate:
        (folder / snapshots.CANDIDATE).touch()
    complete = replace(
        wanted,
        documents=documents,
        passages=len(passages) + first_row - len(content.tombstones),
        base=base.base.manifest.id if base is not None else "",
        added=len(passages) if base is not None else 0,
        tombstones=len(content.tombstones),
    )
    manifest = sealed(complete, folder)
    write_manifest(folder, manifest)
    folder.rename(index_dir / manifest.id)
    try:
        sync(index_dir)
    except OSError:
        snapshots.remove(index_dir / manifest.id)
        raise
    return manifest


def _save(path: Path, values: NDArray[Any]) -> None:
    """Write an array. NumPy's own writing to a full disk tells of bytes requested and written, not of the disk."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    path.write_bytes(buffer.getbuffer())


def _known_terms(content: Content, current: OpenSnapshot | None) -> dict[int, str]:
    """The terms of the pieces that have a row in the current snapshot, by their position."""
    again = {position: piece.row for position, piece in enumerate(content.pieces) if piece.row is not None}
    if current is None or not again:
        return {}
    stored = current.stored_terms(again.values())
    return {position: stored[row] for position, row in again.items()}


def _write_passages(
    folder: Path, content: Content, rows: Mapping[str, int], base: OpenSnapshot | None, terms: Mapping[int, str]
) -> int:
    """Write texts and columns; returns how many documents are in force."""
    passages = [piece.passage for piece in content.pieces]
    numbers = _document_numbers(passages, base)
    content_rows = PassageRows(
        passages=passages,
        source_numbers=[piece.source for piece in content.pieces],
        sources=content.sources,
        documents=numbers,
        tombstones=content.tombstones,
        reroutes=moved_questions(base, content, rows) if base is not None else {},
        terms=terms,
    )
    with closing(sqlite3.connect(folder / PASSAGES)) as connection:
        # Nobody reads this file before it is complete, and then its folder is forced to the disk as a whole.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        lengths = write_rows(connection, content_rows)
        columns = columns_of(
            passages,
            shown=_shown(passages, rows, content, base),
            documents=numbers,
            lengths=lengths,
            vocabulary=base.base.columns.vocabulary if base is not None else None,
        )
        write_vocabulary(connection, columns.vocabulary)
        connection.commit()
    _save(folder / COLUMNS, columns.values)
    if base is None:
        return len(numbers)
    stays = np.ones(len(base.base.columns), np.bool_)
    stays[list(content.tombstones)] = False
    kept = base.base.columns.column("document")[stays]
    return len(np.union1d(kept, columns.column("document")))


def _document_numbers(passages: Sequence[Passage], base: OpenSnapshot | None) -> dict[str, int]:
    """A number for each document id: that of the base, or the next free one."""
    names = list(dict.fromkeys(passage.document_id for passage in passages))
    known = base.base.passages.document_numbers(names) if base is not None else {}
    free = int(base.base.columns.column("document").max(initial=-1)) + 1 if base is not None else 0
    fresh = [name for name in names if name not in known]
    return known | {name: free + position for position, name in enumerate(fresh)}


def _shown(
    passages: Sequence[Passage], rows: Mapping[str, int], content: Content, base: OpenSnapshot | None
) -> list[int]:
    """For each passage the row that is shown for it: its own or that of its answer; -1 = there is none."""
    wanted = [passage.stands_for or passage.id for passage in passages]
    elsewhere: dict[str, int] = {}
    if base is not None:
        gone = frozenset(content.tombstones)
        missing = [id_ for id_ in wanted if id_ not in rows]
        elsewhere = {id_: row for id_, row in base.base.passages.rows_of(missing).items() if row not in gone}
    return [rows.get(id_, elsewhere.get(id_, -1)) for id_ in wanted]
