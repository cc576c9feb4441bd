"""Drafts for tickets whose last message has none yet, in the background and again after a crash.

What has to be drafted is in the database (`Ticket.drafting`), not in a queue in memory: a process that dies loses
nothing, and the next start goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Lock

from assistant.chain.answer import AnswerChain
from assistant.desk.draft_record import asks_back
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.outcome import Lessons, apply_answer, lessons
from assistant.desk.parts import Parts
from assistant.errors import ProofdeskError
from assistant.events import DESK, customer_topic
from assistant.model import Action, Answer, Disposition, HandoffReason, Inquiry
from assistant.storage.records import Records
from assistant.ticket import Conversation, Message, Ticket, TicketState

log = logging.getLogger(__name__)

_SWEEP = 200
"""Tickets submitted by one sweep."""
_TURNS = 20
"""How many of the ticket's messages the chain reads."""


class DraftingDesk:
    """Drafts for tickets.

    Args:
        parts: what the desk's services share.
        chain: makes the chain at the first use, in whichever thread needs it first.
        upset: whether a message's wording calls for a calming word.
        workers: drafts made at the same time.
    """

    def __init__(
        self, parts: Parts, *, chain: Callable[[], AnswerChain], upset: Callable[[str], bool], workers: int
    ) -> None:
        self._parts = parts
        self._chain = chain
        self._upset = upset
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="drafting")
        self._lock = Lock()
        self._closing = Event()
        self._submitted: set[str] = set()

    def submit(self, ticket_id: str) -> None:
        """Drafts in the background. A ticket that waits for its turn already is submitted once."""
        with self._lock:
            if ticket_id in self._submitted:
                return
            self._submitted.add(ticket_id)
        try:
            self._pool.submit(self._run, ticket_id)
        except RuntimeError:  # shutting down: the next start finds it in the database
            log.info("ticket %s is drafted at the next start", ticket_id)

    def sweep(self) -> int:
        """Submits every ticket that waits for a draft; returns how many."""
        with self._parts.database.reading() as records:
            waiting = [ticket.id for ticket in records.tickets.pending(_SWEEP)]
        for ticket_id in waiting:
            self.submit(ticket_id)
        return len(waiting)

    def watch(self, every_s: float = 30.0) -> None:
        """Sweeps now and again until the desk closes: for what a crash or a failed attempt left behind."""
        while not self._closing.is_set():
            try:
                self.sweep()
            except ProofdeskError as error:
                log.error("tickets that wait for a draft cannot be read: %s", error)
            self._closing.wait(every_s)

    def close(self) -> None:
        """Finishes the drafts that are being made and starts no more."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def draft(self, ticket_id: str) -> bool:
        """Drafts for the ticket's last message now; `False` when nothing is left to do.

        The result counts only if meanwhile the customer has not written and people have neither refused a draft nor
        closed the ticket.
        """
        with self._parts.database.reading() as records:
            ticket = records.tickets.get(ticket_id)
            if ticket is None or not ticket.drafting or ticket.state is TicketState.CLOSED:
                return False
            conversation = records.conversations.get(ticket.conversation_id)
            said = records.messages.of_conversation(ticket.conversation_id)
            learnt = lessons(records, ticket, conversation) if conversation else Lessons()
        messages = [message for message in said if message.ticket_id == ticket.id]
        if conversation is None or not messages:
            return False
        answer = self._answer(ticket, messages, learnt, conversation.jurisdiction)
        upset = self._upset(messages[-1].text)
        try:
            with self._parts.database.writing() as records:
                current = records.tickets.get(ticket_id)
                if current is not None and _unchanged(records, current, ticket, conversation, learnt):
                    apply_answer(self._parts, records, current, answer, upset=upset, refused=learnt.refused)
        except DeskError as error:
            if error.code is not Refusal.STALE:
                raise
            return True
        self._parts.publish(DESK)
        self._parts.publish(customer_topic(conversation.customer_id))
        return True

    def _run(self, ticket_id: str) -> None:
        with self._lock:
            self._submitted.discard(ticket_id)  # from here on, a new message submits it anew
        try:
            while self.draft(ticket_id):
                pass
        except Exception as error:
            # It stays in the database as a ticket without a draft; a person can answer it, the next sweep tries again.
            _log_defect("drafting for ticket %s failed: unexpected error (%s)", ticket_id, error)

    def _answer(self, ticket: Ticket, messages: Sequence[Message], learnt: Lessons, jurisdiction: str | None) -> Answer:
        """The chain's answer. One that only asks back about the last message has a draft for what was open before."""
        answer = self._answered(ticket, messages, learnt, jurisdiction)
        earlier = messages[:-1]
        if asks_back(answer) and earlier and earlier[-1].created_at >= ticket.waiting_since:
            standing = self._answer(ticket, earlier, learnt, jurisdiction)
            return replace(answer, proposal=standing.proposal or standing)
        return answer

    def _answered(
        self, ticket: Ticket, messages: Sequence[Message], learnt: Lessons, jurisdiction: str | None
    ) -> Answer:
        turns = tuple(message.text for message in messages[-_TURNS:])
        inquiry = Inquiry(
            ticket.id,
            turns,
            learnt.locale,
            jurisdiction,
            exclude=learnt.exclude,
            screened=True,
            level=learnt.level,
        )
        try:
            return self._chain().answer(inquiry)
        except ProofdeskError as error:
            log.error("no draft for ticket %s: %s", ticket.number, error)
        except Exception as error:
            _log_defect("no draft for ticket %s: unexpected error (%s)", ticket.number, error)
        # A person answers and the customer is told so: what the desk cannot do must not keep a question from people.
        reason, language = HandoffReason.UNAVAILABLE, learnt.locale or ticket.language
        text = self._parts.policy.handoff(reason, language)
        return Answer(ticket.id, Action.HANDOFF, Disposition.REVIEW, reason, text, language, 0.0)


def _unchanged(records: Records, current: Ticket, read: Ticket, conversation: Conversation, learnt: Lessons) -> bool:
    """Whether a draft for the ticket as it was read is still wanted, and nothing more has been learnt of it."""
    open_ = current.drafting and current.state is not TicketState.CLOSED
    return open_ and current.message_seq == read.message_seq and lessons(records, current, conversation) == learnt


def _log_defect(message: str, ticket: str, error: Exception) -> None:
    """A defect of ours. Its text and traceback may quote the customer: they are for who debugs, not for every log."""
    log.error(message, ticket, type(error).__name__)
    log.debug("ticket %s", ticket, exc_info=error)
