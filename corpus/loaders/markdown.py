"""Markdown (CommonMark with tables) into a document with typed sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from corpus.errors import DocumentError
from corpus.loaders.frontmatter import FrontMatter, split_front_matter
from corpus.loaders.plain import PlainText, html_text, list_start
from corpus.loaders.source import Source, digest
from corpus.locales import detect_locale, is_unspaced
from corpus.model import Document, Section, SectionKind, Table

HEADINGS: dict[str, dict[str, SectionKind]] = {
    "zh-CN": {
        "结论": SectionKind.SHORT_ANSWER,
        "适用": SectionKind.APPLIES,
        "原因": SectionKind.WHY,
        "步骤": SectionKind.STEPS,
        "时间与费用": SectionKind.TIMES_FEES,
        "例外": SectionKind.EXCEPTIONS,
        "请准备": SectionKind.HAVE_READY,
        "联系我们": SectionKind.CONTACT,
        "安全提示": SectionKind.SAFETY,
    },
    "en": {
        "Short answer": SectionKind.SHORT_ANSWER,
        "Applies to": SectionKind.APPLIES,
        "Why": SectionKind.WHY,
        "Steps": SectionKind.STEPS,
        "Times and fees": SectionKind.TIMES_FEES,
        "Exceptions": SectionKind.EXCEPTIONS,
        "Have ready": SectionKind.HAVE_READY,
        "Contact us": SectionKind.CONTACT,
        "Safety": SectionKind.SAFETY,
    },
}
"""The headings that give a section its kind, per locale of the seed articles."""

PATH_SEPARATOR = " › "
"""Between the headings of a nested section: `时间与费用 › TRC20`."""

_KINDS = {heading.casefold(): kind for table in HEADINGS.values() for heading, kind in table.items()}


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
        notices=meta.notices,
        questions=meta.questions,
        effective_from=meta.effective_from,
        effective_until=meta.effective_until,
        owner=meta.owner,
        version=meta.version,
        source=source.name,
        digest=digest(meta.model_dump_json() + "\n" + rendered),
    )


@dataclass(slots=True)
class _OpenSection:
    kind: SectionKind
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def close(self) -> Section | None:
        if not (self.paragraphs or self.steps or self.tables):
            return None
        return Section(self.kind, self.heading, tuple(self.paragraphs), tuple(self.steps), tuple(self.tables))


class _Reader:
    """Reads blocks in order into sections."""

    def __init__(self, plain: PlainText, title: str) -> None:
        self._plain = plain
        self._title = title
        self._path: list[tuple[int, str, SectionKind]] = []
        self._open = _OpenSection(SectionKind.BODY, "")
        self._sections: list[Section] = []

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
        self._close()
        return opening, tuple(self._sections)

    def _read_block(self, node: SyntaxTreeNode) -> None:
        match node.type:
            case "heading":
                self._read_heading(node)
            case "ordered_list":
                self._read_steps(node)
            case "bullet_list":
                self._add(*map(self._plain.item, node.children))
            case "table":
                headers, rows = self._plain.table(node)
                if rows:
                    self._open.tables.append(Table(headers, rows))
            case "html_block":
                self._add(html_text(node.content))
            case _:
                self._add(self._plain.block(node))

    def _read_heading(self, node: SyntaxTreeNode) -> None:
        self._close()
        level, text = int(node.tag[1:]), self._plain.cell(node)
        self._path = [step for step in self._path if step[0] < level]
        inherited = self._path[-1][2] if self._path else SectionKind.BODY
        self._path.append((level, text, _KINDS.get(text.rstrip(":： ").casefold(), inherited)))
        heading = PATH_SEPARATOR.join(name for _, name, _ in self._path if name)
        self._open = _OpenSection(self._path[-1][2], heading)

    def _read_steps(self, node: SyntaxTreeNode) -> None:
        steps = self._open.steps
        # A list that something interrupted goes on with its number; another one starts anew.
        if steps and list_start(node) != len(steps) + 1:
            kind, heading = self._open.kind, self._open.heading
            self._close()
            self._open = _OpenSection(kind, heading)
        self._open.steps.extend(filter(None, map(self._plain.item, node.children)))

    def _add(self, *paragraphs: str) -> None:
        self._open.paragraphs.extend(text for text in paragraphs if text.strip())

    def _close(self) -> None:
        section = self._open.close()
        if section:
            self._sections.append(section)


def _blocks(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    """The top-level blocks, those inside block quotes included."""
    for child in node.children:
        if child.type == "blockquote":
            yield from _blocks(child)
        else:
            yield child
