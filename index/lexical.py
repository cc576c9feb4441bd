"""Lexical search: BM25 of SQLite's FTS5 over terms cut by `index.terms`.

The store lives in the passages' database: row ids are positions in the snapshot, shared with the vectors.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.terms import TERM_PUNCTUATION, terms

Mask = NDArray[np.bool_]

# `ascii` leaves every non-ASCII character alone, so FTS5 splits at the blanks put there by `terms` and nowhere else.
_SCHEMA = f"""
CREATE VIRTUAL TABLE lexical USING fts5(terms, tokenize = "ascii tokenchars '{TERM_PUNCTUATION.replace("'", "''")}'");
CREATE TABLE term (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""
_MAX_TERMS = 256
"""Terms of a query that are looked at: SQLite nests one expression per OR."""


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """The distinct terms of a query with the weight of each, in order of first occurrence.

    Attributes:
        weights: inverse document frequency, `ln(1 + (N - n + 0.5) / (n + 0.5))`; a term of no passage weighs most.
    """

    terms: tuple[str, ...]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LexicalMatches:
    """Row ids, best first, and their BM25 scores (larger = better)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


def write_lexical(connection: sqlite3.Connection, texts: Sequence[str]) -> None:
    """Create and fill the lexical tables; row `i` is `texts[i]`. The caller commits."""
    connection.executescript(_SCHEMA)
    frequencies: Counter[str] = Counter()
    for row, text in enumerate(texts):
        found = terms(text)
        frequencies.update(set(found))
        connection.execute("INSERT INTO lexical (rowid, terms) VALUES (?, ?)", (row, " ".join(found)))
    connection.executemany("INSERT INTO term VALUES (?, ?)", sorted(frequencies.items()))
    connection.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")


class ReadOnlyDatabase:
    """Read-only connections to one immutable SQLite file, lent to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection nobody else uses until the block ends."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def close(self) -> None:
        """Close idle connections now and borrowed ones when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


class LexicalStore:
    """BM25 over the passages of one snapshot. Thread-safe."""

    def __init__(self, database: ReadOnlyDatabase, passages: int) -> None:
        self._database = database
        self._passages = passages

    def query(self, text: str) -> LexicalQuery:
        """The weighted terms of a query; none for a text without letters and digits."""
        distinct = tuple(dict.fromkeys(terms(text)))[:_MAX_TERMS]
        if not distinct:
            return LexicalQuery((), np.zeros(0))
        marks = ",".join("?" * len(distinct))
        with self._database.connection() as connection:
            rows = connection.execute(f"SELECT term, passages FROM term WHERE term IN ({marks})", distinct)  # noqa: S608
            frequency = dict(rows.fetchall())
        weights = [
            math.log(1 + (self._passages - frequency.get(term, 0) + 0.5) / (frequency.get(term, 0) + 0.5))
            for term in distinct
        ]
        return LexicalQuery(distinct, np.array(weights))

    def search(self, query: LexicalQuery, k: int, allowed: Mask | None = None) -> LexicalMatches:
        """The `k` best allowed rows that have at least one term of the query.

        `allowed` has the shape `(passages,)`; `None` allows all.
        """
        if not query.terms or k < 1:
            return LexicalMatches(np.zeros(0, np.int64), np.zeros(0))
        expression = " OR ".join(f'"{term}"' for term in query.terms)
        rows: list[int] = []
        scores: list[float] = []
        with self._database.connection() as connection:
            cursor = connection.execute(
                "SELECT rowid, -rank FROM lexical WHERE lexical MATCH ? ORDER BY rank, rowid", (expression,)
            )
            for row, score in cursor:
                if allowed is None or allowed[row]:
                    rows.append(row)
                    scores.append(score)
                    if len(rows) == k:
                        break
            cursor.close()
        return LexicalMatches(np.array(rows, np.int64), np.array(scores))

    def coverage(self, query: LexicalQuery, rows: Sequence[int]) -> NDArray[np.float64]:
        """Share of the query's weight that each row's terms match: shape `(len(rows),)`, 0 to 1, in the rows' order."""
        total = float(query.weights.sum())
        if not rows or total == 0.0:
            return np.zeros(len(rows))
        marks = ",".join("?" * len(rows))
        with self._database.connection() as connection:
            found = connection.execute(f"SELECT rowid, terms FROM lexical WHERE rowid IN ({marks})", list(rows))  # noqa: S608
            by_row = {row: set(text.split(" ")) for row, text in found}
        shares = {
            row: sum(w for term, w in zip(query.terms, query.weights, strict=True) if term in present) / total
            for row, present in by_row.items()
        }
        return np.array([shares[row] for row in rows], np.float64)
