"""What a member of the staff can do with a ticket. Every method checks the role and the version; pages only ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.audit_event import Value
from assistant.chain.verification import Verifier
from assistant.compliance.verdict import decide
from assistant.desk.articles import Articles
from assistant.desk.editing import Editor
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.guard import TicketGuard
from assistant.desk.knowledge_search import KnowledgeSearch
from assistant.desk.parts import Parts, record
from assistant.desk.queue_view import queue_view
from assistant.desk.stages import tell_stage
from assistant.desk.ticket_view import SUPERVISED, blocked_by, claimable, is_held, required_role, unconfirmed
from assistant.desk.views import ArticleView, QueueTab, QueueView, SearchHit, TicketView
from assistant.model import Action, Disposition, Severity
from assistant.reply import Reply
from assistant.review.lifecycle import Event, next_state
from assistant.storage.records import Records
from assistant.ticket import DecisionKind, DraftRecord, RejectReason, Ticket, TicketState
from assistant.user import Role, User


class ReviewDesk:
    """The staff's side of the desk."""

    def __init__(
        self,
        parts: Parts,
        *,
        verifier: Callable[[], Verifier],
        editor: Editor,
        search: KnowledgeSearch,
        articles: Articles,
        submit: Callable[[str], None],
    ) -> None:
        self._parts = parts
        self._guard = TicketGuard(parts, verifier)
        self._editor = editor
        self._search = search
        self._articles = articles
        self._submit = submit

    def queue(self, user: User, tab: QueueTab = QueueTab.OPEN, search: str = "") -> QueueView:
        """The tickets of a tab, most urgent first, as far as the user's role may see them."""
        with self._parts.database.reading() as records:
            return queue_view(records, user, tab, search, self._parts.clock())

    def open(self, user: User, ticket_id: str) -> TicketView:
        """One ticket.

        Raises:
            DeskError: `NOT_FOUND`.
        """
        return self._guard.look(user, ticket_id)

    def claim(self, user: User, ticket_id: str) -> TicketView:
        """Takes a ticket up, for as long as the lease lasts.

        It decides nothing, so it takes the ticket as it is now: a draft that has just arrived, or another message of
        the customer, is shown to whoever claims it and is no reason to refuse.

        Raises:
            DeskError: `TAKEN` by somebody else, `STALE` when it waits for nobody any more, `NEEDS_SUPERVISOR`,
                `NOT_FOUND`.
        """
        now = self._parts.clock()
        with self._parts.database.writing() as records:
            ticket = self._guard.visible(records, user, ticket_id)
            if not user.role.may_act_as(ticket.required_role):
                raise DeskError(Refusal.NEEDS_SUPERVISOR)
            if is_held(ticket, now) and ticket.assignee_id != user.id:
                raise self._guard.taken(records, ticket)
            if not claimable(ticket):
                raise DeskError(Refusal.STALE)
            next_state(ticket.state, Event.CLAIMED)
            until = now + self._parts.lease
            if not records.tickets.claim(ticket.id, user.id, expected_version=ticket.version, now=now, until=until):
                current = self._guard.visible(records, user, ticket_id)
                raise self._guard.taken(records, current) if is_held(current, now) else DeskError(Refusal.STALE)
            record(records, now, f"user:{user.id}", "ticket.claimed", ticket.id, {"until": until.isoformat()})
            if ticket.assignee_id != user.id:
                tell_stage(self._parts, records, ticket, "in_review")
        return self._guard.changed(user, ticket)

    def renew(self, user: User, ticket_id: str) -> TicketView:
        """Prolongs the lease of whoever holds the ticket. The version stays: nothing that a page shows has changed.

        Raises:
            DeskError: `NOT_YOURS`, `TAKEN`, `NOT_FOUND`.
        """
        now = self._parts.clock()
        with self._parts.database.writing() as records:
            ticket = self._guard.visible(records, user, ticket_id)
            self._guard.check_mine(records, user, ticket)
            next_state(ticket.state, Event.RENEWED)
            if not records.tickets.renew(ticket.id, user.id, until=now + self._parts.lease):
                raise DeskError(Refusal.NOT_YOURS)
        return self._guard.look(user, ticket_id)

    def release(self, user: User, ticket_id: str, version: int) -> TicketView:
        """Gives a ticket back to the queue. A supervisor may give back anybody's.

        Raises:
            DeskError: `NOT_YOURS`, `STALE`, `NOT_FOUND`.
        """
        with self._parts.database.writing() as records:
            ticket = self._guard.visible(records, user, ticket_id)
            if ticket.assignee_id != user.id and not user.role.may_act_as(Role.SUPERVISOR):
                raise DeskError(Refusal.NOT_YOURS)
            if ticket.version != version or ticket.state is not TicketState.CLAIMED:
                raise DeskError(Refusal.STALE)
            freed = replace(ticket, state=next_state(ticket.state, Event.RELEASED), assignee_id=None, lease_until=None)
            self._guard.save(records, user, ticket, freed, version, "ticket.released")
        return self._guard.changed(user, ticket)

    def edit(self, user: User, ticket_id: str, version: int, body: str, cite: Sequence[str] = ()) -> TicketView:
        """Makes the person's text the ticket's draft, screened like any other. Nothing is sent.

        Args:
            user: who writes.
            ticket_id: the ticket.
            version: as the page read it.
            body: the reply without notices, with citation marks.
            cite: ids of found passages; they are numbered after the draft's own evidence.

        Raises:
            DeskError: `NOT_YOURS`, `STALE`, `EMPTY`, `TOO_LONG`, `UNREADABLE`, `NOT_FOUND`.
        """
        with self._parts.database.reading() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            parent = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
            source = self._editor.source(records, ticket, parent)
        draft = self._editor.draft(user, ticket, source, body, cite)
        with self._parts.database.writing() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            records.drafts.add(draft)
            changed = replace(
                ticket,
                state=next_state(ticket.state, Event.EDITED),
                draft_id=draft.id,
                lease_until=self._parts.clock() + self._parts.lease,
            )
            data: dict[str, Value] = {
                "draft": draft.id,
                "sha256": draft.sha256,
                "disposition": draft.disposition.value,
                "parent": draft.parent_id or "",
                "distance": draft.edit_distance,
            }
            self._guard.decide(records, user, ticket, DecisionKind.EDIT, draft_id=draft.id)
            self._guard.save(records, user, ticket, changed, version, "draft.made", data)
        return self._guard.changed(user, ticket)

    def approve(self, user: User, ticket_id: str, version: int, sha256: str, *, confirmed: bool) -> TicketView:
        """Sends exactly the draft with this hash.

        Raises:
            DeskError: `NOT_YOURS`, `STALE` (the ticket, the draft or the customer's words changed), `NO_DRAFT`,
                `BLOCKED`, `UNCONFIRMED`, `NEEDS_SUPERVISOR`, `NOT_FOUND`.
        """
        now = self._parts.clock()
        with self._parts.database.reading() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            draft = self._approvable(records, user, ticket, sha256, confirmed=confirmed)
            conversation = records.conversations.get(ticket.conversation_id)
        self._screen_again(user, draft, conversation.jurisdiction if conversation else None)
        with self._parts.database.writing() as records:
            # The same version means the same draft, which never changes: what was checked above still holds.
            ticket = self._guard.mine(records, user, ticket_id, version)
            changed = replace(
                ticket,
                state=next_state(ticket.state, Event.APPROVED),
                answered_at=now,
                lease_until=None,
                drafted_seq=ticket.message_seq,  # a person was faster than the desk's own draft: it is not needed
            )
            # The version first: of two tabs that approve at once, the second stops here.
            data: dict[str, Value] = {"draft": draft.id, "confirmed": confirmed}
            self._guard.save(records, user, ticket, changed, version, "ticket.approved", data)
            decision = self._guard.decide(
                records, user, ticket, DecisionKind.APPROVE, draft_id=draft.id, confirmed=confirmed
            )
            reply = Reply(self._parts.new_id(), draft, decision, now)
            records.replies.add(reply, waited_minutes=(now - ticket.waiting_since).total_seconds() / 60)
            sent: dict[str, Value] = {
                "reply": reply.id,
                "draft": draft.id,
                "decision": decision.id,
                "sha256": reply.sha256,
                "policy": self._parts.policy.version,
            }
            record(records, now, f"user:{user.id}", "reply.sent", ticket.id, sent)
        return self._guard.changed(user, ticket)

    def reject(self, user: User, ticket_id: str, version: int, reason: RejectReason, comment: str = "") -> TicketView:
        """Refuses the draft; the desk drafts again, with what the reason says. The ticket stays with the person.

        Raises:
            DeskError: `NOT_YOURS`, `STALE`, `NO_DRAFT`, `NEEDS_REASON` (other reasons want words), `TOO_LONG`.
        """
        words = self._guard.words(comment)
        if reason is RejectReason.OTHER and not words:
            raise DeskError(Refusal.NEEDS_REASON)
        with self._parts.database.writing() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            if ticket.draft_id is None:
                raise DeskError(Refusal.NO_DRAFT)
            self._guard.decide(
                records, user, ticket, DecisionKind.REJECT, draft_id=ticket.draft_id, reason=reason.value, comment=words
            )
            changed = replace(
                ticket,
                state=next_state(ticket.state, Event.REJECTED),
                draft_id=None,
                drafted_seq=max(0, ticket.message_seq - 1),
                lease_until=self._parts.clock() + self._parts.lease,
            )
            data: dict[str, Value] = {"draft": ticket.draft_id, "reason": reason.value, "comment": words}
            self._guard.save(records, user, ticket, changed, version, "draft.rejected", data)
        self._submit(ticket.id)
        return self._guard.changed(user, ticket)

    def escalate(self, user: User, ticket_id: str, version: int, comment: str) -> TicketView:
        """Hands the ticket to the supervisors.

        Raises:
            DeskError: `NOT_YOURS`, `STALE`, `NEEDS_REASON`, `TOO_LONG`, `NOT_FOUND`.
        """
        words = self._guard.words(comment)
        if not words:
            raise DeskError(Refusal.NEEDS_REASON)
        with self._parts.database.writing() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            self._guard.decide(records, user, ticket, DecisionKind.ESCALATE, draft_id=ticket.draft_id, comment=words)
            changed = replace(
                ticket,
                state=next_state(ticket.state, Event.ESCALATED),
                required_role=ticket.required_role.or_above(Role.SUPERVISOR),
                assignee_id=None,
                lease_until=None,
            )
            self._guard.save(records, user, ticket, changed, version, "ticket.escalated", {"comment": words})
            tell_stage(self._parts, records, changed, "escalated")
        return self._guard.changed(user, ticket)

    def close(self, user: User, ticket_id: str, version: int, comment: str) -> TicketView:
        """Ends a ticket without a reply: spam, a duplicate, settled elsewhere.

        Raises:
            DeskError: `NOT_YOURS`, `STALE`, `NEEDS_REASON`, `NEEDS_SUPERVISOR`, `TOO_LONG`, `NOT_FOUND`.
        """
        words = self._guard.words(comment)
        if not words:
            raise DeskError(Refusal.NEEDS_REASON)
        now = self._parts.clock()
        with self._parts.database.writing() as records:
            ticket = self._guard.mine(records, user, ticket_id, version)
            if not user.role.may_act_as(ticket.required_role):  # it became the supervisors' while an agent held it
                raise DeskError(Refusal.NEEDS_SUPERVISOR)
            self._guard.decide(records, user, ticket, DecisionKind.CLOSE, draft_id=ticket.draft_id, comment=words)
            changed = replace(ticket, state=next_state(ticket.state, Event.CLOSED), closed_at=now, lease_until=None)
            self._guard.save(records, user, ticket, changed, version, "ticket.closed", {"comment": words})
            tell_stage(self._parts, records, changed, "closed")
        return self._guard.changed(user, ticket)

    def reveal(self, user: User, ticket_id: str, message_id: str, token: str, reason: str) -> str:
        """The original behind a token, for the person who holds the ticket. Every look is in the audit log.

        Raises:
            DeskError: `NOT_YOURS`, `NEEDS_REASON`, `TOO_LONG`, `NOT_FOUND`.
        """
        words = self._guard.words(reason)
        if not words:
            raise DeskError(Refusal.NEEDS_REASON)
        with self._parts.database.writing() as records:
            ticket = self._guard.visible(records, user, ticket_id)
            self._guard.check_mine(records, user, ticket)
            message = records.messages.get(message_id)
            if message is None or message.conversation_id != ticket.conversation_id:
                raise DeskError(Refusal.NOT_FOUND)
            self._guard.visible(records, user, message.ticket_id)  # it may be of an earlier, confidential request
            value = records.messages.personal(message_id, token)
            if value is None:
                raise DeskError(Refusal.NOT_FOUND)
            data = {"message": message_id, "token": token, "reason": words}
            record(records, self._parts.clock(), f"user:{user.id}", "personal.revealed", ticket.id, data)
        return self._parts.vault.open(value.ciphertext)

    def search(self, user: User, text: str, k: int = 6) -> tuple[SearchHit, ...]:  # noqa: ARG002 - every role may
        """Passages by the retrieval function that answers use."""
        return self._search.search(text, k)

    def article(self, user: User, ticket_id: str, n: int) -> ArticleView:
        """The article behind evidence `n` of the ticket's draft.

        Raises:
            DeskError: `NOT_FOUND`.
        """
        with self._parts.database.reading() as records:
            ticket = self._guard.visible(records, user, ticket_id)
            draft = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
        if draft is None:
            raise DeskError(Refusal.NOT_FOUND)
        return self._articles.behind(n, draft.citations, draft.evidence)

    def _approvable(self, records: Records, user: User, ticket: Ticket, sha256: str, *, confirmed: bool) -> DraftRecord:
        draft = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
        if draft is None:
            raise DeskError(Refusal.NO_DRAFT)
        if draft.based_on != ticket.message_seq or draft.sha256 != sha256:
            raise DeskError(Refusal.STALE)
        if rules := blocked_by(draft) or (("POLICY",) if draft.disposition is Disposition.BLOCK else ()):
            raise DeskError(Refusal.BLOCKED, rules=", ".join(rules))
        if not user.role.may_act_as(required_role(ticket, draft)):
            raise DeskError(Refusal.NEEDS_SUPERVISOR)
        if (count := unconfirmed(draft)) and not confirmed:
            raise DeskError(Refusal.UNCONFIRMED, count=str(count))
        return draft

    def _screen_again(self, user: User, draft: DraftRecord, jurisdiction: str | None) -> None:
        """The pack may have changed since the draft was made: what is in force now counts.

        Raises:
            DeskError: `BLOCKED`, `NEEDS_SUPERVISOR`.
        """
        findings = self._parts.policy.screen(draft.body, locale=draft.language, jurisdiction=jurisdiction)
        if rules := tuple(dict.fromkeys(f.rule for f in findings if f.severity is Severity.BLOCK)):
            raise DeskError(Refusal.BLOCKED, rules=", ".join(rules))
        if decide(findings, Action.ANSWER) in SUPERVISED and not user.role.may_act_as(Role.SUPERVISOR):
            raise DeskError(Refusal.NEEDS_SUPERVISOR)
