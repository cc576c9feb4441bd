"""What a build has to write: a whole snapshot, or a tail on the base that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.model import Passage
from index.open_snapshot import OpenSnapshot
from index.source import DocumentSource, decode, encode

TAIL_PASSAGES = 500
TAIL_SHARE = 0.1
"""A tail may have 500 passages, or a tenth of its base if that is more: its own scores cost little, and the statistics
of the base still describe the whole."""
_MOST_OF_BASE = 0.5
"""But never more than half of the base: a handful of passages has no statistics worth keeping."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be written.

    Attributes:
        source: which of the content's sources it comes from.
        row: a row of the current snapshot with the same indexed text, whose vector serves again; `None` = it is new.
    """

    passage: Passage
    source: int
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a new snapshot folder.

    Attributes:
        pieces: in row order, no two with the same id.
        sources: keys and digests; in a tail, only what differs from the base, with `None` for what is gone.
        tail: whether it is the difference to the base of the current snapshot.
        tombstones: rows of that base, rising.
    """

    pieces: tuple[Piece, ...]
    sources: tuple[tuple[str, str | None], ...]
    tail: bool = False
    tombstones: tuple[int, ...] = ()


class Comparison:
    """Sources against the current snapshot. Each source is cut at most once.

    Args:
        sources: everything that is to be in the index.
        current: what is in it now; `None` if that cannot be used.
        cut: called after each cut with how many there have been.
    """

    def __init__(
        self, sources: Sequence[DocumentSource], current: OpenSnapshot | None, cut: Callable[[int], None]
    ) -> None:
        self._sources = {source.key: source for source in sources}
        self._current = current
        self._known: Mapping[str, str] = current.sources() if current is not None else {}
        self._report = cut
        self._fresh: dict[str, list[tuple[Passage, int | None]]] = {}

    @property
    def changed(self) -> int:
        """How many sources are new or have another digest than in the current snapshot."""
        return sum(self._known.get(key) != source.digest for key, source in self._sources.items())

    def content(self) -> Content:
        """The smallest thing to write that gives exactly the passages of the sources."""
        tail = self._tail() if self._current is not None else None
        return tail or self._full()

    def _full(self) -> Content:
        pieces: dict[str, Piece] = {}
        for number, key in enumerate(self._sources):
            for passage, row in self._passages(key):
                pieces.setdefault(passage.id, Piece(passage, number, row))
        sources = tuple((key, source.digest) for key, source in self._sources.items())
        return Content(tuple(pieces.values()), sources)

    def _tail(self) -> Content | None:
        """The difference to the base; `None` if it is too large."""
        assert self._current is not None  # noqa: S101 - for the type checker: only asked for with a snapshot
        base = self._current.base
        before = base.passages.sources()
        limit = _limit(len(base.columns))
        differing = [key for key, source in self._sources.items() if before.get(key) != source.digest]
        gone = [key for key in before if key not in self._sources]
        sources: list[tuple[str, str | None]] = [(key, self._sources[key].digest) for key in differing]
        sources += [(key, None) for key in gone]
        pieces: dict[str, Piece] = {}
        tombstones: list[int] = []
        for number, (key, digest) in enumerate(sources):
            stays = {body: row for row, body in base.passages.source_rows(key).items()} if key in before else {}
            wanted = self._passages(key) if digest is not None else []
            first = {passage.id: (passage, row) for passage, row in reversed(wanted)}
            for passage, row in reversed(first.values()):
                if stays.pop(encode(passage), None) is None:
                    pieces.setdefault(passage.id, Piece(passage, number, row))
            tombstones += stays.values()
            if len(pieces) > limit or len(tombstones) > limit:
                return None
        return Content(tuple(pieces.values()), tuple(sources), tail=True, tombstones=tuple(sorted(tombstones)))

    def _passages(self, key: str) -> list[tuple[Passage, int | None]]:
        """The passages of a source, each with a row of the current snapshot that has the same indexed text."""
        source = self._sources[key]
        if self._current is not None and self._known.get(key) == source.digest:
            return [(passage, row) for row, passage in self._current.source_passages(key).items()]
        if key not in self._fresh:
            here = self._current.source_passages(key) if self._current is not None and key in self._known else {}
            rows = {passage.indexed_text: row for row, passage in here.items()}
            self._fresh[key] = [(passage, rows.get(passage.indexed_text)) for passage in source.cut()]
            self._report(len(self._fresh))
        return self._fresh[key]


def _limit(base_passages: int) -> int:
    return min(max(TAIL_PASSAGES, int(TAIL_SHARE * base_passages)), int(_MOST_OF_BASE * base_passages))


def moved_questions(current: OpenSnapshot, content: Content, rows: Mapping[str, int]) -> dict[int, int]:
    """Questions of the base that stay while their answer moves: their rows and the rows that are shown for them.

    Args:
        current: a snapshot on the base.
        content: the tail.
        rows: of the tail's passages, by id.
    """
    base = current.base
    shown = base.columns.column("shown")
    stays = np.ones(len(base.columns), np.bool_)
    stays[list(content.tombstones)] = False
    lost = (shown < 0) | np.isin(shown, content.tombstones)
    affected = np.flatnonzero(stays & current.questions[: len(stays)] & lost)
    found = {}
    for row, body in base.passages.bodies(affected.tolist()).items():
        target = rows.get(decode(body).stands_for, -1)
        if target != shown[row]:
            found[row] = target
    return found
