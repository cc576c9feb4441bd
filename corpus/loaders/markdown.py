"""Markdown (CommonMark with tables) into a document with typed sections."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from corpus.errors import DocumentError
from corpus.loaders.frontmatter import FrontMatter, split_front_matter
from corpus.loaders.outline import HEADINGS, PATH_SEPARATOR, Outline
from corpus.loaders.plain import PlainText, html_text, list_start
from corpus.loaders.source import Source, digest
from corpus.locales import detect_locale, is_unspaced
from corpus.model import Document, Section, Table

__all__ = ["HEADINGS", "PATH_SEPARATOR", "load"]


def load(source: Source, *, complete: bool = False) -> Document:
    """The document in a Markdown file.

    Without front matter, the id comes from the file's name, the title from the first `#` heading or the name, and the
    locale from the script of the text. Every heading opens a section; one below a typed heading keeps its kind and
    reads as a path (`步骤 › iPhone`). A second ordered list of a section opens a section of its own, since a section
    has one list of steps.

    Args:
        source: the file.
        complete: refuse a document whose front matter lacks id, locale, title or category.

    Raises:
        DocumentError: not UTF-8 text, broken front matter, or nothing to read in it.
        FactError: a fact placeholder cannot be rendered.
    """
    meta, body = split_front_matter(source.text(), source.name)
    meta = meta or FrontMatter()
    missing = [key for key in ("id", "locale", "title", "category") if getattr(meta, key) is None]
    if complete and missing:
        raise DocumentError(f"{source.name}: front matter lacks {', '.join(missing)}.")
    locale = meta.locale or detect_locale(body)
    rendered = source.render(body, locale)
    title = source.render(meta.title, locale) if meta.title else ""
    heading, sections = _Reader(PlainText(wide=is_unspaced(locale)), title).read(rendered)
    if not sections:
        raise DocumentError(f"{source.name}: empty.", hint="There is no text besides headings.")
    return Document(
        id=meta.id or source.inferred_id(),
        locale=locale,
        title=title or heading or source.inferred_title(),
        category=meta.category or "general",
        sections=sections,
        audience=meta.audience,
        jurisdictions=meta.jurisdictions,
        products=meta.products,
        notices=meta.notices,
        questions=meta.questions,
        effective_from=meta.effective_from,
        effective_until=meta.effective_until,
        review_due=meta.review_due,
        owner=meta.owner,
        version=meta.version,
        source=source.name,
        digest=digest(meta.model_dump_json() + "\n" + rendered),
    )


class _Reader:
    """Reads blocks in order into sections."""

    def __init__(self, plain: PlainText, title: str) -> None:
        self._plain = plain
        self._title = title
        self._outline = Outline()

    def read(self, text: str) -> tuple[str, tuple[Section, ...]]:
        """The first `#` heading when it opens the text (else `""`), and the sections that hold something."""
        # Nesting beyond the parser's limit is dropped; its default of 20 is within reach of real documents.
        parser = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table")
        blocks = list(_blocks(SyntaxTreeNode(parser.parse(text))))
        opening = ""
        if blocks and blocks[0].type == "heading" and blocks[0].tag == "h1":
            opening = self._plain.cell(blocks[0])
            if self._title in {"", opening}:
                blocks = blocks[1:]
        for block in blocks:
            self._read_block(block)
        return opening, self._outline.sections()

    def _read_block(self, node: SyntaxTreeNode) -> None:
        match node.type:
            case "heading":
                self._outline.heading(int(node.tag[1:]), self._plain.cell(node))
            case "ordered_list":
                self._outline.steps(map(self._plain.item, node.children), list_start(node))
            case "bullet_list":
                self._outline.paragraph(*map(self._plain.item, node.children))
            case "table":
                headers, rows = self._plain.table(node)
                self._outline.table(Table(headers, rows))
            case "html_block":
                self._outline.paragraph(html_text(node.content))
            case _:
                self._outline.paragraph(self._plain.block(node))


def _blocks(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    """The top-level blocks, those inside block quotes included."""
    for child in node.children:
        if child.type == "blockquote":
            yield from _blocks(child)
        else:
            yield child
