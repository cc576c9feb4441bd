"""The card that says where a request is: stage in words, steps, ticket number, place in the queue, promise."""

from __future__ import annotations

from assistant.desk.views import Stage, StatusView
from assistant.ui.customer.icons import icon
from assistant.ui.customer.wording import Wording

# How many steps are behind the customer at each stage; the next one is going on.
_DONE = {Stage.RECEIVED: 1, Stage.DRAFTED: 2, Stage.IN_REVIEW: 2, Stage.SENT: 4}
_STEPS = ("received", "drafted", "review", "sent")
_PERSON_STEPS = ("received", "person", "handling", "sent")
_UNDER_WAY = ("review", "handling")
"""Steps whose word says that they are going on; once done they have another."""


def status_html(status: StatusView, wording: Wording) -> str:
    """The card. Its headline is announced when it changes; the rest is there to be read."""
    tone = {Stage.SENT: "ok", Stage.YOUR_TURN: "warn", Stage.CLOSED: "quiet"}.get(status.stage, "info")
    name = {"ok": "check", "warn": "question", "quiet": "check"}.get(tone, "clock")
    hint = f"stage_{status.stage}_hint"
    told = status.stage in (Stage.SENT, Stage.YOUR_TURN, Stage.CLOSED)
    complaint = f'<span class="cust-badge">{wording.say("complaint")}</span>' if status.complaint else ""
    return (
        f'<section class="cust-status" id="cust-status" data-stage="{status.stage}" data-tone="{tone}"'
        f' aria-label="{wording.say("status")}">'
        f'<div class="cust-status-head"><p role="status" aria-live="polite">{icon(name)}'
        f"<strong>{wording.say(_headline(status))}</strong></p>"
        f'<span class="cust-number">{wording.say("ticket", number=status.number)}</span>{complaint}</div>'
        + (f'<p class="cust-hint">{wording.say(hint)}</p>' if told else "")
        + (_steps(status, wording) if status.stage in _DONE else "")
        + (_facts(status, wording) if not told else "")
        + (f'<p class="cust-hint">{wording.say("complaint_hint")}</p>' if status.complaint and not told else "")
        + "</section>"
    )


def _headline(status: StatusView) -> str:
    if status.person and status.stage in (Stage.RECEIVED, Stage.DRAFTED):
        return "stage_person_waiting"
    if status.person and status.stage is Stage.IN_REVIEW:
        return "stage_person_review"
    return f"stage_{status.stage}"


def _steps(status: StatusView, wording: Wording) -> str:
    names = _PERSON_STEPS if status.person else _STEPS
    done = _DONE[status.stage]
    if status.person and status.stage is Stage.DRAFTED:
        done = 1  # a person answers: nothing of it is written yet
    items = []
    for place, name in enumerate(names):
        state = "done" if place < done else "now" if place == done else "later"
        current = ' aria-current="step"' if state == "now" else ""
        mark = icon("check") if state == "done" else ""
        word = f"step_{name}_done" if state == "done" and name in _UNDER_WAY else f"step_{name}"
        items.append(
            f'<li data-state="{state}"{current}><span class="cust-dot">{mark}</span>{wording.say(word)}'
            f'<span class="cust-sr"> · {wording.say(f"step_{state}")}</span></li>'
        )
    return '<ol class="cust-steps">' + "".join(items) + "</ol>"


def _facts(status: StatusView, wording: Wording) -> str:
    if status.due_at < wording.now:
        return f'<p class="cust-late">{icon("warn")}{wording.say("overdue", time=wording.moment(status.due_at))}</p>'
    facts = []
    if status.position == 1:
        facts.append(wording.say("position_next"))
    elif status.position > 1:
        facts.append(wording.say("position", position=str(status.position)))
    if status.eta_minutes is not None:
        facts.append(wording.say("eta", minutes=str(status.eta_minutes)))
    facts.append(wording.say("due", time=wording.moment(status.due_at)))
    return '<ul class="cust-facts">' + "".join(f"<li>{fact}</li>" for fact in facts) + "</ul>"
