"""Whatever customers and agents do in whatever order: nothing is sent that was not approved, and the record holds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from assistant import audit
from assistant.bootstrap import App
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import EntryKind, TicketView
from assistant.reply import text_hash
from assistant.ticket import RejectReason, TicketState
from tests.desk.office import Office, entries, open_office

CUSTOMERS = ("c1", "c2")
QUESTIONS = (
    "提现两小时还没到账",
    "手续费是多少",
    "我的账户被盗了",
    "你们公司的猫叫什么",
    "我要人工",
    "？？",
    "a1b2c3d4" * 8,
)
PEOPLE = ("agent", "other", "supervisor")
EXPECTED = set(Refusal) - {Refusal.UNAVAILABLE, Refusal.LOGIN_FAILED, Refusal.SESSION_EXPIRED, Refusal.UNREADABLE}


class DeskMachine(RuleBasedStateMachine):
    """Two customers, two agents and a supervisor on one desk; pages may be out of date."""

    shared: App

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._opened = open_office(self.shared, Path(self._folder.name) / "var")
        self.office: Office = self._opened.__enter__()
        self.pages: dict[tuple[str, str], TicketView] = {}
        self.approved: list[str] = []
        self.wanting: set[str] = set()

    def teardown(self) -> None:
        report = audit.verify(self.office.app.database)
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()
        assert report.ok, report.problem

    def _page(self, customer: str, person: str) -> TicketView | None:
        """What the person's page shows: perhaps out of date."""
        return self.pages.get((customer, person))

    def _try(self, customer: str, person: str, step: str, *args: object, **options: object) -> TicketView | None:
        view = self._page(customer, person)
        if view is None:
            return None
        user = getattr(self.office, person)
        seen = () if step == "claim" else (view.ticket.version,)
        try:
            after: TicketView = getattr(self.office.review, step)(user, view.ticket.id, *seen, *args, **options)
        except DeskError as error:
            if error.code not in EXPECTED:
                raise
            return None
        self.pages[customer, person] = after
        return after

    @rule(customer=st.sampled_from(CUSTOMERS), text=st.sampled_from(QUESTIONS))
    def ask(self, customer: str, text: str) -> None:
        self.office.ask(text, customer)

    @rule(customer=st.sampled_from(CUSTOMERS))
    def want_person(self, customer: str) -> None:
        self.office.customers.want_person(customer, locale="zh-CN")
        self.wanting.add(customer)

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE))
    def look(self, customer: str, person: str) -> None:
        if self.office.customers.view(customer, "zh-CN").status is not None:
            ticket = self.office.ticket(customer)
            self.pages[customer, person] = self.office.review.open(getattr(self.office, person), ticket.id)

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE))
    def claim(self, customer: str, person: str) -> None:
        self.look(customer, person)
        self._try(customer, person, "claim")

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE))
    def release(self, customer: str, person: str) -> None:
        self._try(customer, person, "release")

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE), confirmed=st.booleans())
    def approve(self, customer: str, person: str, confirmed: bool) -> None:
        view = self._page(customer, person)
        if view is not None and view.draft is not None:
            after = self._try(customer, person, "approve", view.draft.sha256, confirmed=confirmed)
            if after is not None:
                self.approved.append(view.draft.sha256)
                self.wanting.discard(customer)

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        person=st.sampled_from(PEOPLE),
        body=st.sampled_from(["您好，我们已收到。", "我们保证您稳赚不赔。", "请等待 42 分钟。", "请看[9]"]),
    )
    def edit(self, customer: str, person: str, body: str) -> None:
        self._try(customer, person, "edit", body)

    @rule(
        customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE), reason=st.sampled_from(list(RejectReason))
    )
    def reject(self, customer: str, person: str, reason: RejectReason) -> None:
        self._try(customer, person, "reject", reason, "说明")
        self.office.settle()

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE))
    def escalate(self, customer: str, person: str) -> None:
        self._try(customer, person, "escalate", "请主管看")

    @rule(customer=st.sampled_from(CUSTOMERS), person=st.sampled_from(PEOPLE))
    def close(self, customer: str, person: str) -> None:
        if self._try(customer, person, "close", "重复") is not None:
            self.wanting.discard(customer)

    @rule(minutes=st.sampled_from([1, 6, 600]))
    def wait(self, minutes: int) -> None:
        self.office.clock.advance(minutes=minutes)

    @precondition(lambda self: self.approved)
    @rule(customer=st.sampled_from(CUSTOMERS), solved=st.booleans())
    def rate(self, customer: str, solved: bool) -> None:
        replies = entries(self.office.customers.view(customer, "zh-CN"), EntryKind.REPLY)
        if replies:
            self.office.customers.rate(customer, replies[-1].id, solved=solved)

    @invariant()
    def customers_have_what_was_approved_and_nothing_else(self) -> None:
        received = [
            text_hash("\n\n".join([entry.text, *entry.notices]))
            for customer in CUSTOMERS
            for entry in entries(self.office.customers.view(customer, "zh-CN"), EntryKind.REPLY)
        ]
        assert sorted(received) == sorted(self.approved)

    @invariant()
    def no_question_is_lost(self) -> None:
        """Whoever waits for the desk is in the queue."""
        with self.office.app.database.reading() as records:
            queued = {ticket.id for ticket in records.tickets.open()}
        for customer in CUSTOMERS:
            if self.office.customers.view(customer, "zh-CN").status is not None:
                ticket = self.office.ticket(customer)
                waits = ticket.state in (TicketState.QUEUED, TicketState.CLAIMED)
                assert waits == (ticket.id in queued)
                assert waits or customer not in self.wanting, "only a person's decision ends the wait for a person"


@pytest.mark.slow
def test_no_order_of_steps_breaks_the_desk(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    machine = type("Machine", (DeskMachine,), {"shared": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
