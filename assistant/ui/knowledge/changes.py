"""The basket: what is meant to be published, and the drafts that could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from assistant.curation.views import Change, ChangeKind, DocumentRow, DraftRow
from assistant.ui.knowledge.marks import attribute, button, day, icon, when
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


def basket_html(changes: Sequence[Change], about: Sequence[str], rows: Sequence[DocumentRow], words: Words) -> str:
    """The changes in the order in which they were made, each with a way to take it back.

    Args:
        changes: what is meant.
        about: for each change which passage it is about, as its author saw it; `""` = the document.
        rows: documents that have a title for them.
        words: the reader's texts.
    """
    if not changes:
        return (
            f'<div class="con-empty kno-small-empty">{icon("basket")}<p>'
            f"<strong>{words.say('basket_empty')}</strong></p>"
            f"<p>{words.say('basket_empty_hint')}</p></div>"
        )
    titles = {(row.document_id, row.locale): row.title for row in rows}
    meant = zip(changes, about, strict=True)
    items = "".join(_item(index, change, said, titles, words) for index, (change, said) in enumerate(meant))
    return f'<ol class="kno-basket">{items}</ol>'


def change_text(change: Change, words: Words) -> str:
    """What a change does, escaped."""
    number = "" if change.number is None else f"v{change.number}"
    text = words.say(f"change_{change.kind}", number=number, count=str(len(change.questions)))
    if change.day is None or change.kind not in (ChangeKind.PUBLISH, ChangeKind.EXPIRE):
        return text
    return f"{text} · {words.say(f'change_{change.kind}_day')} {day(change.day)}"


def drafts_html(drafts: Sequence[DraftRow], staged: Sequence[Change], words: Words) -> str:
    """The newest drafts, without those whose document is in the basket to be published."""
    taken = {(change.document_id, change.locale) for change in staged if change.kind is ChangeKind.PUBLISH}
    waiting = [draft for draft in drafts if (draft.document_id, draft.locale) not in taken]
    if not waiting:
        return f'<p class="con-none">{words.say("drafts_none")}</p>'
    items = "".join(_draft(draft, words) for draft in waiting)
    every = button("stage-all", words.say("all_to_basket"), "basket", small=True) if len(waiting) > 1 else ""
    return f'<ul class="kno-waiting">{items}</ul>{every}'


def _draft(draft: DraftRow, words: Words) -> str:
    locale = attribute(draft.locale)
    author = f" · {escape(draft.author)}" if draft.author else ""
    stage = button(
        "stage-version",
        words.say("to_basket"),
        "basket",
        small=True,
        document=draft.document_id,
        locale=draft.locale,
        number=str(draft.number),
    )
    return (
        f'<li><div><button type="button" class="con-link" data-act="open" lang="{locale}"'
        f' data-document="{attribute(draft.document_id)}" data-locale="{locale}">{escape(draft.title)}</button>'
        f'<span class="con-id">{escape(draft.document_id)} · {locale} · v{draft.number}</span>'
        f'<span class="kno-soft">{when(draft.recorded_at)}{author}</span></div>{stage}</li>'
    )


def _item(index: int, change: Change, about: str, titles: Mapping[tuple[str, str], str], words: Words) -> str:
    title = titles.get((change.document_id, change.locale), change.document_id)
    asked = "".join(f"<li>{escape(question)}</li>" for question in change.questions)
    meant = f'<q class="kno-soft">{escape(about)}</q>' if about else ""
    meant += f'<ul class="kno-questions">{asked}</ul>' if asked else ""
    return (
        f"<li>{icon(_MARKS[change.kind])}<div><strong>{change_text(change, words)}</strong>{meant}"
        f'<button type="button" class="con-link" data-act="open" data-document="{attribute(change.document_id)}"'
        f' data-locale="{attribute(change.locale)}">{escape(title)}</button>'
        f'<span class="con-id">{escape(change.document_id)} · {escape(change.locale)}</span></div>'
        f'<button type="button" class="con-small" data-act="unstage" data-index="{index}"'
        f' aria-label="{words.say("take_out")}">{icon("cross")}</button></li>'
    )
