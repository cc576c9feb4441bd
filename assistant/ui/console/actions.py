"""What a person can do with a ticket now, as one bar. Whatever it offers, the service decides again."""

from __future__ import annotations

from assistant.desk.views import TicketView
from assistant.ticket import TicketState
from assistant.ui.console.marks import icon, key
from assistant.ui.console.words import Words
from assistant.user import Role, User

_OVER = (TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED)


def may_approve(view: TicketView) -> bool:
    """Whether nothing but an unconfirmed fact can keep the draft from going out."""
    return (
        view.mine
        and view.draft is not None
        and not (view.stale or view.ticket.drafting or view.blocked_by or view.needs_supervisor)
        and view.ticket.state is TicketState.CLAIMED
    )


def actions_html(view: TicketView, user: User, words: Words) -> str:
    """The bar: claim, or decide, or what became of the ticket."""
    if view.ticket.state in _OVER:
        return _over(view, words)
    if view.mine:
        return _deciding(view, words)
    if view.may_claim:
        return _row(_button("claim", words.say("claim"), "person", "C", primary=True) + _hint(words.say("claim_hint")))
    if view.assignee:
        free = _button("release", words.say("release_other"), "out") if user.role.may_act_as(Role.SUPERVISOR) else ""
        return _row(_hint(words.say("held_hint", name=view.assignee)) + free)
    return _hint(words.say("needs_supervisor_hint"))


def _deciding(view: TicketView, words: Words) -> str:
    confirm = ""
    if view.unconfirmed and may_approve(view):
        confirm = (
            '<label class="con-confirm" data-mode="review"><input type="checkbox" id="con-confirm">'
            f"<span>{words.say('confirm', count=str(view.unconfirmed))}</span></label>"
        )
    why = _why_not(view, words)
    approve = _button("approve", words.say("approve"), "send", "A", primary=True, disabled=bool(why), mode="review")
    send = _button("send", words.say("send"), "send", "Ctrl ⏎", primary=True, mode="edit")
    check = _button("check", words.say("check"), "check", mode="edit")
    revert = _button("revert", words.say("revert"), "cross", mode="edit")
    edit = _button("edit", words.say("edit" if view.draft else "write"), "pen", "E", mode="closed")
    reject = _button("reject", words.say("reject"), "cross", "R", danger=True) if view.draft else ""
    return (
        f"{_hint(why, mode='review') if why else ''}{confirm}"
        f'<div class="con-buttons">{approve}{send}{check}{revert}{edit}{reject}'
        f"{_button('escalate', words.say('escalate'), 'scale', 'X')}"
        f'<details class="con-rest"><summary id="con-more">{words.say("more")}{icon("menu")}</summary><div>'
        f"{_button('release', words.say('release'), 'out')}"
        f"{_button('close', words.say('close'), 'block', danger=True)}</div></details></div>"
    )


def _why_not(view: TicketView, words: Words) -> str:
    """Why the draft cannot go out as it stands; `""` when it can."""
    if view.draft is None:
        return words.say("why_drafting" if view.ticket.drafting else "why_no_draft")
    if view.ticket.drafting or view.stale:
        return words.say("why_stale")
    if view.blocked_by:
        return words.say("why_blocked")
    if view.needs_supervisor:
        return words.say("why_supervisor")
    return ""


def _over(view: TicketView, words: Words) -> str:
    following = _button("next", words.say("next"), "next", "J", primary=True)
    return _row(following + _hint(words.say(f"over_{view.ticket.state}")))


def _button(
    act: str,
    word: str,
    mark: str,
    shortcut: str = "",
    *,
    primary: bool = False,
    danger: bool = False,
    disabled: bool = False,
    mode: str = "",
) -> str:
    look = ' data-look="primary"' if primary else ' data-look="danger"' if danger else ""
    return (
        f'<button type="button" class="con-button" id="con-{act}" data-act="{act}"{look}{_shown_in(mode)}'
        f"{' disabled' if disabled else ''}>{icon(mark)}<span>{word}</span>{key(shortcut) if shortcut else ''}</button>"
    )


def _row(content: str) -> str:
    return f'<div class="con-buttons">{content}</div>'


def _hint(text: str, mode: str = "") -> str:
    return f'<p class="con-hint"{_shown_in(mode)}>{text}</p>'


def _shown_in(mode: str) -> str:
    """`review` is shown while the editor holds no change, `edit` while it does, `closed` while it is not open."""
    return f' data-mode="{mode}"' if mode else ""
