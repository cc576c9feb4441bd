"""`passages.db`: the passages of a snapshot, where they come from, and their lexical tables.

A full snapshot and a tail have the same tables. In a tail, documents keep the numbers of the base, `source` lists only
what differs from the base (no digest = gone), `tombstone` the rows of the base that are no longer in force, and
`reroute` the questions of the base whose answer lies in another row now.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from corpus.model import Passage
from index.columns import CODED, Numbers, Vocabulary
from index.errors import SnapshotCorrupt
from index.lexical import write_lexical
from index.read_only import ReadOnlyDatabase
from index.source import decode, encode

_SCHEMA = """
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX passage_source ON passage (source);
CREATE TABLE source (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT);
CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE vocabulary (field TEXT NOT NULL, code INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (field, code));
CREATE TABLE tombstone (row INTEGER PRIMARY KEY);
CREATE TABLE reroute (row INTEGER PRIMARY KEY, shown INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class PassageRows:
    """What goes into a `passages.db`.

    Attributes:
        passages: in row order.
        source_numbers: for each, which of `sources` it comes from.
        sources: keys and digests; a digest of `None` says that the base's document is gone.
        documents: number of each document id.
        tombstones: rows of the base.
        reroutes: rows of the base, with the rows that are shown for them; -1 = none.
        terms: of passages whose text another snapshot holds, by row in this file; see `index.lexical.stored_terms`.
    """

    passages: Sequence[Passage]
    source_numbers: Sequence[int]
    sources: Sequence[tuple[str, str | None]]
    documents: Mapping[str, int]
    tombstones: Sequence[int] = ()
    reroutes: Mapping[int, int] = field(default_factory=dict)
    terms: Mapping[int, str] = field(default_factory=dict)


def write_rows(connection: sqlite3.Connection, rows: PassageRows) -> list[int]:
    """Create and fill all tables but the vocabulary; the caller commits. Returns each passage's number of terms."""
    connection.executescript(_SCHEMA)
    connection.executemany(
        "INSERT INTO passage VALUES (?, ?, ?, ?)",
        (
            (row, passage.id, source, encode(passage))
            for row, (passage, source) in enumerate(zip(rows.passages, rows.source_numbers, strict=True))
        ),
    )
    connection.executemany(
        "INSERT INTO source VALUES (?, ?, ?)", ((n, key, digest) for n, (key, digest) in enumerate(rows.sources))
    )
    connection.executemany("INSERT INTO document VALUES (?, ?)", ((n, name) for name, n in rows.documents.items()))
    connection.executemany("INSERT INTO tombstone VALUES (?)", ((row,) for row in rows.tombstones))
    connection.executemany("INSERT INTO reroute VALUES (?, ?)", rows.reroutes.items())
    return write_lexical(connection, [passage.indexed_text for passage in rows.passages], rows.terms)


def write_vocabulary(connection: sqlite3.Connection, vocabulary: Vocabulary) -> None:
    """Fill the vocabulary of the coded columns; the caller commits."""
    connection.executemany(
        "INSERT INTO vocabulary VALUES (?, ?, ?)",
        ((field, code, value) for field, values in vocabulary.items() for code, value in enumerate(values)),
    )


class PassageFile:
    """Reads a `passages.db`. Rows count from 0 in this file. Thread-safe; every method may raise `SnapshotCorrupt`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.database = ReadOnlyDatabase(path)

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """The passages of these rows as JSON."""
        return dict(
            self._all("SELECT row, body FROM passage WHERE row IN (SELECT value FROM json_each(?))", _list(rows))
        )

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages of these rows."""
        try:
            return {row: decode(body) for row, body in self.bodies(rows).items()}
        except ValidationError as error:
            raise SnapshotCorrupt(f"A passage of snapshot {self._path.parent.name} cannot be read.") from error

    def rows_of(self, ids: Iterable[str]) -> dict[str, int]:
        """The rows of the passages with these ids, as far as there are any."""
        return dict(self._all("SELECT id, row FROM passage WHERE id IN (SELECT value FROM json_each(?))", _list(ids)))

    def sources(self) -> dict[str, str | None]:
        """Key to digest, in the order in which they were built; `None` for a document that is gone."""
        return dict(self._all("SELECT key, digest FROM source ORDER BY number"))

    def source_rows(self, key: str) -> dict[int, str]:
        """Rows and JSON of the passages of one source, in row order."""
        return dict(
            self._all(
                "SELECT row, body FROM passage WHERE source = (SELECT number FROM source WHERE key = ?) ORDER BY row",
                key,
            )
        )

    def document_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Numbers of the documents with these ids, as far as there are any."""
        return dict(
            self._all("SELECT id, number FROM document WHERE id IN (SELECT value FROM json_each(?))", _list(ids))
        )

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """The strings behind the coded columns, in the order of their codes."""
        found: dict[str, list[str]] = {field: [] for field in CODED}
        for name, value in self._all("SELECT field, value FROM vocabulary ORDER BY field, code"):
            found[name].append(value)
        return {name: tuple(values) for name, values in found.items()}

    def tombstones(self) -> Numbers:
        """Rows of the base that are no longer in force, rising."""
        return np.array([row for (row,) in self._all("SELECT row FROM tombstone ORDER BY row")], np.int64)

    def reroutes(self) -> dict[int, int]:
        """Rows of the base and the rows that are shown for them instead; -1 = none."""
        return dict(self._all("SELECT row, shown FROM reroute"))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def _all(self, statement: str, *parameters: str) -> list[Any]:
        with self.database.connection() as connection:
            return connection.execute(statement, parameters).fetchall()


def _list(values: Iterable[int] | Iterable[str]) -> str:
    """A list as one parameter: SQLite limits how many there may be."""
    return json.dumps(list(values))
