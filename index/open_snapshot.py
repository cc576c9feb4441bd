"""One open snapshot: passages, vectors and lexical tables, checked when opened and never changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from corpus.model import Passage, PassageKind, SectionKind
from index import snapshots
from index.errors import SnapshotCorrupt, SnapshotMismatch
from index.lexical import LexicalStore, Mask, ReadOnlyDatabase, write_lexical
from index.model import Manifest, Query
from index.stores.faiss_store import FaissStore

FORMAT = 1
"""Raised whenever the files or the terms change: old snapshots are then refused and built again."""

_PASSAGE = TypeAdapter(Passage)
_SCHEMA = """
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL, locale TEXT NOT NULL,
    ordinal INTEGER NOT NULL, body TEXT NOT NULL
);
"""


def corpus_digest(passages: Iterable[Passage]) -> str:
    """SHA-256 over the passages in order, validity and audience included, and the snapshot format."""
    digest = hashlib.sha256(f"proofdesk-snapshot-{FORMAT}".encode())
    for passage in passages:
        digest.update(_PASSAGE.dump_json(passage))
        digest.update(b"\n")
    return digest.hexdigest()


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Write the passages and their lexical tables as a new SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.executemany(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)",
            [
                (row, p.id, p.document_id, p.locale, p.ordinal, _PASSAGE.dump_json(p).decode())
                for row, p in enumerate(passages)
            ],
        )
        write_lexical(connection, [passage.indexed_text for passage in passages])
        connection.commit()


class OpenSnapshot:
    """An open snapshot. Thread-safe; `close` may be called while searches are running.

    Attributes:
        passages: in row order; row `i` is vector `i`.
        shown: shape `(passages,)`, the row that is shown for each row: its own, for a question that of its answer, and
            -1 for a question without one, which is never found.
        table_rows: shape `(passages,)`, whether the row is a row of a table.
        categories: shape `(passages,)`.
        questions: shape `(passages,)`, whether the row is an example question.
        explains_causes: shape `(passages,)`, whether the row's document has a section of causes.
        documents: shape `(passages,)`, a number per document, the same in all its locales.
    """

    def __init__(self, folder: Path) -> None:
        """Open and check the snapshot in `folder`.

        Raises:
            SnapshotCorrupt: a file is missing, damaged or disagrees with the manifest.
            SnapshotMismatch: written by a version with another format.
        """
        self.manifest: Manifest = snapshots.read_manifest(folder)
        snapshots.check_files(folder, self.manifest)
        self.vectors = FaissStore.load(folder / snapshots.VECTORS)
        self._database = ReadOnlyDatabase(folder / snapshots.PASSAGES)
        try:
            self.passages = self._read_passages()
            if not len(self.passages) == self.vectors.rows == self.manifest.passages:
                raise SnapshotCorrupt(f"Snapshot {folder.name} has other numbers of passages and vectors than it says.")
        except BaseException:
            self.close()
            raise
        self.lexical = LexicalStore(self._database, len(self.passages))
        self._index_metadata()

    def _read_passages(self) -> tuple[Passage, ...]:
        try:
            with self._database.connection() as connection:
                (found,) = connection.execute("PRAGMA user_version").fetchone()
                if found != FORMAT:
                    raise SnapshotMismatch(f"Snapshot {self.manifest.id} has format {found}, not {FORMAT}.")
                bodies = connection.execute("SELECT body FROM passage ORDER BY row").fetchall()
            return tuple(_PASSAGE.validate_json(body) for (body,) in bodies)
        except (sqlite3.Error, ValidationError) as error:
            raise SnapshotCorrupt(f"The passages of snapshot {self.manifest.id} cannot be read.") from error

    def _index_metadata(self) -> None:
        self._locales = np.array([p.locale for p in self.passages], np.str_)
        self.questions = np.array([p.kind is PassageKind.QUESTION for p in self.passages], np.bool_)
        self.table_rows = np.array([p.kind is PassageKind.ROW for p in self.passages], np.bool_)
        self.categories = np.array([p.category for p in self.passages], np.str_)
        self._audiences = np.array([p.audience for p in self.passages], np.str_)
        self._from = np.array([p.effective_from.toordinal() for p in self.passages], np.int64)
        self._until = np.array([(p.effective_until or date.max).toordinal() for p in self.passages], np.int64)
        codes = {code for p in self.passages for code in p.jurisdictions}
        self._jurisdictions: dict[str, Mask] = {
            code: np.array([code in p.jurisdictions for p in self.passages], np.bool_) for code in codes
        }
        self._rows = {passage.id: row for row, passage in enumerate(self.passages)}
        self.shown = np.array([self._rows.get(p.stands_for or p.id, -1) for p in self.passages], np.int64)
        self._numbers = {
            document: number for number, document in enumerate(dict.fromkeys(p.document_id for p in self.passages))
        }
        self.documents = np.array([self._numbers[p.document_id] for p in self.passages], np.int64)
        troubles = {p.document_id for p in self.passages if p.section is SectionKind.WHY}
        self.explains_causes = np.array([p.document_id in troubles for p in self.passages], np.bool_)
        self._by_document: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passages):
            if passage.kind is not PassageKind.QUESTION:
                self._by_document.setdefault(passage.document_id, []).append(row)

    def allowed(self, query: Query, day: date) -> Mask:
        """Which rows the query may see on `day`: shape `(passages,)`. An unknown jurisdiction does not filter."""
        ordinal = day.toordinal()
        mask: NDArray[np.bool_] = (self._from <= ordinal) & (ordinal < self._until)
        mask &= self.shown >= 0
        mask &= np.isin(self._audiences, query.audience)
        if query.locales:
            mask &= np.isin(self._locales, query.locales)
        if query.exclude:
            mask &= ~np.isin(self.documents, [self._numbers[d] for d in query.exclude if d in self._numbers])
        if query.jurisdiction is not None:
            nowhere = np.zeros(len(self.passages), np.bool_)
            mask &= self._jurisdictions.get(query.jurisdiction, nowhere) | self._jurisdictions.get("*", nowhere)
        return mask

    def document_passages(self, document_id: str, allowed: Mask | None = None) -> tuple[Passage, ...]:
        """The passages of a document by locale and ordinal, without its questions; empty for an unknown document.

        `allowed` has the shape `(passages,)`; `None` allows all.
        """
        rows = self._by_document.get(document_id, [])
        chosen = [self.passages[row] for row in rows if allowed is None or allowed[row]]
        return tuple(sorted(chosen, key=lambda passage: (passage.locale, passage.ordinal)))

    def passages_with(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The passages with these ids, each once, in the order asked; unknown ids and questions are left out."""
        found = (self.passages[self._rows[id_]] for id_ in dict.fromkeys(ids) if id_ in self._rows)
        return tuple(passage for passage in found if passage.kind is not PassageKind.QUESTION)

    def close(self) -> None:
        """Let go of the database file."""
        self._database.close()
