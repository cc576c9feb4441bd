"""Word documents (.docx) into a document: headings, numbered lists as steps, tables, notes at their place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.loaders.outline import Outline, document_of
from corpus.loaders.package import check_package, damages_named
from corpus.loaders.raw_table import RawCell, add_table, spread
from corpus.loaders.source import Source, join_lines
from corpus.loaders.word_styles import Lists, Styles
from corpus.loaders.word_text import WordText, children, local
from corpus.model import Document

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_TITLE_AMONG = 5
"""A title stands among the first paragraphs."""
_HEADING_LENGTH = 60
_SENTENCE_END = re.compile(r"[。.！!？?；;，,：:、）)]\s*$")
_BOLD_LEVEL = 7
"""Below every heading that has a style."""


def load(source: Source) -> Document:
    """The document in a Word file.

    Headings are paragraphs with an outline level; where there are none, short lines in bold. Lists that Word numbers
    are steps, their sublists part of the step. Deleted, hidden and struck-out text, page headers, page footers and
    tables of contents are left out; macros are never looked at.

    Raises:
        DocumentError: encrypted, damaged, too large, or nothing to read in it.
        FactError: a placeholder cannot be rendered.
    """
    import docx

    check_package(source, "word/document.xml", ".docx")
    with damages_named(source, ".docx"):
        package = docx.Document(io.BytesIO(source.content))
        reader = _Reader(source.name, WordText(package.part), Styles(package.styles.element), Lists(package.part))
        reader.read(package.element.body)
        title = reader.title or package.core_properties.title or ""
        sections = reader.outline.sections()
    return document_of(source, title, sections)


@dataclass(slots=True)
class _Item:
    """A list item that is being read; deeper ones are lines of it."""

    number: int | None
    lines: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, name: str, text: WordText, styles: Styles, lists: Lists) -> None:
        self.outline = Outline(by_hand=True)
        self.title = ""
        self._name = name
        self._text = text
        self._styles = styles
        self._lists = lists
        self._item: _Item | None = None
        self._counted: dict[str, int] = {}
        self._seen = 0
        self._bold_headings = False

    def read(self, body: Element) -> None:
        """Reads the body of a document."""
        blocks = list(self._blocks(body))
        self._bold_headings = not any(
            local(block) == "p" and self._styles.of(block).level is not None for block in blocks
        )
        for block in blocks:
            self._block(block)
        self._flush()

    def _blocks(self, parent: Element) -> Iterator[Element]:
        """Paragraphs and tables, those inside content controls included, tables of contents not."""
        for child in children(parent):
            match local(child):
                case "p" | "tbl":
                    yield child
                case "sdt":
                    if "Table of Contents" not in self._text.gallery(child):
                        yield from self._blocks(child)
                case "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag":
                    yield from self._blocks(child)

    def _block(self, block: Element) -> None:
        if local(block) == "tbl":
            self._flush()
            self._table(block)
            return
        text = _lines(self._text.of(block))
        if text:
            self._seen += 1
            self._paragraph(block, text)
        for box in self._text.boxes(block):
            for inner in self._blocks(box):
                self._block(inner)

    def _paragraph(self, paragraph: Element, text: str) -> None:
        style = self._styles.of(paragraph)
        if style.is_contents:
            return
        if style.is_title and self._seen <= _TITLE_AMONG and not self.title:
            self.title = text
            return
        level = style.level
        if level is None and self._bold_headings and self._looks_like_heading(paragraph, text):
            level = _BOLD_LEVEL
        if level is not None:
            self._flush()
            if self._seen == 1 and not self.title:
                self.title = text
            else:
                self.outline.heading(level, text)
            return
        if style.list_id:
            self._list_item(style.list_id, style.depth, text)
            return
        self._flush()
        self.outline.paragraph(text)

    def _looks_like_heading(self, paragraph: Element, text: str) -> bool:
        if len(text) > _HEADING_LENGTH or "\n" in text or _SENTENCE_END.search(text):
            return False
        return not self._styles.of(paragraph).list_id and self._text.is_bold(paragraph)

    def _list_item(self, list_id: str, depth: int, text: str) -> None:
        ordered = self._lists.is_ordered(list_id, depth)
        if depth and self._item:
            self._counted[f"{list_id}/{depth}"] = number = self._counted.get(f"{list_id}/{depth}", 0) + 1
            self._item.lines.append(f"{number}. {text}" if ordered else f"- {text}")
            return
        self._flush()
        for key in [key for key in self._counted if key.startswith(f"{list_id}/")]:
            del self._counted[key]
        if ordered:
            self._counted[list_id] = self._counted.get(list_id, self._lists.start(list_id) - 1) + 1
        self._item = _Item(self._counted[list_id] if ordered else None, [text])

    def _flush(self) -> None:
        item, self._item = self._item, None
        if item is None:
            return
        text = "\n".join(item.lines)
        if item.number is None:
            self.outline.paragraph(text)
        else:
            self.outline.steps([text], item.number)

    def _table(self, table: Element) -> None:
        lines = [line for line in self._unwrapped(table, "tr") if not self._text.is_deleted_row(line)]
        cells = [list(self._unwrapped(line, "tc")) for line in lines]
        if all(len(line) == 1 for line in cells):  # a frame around text
            for (cell,) in cells:
                for block in self._blocks(cell):
                    self._block(block)
            self._flush()
            return
        headers = sum(self._text.is_header_row(line) for line in lines)
        add_table(self.outline, spread(self._raw(lines, cells), self._name), headers or None)

    def _raw(self, lines: list[Element], cells: list[list[Element]]) -> Iterator[list[RawCell]]:
        """The cells of every row; one that continues the cell above has its text."""
        above: dict[int, str] = {}
        for line, row in zip(lines, cells, strict=True):
            before = self._text.skipped(line)
            found = [RawCell("", before)] if before else []
            at = before
            for cell in row:
                wide, continues = self._text.span(cell)
                text = above.get(at, "") if continues else self._cell(cell)
                above[at] = text
                found.append(RawCell(text, wide))
                at += wide
            yield found

    def _cell(self, cell: Element) -> str:
        lines: list[str] = []
        for block in self._blocks(cell):
            if local(block) == "p":
                lines.append(_lines(self._text.of(block)))
            else:
                inner = [list(self._unwrapped(line, "tc")) for line in self._unwrapped(block, "tr")]
                lines.extend("；".join(filter(None, map(self._cell, row))) for row in inner)
        return "\n".join(filter(None, lines))

    def _unwrapped(self, parent: Element, name: str) -> Iterator[Element]:
        for child in children(parent):
            if local(child) == name:
                yield child
            elif local(child) in {"sdt", "sdtContent", "ins", "customXml"}:
                yield from self._unwrapped(child, name)


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(join_lines, text.split("\n"))))
