"""What a customer can do: ask, follow the request, open a source, rate a reply, ask for a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from weakref import WeakValueDictionary

from assistant.audit_event import Value
from assistant.chain.intake import accept_turns
from assistant.compliance.intents import IntentDetector
from assistant.desk.articles import Articles
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.limits import MessageLimiter
from assistant.desk.opening import CHANNEL, TicketOpener, save
from assistant.desk.parts import Parts, record
from assistant.desk.ratings import REASONS, rate
from assistant.desk.stages import tell, told
from assistant.desk.status import status_of
from assistant.desk.timeline import timeline
from assistant.desk.views import ArticleView, CustomerView
from assistant.errors import InquiryError
from assistant.events import DESK, customer_topic
from assistant.firewall.model import FirewallError, Screened
from assistant.model import HandoffReason
from assistant.reply import Reply, text_hash
from assistant.review.lifecycle import Event, next_state
from assistant.review.routing import prevailing, route
from assistant.storage.records import Records
from assistant.ticket import Conversation, Message, PersonalValue, TicketState

MAX_CHARACTERS = 4_000
_NONCE = re.compile(r"[A-Za-z0-9-]{8,64}")
_TRIES = 8
_HISTORY = 8


class CustomerDesk:
    """The customer's side. A customer is the random token of their browser; ids of others are of no use to them."""

    def __init__(
        self,
        parts: Parts,
        *,
        limiter: MessageLimiter,
        articles: Articles,
        intents: IntentDetector,
        submit: Callable[[str], None],
    ) -> None:
        self._parts = parts
        self._opener = TicketOpener(parts)
        self._limiter = limiter
        self._articles = articles
        self._intents = intents
        self._submit = submit
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()
        self._guard = Lock()

    def view(self, customer_id: str, locale: str) -> CustomerView:  # noqa: ARG002 - texts are stored in their language
        """Everything that was said, and where the newest request stands."""
        with self._parts.database.reading() as records:
            return self._view(records, records.conversations.of_customer(customer_id, CHANNEL))

    def send(
        self, customer_id: str, text: str, *, nonce: str, locale: str, jurisdiction: str | None = None
    ) -> CustomerView:
        """Takes a message in; a draft is made in the background. The same nonce again changes nothing.

        Raises:
            DeskError: `EMPTY`, `TOO_LONG`, `UNREADABLE`, `TOO_FAST`, or `UNAVAILABLE` when it cannot be screened or
                stored: then nothing was kept.
        """
        text = _accepted(text)
        if not _NONCE.fullmatch(nonce):
            raise DeskError(Refusal.UNREADABLE, "The page sent no proper message id.")
        if not self._limiter.allows(customer_id):
            raise DeskError(Refusal.TOO_FAST)
        with self._one_at_a_time(customer_id):
            ticket_id = self._retried(lambda: self._take_in(customer_id, text, nonce, locale, jurisdiction))
        if ticket_id:
            self._changed(customer_id)
            self._submit(ticket_id)
        return self.view(customer_id, locale)

    def want_person(self, customer_id: str, *, locale: str) -> CustomerView:
        """Hands the request over to a person; without one, opens a ticket that a person starts.

        Raises:
            DeskError: `TOO_FAST`.
        """
        if not self._limiter.allows(customer_id):
            raise DeskError(Refusal.TOO_FAST)
        with self._one_at_a_time(customer_id):
            self._retried(lambda: self._hand_over(customer_id, locale))
        self._changed(customer_id)
        return self.view(customer_id, locale)

    def rate(
        self, customer_id: str, reply_id: str, *, solved: bool, reasons: Sequence[str] = (), comment: str = ""
    ) -> CustomerView:
        """Records what the customer says of a reply. Solved closes the ticket, not solved opens it again.

        Raises:
            DeskError: `NOT_FOUND`, no such reply to this customer; `TOO_LONG`, `UNREADABLE`, `TOO_FAST`, `UNAVAILABLE`.
        """
        if not self._limiter.allows(customer_id):
            raise DeskError(Refusal.TOO_FAST)
        words = self._screen(_accepted(comment), ()).text if comment.strip() else ""
        known = tuple(reason for reason in REASONS if reason in reasons)

        def store() -> str:
            with self._parts.database.writing() as records:
                reply = self._reply(records, customer_id, reply_id)
                rate(self._parts, records, reply, solved=solved, reasons=known, comment=words)
            return reply_id

        with self._one_at_a_time(customer_id):
            self._retried(store)
        self._changed(customer_id)
        return self.view(customer_id, "")

    def article(self, customer_id: str, reply_id: str, n: int) -> ArticleView:
        """The article behind mark `n` of a reply to this customer.

        Raises:
            DeskError: `NOT_FOUND`.
        """
        with self._parts.database.reading() as records:
            draft = self._reply(records, customer_id, reply_id).draft
        marked = {citation.n for citation in draft.citations}  # what a person took out of the reply is not shown
        return self._articles.behind(n, draft.citations, [item for item in draft.evidence if item.n in marked])

    def set_locale(self, customer_id: str, locale: str) -> None:
        """Remembers the language of the customer's page; a draft that people refuse for its language follows it."""
        with self._parts.database.writing() as records:
            conversation = records.conversations.of_customer(customer_id, CHANNEL)
            if conversation is not None and conversation.locale != locale:
                records.conversations.set_locale(conversation.id, locale)

    def _view(self, records: Records, conversation: Conversation | None) -> CustomerView:
        if conversation is None:
            return CustomerView()
        ticket = records.tickets.newest(conversation.id)
        status = status_of(records, ticket, self._parts.clock()) if ticket else None
        return CustomerView(timeline(records, conversation, staff=None), status)

    def _take_in(self, customer_id: str, text: str, nonce: str, locale: str, jurisdiction: str | None) -> str:
        """Stores the message and returns its ticket's id; `""` when it is there already."""
        # Outside of the transaction: screening takes tenths of a second, and everybody else would wait to write.
        past = self._past(customer_id)
        screened = self._screen(text, past)
        incident = self._incident(screened.text, past)
        with self._parts.database.writing() as records:
            conversation = self._opener.conversation(records, customer_id, locale, jurisdiction)
            if records.messages.by_nonce(conversation.id, nonce) is not None:
                return ""
            seq = records.messages.last_seq(conversation.id) + 1
            ticket = self._opener.ticket_of_message(records, conversation, seq, incident=incident)
            now = self._parts.clock()  # never before the moment since which its ticket waits
            message = Message(self._parts.new_id(), conversation.id, ticket.id, seq, screened.text, nonce, now)
            records.messages.add(message, secret=screened.has_secret)
            records.messages.add_personal(
                PersonalValue(message.id, token, kind, self._parts.vault.seal(value))
                for token, kind, value in screened.originals
            )
            data: dict[str, Value] = {"message": message.id, "seq": seq, "sha256": text_hash(message.text)}
            record(records, now, f"customer:{conversation.id}", "message.received", ticket.id, data)
            return ticket.id

    def _past(self, customer_id: str) -> list[str]:
        with self._parts.database.reading() as records:
            conversation = records.conversations.of_customer(customer_id, CHANNEL)
            said = records.messages.of_conversation(conversation.id) if conversation else ()
        return [message.text for message in said[-_HISTORY:]]

    def _hand_over(self, customer_id: str, locale: str) -> str:
        with self._parts.database.writing() as records:
            conversation = self._opener.conversation(records, customer_id, locale, None)
            ticket = records.tickets.newest(conversation.id)
            if ticket is None or ticket.state is TicketState.CLOSED:
                ticket = self._opener.new_ticket(
                    records, conversation, records.messages.last_seq(conversation.id), locale
                )
            now = self._parts.clock()  # never before the moment since which the ticket waits
            reason = HandoffReason.CUSTOMER_REQUEST
            key = f"handoff:{reason.value}"
            waiting = ticket.state in (TicketState.QUEUED, TicketState.CLAIMED)
            if waiting and (ticket.reason is reason or told(records, ticket, key)):
                return ticket.id  # pressed twice
            found = route(reason, upset=False)
            changed = replace(
                ticket,
                state=next_state(ticket.state, Event.PERSON_WANTED),
                urgency=min(ticket.urgency, found.urgency),
                reason=prevailing(ticket.reason, reason),
            )
            if not waiting:
                # The draft that was sent did not help: a person starts from nothing, and it cannot be sent again.
                changed = replace(
                    changed,
                    draft_id=None,
                    assignee_id=None,
                    answered_at=None,
                    waiting_since=now,
                    due_at=self._parts.calendar.due(found.clock, now),
                )
            save(records, changed, ticket.version)
            record(records, now, f"customer:{conversation.id}", "person.wanted", ticket.id)
            text = self._parts.policy.handoff(reason, conversation.locale)
            tell(self._parts, records, ticket, key=key, text=text, language=conversation.locale)
            return ticket.id

    def _reply(self, records: Records, customer_id: str, reply_id: str) -> Reply:
        conversation = records.conversations.of_customer(customer_id, CHANNEL)
        reply = records.replies.get(reply_id)
        ticket = records.tickets.get(reply.draft.ticket_id) if reply else None
        if reply is None or ticket is None or conversation is None or ticket.conversation_id != conversation.id:
            raise DeskError(Refusal.NOT_FOUND)
        return reply

    def _incident(self, text: str, past: Sequence[str]) -> HandoffReason | None:
        """What has to be known before any draft: an emergency jumps the queue, a confidential case is not shown."""
        incidents = (found for found in self._intents.detect(text, tuple(past)) if found.incident)
        return next((found.intent for found in incidents), None)

    def _screen(self, text: str, history: Sequence[str]) -> Screened:
        try:
            return self._parts.firewall.screen(text, history)
        except FirewallError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None

    def _one_at_a_time(self, customer_id: str) -> Lock:
        """Two tabs and a double click take turns: the second sees what the first has done."""
        with self._guard:
            return self._locks.setdefault(customer_id, Lock())

    def _retried(self, change: Callable[[], str]) -> str:
        """`change`, again when a person or a draft changed the ticket between reading and writing."""
        for _ in range(_TRIES):
            try:
                return change()
            except DeskError as error:
                if error.code is not Refusal.STALE:
                    raise
        raise DeskError(Refusal.UNAVAILABLE, "The ticket changes too fast.")

    def _changed(self, customer_id: str) -> None:
        self._parts.publish(DESK)
        self._parts.publish(customer_topic(customer_id))


def _accepted(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_CHARACTERS:,}")
    if not text.strip():
        raise DeskError(Refusal.EMPTY)
    try:
        return accept_turns((text,))[0]
    except InquiryError as error:
        raise DeskError(Refusal.UNREADABLE, str(error)) from None
