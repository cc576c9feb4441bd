"""The queue: tabs with counts, and one line for each ticket."""

from __future__ import annotations

from html import escape

from assistant.desk.views import QueueItem, QueueTab, QueueView
from assistant.model import Disposition
from assistant.ticket import TicketState, Urgency
from assistant.ui.console.conversation import unmasked
from assistant.ui.console.marks import chip, icon, ticking
from assistant.ui.console.words import Words

URGENCY_MARKS = {
    Urgency.EMERGENCY: ("danger", "urgent"),
    Urgency.HIGH: ("warn", "high"),
    Urgency.UPSET: ("info", "upset"),
    Urgency.NORMAL: ("quiet", ""),
}
_FINISHED = (TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED)


def tabs_html(view: QueueView, words: Words) -> str:
    """A button for every tab; the chosen one is pressed."""
    return "".join(
        f'<button type="button" id="con-tab-{tab}" class="con-tab" data-act="tab" data-tab="{tab}"'
        f' aria-pressed="{"true" if tab is view.tab else "false"}">{words.say(f"tab_{tab}")}'
        f'<span class="con-count">{view.counts.get(tab, 0)}</span></button>'
        for tab in QueueTab
    )


def empty_html(view: QueueView, search: str, words: Words) -> str:
    """What stands where no line is."""
    if search.strip():
        return _empty("search", words.say("queue_no_match"), words.say("queue_no_match_hint"))
    return _empty("inbox", words.say(f"queue_empty_{view.tab}"), words.say("queue_empty_hint"))


def _empty(mark: str, title: str, hint: str) -> str:
    return f'<div class="con-empty">{icon(mark)}<p><strong>{title}</strong></p><p>{hint}</p></div>'


def line_html(item: QueueItem, words: Words) -> str:
    """One line. The button around it is the page's, so that its content can change under the pointer."""
    tone, mark = URGENCY_MARKS[item.urgency]
    urgency = chip(words.say(f"urgency_{item.urgency.name.lower()}"), tone, mark) if mark else ""
    return (
        f'<span class="con-line-top">{urgency}<span class="con-line-title">{title_of(item, words)}</span>'
        f'<span class="con-line-wait">{_wait(item, words)}</span></span>'
        f'<span class="con-line-preview">{unmasked(item.preview, words) or "—"}</span>'
        f'<span class="con-line-foot"><span class="con-number">#{escape(item.number)}</span>'
        f"<span>{escape(item.language)}</span>{_confidence(item, words)}{_flags(item, words)}"
        f'<span class="con-line-state">{_state(item, words)}</span></span>'
    )


def title_of(item: QueueItem, words: Words) -> str:
    """The topic; for a hand-off its reason, until somebody knows better."""
    if item.title:
        return escape(item.title)
    return words.known(f"reason_{item.reason}", item.reason) if item.reason else words.say("untitled")


def _wait(item: QueueItem, words: Words) -> str:
    if item.state in _FINISHED:
        return ""
    late = (
        f'<span class="con-late">{icon("clock")}<span class="con-sr">{words.say("overdue")}</span></span>'
        if item.overdue
        else ""
    )
    return f'{late}<span class="con-sr">{words.say("waiting")}</span>{ticking(item.waiting_since, "since")}'


def _confidence(item: QueueItem, words: Words) -> str:
    if item.confidence is None or item.drafting:
        return ""
    word = words.say("confidence")
    return f'<span title="{word}"><span class="con-sr">{word}</span> {item.confidence:.2f}</span>'


def _flags(item: QueueItem, words: Words) -> str:
    flags = []
    if item.complaint:
        flags.append(chip(words.say("complaint"), "warn", "flag"))
    if item.disposition is Disposition.BLOCK:
        flags.append(chip(words.say("disposition_block"), "danger", "block"))
    elif item.disposition in (Disposition.SUPERVISOR, Disposition.ESCALATE):
        flags.append(chip(words.say("disposition_supervisor"), "info", "scale"))
    return "".join(flags)


def _state(item: QueueItem, words: Words) -> str:
    if item.mine and item.state is TicketState.CLAIMED:
        return f'<span class="con-mine">{icon("person")}{words.say("state_mine")}</span>'
    if item.assignee:
        return f"{icon('person')}{words.say('state_claimed_by', name=item.assignee)}"
    if item.state in _FINISHED:
        return words.say(f"state_{item.state}")
    if item.drafting:
        return f'<span class="con-busy">{icon("spark")}{words.say("state_drafting")}</span>'
    if item.confidence is None:
        return f"{icon('pen')}{words.say('state_no_draft')}"
    return f"{icon('check')}{words.say('state_drafted')}"
