"""The list of documents, with its filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.curation.views import DocumentRow, Standing
from assistant.ui.knowledge.marks import attribute, badge, chip, day, icon, span, version_name
from assistant.ui.knowledge.words import Words


def list_html(rows: Sequence[DocumentRow], words: Words, *, filtered: bool) -> str:
    """A line for each document; a word of help where there is none."""
    if not rows:
        hint = "list_no_match" if filtered else "list_empty"
        return (
            f'<div class="con-empty">{icon("book")}<p><strong>{words.say(hint)}</strong></p>'
            f"<p>{words.say(f'{hint}_hint')}</p></div>"
        )
    return f'<ul class="kno-list">{"".join(_line(row, words) for row in rows)}</ul>'


def count_html(rows: Sequence[DocumentRow], words: Words) -> str:
    """How many documents the filters leave."""
    return words.say("list_count", count=f"{len(rows):,}")


def filters_html(rows: Iterable[DocumentRow], words: Words) -> str:
    """Search box and menus; the menus hold what the documents have."""
    known = tuple(rows)
    standings = [(standing.value, words.say(f"standing_{standing}")) for standing in Standing]
    categories = [(name, words.known(f"category_{name}", name)) for name in sorted({row.category for row in known})]
    locales = [(name, escape(name)) for name in sorted({row.locale for row in known})]
    return (
        f'<div class="con-find">{icon("search")}<input type="search" id="kno-search" autocomplete="off" maxlength="200"'
        f' aria-label="{words.say("list_search")}" placeholder="{words.say("list_search")}"></div>'
        f'<div class="kno-menus">{_menu("standing", "filter_standing", standings, words)}'
        f"{_menu('category', 'filter_category', categories, words)}{_menu('locale', 'filter_locale', locales, words)}"
        "</div>"
    )


def _menu(name: str, label: str, options: Iterable[tuple[str, str]], words: Words) -> str:
    choices = "".join(f'<option value="{attribute(value)}">{text}</option>' for value, text in options if value)
    return (
        f'<select class="kno-select" id="kno-filter-{name}" aria-label="{words.say(label)}">'
        f'<option value="">{words.say(label)}</option>{choices}</select>'
    )


def _line(row: DocumentRow, words: Words) -> str:
    drafts = chip(words.say("drafts_waiting", count=str(row.drafts)), "info", "pen") if row.drafts else ""
    owner = escape(row.owner) if row.owner else words.say("owner_none")
    due = f"<span>{icon('calendar')}{words.say('review')} {day(row.review_due)}</span>" if row.review_due else ""
    problem = f'<span class="kno-bad">{icon("urgent")}{escape(row.problem)}</span>' if row.problem else ""
    locale = attribute(row.locale)
    return (
        f'<li><button type="button" class="kno-line" data-act="open" data-document="{attribute(row.document_id)}"'
        f' data-locale="{locale}"><span class="kno-line-top"><span class="kno-line-title" lang="{locale}">'
        f"{escape(row.title)}</span>{badge(row.standing, words)}</span>"
        f'<span class="kno-line-foot"><code class="con-id">{escape(row.document_id)}</code><span>{locale}</span>'
        f"<span>{version_name(row.version, words)}</span>{drafts}</span>"
        f'<span class="kno-line-foot">{span(row.effective_from, row.effective_until, words)}'
        f"<span>{icon('person')}{owner}</span>{due}{problem}</span></button></li>"
    )
