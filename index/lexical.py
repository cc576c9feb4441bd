"""Lexical search: BM25 of SQLite's FTS5 over terms cut by `index.terms`.

The store lives in the passages' database: row ids are positions in the snapshot, shared with the vectors. A tail is
scored by the same formula with the frequencies and the average length of its base, so that both make one ranking.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.read_only import ReadOnlyDatabase
from index.terms import TERM_PUNCTUATION, terms

Mask = NDArray[np.bool_]

# `ascii` leaves every non-ASCII character alone, so FTS5 splits at the blanks put there by `terms` and nowhere else.
_SCHEMA = f"""
CREATE VIRTUAL TABLE lexical USING fts5(terms, tokenize = "ascii tokenchars '{TERM_PUNCTUATION.replace("'", "''")}'");
CREATE TABLE term (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""
_OCCURRENCES = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.occurrence USING fts5vocab(main, lexical, instance)"
_K1 = 1.2
_B = 0.75
_LEAST_WEIGHT = 1e-6
"""The parameters of FTS5's BM25, which has no setting for them, and what it counts for a term of most passages."""
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


_NONE: Mapping[int, str] = MappingProxyType({})


def write_lexical(connection: sqlite3.Connection, texts: Sequence[str], known: Mapping[int, str] = _NONE) -> list[int]:
    """Create and fill the lexical tables; row `i` is `texts[i]`. The caller commits.

    Args:
        connection: to a database without these tables.
        texts: what is found.
        known: the terms of rows whose text was cut before, as `stored_terms` gives them.

    Returns each row's number of terms.
    """
    connection.executescript(_SCHEMA)
    frequencies: Counter[str] = Counter()
    lengths: list[int] = []
    for row, text in enumerate(texts):
        found = known[row].split() if row in known else terms(text)
        frequencies.update(set(found))
        lengths.append(len(found))
        connection.execute("INSERT INTO lexical (rowid, terms) VALUES (?, ?)", (row, " ".join(found)))
    connection.executemany("INSERT INTO term VALUES (?, ?)", sorted(frequencies.items()))
    connection.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")
    return lengths


class LexicalStore:
    """BM25 over the passages of a full snapshot. Thread-safe."""

    def __init__(self, database: ReadOnlyDatabase, passages: int) -> None:
        self.database = database
        self._passages = passages

    def query(self, text: str) -> LexicalQuery:
        """The weighted terms of a query; none for a text without letters and digits."""
        distinct = tuple(dict.fromkeys(terms(text)))[:_MAX_TERMS]
        if not distinct:
            return LexicalQuery((), np.zeros(0))
        marks = ",".join("?" * len(distinct))
        with self.database.connection() as connection:
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
        with self.database.connection() as connection:
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


class TailLexical:
    """BM25 over the few passages of a tail, as if they stood in its base. Thread-safe.

    Args:
        database: the tail's own.
        lengths: number of terms of each of its passages.
        average_length: mean number of terms of the base's passages.
    """

    def __init__(self, database: ReadOnlyDatabase, lengths: NDArray[np.int64], average_length: float) -> None:
        self._database = database
        # 0: no passage of the base has a term, and nothing that is scored here can be compared with it.
        self._damping = _K1 * (1.0 - _B + _B * lengths / (average_length or 1.0))

    def search(self, query: LexicalQuery, k: int, allowed: Mask) -> LexicalMatches:
        """The `k` best allowed rows of the tail; the query's weights are those of the base."""
        if not query.terms or k < 1 or not len(self._damping):
            return LexicalMatches(np.zeros(0, np.int64), np.zeros(0))
        scores = np.zeros(len(self._damping))
        hit = np.zeros(len(self._damping), np.bool_)
        # The weight is ln(1 + x), FTS5 counts ln(x): a term of more than half of the passages says nothing there.
        weights = np.maximum(np.log(np.maximum(np.expm1(query.weights), np.finfo(float).tiny)), _LEAST_WEIGHT)
        with self._database.connection() as connection:
            connection.execute(_OCCURRENCES)
            for term, weight in zip(query.terms, weights.tolist(), strict=True):
                found = connection.execute(
                    "SELECT doc, count(*) FROM temp.occurrence WHERE term = ? GROUP BY doc", (term,)
                ).fetchall()
                if found:
                    rows, counts = np.array(found, np.int64).T
                    scores[rows] += weight * counts * (_K1 + 1.0) / (counts + self._damping[rows])
                    hit[rows] = True
        rows = np.flatnonzero(hit & allowed)
        best = rows[np.argsort(-scores[rows], kind="stable")][:k]
        return LexicalMatches(best, scores[best])


def coverage(query: LexicalQuery, found: Sequence[Set[str]]) -> NDArray[np.float64]:
    """Share of the query's weight (0 to 1) that each passage's terms match: shape `(len(found),)`."""
    total = float(query.weights.sum())
    if total == 0.0:
        return np.zeros(len(found))
    weighted = list(zip(query.terms, query.weights.tolist(), strict=True))
    return np.array([sum(w for term, w in weighted if term in present) / total for present in found], np.float64)


def stored_terms(database: ReadOnlyDatabase, rows: Iterable[int]) -> dict[int, str]:
    """All terms of each of the rows in their order, with a blank between them."""
    with database.connection() as connection:
        return dict(
            connection.execute(
                "SELECT rowid, terms FROM lexical WHERE rowid IN (SELECT value FROM json_each(?))",
                (json.dumps(list(rows)),),
            ).fetchall()
        )


def found_terms(database: ReadOnlyDatabase, rows: Iterable[int]) -> dict[int, frozenset[str]]:
    """The distinct terms of each of the rows."""
    return {row: frozenset(text.split()) for row, text in stored_terms(database, rows).items()}
