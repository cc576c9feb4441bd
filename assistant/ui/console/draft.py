"""The draft under review: what it says, whether it may go out as it stands, and what is appended to it."""

from __future__ import annotations

from html import escape

from assistant.desk.views import TicketView
from assistant.model import Disposition, Level, level_of
from assistant.ticket import DraftOrigin, DraftRecord, TicketState
from assistant.ui.console.draft_text import body_html
from assistant.ui.console.marks import chip, icon
from assistant.ui.console.words import Words

_TONES = {
    Disposition.SEND_OK: ("ok", "check"),
    Disposition.REVIEW: ("info", "eye"),
    Disposition.SUPERVISOR: ("warn", "scale"),
    Disposition.ESCALATE: ("warn", "scale"),
    Disposition.BLOCK: ("danger", "block"),
}
_OVER = (TicketState.ANSWERED, TicketState.CLOSED)


def draft_html(view: TicketView, words: Words) -> str:
    """The card of the draft; what happens instead where there is none; nothing once the reply stands above."""
    if view.ticket.state in _OVER:
        return ""
    if view.draft is None:
        return _without(view, words)
    draft = view.draft
    text = body_html(draft.body, draft.sentences, view.facts, draft.findings, words)
    return (
        f'<div class="con-card-head"><h3>{words.say("draft")}</h3>{_origin(draft, words)}{_level(view, draft, words)}'
        '<div class="con-switch" id="con-draft-switch" hidden>'
        f'<button type="button" data-act="show" data-show="draft" aria-pressed="true">{words.say("show_draft")}'
        "</button>"
        f'<button type="button" data-act="show" data-show="diff" aria-pressed="false">{words.say("show_diff")}'
        f'<span id="con-diff-count" class="con-count"></span></button></div></div>'
        f"{_banner(view, words)}"
        f'<div id="con-draft-body" class="con-body" lang="{escape(draft.language)}">{text}</div>'
        f'<div id="con-diff" class="con-body con-diff" lang="{escape(draft.language)}" hidden></div>'
        f"{_notices(draft, words)}"
    )


def _without(view: TicketView, words: Words) -> str:
    if view.ticket.state is TicketState.AWAITING:
        return _nothing("clock", words.say("draft_awaiting"), words.say("draft_awaiting_hint"))
    if view.ticket.drafting:
        return (
            f'<div class="con-drafting" role="status">{icon("spark")}<p><strong>{words.say("drafting")}</strong></p>'
            '<span class="con-bone"></span><span class="con-bone"></span><span class="con-bone"></span></div>'
        )
    reason = words.known(f"reason_{view.ticket.reason}", view.ticket.reason) if view.ticket.reason else ""
    lead = words.say("draft_none") + (f" · {reason}" if reason else "")
    return _nothing("pen", lead, words.say("draft_none_hint"))


def _nothing(mark: str, title: str, hint: str) -> str:
    return f'<div class="con-nothing">{icon(mark)}<div><p><strong>{title}</strong></p><p>{hint}</p></div></div>'


def _origin(draft: DraftRecord, words: Words) -> str:
    name, mark = {
        DraftOrigin.DESK: ("origin_desk", "spark"),
        DraftOrigin.EDITED: ("origin_edited", "pen"),
        DraftOrigin.WRITTEN: ("origin_written", "pen"),
    }[draft.origin]
    tone, sign = _TONES[draft.disposition]
    confidence = (
        f'<span class="con-confidence">{words.say("confidence")} <b>{draft.confidence:.2f}</b></span>'
        if draft.confidence
        else ""
    )
    return (
        f"{chip(words.say(name), 'quiet', mark)}{chip(words.say(f'disposition_{draft.disposition}'), tone, sign)}"
        f"{confidence}"
    )


def _level(view: TicketView, draft: DraftRecord, words: Words) -> str:
    """How the draft is worded, and the way to the other wording for whoever may refuse this one."""
    level = level_of(draft.versions)
    other = Level.NORMAL if level is Level.PLAIN else Level.PLAIN
    mark = chip(words.say("level_plain"), "info", "book") if level is Level.PLAIN else ""
    if not view.mine or view.ticket.state is not TicketState.CLAIMED:
        return mark
    return (
        f'{mark}<button type="button" class="con-small" id="con-level" data-act="level" data-level="{other}">'
        f"{words.say(f'level_to_{other}')}</button>"
    )


def _banner(view: TicketView, words: Words) -> str:
    """The one thing that a person has to know before they decide: the strictest first.

    A verdict on facts is of the draft's text: it gives way while the editor holds another.
    """
    if view.stale or view.ticket.drafting:
        key = "stale_drafting" if view.ticket.drafting else "stale"
        return _bar("warn", "clock", words.say(key))
    if view.blocked_by:
        return _bar("danger", "block", words.say("blocked", rules=", ".join(view.blocked_by)))
    if view.unconfirmed:
        missing = " · ".join(fact.text for fact in view.facts if not fact.supported)
        text = f"{words.say('unconfirmed', count=str(view.unconfirmed))} {escape(missing)}"
        return _bar("warn", "question", text, "review") + _unchecked(words)
    if view.facts:
        return _bar("ok", "check", words.say("facts_ok", count=str(len(view.facts))), "review") + _unchecked(words)
    return _unchecked(words)


def _unchecked(words: Words) -> str:
    return _bar("info", "pen", words.say("unchecked"), "edit")


def _bar(tone: str, mark: str, text: str, mode: str = "") -> str:
    """`mode` as in `actions`: `review` is shown while the editor holds no change, `edit` while it does."""
    shown = f' data-mode="{mode}"' if mode else ""
    return f'<p class="con-bar" data-tone="{tone}"{shown}>{icon(mark)}<span>{text}</span></p>'


def _notices(draft: DraftRecord, words: Words) -> str:
    if not draft.notices:
        return ""
    items = "".join(
        f'<li lang="{escape(notice.locale)}"><span class="con-rule">{escape(notice.id)}</span>'
        f'<span class="con-said">{escape(notice.text)}</span></li>'
        for notice in draft.notices
    )
    return (
        f'<div class="con-locked"><p>{icon("lock")}<strong>{words.say("notices")}</strong>'
        f" {words.say('notices_hint')}</p><ul>{items}</ul></div>"
    )
