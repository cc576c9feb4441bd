"""What every change of a ticket by a person checks and records, whatever the change is."""

from __future__ import annotations

from collections.abc import Callable

from assistant.audit_event import Value
from assistant.chain.intake import accept_turns
from assistant.chain.verification import Verifier
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.parts import Parts, record
from assistant.desk.ticket_view import FactMarks, claimable, is_held, ticket_view
from assistant.desk.views import TicketView
from assistant.errors import InquiryError
from assistant.events import DESK, customer_topic
from assistant.firewall.model import FirewallError
from assistant.review.queue import may_see
from assistant.storage.records import Records
from assistant.ticket import Decision, DecisionKind, Ticket
from assistant.user import User

MAX_COMMENT = 1_000
_NEAR = 10
"""Customers at the head of the queue whose place is kept current; further back a place or two matters little."""


def visible(records: Records, user: User, ticket_id: str) -> Ticket:
    """The ticket, if the user's role may see it.

    Raises:
        DeskError: `NOT_FOUND`.
    """
    ticket = records.tickets.get(ticket_id)
    if ticket is None or not may_see(ticket, user.role):
        raise DeskError(Refusal.NOT_FOUND)
    return ticket


class TicketGuard:
    """Reads tickets as a user may see them and writes them under their version."""

    def __init__(self, parts: Parts, verifier: Callable[[], Verifier]) -> None:
        self._parts = parts
        self._marks = FactMarks(verifier)

    def decide(
        self,
        records: Records,
        user: User,
        ticket: Ticket,
        kind: DecisionKind,
        *,
        draft_id: str | None,
        reason: str = "",
        comment: str = "",
        confirmed: bool = False,
    ) -> Decision:
        """Records what a person decided, on which draft."""
        decision = Decision(
            self._parts.new_id(), ticket.id, draft_id, user.id, kind, reason, comment, confirmed, self._parts.clock()
        )
        records.decisions.add(decision)
        return decision

    def save(
        self,
        records: Records,
        user: User,
        before: Ticket,
        after: Ticket,
        version: int,
        action: str,
        data: dict[str, Value] | None = None,
    ) -> None:
        """Writes the ticket if it still has the version that the page read, with its audit event.

        Raises:
            DeskError: `STALE`; the transaction must not be kept.
        """
        if before.version != version or not records.tickets.save(after, version):
            raise DeskError(Refusal.STALE)
        record(records, self._parts.clock(), f"user:{user.id}", action, before.id, data)

    def visible(self, records: Records, user: User, ticket_id: str) -> Ticket:
        """The ticket, if the user's role may see it.

        Raises:
            DeskError: `NOT_FOUND`.
        """
        return visible(records, user, ticket_id)

    def mine(self, records: Records, user: User, ticket_id: str, version: int) -> Ticket:
        """The ticket, if the user holds it and it has this version.

        Raises:
            DeskError: `NOT_FOUND`, `NOT_YOURS`, `TAKEN`, `STALE`.
        """
        ticket = self.visible(records, user, ticket_id)
        self.check_mine(records, user, ticket)
        if ticket.version != version:
            raise DeskError(Refusal.STALE)
        return ticket

    def check_mine(self, records: Records, user: User, ticket: Ticket) -> None:
        """A lease that ran out still counts while nobody else has taken the ticket up."""
        if not claimable(ticket):
            raise DeskError(Refusal.STALE)
        if ticket.assignee_id == user.id:
            return
        raise self.taken(records, ticket) if is_held(ticket, self._parts.clock()) else DeskError(Refusal.NOT_YOURS)

    def taken(self, records: Records, ticket: Ticket) -> DeskError:
        """The refusal that names the holder."""
        holder = records.users.get(ticket.assignee_id) if ticket.assignee_id else None
        return DeskError(Refusal.TAKEN, name=holder.name if holder else "?")

    def words(self, text: str) -> str:
        """A person's remark: screened, because it is stored and shown to others.

        Raises:
            DeskError: `TOO_LONG`, `UNREADABLE`, `UNAVAILABLE` when it cannot be screened.
        """
        stripped = text.strip()
        if len(stripped) > MAX_COMMENT:
            raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_COMMENT:,}")
        if not stripped:
            return ""
        try:
            return self._parts.firewall.screen(accept_turns((stripped,))[0]).text
        except InquiryError as error:
            raise DeskError(Refusal.UNREADABLE, str(error)) from None
        except FirewallError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None

    def view(self, records: Records, user: User, ticket: Ticket) -> TicketView:
        """The ticket for the console."""
        return ticket_view(records, ticket, user, self._parts.clock(), self._marks)

    def look(self, user: User, ticket_id: str) -> TicketView:
        """The ticket as it is now.

        Raises:
            DeskError: `NOT_FOUND`.
        """
        with self._parts.database.reading() as records:
            return self.view(records, user, self.visible(records, user, ticket_id))

    def changed(self, user: User, ticket: Ticket) -> TicketView:
        """Tells the pages, and returns the ticket as it is now.

        The customers at the head of the queue are told, too: they have moved up.
        """
        with self._parts.database.reading() as records:
            view = self.view(records, user, self.visible(records, user, ticket.id))
            concerned = [ticket.conversation_id, *(near.conversation_id for near in records.tickets.open(_NEAR))]
            customers = [records.conversations.get(id_) for id_ in dict.fromkeys(concerned)]
        self._parts.publish(DESK)
        for conversation in customers:
            if conversation is not None:
                self._parts.publish(customer_topic(conversation.customer_id))
        return view
