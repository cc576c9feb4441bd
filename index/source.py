"""What the index is built from: one source per document and locale, cut into passages only when it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from corpus.model import Passage

_PASSAGE = TypeAdapter(Passage)


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """One document in one locale, with all its editions.

    Attributes:
        key: `id|locale`; no two sources of a build share one.
        digest: covers everything that decides the passages; the same digest means the same passages.
        cut: makes the passages. Called at most once per build, and only if the digest is new.
    """

    key: str
    digest: str
    cut: Callable[[], Sequence[Passage]]


def encode(passage: Passage) -> str:
    """The passage as JSON, the same for equal passages."""
    return _PASSAGE.dump_json(passage).decode()


def decode(body: str) -> Passage:
    """The passage that `encode` wrote.

    Raises:
        ValidationError: it is something else.
    """
    return _PASSAGE.validate_json(body)


def sources_of(passages: Iterable[Passage]) -> tuple[DocumentSource, ...]:
    """Passages that are cut already, as sources by document and locale, in order of first occurrence."""
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        groups.setdefault(f"{passage.document_id}|{passage.locale}", []).append(passage)
    return tuple(_given(key, tuple(group)) for key, group in groups.items())


def _given(key: str, passages: tuple[Passage, ...]) -> DocumentSource:
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(_PASSAGE.dump_json(passage))
        digest.update(b"\n")
    return DocumentSource(key, digest.hexdigest(), lambda: passages)
