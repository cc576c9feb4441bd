"""The head of a ticket: what it is, how urgent, who holds it, and when somebody must have answered."""

from __future__ import annotations

from html import escape

from assistant.desk.views import TicketView
from assistant.ticket import TicketState
from assistant.ui.console.marks import chip, icon, ticking
from assistant.ui.console.queue import URGENCY_MARKS
from assistant.ui.console.words import Words


def head_html(view: TicketView, words: Words) -> str:
    """Number, title and chips in the first line; language, residence, stage and times in the second."""
    ticket = view.ticket
    title = escape(ticket.title) or (
        words.known(f"reason_{ticket.reason}", ticket.reason) if ticket.reason else words.say("untitled")
    )
    tone, mark = URGENCY_MARKS[ticket.urgency]
    chips = [chip(words.say(f"urgency_{ticket.urgency.name.lower()}"), tone, mark)] if mark else []
    if ticket.reason is not None and ticket.title:
        chips.append(chip(words.known(f"reason_{ticket.reason}", ticket.reason), "info", "person"))
    if ticket.complaint:
        chips.append(chip(words.say("complaint"), "warn", "flag"))
    if view.needs_supervisor:
        chips.append(chip(words.say("disposition_supervisor"), "warn", "scale"))
    facts = [
        _fact(words.say("language"), escape(ticket.language)),
        _fact(words.say("jurisdiction"), escape(view.jurisdiction) if view.jurisdiction else words.say("unknown")),
        _fact(words.say("stage"), stage_of(view, words)),
        *_times(view, words),
    ]
    return (
        f'<div class="con-head-line"><span class="con-number">#{escape(ticket.number)}</span>'
        f'<h2 id="con-title" tabindex="-1">{title}</h2><span class="con-chips">{"".join(chips)}</span></div>'
        f'<dl class="con-facts">{"".join(facts)}</dl>'
    )


def stage_of(view: TicketView, words: Words) -> str:
    """Where the ticket stands and with whom, escaped."""
    ticket = view.ticket
    if view.mine:
        return f'<strong class="con-mine">{words.say("state_mine")}</strong>'
    if view.assignee:
        return words.say("state_claimed_by", name=view.assignee)
    if ticket.state in (TicketState.QUEUED, TicketState.CLAIMED):
        return words.say("state_drafting" if ticket.drafting else "state_waiting")
    return words.say(f"state_{ticket.state}")


def _times(view: TicketView, words: Words) -> list[str]:
    ticket = view.ticket
    if ticket.state not in (TicketState.QUEUED, TicketState.CLAIMED):
        return []
    due = ticking(ticket.due_at, "since" if view.overdue else "due")
    late = f'<div class="con-late"><dt>{icon("clock")}{words.say("overdue")}</dt><dd>{due}</dd></div>'
    return [
        _fact(words.say("waiting"), ticking(ticket.waiting_since, "since")),
        late if view.overdue else _fact(words.say("due"), due),
    ]


def _fact(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd></div>"
