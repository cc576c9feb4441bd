"""The article behind a piece of evidence, as it opens over the page."""

from __future__ import annotations

from html import escape

from assistant.desk.views import ArticleView
from assistant.ui.console.evidence import quoted
from assistant.ui.console.marks import attribute, icon
from assistant.ui.console.words import Words
from corpus.model import Section


def article_html(article: ArticleView, words: Words) -> str:
    """Title, the quoted passage, and the article in force with the passage marked where it stands."""
    locale = attribute(article.locale)
    changed = (
        ""
        if article.current
        else f'<p class="con-bar" data-tone="warn">{icon("info")}{words.say("article_changed")}</p>'
    )
    sections = "".join(_section(section, article.quote) for section in article.sections)
    return (
        f'<h2 lang="{locale}">{escape(article.title)}</h2>'
        f'<p class="con-id">{escape(article.document_id)} · {locale}</p>'
        f"{changed}"
        f'<figure><figcaption>{words.say("article_quote")}</figcaption><blockquote class="con-said" lang="{locale}">'
        f"{escape(article.quote)}</blockquote></figure>"
        f'<div class="con-article" lang="{locale}">{sections}</div>'
    )


def _section(section: Section, quote: str) -> str:
    heading = f"<h3>{escape(section.heading)}</h3>" if section.heading else ""
    paragraphs = "".join(f"<p>{_text(text, quote)}</p>" for text in section.paragraphs)
    steps = "".join(f"<li>{_text(text, quote)}</li>" for text in section.steps)
    tables = "".join(
        '<div class="con-table"><table><thead><tr>'
        + "".join(f'<th scope="col">{escape(header)}</th>' for header in table.headers)
        + "</tr></thead><tbody>"
        + "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
        + "</tbody></table></div>"
        for table in section.tables
    )
    return f"<section>{heading}{paragraphs}{f'<ol>{steps}</ol>' if steps else ''}{tables}</section>"


def _text(text: str, quote: str) -> str:
    """The text with the quote marked in it; marked whole where the quote is made of several such texts."""
    if text and text in quote:
        return f"<mark>{escape(text)}</mark>"
    return quoted(text, (quote,))
