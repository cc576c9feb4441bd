"""Sheets of cells into a document: pairs where there are questions and answers, tables elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.errors import DocumentError
from corpus.loaders.frontmatter import FrontMatter
from corpus.loaders.grid import Block, Row, blocks
from corpus.loaders.outline import PATH_SEPARATOR, mapped, texts_of
from corpus.loaders.part import Part
from corpus.loaders.source import Source, digest
from corpus.locales import detect_locale
from corpus.model import Document, Section, SectionKind, Table
from corpus.pairs import Pair, Record, are_pairs, grouped, read_pairs

_TITLE_LENGTH = 60
_PLAIN_SHEET = re.compile(r"(?:sheet|工作表|シート)\s*\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file; `name` is `""` where the format has no sheets."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the sheets of a file hold.

    Attributes:
        title: the line above everything, where there is one.
        pairs: the questions with their answers, in order.
        sections: everything else.
    """

    title: str
    pairs: tuple[Pair, ...]
    sections: tuple[Section, ...]


def read_sheets(sheets: Sequence[Sheet], file: str, *, row: str = "row") -> Contents:
    """The contents of the sheets of `file`.

    Args:
        sheets: in order.
        file: names the file in messages.
        row: what a row is called in messages (`line` in a text file).

    Raises:
        DocumentError: there is nothing in them, or a table of pairs is broken.
    """
    title = ""
    pairs: list[Pair] = []
    sections: list[Section] = []
    for sheet in sheets:
        place = f"sheet {sheet.name}, {row}" if sheet.name and len(sheets) > 1 else row
        for number, block in enumerate(blocks(sheet.rows)):
            first = not (number or pairs or sections)
            if first and block.table and len(block.lines) == 1 and len(block.lines[0]) <= _TITLE_LENGTH:
                (title,) = block.lines
                block = replace(block, lines=())  # noqa: PLW2901 (the rest of it)
            if block.table and are_pairs(block.table.headers):
                pairs += read_pairs(_records(block, block.table, place), file)
                block = Block(block.lines + block.notes)  # noqa: PLW2901
            sections += _sections(block, sheet.name)
    if not pairs and not sections:
        raise DocumentError(f"{file}: empty.", hint="There is no text in it.")
    return Contents(title, tuple(pairs), tuple(sections))


def document_of(contents: Contents, source: Source, meta: FrontMatter | None = None) -> Document:
    """The document of `contents`.

    Args:
        contents: what the file holds.
        source: the file; it renders the placeholders and gives the id and the title that nothing else gives.
        meta: what the file says about itself apart from its pairs.

    Raises:
        DocumentError: the pairs belong to several documents (`split` makes them), or a placeholder cannot be rendered.
    """
    groups = list(grouped(contents.pairs))
    if len(groups) > 1:
        raise DocumentError(
            f"{source.name}: its pairs differ in {', '.join(_differing(groups))}, so they are {len(groups)} documents.",
            hint="Ingest it as a file of its own, or split it.",
        )
    # What the rows say includes what the file says: it was their default.
    meta = groups[0] if groups else meta or FrontMatter()
    sections = (*(pair.section for pair in contents.pairs), *contents.sections)
    locale = meta.locale or detect_locale("\n".join(texts_of(sections)))
    sections = tuple(mapped(section, lambda text: source.render(text, locale)) for section in sections)
    title = source.render(meta.title or contents.title or source.inferred_title(), locale)
    return Document(
        id=meta.id or source.inferred_id(),
        locale=locale,
        title=title,
        category=meta.category or "general",
        sections=sections,
        source=source.name,
        digest=digest(f"{meta.model_dump_json()}\n{title}\n{sections!r}"),
        **_said(meta),
    )


def split(contents: Contents, source: Source, meta: FrontMatter | None = None) -> tuple[Part, ...]:
    """The documents of a file whose pairs belong to several, as JSON files; empty when it is one.

    Pairs that differ only in their language get one id, as the articles of several languages have.

    Raises:
        DocumentError: as `read_sheets`.
    """
    groups = grouped(contents.pairs)
    if len(groups) < 2:
        return ()
    differing = [name for name in _differing(list(groups)) if name != "locale"]
    stem = source.name.rpartition(".")[0] or source.name
    base = (meta.id if meta else None) or source.inferred_id()
    parts: list[Part] = []
    for group, pairs in groups.items():
        told = group.model_dump(mode="json", exclude_unset=True)
        apart = "-".join(_words(told.get(name)) for name in differing)
        locale = group.locale or detect_locale("\n".join(pair.question + pair.answer for pair in pairs))
        title = " · ".join(filter(None, (group.title or contents.title or source.inferred_title(), group.category)))
        told |= {"id": _id(base, apart), "locale": locale, "title": title, "pairs": [_told(pair) for pair in pairs]}
        parts.append(Part(f"{stem} › {' '.join(filter(None, (apart, locale)))}.json", _json(told)))
    if contents.sections:
        rest = {"id": _id(base, "tables"), "title": contents.title or source.inferred_title()}
        parts.append(Part(f"{stem} › tables.json", _json(rest | {"sections": [_plain(s) for s in contents.sections]})))
    return tuple(parts)


def _records(block: Block, table: Table, place: str) -> Iterator[tuple[str, Record]]:
    for number, cells in zip(block.numbers, table.rows, strict=True):
        record: dict[str, tuple[str, ...]] = {}
        for header, cell in zip(table.headers, cells, strict=True):
            record[header] = (*record.get(header, ()), cell)
        yield f"{place} {number}", record


def _sections(block: Block, sheet: str) -> Iterator[Section]:
    # Lines above a table introduce it: the last one reads as its heading.
    *lines, last = ("", *block.lines)
    lines = [line for line in lines if line]
    label = "" if _PLAIN_SHEET.fullmatch(sheet) else sheet
    if block.table is None or len(last) > _TITLE_LENGTH:
        lines += [last] if last else []
        last = ""
    heading = PATH_SEPARATOR.join(filter(None, (label, last)))
    paragraphs = (*lines, *block.notes)
    tables = (block.table,) if block.table else ()
    if paragraphs or tables:
        yield Section(SectionKind.BODY, heading, paragraphs, tables=tables, part=sheet)


def _differing(groups: list[FrontMatter]) -> list[str]:
    first = groups[0]
    return [
        name
        for name in type(first).model_fields
        if any(getattr(group, name) != getattr(first, name) for group in groups)
    ]


def _said(meta: FrontMatter) -> dict[str, Any]:
    """The attributes that a document has from what is said about it, beyond id, locale, title and category."""
    taken = {"id", "locale", "title", "category"}
    return {name: getattr(meta, name) for name in type(meta).model_fields if name not in taken}


def _told(pair: Pair) -> dict[str, object]:
    told: dict[str, object] = {"question": pair.question, "answer": pair.answer, "also": list(pair.also)}
    return told | ({"id": pair.name} if pair.name else {})


def _plain(section: Section) -> dict[str, object]:
    return {
        "heading": section.heading,
        "part": section.part,
        "paragraphs": list(section.paragraphs),
        "tables": [{"headers": list(t.headers), "rows": [list(row) for row in t.rows]} for t in section.tables],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def _id(base: str, apart: str) -> str:
    return Source(f"{base}-{apart}.json" if apart else f"{base}.json", b"").inferred_id()


def _words(value: object) -> str:
    return "-".join(map(str, value)) if isinstance(value, list) else str(value or "other")
