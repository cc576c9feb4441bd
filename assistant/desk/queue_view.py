"""The queue as one person sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.desk.ticket_view import is_held
from assistant.desk.views import QueueItem, QueueTab, QueueView
from assistant.model import Disposition
from assistant.review.queue import in_tab, may_see
from assistant.review.sla import overdue
from assistant.storage.records import Records
from assistant.ticket import Message, Ticket
from assistant.user import User

_DONE = 100
"""How many finished tickets the last tab shows."""
_PREVIEW = 120


def queue_view(records: Records, user: User, tab: QueueTab, search: str, now: datetime) -> QueueView:
    """The lines of a tab, in the order of the queue, and how many each tab holds."""
    tickets = [
        ticket for ticket in (*records.tickets.open(), *records.tickets.recent(_DONE)) if may_see(ticket, user.role)
    ]
    counts = {each: sum(in_tab(ticket, each, user) for ticket in tickets) for each in QueueTab}
    shown = [ticket for ticket in tickets if in_tab(ticket, tab, user)]
    latest = records.messages.latest_of([ticket.id for ticket in shown])
    heads = records.drafts.heads([ticket.draft_id for ticket in shown if ticket.draft_id])
    names = {person.id: person.name for person in records.users.all()}
    items = [_item(ticket, user, now, latest.get(ticket.id), heads, names) for ticket in shown]
    return QueueView(tab, tuple(item for item in items if _matches(item, search)), counts)


def _item(
    ticket: Ticket,
    user: User,
    now: datetime,
    message: Message | None,
    heads: Mapping[str, tuple[float, Disposition]],
    names: Mapping[str, str],
) -> QueueItem:
    confidence, disposition = heads.get(ticket.draft_id or "", (None, None))
    mine = ticket.assignee_id == user.id
    return QueueItem(
        ticket_id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        preview=" ".join(message.text.split())[:_PREVIEW] if message else "",
        state=ticket.state,
        urgency=ticket.urgency,
        reason=ticket.reason,
        language=ticket.language,
        waiting_since=ticket.waiting_since,
        due_at=ticket.due_at,
        overdue=overdue(ticket, now),
        drafting=ticket.drafting,
        complaint=ticket.complaint,
        confidence=confidence,
        disposition=disposition,
        assignee=names.get(ticket.assignee_id or "", "") if is_held(ticket, now) else "",
        mine=mine,
    )


def _matches(item: QueueItem, search: str) -> bool:
    """Every word of the search stands in the line; the number may be written with its `#`."""
    line = f"#{item.number} {item.title} {item.preview} {item.assignee}".casefold()
    return all(word in line for word in search.casefold().split())
