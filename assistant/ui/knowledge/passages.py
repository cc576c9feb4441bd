"""Passages as they are indexed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.curation.views import PassageView
from assistant.ui.knowledge.marks import attribute, button, chip, icon
from assistant.ui.knowledge.words import Words


def passages_html(
    passages: Sequence[PassageView],
    locale: str,
    words: Words,
    *,
    number: int | None = None,
    edit: bool = True,
    back: bool = True,
) -> str:
    """A card for each passage.

    Args:
        passages: in the document's order.
        locale: of the document.
        words: the reader's texts.
        number: the version that they are of; `None` = the one in force.
        edit: whether passages can be hidden and shown.
        back: whether there is a version in force to go back to.
    """
    if not passages:
        return _none(words.say("passages_none"))
    tokens = sum(passage.tokens for passage in passages)
    head = words.say("passages_count", count=str(len(passages)), tokens=f"{tokens:,}")
    of = "" if number is None else f"{words.say('passages_of', number=str(number))} · "
    leave = button("passages-now", words.say("passages_now"), "undo", small=True) if back and number is not None else ""
    cards = "".join(_card(passage, locale, words, edit=edit) for passage in passages)
    return f'<p class="kno-summary"><span>{of}{head}</span>{leave}</p><div class="kno-cards">{cards}</div>'


def questions_html(questions: Sequence[str], added: Sequence[str], words: Words) -> str:
    """The document's example questions, those of its text and those that people added, with the way to add more."""
    items = "".join(f'<li data-added="1">{chip(words.say("added_question"))}{escape(each)}</li>' for each in added)
    items += "".join(f"<li>{escape(question)}</li>" for question in questions)
    listed = f'<ul class="kno-questions">{items}</ul>' if items else _none(words.say("questions_none"))
    change = button("ask-questions", words.say("questions_edit"), "plus", small=True)
    pending = f'<span id="kno-questions-pending" hidden>{chip(words.say("pending"), "info", "basket")}</span>'
    return (
        f'<details class="kno-fold" id="kno-questions"><summary>{icon("question")}'
        f"{words.say('questions', count=str(len(questions) + len(added)))}</summary>{listed}</details>"
        f'<span class="con-buttons">{pending}{change}</span>'
    )


def _none(html: str) -> str:
    return f'<p class="con-none">{html}</p>'


def _card(passage: PassageView, locale: str, words: Words, *, edit: bool) -> str:
    where = [words.say("tokens", count=str(passage.tokens))]
    if passage.page is not None:
        where.append(words.say("page", number=str(passage.page)))
    if passage.part:
        where.append(escape(passage.part))
    chips = chip(words.known(f"kind_{passage.kind}", passage.kind)) + chip(
        words.known(f"section_{passage.section}", passage.section)
    )
    if passage.hidden:
        chips += chip(words.say("hidden"), "warn", "hide")
    act, mark = ("show", "eye") if passage.hidden else ("hide", "hide")
    switch = button("toggle", words.say(act), mark, small=True, kind=act, passage=passage.id) if edit else ""
    asked = ""
    if passage.questions:
        items = "".join(f"<li>{escape(question)}</li>" for question in passage.questions)
        asked = (
            f'<details class="kno-fold"><summary>{words.say("asked", count=str(len(passage.questions)))}</summary>'
            f'<ul class="kno-questions">{items}</ul></details>'
        )
    return (
        f'<article class="kno-card" data-passage="{attribute(passage.id)}"{" data-hidden=1" if passage.hidden else ""}>'
        f'<header><h3 lang="{attribute(locale)}">{escape(passage.heading) or words.say("no_heading")}</h3>{chips}'
        f'<span class="kno-soft">{" · ".join(where)}</span>{switch}</header>'
        f'<p class="kno-text" lang="{attribute(locale)}">{escape(passage.text)}</p>{asked}</article>'
    )
