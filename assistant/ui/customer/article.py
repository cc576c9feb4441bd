"""An article behind a citation, as it opens beside the conversation."""

from __future__ import annotations

import re
from html import escape

from assistant.desk.views import ArticleView
from assistant.ui.customer.icons import icon
from assistant.ui.customer.prose import marked
from assistant.ui.customer.wording import Wording
from corpus.locales import is_unspaced
from corpus.model import Section, SectionKind, Table
from corpus.rows import row_text

_SHORTEST = 8
"""Characters: shorter sentences stand in many places."""
_SENTENCE_END = re.compile(r"(?<=[。！？；.!?;])\s*|\n+")


def article_html(article: ArticleView, wording: Wording) -> str:
    """Title, the quoted passage, then the article in force with that passage marked where it stands."""
    quotes = _stretches(article)
    language = escape(article.locale)
    sections = "".join(_section(section, quotes, article.locale, wording) for section in article.sections)
    parts = [f'<h2 id="cust-article-title" lang="{language}" tabindex="-1">{escape(article.title)}</h2>']
    if article.quote:
        find = f'<button type="button" class="cust-link" id="cust-article-find">{wording.say("article_find")}</button>'
        parts.append(
            f'<figure class="cust-quote"><figcaption>{wording.say("article_quote")}'
            f"{find if '<mark>' in sections else ''}</figcaption>"
            f'<blockquote lang="{language}">{escape(article.quote)}</blockquote></figure>'
        )
    if not article.current:
        parts.append(f'<p class="cust-changed">{icon("info")}{wording.say("article_changed")}</p>')
    return "".join([*parts, sections])


def _stretches(article: ArticleView) -> tuple[str, ...]:
    """The quote where it stands in one piece; otherwise, since it may run over several paragraphs, its sentences."""
    quote = article.quote.strip()
    texts = [text for section in article.sections for text in (*section.paragraphs, *section.steps)]
    if not quote or any(quote in text for text in texts):
        return (quote,) if quote else ()
    parts = {part.strip() for part in _SENTENCE_END.split(quote)}
    return (quote, *sorted((part for part in parts if len(part) >= _SHORTEST), key=len, reverse=True))


def _section(section: Section, quotes: tuple[str, ...], locale: str, wording: Wording) -> str:
    heading = f"<h3>{escape(section.heading)}</h3>" if section.heading else ""
    warn = icon("warn") if section.kind is SectionKind.SAFETY else ""
    paragraphs = "".join(f"<p>{marked(text, quotes)}</p>" for text in section.paragraphs)
    steps = "".join(f"<li>{marked(text, quotes)}</li>" for text in section.steps)
    tables = "".join(_table(table, quotes, locale, wording) for table in section.tables)
    return (
        f'<section class="cust-section" data-kind="{section.kind}" lang="{escape(locale)}">{warn}{heading}{paragraphs}'
        + (f"<ol>{steps}</ol>" if steps else "")
        + f"{tables}</section>"
    )


def _table(table: Table, quotes: tuple[str, ...], locale: str, wording: Wording) -> str:
    wide = is_unspaced(locale)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.headers)
    rows = []
    for cells in table.rows:
        text = row_text(table.headers, cells, wide=wide)
        if quotes and text and (text in quotes[0] or quotes[0] in text):
            row = "".join(f"<td><mark>{escape(cell)}</mark></td>" for cell in cells)
        else:
            row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr>{row}</tr>")
    return (
        f'<div class="cust-table" role="region" tabindex="0" aria-label="{wording.say("article_table")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>" + "".join(rows) + "</tbody></table></div>"
    )
