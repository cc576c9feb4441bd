"""Plain text (.txt): paragraphs between blank lines, in one section."""

from __future__ import annotations

import re

from corpus.loaders.source import Source, digest, join_lines
from corpus.locales import detect_locale
from corpus.model import Document, Section, SectionKind

_TITLE_LENGTH = 60
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*•·]|\d{1,3}[.)、]|[（(]\d{1,3}[)）])[ \t]*\S)")


def load(source: Source) -> Document:
    """The document in a text file: one section without a heading; a short first paragraph is the title.

    Raises:
        DocumentError: not text, or a fact placeholder cannot be rendered.
    """
    raw = source.text()
    locale = detect_locale(raw)
    rendered = source.render(raw, locale)
    paragraphs = paragraphs_of(rendered)
    title = source.inferred_title()
    if len(paragraphs) > 1 and len(paragraphs[0]) <= _TITLE_LENGTH and "\n" not in paragraphs[0]:
        title, paragraphs = paragraphs[0], paragraphs[1:]
    return Document(
        id=source.inferred_id(),
        locale=locale,
        title=title,
        category="general",
        sections=(Section(SectionKind.BODY, "", paragraphs),),
        source=source.name,
        digest=digest(rendered),
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs between blank lines: wrapped lines joined, list items kept on lines of their own."""
    return tuple(_paragraph(block) for block in re.split(r"\n\s*\n", text) if block.strip())


def _paragraph(block: str) -> str:
    return "\n".join(join_lines(line) for line in _ITEM.split(block) if line.strip())
