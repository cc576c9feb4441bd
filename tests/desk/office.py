"""A desk with a database of its own, over the articles and the chain of the shared one."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from assistant.bootstrap import App
from assistant.desk.views import CustomerView, Entry, EntryKind, TicketView
from assistant.settings import load_settings
from assistant.ticket import Ticket
from assistant.user import Role, User
from tests.conftest import FIXED_NOW

SETTLED_S = 30.0


class Clock:
    """A clock that a test moves. Every reading is a millisecond later, so that no two events share a moment."""

    def __init__(self) -> None:
        self._now = FIXED_NOW
        self._ticks = itertools.count()

    def __call__(self) -> datetime:
        return self._now + timedelta(milliseconds=next(self._ticks))

    def advance(self, **span: float) -> None:
        self._now += timedelta(**span)


class Office:
    """The services, the people and what tests do all the time."""

    def __init__(self, app: App, clock: Clock, *, hire: bool) -> None:
        self.app = app
        self.clock = clock
        self.customers = app.customer_desk
        self.review = app.review_desk
        self.agent = User("id-林", "林", Role.AGENT)
        self.other = User("id-Bo", "Bo", Role.AGENT)
        self.supervisor = User("id-苏", "苏", Role.SUPERVISOR)
        if hire:
            with self.app.database.writing() as records:
                for user in (self.agent, self.other, self.supervisor):
                    records.users.add(user, "no password opens this")
        self._nonces = itertools.count()

    def ask(self, text: str, customer: str = "c1", *, locale: str = "zh-CN", settle: bool = True) -> CustomerView:
        """A new message, with its draft made."""
        self.customers.send(customer, text, nonce=f"nonce-{next(self._nonces):06}", locale=locale)
        if settle:
            self.settle()
        return self.customers.view(customer, locale)

    def settle(self) -> None:
        """Waits until no ticket waits for a draft."""
        end = time.monotonic() + SETTLED_S
        while True:
            with self.app.database.reading() as records:
                if not records.tickets.pending(1):
                    return
            assert time.monotonic() < end, "a draft was never made"
            time.sleep(0.005)

    def ticket(self, customer: str = "c1") -> Ticket:
        """The customer's newest ticket as stored."""
        with self.app.database.reading() as records:
            conversation = records.conversations.of_customer(customer, "web")
            assert conversation is not None
            ticket = records.tickets.newest(conversation.id)
            assert ticket is not None
            return ticket

    def claimed(self, user: User | None = None, customer: str = "c1") -> TicketView:
        """The customer's ticket, claimed."""
        return self.review.claim(user or self.agent, self.ticket(customer).id)

    def approved(self, view: TicketView, user: User | None = None, *, confirmed: bool = False) -> TicketView:
        """The ticket after its draft was approved as the page showed it."""
        assert view.draft is not None
        return self.review.approve(
            user or self.agent, view.ticket.id, view.ticket.version, view.draft.sha256, confirmed=confirmed
        )

    def actions(self, customer: str = "c1") -> list[str]:
        """The ticket's audit events."""
        with self.app.database.reading() as records:
            return [event.action for event in records.audit.of_subject(f"ticket:{self.ticket(customer).id}")]


def entries(view: CustomerView | TicketView, kind: EntryKind) -> list[Entry]:
    return [entry for entry in view.entries if entry.kind is kind]


@contextmanager
def open_office(shared: App, data_dir: Path, database_url: str | None = None, *, hire: bool = True) -> Iterator[Office]:
    """An office that shares models, articles and chain, and nothing that is written. `hire` = with new people."""
    clock = Clock()
    app = App(load_settings(data_dir=data_dir, database_url=database_url, messages_per_minute=600), clock=clock)
    app.chain = shared.chain
    app.retriever = shared.retriever
    app.policy = shared.policy
    app.vocabulary = shared.vocabulary
    app.catalog = shared.catalog
    try:
        yield Office(app, clock, hire=hire)
    finally:
        del app.retriever  # belongs to the shared desk
        app.close()
