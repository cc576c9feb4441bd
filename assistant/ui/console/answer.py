"""What a handler returns to the page: JSON that carries escaped HTML by slot, and plain text only for the editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.desk.views import QueueTab, QueueView, TicketView
from assistant.ticket import DraftRecord, Urgency
from assistant.ui.console.actions import actions_html, may_approve
from assistant.ui.console.checks import checks_html, history_html
from assistant.ui.console.conversation import conversation_html
from assistant.ui.console.draft import draft_html
from assistant.ui.console.evidence import evidence_html
from assistant.ui.console.head import head_html
from assistant.ui.console.queue import empty_html, line_html, tabs_html
from assistant.ui.console.words import Words
from assistant.user import User


@dataclass(frozen=True, slots=True)
class Said:
    """The message line. `code`: of the refusal, `""` when all went well; `tone`: ok, info, warn or error."""

    tone: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `n` is the number that the page gave its call, so that late answers are known as such."""

    n: int
    now: datetime
    said: Said | None = None
    queue: Mapping[str, Any] | None = None
    ticket: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> str:
        """The answer as the page reads it."""
        said = None if self.said is None else {"tone": self.said.tone, "text": self.said.text, "code": self.said.code}
        body = {"n": self.n, "now": self.now.isoformat(), "say": said, "queue": self.queue, "ticket": self.ticket}
        return json.dumps({**body, **self.more}, ensure_ascii=False)


def queue_part(view: QueueView, search: str, words: Words) -> dict[str, Any]:
    """The queue: its tabs and its lines, each with what the page has to know of it."""
    items = [
        {
            "id": item.ticket_id,
            "html": line_html(item, words),
            "urgency": item.urgency.name.lower(),
            "overdue": item.overdue,
            "open": not item.assignee or item.mine,
        }
        for item in view.items
    ]
    return {
        "tab": view.tab.value,
        "search": search,
        "tabs": tabs_html(view, words),
        "items": items,
        "empty": empty_html(view, search, words),
        "urgent": sum(item.urgency is Urgency.EMERGENCY for item in view.items),
        "open": view.counts.get(QueueTab.OPEN, 0),
    }


def ticket_part(view: TicketView, user: User, words: Words) -> dict[str, Any]:
    """The ticket: HTML by slot, and what the editor works with."""
    draft = view.draft
    unsupported = sum(not fact.supported for fact in view.facts)
    return {
        "id": view.ticket.id,
        "number": view.ticket.number,
        "version": view.ticket.version,
        "seq": view.ticket.message_seq,
        "state": view.ticket.state.value,
        "mine": view.mine,
        "mayClaim": view.may_claim,
        "mayApprove": may_approve(view),
        "unconfirmed": view.unconfirmed,
        "language": draft.language if draft else view.ticket.language,
        "draft": None if draft is None else _draft(draft),
        "base": _base(view),
        "counts": {
            "evidence": len(draft.evidence) if draft else 0,
            "checks": unsupported + (len(draft.findings) - view.unconfirmed if draft else 0),
            "history": 0,
        },
        "html": {
            "head": head_html(view, words),
            "talk": conversation_html(view, words),
            "draft": draft_html(view, words),
            "actions": actions_html(view, user, words),
            "evidence": evidence_html(view, words),
            "checks": checks_html(view, words),
            "history": history_html(view, words),
        },
    }


def _draft(draft: DraftRecord) -> dict[str, Any]:
    return {
        "id": draft.id,
        "sha256": draft.sha256,
        "body": draft.body,
        "evidence": [[item.n, item.passage.id] for item in draft.evidence],
    }


def _base(view: TicketView) -> str | None:
    """What an edit is compared with: the desk's own words, whichever draft they were in."""
    if view.base is not None:
        return view.base.body
    return view.draft.body if view.draft is not None and view.draft.author_id is None else None
