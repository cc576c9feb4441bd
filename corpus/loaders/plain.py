"""Markup as plain text: emphasis gone, link targets in parentheses, raw HTML in Markdown reduced to its words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it.tree import SyntaxTreeNode

from corpus.loaders.source import join_lines
from corpus.rows import row_text

SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
SUBSCRIPT = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
"""Raised and lowered figures stay what they are: 10⁸ is not 108."""

_SILENT_TAG = re.compile(r"<(/?)(script|style|template)\b", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


class PlainText:
    """Plain text of block and inline nodes.

    Args:
        wide: whether parentheses around link targets are full-width (Chinese, Japanese).
    """

    def __init__(self, *, wide: bool) -> None:
        self._wide = wide

    def inline(self, node: SyntaxTreeNode) -> str:
        """The text of a node with inline content (paragraph, heading, cell); hard line breaks are kept."""
        text = self._inline(node)
        return "\n".join(filter(None, (join_lines(line.replace("\r", "\n")) for line in text.split("\n"))))

    def cell(self, node: SyntaxTreeNode) -> str:
        """The text of a table cell or heading, on one line."""
        return " ".join(self.inline(node).split())

    def block(self, node: SyntaxTreeNode) -> str:
        """The text of a block inside a list item: paragraphs, nested lists, code, tables; one line or more."""
        match node.type:
            case "paragraph" | "heading":
                return self.inline(node)
            case "fence" | "code_block":
                return node.content.rstrip("\n")
            case "html_block":
                return html_text(node.content)
            case "bullet_list":
                return "\n".join(f"- {self.item(item)}" for item in node.children)
            case "ordered_list":
                first = list_start(node)
                return "\n".join(f"{first + i}. {self.item(item)}" for i, item in enumerate(node.children))
            case "table":
                headers, rows = self.table(node)
                return "\n".join(row_text(headers, row, wide=self._wide) for row in rows)
            case _:
                return "\n".join(filter(None, map(self.block, node.children)))

    def item(self, node: SyntaxTreeNode) -> str:
        """The text of a list item with all that is nested in it."""
        return "\n".join(filter(None, map(self.block, node.children)))

    def table(self, node: SyntaxTreeNode) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Headers and rows of a table; rows whose cells are all empty are left out."""
        lines = [tuple(self.cell(cell) for cell in line.children) for group in node.children for line in group.children]
        return lines[0], tuple(line for line in lines[1:] if any(line))

    def _inline(self, node: SyntaxTreeNode) -> str:
        parts: list[str] = []
        silent = 0
        for child in node.children:
            if child.type == "html_inline":
                if tag := _SILENT_TAG.match(child.content):
                    silent = max(0, silent + (-1 if tag[1] else 1))
                elif _BREAK_TAG.match(child.content):
                    parts.append("\n")
            elif not silent:
                parts.append(self._span(child))
        return "".join(parts)

    def _span(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text" | "code_inline" | "image":  # the content of an image is its alternative text
                return node.content
            case "softbreak":
                return "\r"  # told apart from a hard break until the line is joined
            case "hardbreak":
                return "\n"
            case "link":
                return self._linked(self._inline(node), str(node.attrs.get("href", "")))
            case _:
                return self._inline(node)

    def _linked(self, text: str, href: str) -> str:
        return linked(text, href, wide=self._wide)


def linked(text: str, href: str, *, wide: bool) -> str:
    """The text of a link with its target in parentheses (full-width ones if `wide`), unless that says nothing new."""
    # A relative target leads nowhere outside the document.
    if not _ABSOLUTE.match(href) or _bare(href) == _bare(text):
        return text
    if not text.strip():
        return href
    return f"{text}（{href}）" if wide else f"{text} ({href})"


class _Words(HTMLParser):
    """Collects the words of HTML; nothing in it is ever run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the parser's signature)
        self._silent += tag in {"script", "style", "template"}
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in {"script", "style", "template"}))
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def html_text(html: str) -> str:
    """The words of a piece of HTML on one line; tags, comments, scripts and styles are gone."""
    words = _Words()
    words.feed(html)
    words.close()
    return " ".join("".join(words.words).split())


def list_start(node: SyntaxTreeNode) -> int:
    """The number an ordered list begins with."""
    return int(node.attrs.get("start", 1))


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?://|mailto:|tel:)", "", link.strip(), flags=re.IGNORECASE).rstrip("/").lower()
