"""The basket: what is meant to be published, and the drafts that could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from assistant.curation.views import Change, ChangeKind, DocumentRow
from assistant.ui.knowledge.marks import attribute, button, day, icon
from assistant.ui.knowledge.words import Words

_MARKS = {
    ChangeKind.PUBLISH: "check",
    ChangeKind.EXPIRE: "clock",
    ChangeKind.REMOVE: "trash",
    ChangeKind.RESTORE: "undo",
    ChangeKind.HIDE: "hide",
    ChangeKind.SHOW: "eye",
    ChangeKind.QUESTIONS: "question",
}


def basket_html(changes: Sequence[Change], rows: Sequence[DocumentRow], words: Words) -> str:
    """The changes in the order in which they were made, each with a way to take it back."""
    if not changes:
        return (
            f'<div class="con-empty kno-small-empty">{icon("basket")}<p>'
            f"<strong>{words.say('basket_empty')}</strong></p>"
            f"<p>{words.say('basket_empty_hint')}</p></div>"
        )
    titles = {(row.document_id, row.locale): row.title for row in rows}
    items = "".join(_item(index, change, titles, words) for index, change in enumerate(changes))
    return f'<ol class="kno-basket">{items}</ol>'


def change_text(change: Change, words: Words) -> str:
    """What a change does, escaped."""
    number = "" if change.number is None else f"v{change.number}"
    text = words.say(f"change_{change.kind}", number=number, count=str(len(change.questions)))
    if change.day is None or change.kind not in (ChangeKind.PUBLISH, ChangeKind.EXPIRE):
        return text
    return f"{text} · {words.say(f'change_{change.kind}_day')} {day(change.day)}"


def drafts_html(rows: Sequence[DocumentRow], staged: Sequence[Change], words: Words) -> str:
    """Documents with drafts that wait, without those that are in the basket."""
    taken = {(change.document_id, change.locale) for change in staged if change.kind is ChangeKind.PUBLISH}
    waiting = [row for row in rows if row.drafts and (row.document_id, row.locale) not in taken]
    if not waiting:
        return f'<p class="con-none">{words.say("drafts_none")}</p>'
    items = "".join(
        f'<li><button type="button" class="con-link" data-act="open" data-document="{attribute(row.document_id)}"'
        f' data-locale="{attribute(row.locale)}">{escape(row.title)}</button>'
        f'<span class="con-id">{escape(row.document_id)} · {escape(row.locale)}</span>'
        + button("stage", words.say("to_basket"), "basket", small=True, document=row.document_id, locale=row.locale)
        + "</li>"
        for row in waiting
    )
    every = button("stage-all", words.say("all_to_basket"), "basket", small=True) if len(waiting) > 1 else ""
    return f'<ul class="kno-waiting">{items}</ul>{every}'


def _item(index: int, change: Change, titles: Mapping[tuple[str, str], str], words: Words) -> str:
    title = titles.get((change.document_id, change.locale), change.document_id)
    return (
        f"<li>{icon(_MARKS[change.kind])}<div><strong>{change_text(change, words)}</strong>"
        f'<button type="button" class="con-link" data-act="open" data-document="{attribute(change.document_id)}"'
        f' data-locale="{attribute(change.locale)}">{escape(title)}</button>'
        f'<span class="con-id">{escape(change.document_id)} · {escape(change.locale)}</span></div>'
        f'<button type="button" class="con-small" data-act="unstage" data-index="{index}"'
        f' aria-label="{words.say("take_out")}">{icon("cross")}</button></li>'
    )
