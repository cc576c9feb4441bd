"""HTML pages (.html) into a document: the main content, its headings, steps and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import DocumentError
from corpus.loaders.grid import Row
from corpus.loaders.outline import Outline, document_of
from corpus.loaders.plain import SUBSCRIPT, SUPERSCRIPT, linked
from corpus.loaders.raw_table import RawCell, add_table, spread
from corpus.loaders.source import Source, join_lines
from corpus.locales import detect_locale, is_unspaced
from corpus.model import Document
from corpus.rows import row_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCK_TAGS = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1"
    " h2 h3 h4 h5 h6 header hgroup hr li main menu ol p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HEADING = re.compile(r"h[1-6]")
_DEEPEST = 150
"""Elements nested deeper are read as plain text."""
_FILE = re.compile(r"\.\w{3,4}$")
_TRADITIONAL = re.compile(r"zh\b.*\b(hant|tw|hk|mo)\b", re.IGNORECASE)


def load(source: Source, *, title: str = "", without: str = "") -> Document:
    """The document in a page.

    Menus, headers, footers, scripts and what a reader does not see (hidden, struck out) are left out. Headings open
    sections, ordered lists are steps, an entry that folds out (`details`) is a section under its summary.

    Args:
        source: the page, or a piece of one.
        title: `""` = what the page says.
        without: a selector of what else is left out.

    Raises:
        DocumentError: not text, nested beyond all measure, or nothing to read in it.
        FactError: a placeholder cannot be rendered.
    """
    from corpus.loaders.html_page import read_page

    page = read_page(source, without)
    title = title or page.title
    detected = detect_locale(page.content.text())
    outline = Outline(title, by_hand=True)
    _Reader(outline, source.name, wide=is_unspaced(detected)).read(page.content)
    sections = outline.sections()
    if not sections:
        raise DocumentError(
            f"{source.name}: empty.",
            hint="Its text may be put there by scripts: save the page as a browser shows it.",
        )
    return document_of(source, title, sections, _locale(page.language, detected))


def _locale(said: str, detected: str) -> str:
    """What the page says, when its script agrees: many Chinese pages are said to be English."""
    language = said.lower().replace("_", "-").partition("-")[0]
    if detected.startswith("zh"):
        return "zh-TW" if _TRADITIONAL.match(said.replace("_", "-")) else detected
    scripted = {"zh", "ja", "ko"}
    fits = detected == "en" and re.fullmatch("[a-z]{2,3}", language) and language not in scripted
    return language if fits else detected


class _Reader:
    """Reads elements in order into an outline."""

    def __init__(self, outline: Outline, name: str, *, wide: bool) -> None:
        self._outline = outline
        self._name = name
        self._wide = wide
        self._level = 1

    def read(self, content: LexborNode) -> None:
        self._with_blocks = _with_blocks(content)
        self._blocks(content, 0)

    def _blocks(self, node: LexborNode, depth: int) -> None:
        """The children of an element: runs of inline content are paragraphs."""
        if depth > _DEEPEST:
            self._outline.paragraph(join_lines(node.text()))
            return
        run: list[str] = []
        for child in node.iter(include_text=True):
            if self._is_block(child):
                self._flush(run)
                self._block(child, depth + 1)
            else:
                run.append(self._inline(child, depth + 1))
        self._flush(run)

    def _block(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if _HEADING.fullmatch(tag):
            self._level = int(tag[1])
            self._outline.heading(self._level, self._line(node, depth))
        elif tag == "details":
            self._details(node, depth)
        elif tag in {"ul", "menu"} and not _holds(node, "h1, h2, h3, h4, h5, h6, details"):
            self._outline.paragraph(*(self._item(item, depth) for item in node.iter()))
        elif tag == "ol" and not _holds(node, "h1, h2, h3, h4, h5, h6, details"):
            self._outline.steps([self._item(item, depth) for item in node.iter()], _start(node))
        elif tag == "dl":
            self._outline.paragraph(*self._terms(node, depth))
        elif tag == "table" and not _is_layout(node):
            caption = node.css_first("caption")
            if caption is not None:
                self._outline.paragraph(self._line(caption, depth))
            rows, headers = self._table(node, depth)
            add_table(self._outline, rows, headers)
        elif tag == "pre":
            self._outline.paragraph(node.text().strip("\n"))
        else:
            self._blocks(node, depth)

    def _details(self, node: LexborNode, depth: int) -> None:
        summary = next((child for child in node.iter() if child.tag == "summary"), None)
        before = self._level
        self._level = before + 1
        if summary is not None:
            self._outline.heading(self._level, self._line(summary, depth))
            summary.decompose()
        self._blocks(node, depth)
        self._level = before
        if summary is not None:
            self._outline.leave(before + 1)

    def _flush(self, run: list[str]) -> None:
        # Two line breaks are how some editors write paragraphs.
        for text in re.split(r"\n(?:[ \t\r]*\n)+", "".join(run)):
            self._outline.paragraph(_lines(text))
        run.clear()

    def _inline(self, node: LexborNode, depth: int) -> str:
        r"""The text of an inline node; `\n` only where a line break is meant, `\r` where the file has one."""
        if node.is_text_node:
            return (node.text_content or "").replace("\n", "\r")
        tag = node.tag or ""
        if tag.startswith("-"):  # a comment
            return ""
        if tag == "br":
            return "\n"
        if tag == "img":
            alternative = (node.attributes.get("alt") or "").strip()
            return "" if _FILE.search(alternative) or len(alternative) > 60 else alternative
        if depth > _DEEPEST:
            return node.text()
        text = "".join(self._inline(child, depth + 1) for child in node.iter(include_text=True))
        if tag == "a":
            return linked(text, (node.attributes.get("href") or "").strip(), wide=self._wide)
        if tag in {"sup", "sub"}:  # 10⁸ is not 108
            return text.translate(SUPERSCRIPT if tag == "sup" else SUBSCRIPT)
        return text

    def _item(self, node: LexborNode, depth: int) -> str:
        """The text of a list item or cell with all that is nested in it, a line for each block."""
        if depth > _DEEPEST:
            return join_lines(node.text())
        lines: list[str] = []
        run: list[str] = []
        for child in node.iter(include_text=True):
            if not self._is_block(child):
                run.append(self._inline(child, depth + 1))
                continue
            lines.append(_lines("".join(run)))
            run.clear()
            lines.extend(self._nested(child, depth + 1))
        lines.append(_lines("".join(run)))
        return "\n".join(filter(None, lines))

    def _nested(self, node: LexborNode, depth: int) -> Iterator[str]:
        match node.tag:
            case "ul" | "menu":
                yield from (f"- {text}" for item in node.iter() if (text := self._item(item, depth)))
            case "ol":
                texts = filter(None, (self._item(item, depth) for item in node.iter()))
                yield from (f"{number}. {text}" for number, text in enumerate(texts, start=_start(node)))
            case "dl":
                yield from self._terms(node, depth)
            case "table" if not _is_layout(node):
                rows, headers = self._table(node, depth)
                names = rows[0].cells if headers and rows else ()
                for row in rows[1 if headers else 0 :]:
                    yield row_text(names or ("",) * len(row.cells), row.cells, wide=self._wide)
            case _:
                yield self._item(node, depth)

    def _terms(self, node: LexborNode, depth: int) -> Iterator[str]:
        """The entries of a description list: terms, with their descriptions after a colon."""
        colon = "：" if self._wide else ": "
        term = ""
        for child in node.css("dt, dd"):
            text = self._item(child, depth)
            if child.tag == "dt":
                if term:
                    yield term
                term = text
            else:
                yield f"{term}{colon}{text}" if term else text
                term = ""
        if term:
            yield term

    def _line(self, node: LexborNode, depth: int) -> str:
        return " ".join(self._item(node, depth).split())

    def _table(self, node: LexborNode, depth: int) -> tuple[list[Row], int | None]:
        """Its rows, merged cells repeated; and how many of them are headers, if it says so."""
        lines: list[list[RawCell]] = []
        headers = 0
        for line in (line for line in node.css("tr") if _owner(line) == node.mem_id):
            own = [cell for cell in line.iter() if cell.tag in {"td", "th"}]
            in_head = line.parent is not None and line.parent.tag == "thead"
            if headers == len(lines) and (in_head or (own and all(cell.tag == "th" for cell in own))):
                headers += 1
            lines.append([self._cell(cell, depth) for cell in own])
        # Names in the first column only: nothing heads the other ones.
        return spread(lines, self._name), headers or (0 if node.css_first("th") is not None else None)

    def _cell(self, cell: LexborNode, depth: int) -> RawCell:
        wide, deep = (_number(cell.attributes.get(name)) for name in ("colspan", "rowspan"))
        return RawCell(self._item(cell, depth + 1), max(1, wide), max(1, deep))

    def _is_block(self, node: LexborNode) -> bool:
        return node.tag in _BLOCKS or node.mem_id in self._with_blocks


def _with_blocks(content: LexborNode) -> set[int]:
    """Ids of the inline elements that have a block inside them: a link around a card, an unknown element."""
    found: set[int] = set()
    for node in content.traverse():
        if node.tag not in _BLOCKS:
            continue
        parent = node.parent
        while parent is not None and parent.mem_id not in found and parent.tag not in _BLOCKS:
            found.add(parent.mem_id)
            parent = parent.parent
    return found


def _holds(node: LexborNode, selector: str) -> bool:
    return node.css_first(selector) is not None


def _is_layout(table: LexborNode) -> bool:
    return table.attributes.get("role") in {"presentation", "none"} or any(
        inner.mem_id != table.mem_id for inner in table.css("table")
    )


def _owner(line: LexborNode) -> int:
    parent = line.parent
    while parent is not None and parent.tag != "table":
        parent = parent.parent
    return parent.mem_id if parent is not None else 0


def _start(node: LexborNode) -> int:
    return _number(node.attributes.get("start"))


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1


def _lines(text: str) -> str:
    return "\n".join(filter(None, (join_lines(line.replace("\r", "\n")) for line in text.split("\n"))))
