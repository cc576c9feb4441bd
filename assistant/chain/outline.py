"""A document as the composer sees it: its sections as quotable units, its table rows as records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.chain.vocabulary import Vocabulary, find, normalise
from assistant.model import Evidence, EvidenceItem
from corpus.model import PassageKind, SectionKind

_STEP_NUMBER = re.compile(r"^\d+[.)]\s*")
_KEY_ROLES = ("asset", "network", "tier", "level")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of a passage, which may be quoted whole."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One table row with its columns' roles.

    Attributes:
        keys: cells that name the row, by role (`asset`, `network`, `tier`, `level`); the first column if none has one.
        values: header -> cell of every other column.
        roles: header -> what the column holds (`fee`, `time`, …).
    """

    n: int
    document_id: str
    text: str
    keys: Mapping[str, str]
    values: Mapping[str, str]
    roles: Mapping[str, str]

    def columns(self, wanted: Iterable[str]) -> dict[str, str]:
        """Header -> cell of the columns whose role is wanted."""
        roles = set(wanted)
        return {header: cell for header, cell in self.values.items() if self.roles.get(header) in roles}


@dataclass(frozen=True, slots=True)
class Outline:
    """The main document's sections and every row of the evidence."""

    document_id: str
    locale: str
    category: str
    sections: Mapping[SectionKind, tuple[Unit, ...]]
    rows: tuple[Row, ...]

    def units(self, *kinds: SectionKind) -> tuple[Unit, ...]:
        """Units of the sections, in the order asked for."""
        return tuple(unit for kind in kinds for unit in self.sections.get(kind, ()))


def outline(evidence: Evidence, vocabulary: Vocabulary) -> Outline:
    """The first item's document, outlined. Rows of the other documents come after its own."""
    main = evidence.items[0].passage
    sections: dict[SectionKind, list[Unit]] = {}
    for item in evidence.items:
        passage = item.passage
        if passage.document_id == main.document_id and passage.kind is not PassageKind.ROW:
            sections.setdefault(passage.section, []).extend(_units(item))
    rows = tuple(_row(item, vocabulary) for item in evidence.items if item.passage.kind is PassageKind.ROW)
    return Outline(
        main.document_id, main.locale, main.category, {kind: tuple(units) for kind, units in sections.items()}, rows
    )


def _units(item: EvidenceItem) -> Iterable[Unit]:
    steps = item.passage.kind is PassageKind.STEPS
    for line in item.passage.text.splitlines():
        text = _STEP_NUMBER.sub("", line.strip()) if steps else line.strip()
        if text:
            yield Unit(item.n, text)


def _row(item: EvidenceItem, vocabulary: Vocabulary) -> Row:
    roles = {header: column_role(header, vocabulary) for header in item.passage.cells}
    keys = {roles[header]: cell for header, cell in item.passage.cells.items() if roles[header] in _KEY_ROLES}
    values = {header: cell for header, cell in item.passage.cells.items() if roles[header] not in _KEY_ROLES}
    if not keys and values:
        first = next(iter(values))
        keys = {"name": values.pop(first)}
    return Row(item.n, item.passage.document_id, item.passage.text, keys, values, {h: r for h, r in roles.items() if r})


def column_role(header: str, vocabulary: Vocabulary) -> str:
    """What a column holds, by the longest of its known words in the header; `""` if none is known."""
    folded = normalise(header)
    best = ""
    width = 0
    for role, pattern in vocabulary.columns.items():
        for match in pattern.finditer(folded):
            if len(match.group()) > width:
                best, width = role, len(match.group())
    return best


def networks_in(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Networks that a text names."""
    return find(vocabulary.networks, text)
