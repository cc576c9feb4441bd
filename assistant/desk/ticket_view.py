"""One ticket as an agent sees it, put together from storage."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

from assistant.audit_event import AuditEvent
from assistant.chain.verification import Verifier
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.timeline import timeline
from assistant.desk.views import FactMark, HistoryEntry, TicketView
from assistant.model import Disposition, Severity
from assistant.review.sla import overdue
from assistant.storage.records import Records
from assistant.ticket import DraftOrigin, DraftRecord, Ticket, TicketState
from assistant.user import Role, User

UNCONFIRMED = "FACT-UNCONFIRMED"
SUPERVISED = (Disposition.SUPERVISOR, Disposition.ESCALATE)
_DETAILS = ("comment", "reason", "key", "disposition", "token")


class FactMarks:
    """The facts of drafts with their sources; drafts never change, so each is checked once while it is looked at."""

    def __init__(self, verifier: Callable[[], Verifier], remembered: int = 256) -> None:
        self._verifier = verifier
        self._marks: OrderedDict[str, tuple[FactMark, ...]] = OrderedDict()
        self._lock = Lock()
        self._remembered = remembered

    def of(self, draft: DraftRecord | None) -> tuple[FactMark, ...]:
        """The marks of a draft's body, in order."""
        if draft is None:
            return ()
        with self._lock:
            if (marks := self._marks.get(draft.id)) is not None:
                self._marks.move_to_end(draft.id)
                return marks
        checked = self._verifier().check_facts(draft.sentences, draft.evidence, draft.body)
        marks = tuple(FactMark(fact.text, fact.span, fact.supported) for fact in checked)
        with self._lock:
            self._marks[draft.id] = marks
            while len(self._marks) > self._remembered:
                self._marks.popitem(last=False)
        return marks


def ticket_view(records: Records, ticket: Ticket, user: User, now: datetime, marks: FactMarks) -> TicketView:
    """Everything about a ticket that its console page shows.

    Raises:
        DeskError: `NOT_FOUND`, its conversation is gone.
    """
    conversation = records.conversations.get(ticket.conversation_id)
    if conversation is None:
        raise DeskError(Refusal.NOT_FOUND)
    draft = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
    base = desk_draft(records, draft)
    names = {person.id: person.name for person in records.users.all()}
    held = is_held(ticket, now)
    mine = ticket.state is TicketState.CLAIMED and ticket.assignee_id == user.id
    return TicketView(
        ticket=ticket,
        locale=conversation.locale,
        jurisdiction=conversation.jurisdiction,
        entries=timeline(records, conversation, staff=user.role),
        assignee=names.get(ticket.assignee_id or "", "") if held or mine else "",
        mine=mine,
        may_claim=not held and not mine and claimable(ticket) and user.role.may_act_as(ticket.required_role),
        needs_supervisor=not user.role.may_act_as(required_role(ticket, draft)),
        draft=draft,
        base=base if base is not draft else None,
        stale=draft is not None and draft.based_on < ticket.message_seq,
        overdue=overdue(ticket, now),
        facts=marks.of(draft),
        unconfirmed=unconfirmed(draft),
        blocked_by=blocked_by(draft),
        history=tuple(_step(event, names) for event in records.audit.of_subject(f"ticket:{ticket.id}")),
    )


def is_held(ticket: Ticket, now: datetime) -> bool:
    """Whether somebody holds it under a lease that has not run out."""
    return ticket.state is TicketState.CLAIMED and ticket.lease_until is not None and ticket.lease_until > now


def claimable(ticket: Ticket) -> bool:
    """Whether its state lets a person take it up."""
    return ticket.state in (TicketState.QUEUED, TicketState.CLAIMED)


def required_role(ticket: Ticket, draft: DraftRecord | None) -> Role:
    """The least role that may decide on this draft of this ticket."""
    if draft is not None and draft.disposition in SUPERVISED:
        return ticket.required_role.or_above(Role.SUPERVISOR)
    return ticket.required_role


def unconfirmed(draft: DraftRecord | None) -> int:
    """How many facts of a draft somebody has to vouch for."""
    return sum(finding.rule == UNCONFIRMED for finding in draft.findings) if draft else 0


def blocked_by(draft: DraftRecord | None) -> tuple[str, ...]:
    """The rules that block a draft, each once."""
    if draft is None:
        return ()
    return tuple(dict.fromkeys(f.rule for f in draft.findings if f.severity is Severity.BLOCK))


def desk_draft(records: Records, draft: DraftRecord | None) -> DraftRecord | None:
    """The desk's draft that a draft goes back to, itself included; `None` when people wrote everything."""
    while draft is not None and draft.origin is not DraftOrigin.DESK:
        draft = records.drafts.get(draft.parent_id) if draft.parent_id else None
    return draft


def _step(event: AuditEvent, names: Mapping[str, str]) -> HistoryEntry:
    kind, _, id_ = event.actor.partition(":")
    detail = " · ".join(str(event.data[key]) for key in _DETAILS if event.data.get(key))
    return HistoryEntry(event.at, event.action, names.get(id_, "") if kind == "user" else "", detail)
