"""Contradictions found when the knowledge was last published or looked at, where a draft can look them up at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.chain.contradictions import Contradiction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownConflict:
    """A contradiction that nobody has dismissed.

    Attributes:
        documents: ids; `texts` and `values` are what each of them says.
    """

    documents: tuple[str, str]
    texts: tuple[str, str]
    values: tuple[str, str]


def known(item: Contradiction) -> KnownConflict:
    """What a draft needs of a contradiction."""
    first, second = item.first, item.second
    return KnownConflict(
        (first.passage.document_id, second.passage.document_id), (first.text, second.text), (first.value, second.value)
    )


class ConflictFile:
    """The open contradictions of one snapshot in one JSON file.

    A file that is missing, damaged or of another snapshot counts as not ready: the draft compares its evidence by words
    in any case.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[str, int], tuple[KnownConflict, ...]] = (("", 0), ())

    def write(self, snapshot_id: str, conflicts: Iterable[KnownConflict]) -> None:
        """Replace the file, all or nothing."""
        content = json.dumps({"snapshot": snapshot_id, "conflicts": [asdict(c) for c in conflicts]}, ensure_ascii=False)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.write_text(content, "utf-8")
        temporary.replace(self._path)

    def of(self, snapshot_id: str) -> tuple[KnownConflict, ...]:
        """The open contradictions of a snapshot; read again only when the file has changed."""
        try:
            key = (snapshot_id, self._path.stat().st_mtime_ns)
            if self._read[0] != key:
                self._read = (key, _conflicts(json.loads(self._path.read_text("utf-8")), snapshot_id))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("the list of contradictions %s is unreadable: %s", self._path, error)
            return ()
        return self._read[1]


def _conflicts(content: dict[str, object], snapshot_id: str) -> tuple[KnownConflict, ...]:
    rows = content["conflicts"]
    if content["snapshot"] != snapshot_id or not isinstance(rows, list):
        return ()
    return tuple(KnownConflict(_two(row["documents"]), _two(row["texts"]), _two(row["values"])) for row in rows)


def _two(values: list[str]) -> tuple[str, str]:
    first, second = values
    return first, second
