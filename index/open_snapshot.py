"""One open snapshot: a full one, or a base with its tail, which together look like one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage, PassageKind
from index.columns import KINDS, Columns, Numbers, parent_number
from index.errors import SnapshotCorrupt, SnapshotMismatch
from index.lexical import LexicalMatches, LexicalQuery, LexicalStore, Mask, TailLexical, found_terms, stored_terms
from index.manifest import read_manifest
from index.model import Manifest, Query
from index.open_files import SnapshotFiles
from index.stores.faiss_store import DenseMatches

Value = TypeVar("Value")

_QUESTION = KINDS.index(PassageKind.QUESTION)
_ROW = KINDS.index(PassageKind.ROW)
_ANSWER = KINDS.index(PassageKind.ANSWER)


class OpenSnapshot:
    """An open snapshot. Thread-safe; `close` may be called while searches are running.

    Rows of a tail follow those of its base. The spread of the vectors is that of all passages in force; frequencies of
    terms and their mean number are those of the base, for FTS5 knows no others.

    Attributes:
        base: the files of the full snapshot.
        rows: how many rows there are, those no longer in force included.
        shown: shape `(rows,)`, the row that is shown for each row: its own, for a question that of its answer, and
            -1 for a question without one, which is never found.
        table_rows: shape `(rows,)`, whether the row is a row of a table.
        questions: shape `(rows,)`, whether the row is an example question.
        explains_causes: shape `(rows,)`, whether the row's document has a section of causes.
        documents: shape `(rows,)`, a number per document, the same in all its locales.
        voting: shape `(rows,)`, which rows vote for each other: those of a document, or of one approved answer.
        live: shape `(rows,)`, whether the row is in force.
    """

    def __init__(self, folder: Path, *, base: SnapshotFiles | None = None) -> None:
        """Open and check the snapshot in `folder`, with its base if it is a tail.

        Args:
            folder: of the snapshot.
            base: the open base, if it is at hand; it is used only if it is the right one.

        Raises:
            SnapshotCorrupt: a file is missing, damaged or disagrees with the manifest.
            SnapshotMismatch: written by a version with another format, or on a base of another embedder.
        """
        self.manifest: Manifest = read_manifest(folder)
        base_id = self.manifest.base or self.manifest.id
        shared = base if base is not None and base.manifest.id == base_id else None
        self.base = shared or SnapshotFiles(folder.parent / base_id)
        self._tail: SnapshotFiles | None = None
        try:
            if self.manifest.base:
                self._tail = SnapshotFiles(folder)
                self._check_base()
            self._columns = self._joined_columns()
        except BaseException:
            self.close(keep=shared)
            raise
        self._lexical = LexicalStore(self.base.passages.database, len(self.base.columns))
        self._tail_lexical = None
        if self._tail is not None:
            self._tail_lexical = TailLexical(
                self._tail.passages.database, self._tail.columns.column("length"), self.base.columns.average_length
            )

    def _check_base(self) -> None:
        base = self.base.manifest
        if base.base:
            raise SnapshotCorrupt(f"The base of snapshot {self.manifest.id} is no full snapshot.")
        if (base.embedder, base.dimension) != (self.manifest.embedder, self.manifest.dimension):
            raise SnapshotMismatch(f"The base of snapshot {self.manifest.id} was built with another embedder.")

    def _joined_columns(self) -> Columns:
        base, tail = self.base.columns, self._tail
        columns = base if tail is None else base.followed_by(tail.columns)
        self.rows = len(columns)
        self.live = np.ones(self.rows, np.bool_)
        self._tombstones: Numbers = np.zeros(0, np.int64)
        self.shown = columns.column("shown")
        if tail is not None:
            gone, moved = tail.passages.tombstones(), tail.passages.reroutes()
            if len(gone) != self.manifest.tombstones or (len(gone) and not 0 <= gone[0] <= gone[-1] < len(base)):
                raise SnapshotCorrupt(f"Snapshot {self.manifest.id} removes rows that its base does not have.")
            self._tombstones = gone
            self.live[gone] = False
            self.shown = self.shown.copy()
            self.shown[list(moved.keys())] = list(moved.values())
        kinds = columns.column("kind")
        self.questions: Mask = kinds == _QUESTION
        self.table_rows: Mask = kinds == _ROW
        self.documents = columns.column("document")
        # An approved answer is found by its own questions; they say nothing of the article beside it, nor it of them.
        paired = kinds[np.maximum(self.shown, 0)] == _ANSWER
        ends = int(self.documents.max(initial=-1)) + 1
        self.voting: NDArray[np.int64] = np.where(paired, ends + self.shown, self.documents)
        explained = np.zeros(int(self.documents.max(initial=-1)) + 1, np.bool_)
        explained[self.documents[self.live & (columns.column("why") != 0)]] = True
        self.explains_causes: Mask = explained[self.documents]
        self._findable: Mask = self.live & (self.shown >= 0)
        return columns

    def valid_on(self, day: date) -> Mask:
        """Which rows are in force and hold on `day`: shape `(rows,)`."""
        ordinal = day.toordinal()
        begun: Mask = self._columns.column("effective_from") <= ordinal
        return self.live & begun & (ordinal < self._columns.column("effective_until"))

    def allowed(self, query: Query, day: date) -> Mask:
        """Which rows the query may see on `day`: shape `(rows,)`. Unknown jurisdiction or product: not filtered."""
        columns = self._columns
        mask = self.valid_on(day) & self._findable
        mask &= columns.having("audience", query.audience)
        if query.locales:
            mask &= columns.having("locale", query.locales)
        if query.exclude:
            mask &= ~np.isin(self.documents, list(self._document_numbers(query.exclude).values()))
        if query.jurisdiction is not None:
            mask &= columns.holding("jurisdictions", query.jurisdiction)
        if query.product is not None:
            mask &= columns.holding("products", query.product)
        return mask

    def dense(self, vector: NDArray[np.float32], k: int, allowed: Mask) -> DenseMatches:
        """The `k` nearest allowed rows, exact."""
        edge = len(self.base.columns)
        near = self.base.vectors.search(vector, k, allowed[:edge])
        if self._tail is None:
            return near
        more = self._tail.vectors.search(vector, k, allowed[edge:])
        rows = np.concatenate([near.rows, more.rows + edge])
        scores = np.concatenate([near.scores, more.scores])
        best = np.argsort(-scores, kind="stable")[:k]
        return DenseMatches(rows[best], scores[best])

    def cosines(self, vector: NDArray[np.float32], rows: Numbers) -> NDArray[np.float64]:
        """Cosines with the given rows, which must rise: shape `(len(rows),)`."""
        edge = int(np.searchsorted(rows, len(self.base.columns)))
        parts = [self.base.vectors.scores(vector, rows[:edge])]
        if self._tail is not None:
            parts.append(self._tail.vectors.scores(vector, rows[edge:] - len(self.base.columns)))
        return np.concatenate(parts).astype(np.float64)

    def background(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """Mean and standard deviation of the cosines with all passages in force, exact."""
        mean, deviation = self.base.vectors.background(vector)
        if self._tail is None:
            return mean, deviation
        gone = self.base.vectors.scores(vector, self._tombstones).astype(np.float64)
        more = self._tail.vectors.scores(vector, np.arange(self._tail.vectors.rows)).astype(np.float64)
        count = len(self.base.columns) - len(gone) + len(more)
        total = len(self.base.columns) * mean - gone.sum() + more.sum()
        squares = len(self.base.columns) * (deviation**2 + mean**2) - (gone**2).sum() + (more**2).sum()
        mean = total / max(count, 1)
        return float(mean), math.sqrt(max(float(squares) / max(count, 1) - mean**2, 0.0))

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of the given rows, in their order: shape `(len(rows), dimension)`."""
        wanted, edge = np.array(rows, np.int64), len(self.base.columns)
        found = np.zeros((len(wanted), self.manifest.dimension), np.float32)
        found[wanted < edge] = self.base.vectors.vectors(wanted[wanted < edge])
        if self._tail is not None:
            found[wanted >= edge] = self._tail.vectors.vectors(wanted[wanted >= edge] - edge)
        return found

    def lexical_query(self, text: str) -> LexicalQuery:
        """The terms of a query with their weights in the base."""
        return self._lexical.query(text)

    def lexical(self, query: LexicalQuery, k: int, allowed: Mask) -> LexicalMatches:
        """The `k` best allowed rows that have a term of the query."""
        edge = len(self.base.columns)
        found = self._lexical.search(query, k, allowed[:edge])
        if self._tail_lexical is None:
            return found
        more = self._tail_lexical.search(query, k, allowed[edge:])
        rows = np.concatenate([found.rows, more.rows + edge])
        scores = np.concatenate([found.scores, more.scores])
        best = np.argsort(-scores, kind="stable")[:k]
        return LexicalMatches(rows[best], scores[best])

    def found_terms(self, rows: Iterable[int]) -> dict[int, frozenset[str]]:
        """The distinct terms of each of the rows."""
        return self._in_both(rows, lambda files, own: found_terms(files.passages.database, own))

    def stored_terms(self, rows: Iterable[int]) -> dict[int, str]:
        """All terms of each of the rows, as another snapshot may store them again."""
        return self._in_both(rows, lambda files, own: stored_terms(files.passages.database, own))

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages of these rows, in force or not."""
        return self._in_both(rows, lambda files, own: files.passages.passages(own))

    def _in_both(
        self, rows: Iterable[int], read: Callable[[SnapshotFiles, list[int]], Mapping[int, Value]]
    ) -> dict[int, Value]:
        edge = len(self.base.columns)
        wanted = list(rows)
        found = dict(read(self.base, own)) if (own := [row for row in wanted if row < edge]) else {}
        if self._tail is not None and (own := [row - edge for row in wanted if row >= edge]):
            found |= {row + edge: value for row, value in read(self._tail, own).items()}
        return found

    def rows_of(self, ids: Iterable[str]) -> dict[str, int]:
        """The rows in force of the passages with these ids, as far as there are any."""
        wanted = list(ids)
        found = {id_: row for id_, row in self.base.passages.rows_of(wanted).items() if self.live[row]}
        if self._tail is not None:
            edge = len(self.base.columns)
            found |= {id_: row + edge for id_, row in self._tail.passages.rows_of(wanted).items()}
        return found

    def in_category(self, rows: Numbers, names: Sequence[str]) -> Mask:
        """Which of the rows have one of these categories: shape `(len(rows),)`."""
        return self._columns.having("category", names)[rows]

    def locale(self, row: int) -> str:
        """The locale of a row."""
        return self._columns.vocabulary["locale"][int(self._columns.column("locale")[row])]

    def document_passages(self, document_id: str, allowed: Mask | None = None) -> tuple[Passage, ...]:
        """The passages of a document by locale and ordinal, without its questions; empty for an unknown document.

        `allowed` has the shape `(rows,)`; `None` allows all in force.
        """
        numbers = self._document_numbers([document_id])
        if not numbers:
            return ()
        mask = self._quotable(allowed) & (self.documents == numbers[document_id])
        found = self.passages(np.flatnonzero(mask).tolist()).values()
        return tuple(sorted(found, key=lambda passage: (passage.locale, passage.ordinal)))

    def passages_with(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The passages with these ids, each once, in the order asked; unknown ids and questions are left out."""
        wanted = list(dict.fromkeys(ids))
        rows = {id_: row for id_, row in self.rows_of(wanted).items() if not self.questions[row]}
        found = self.passages(rows.values())
        return tuple(found[rows[id_]] for id_ in wanted if id_ in rows)

    def section(self, passage: Passage, allowed: Mask | None = None) -> tuple[Passage, ...]:
        """The passages of the section that `passage` stands in, in order, without questions."""
        parent = parent_number(passage)
        if not parent:
            return (passage,)
        mask = self._quotable(allowed) & (self._columns.column("parent") == parent)
        return tuple(sorted(self.passages(np.flatnonzero(mask).tolist()).values(), key=lambda found: found.ordinal))

    def neighbours(self, passage: Passage, n: int, allowed: Mask | None = None) -> tuple[Passage, ...]:
        """Up to `n` passages before and after `passage` in its document and locale, in order, without itself."""
        numbers = self._document_numbers([passage.document_id])
        if not numbers or n < 1:
            return ()
        mask = self._quotable(allowed) & (self.documents == numbers[passage.document_id])
        mask &= self._columns.having("locale", (passage.locale,))
        rows = np.flatnonzero(mask)
        ordinals = self._columns.column("ordinal")[rows]
        rows = rows[np.argsort(ordinals, kind="stable")]
        ordinals = np.sort(ordinals)
        before = rows[ordinals < passage.ordinal][-n:]
        after = rows[ordinals > passage.ordinal][:n]
        found = self.passages([*before.tolist(), *after.tolist()])
        return tuple(sorted(found.values(), key=lambda found: found.ordinal))

    def sources(self) -> dict[str, str]:
        """Key and digest of every document in the snapshot."""
        merged = self.base.passages.sources() | (self._tail.passages.sources() if self._tail is not None else {})
        return {key: digest for key, digest in merged.items() if digest is not None}

    def source_passages(self, key: str) -> dict[int, Passage]:
        """Rows and passages in force of one source, in row order."""
        edge = len(self.base.columns)
        rows = [row for row in self.base.passages.source_rows(key) if self.live[row]]
        if self._tail is not None:
            rows += [row + edge for row in self._tail.passages.source_rows(key)]
        found = self.passages(rows)
        return {row: found[row] for row in rows}

    def in_force(self) -> tuple[Passage, ...]:
        """Every passage in force, in row order."""
        rows = np.flatnonzero(self.live).tolist()
        found = self.passages(rows)
        return tuple(found[row] for row in rows)

    def close(self, *, keep: SnapshotFiles | None = None) -> None:
        """Let go of the files, except of a base that goes on serving."""
        if self._tail is not None:
            self._tail.close()
        if self.base is not keep:
            self.base.close()

    def _quotable(self, allowed: Mask | None) -> Mask:
        return (self.live if allowed is None else allowed) & ~self.questions

    def _document_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        wanted = list(ids)
        found = self.base.passages.document_numbers(wanted)
        return found | (self._tail.passages.document_numbers(wanted) if self._tail is not None else {})
