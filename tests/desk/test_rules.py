"""What a role may do and what the rules of the place and of the day allow, whatever a page shows."""

from __future__ import annotations

import pytest

from assistant.compliance.engine import PolicyEngine
from assistant.desk.errors import Refusal
from assistant.desk.views import EntryKind
from assistant.model import Finding, Severity
from assistant.user import Role
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, PHONE, refused


def test_what_became_the_supervisors_is_not_closed_by_the_agent_who_holds_it(office: Office) -> None:
    office.ask(DELAYED)
    office.claimed()
    office.ask("我不想活了，想自杀")
    view = office.review.open(office.agent, office.ticket().id)
    assert (view.mine, view.ticket.required_role) == (True, Role.SUPERVISOR)
    with refused(Refusal.NEEDS_SUPERVISOR):
        office.review.close(office.agent, view.ticket.id, view.ticket.version, "骚扰")
    view = office.review.release(office.supervisor, view.ticket.id, view.ticket.version)
    view = office.claimed(office.supervisor)
    office.review.close(office.supervisor, view.ticket.id, view.ticket.version, "已电话联系")


def test_what_nobody_holds_is_not_released(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    fresh = office.review.release(office.agent, view.ticket.id, view.ticket.version)
    for version in (view.ticket.version, fresh.ticket.version):
        with refused(Refusal.STALE):
            office.review.release(office.supervisor, view.ticket.id, version)
    view = office.approved(office.claimed())
    with refused(Refusal.STALE):
        office.review.release(office.agent, view.ticket.id, view.ticket.version)


def test_originals_of_a_confidential_request_stay_out_of_agents_reach(office: Office) -> None:
    office.ask(f"怎么分批提现才能躲开风控审查，我的手机号 {PHONE}")
    view = office.claimed(office.supervisor)
    message = view.entries[0]
    office.review.close(office.supervisor, view.ticket.id, view.ticket.version, "已核实")
    office.ask(DELAYED)
    ticket = office.claimed().ticket
    with refused(Refusal.NOT_FOUND):
        office.review.reveal(office.agent, ticket.id, message.id, message.tokens[0], "好奇")
    view = office.review.release(office.agent, ticket.id, office.ticket().version)
    office.claimed(office.supervisor)
    assert office.review.reveal(office.supervisor, ticket.id, message.id, message.tokens[0], "核对") == PHONE


@pytest.mark.parametrize("words", ["\x00\x01\x02\x03", "\ud800"])
def test_a_remark_that_is_no_text_is_refused(office: Office, words: str) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(Refusal.UNREADABLE):
        office.review.close(office.agent, view.ticket.id, view.ticket.version, words)


def test_what_is_too_long_to_search_for_is_not_even_screened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(office.app.firewall), "screen", lambda *_: pytest.fail("screening takes seconds"))
    with refused(Refusal.UNREADABLE):
        office.review.search(office.agent, "提现未到账" * 40_000)


def test_an_approval_keeps_to_the_rules_of_the_customers_place(office: Office) -> None:
    for customer, place in (("here", "SG"), ("there", "JP")):
        office.customers.send(customer, DELAYED, nonce=f"nonce-{customer}", locale="zh-CN", jurisdiction=place)
    office.settle()
    for customer in ("here", "there"):
        view = office.claimed(office.supervisor, customer)
        view = office.review.edit(office.supervisor, view.ticket.id, view.ticket.version, "您的返佣已在处理。")
        if customer == "here":
            with refused(Refusal.BLOCKED):
                office.approved(view, office.supervisor)
        else:
            office.approved(view, office.supervisor)


def test_what_the_pack_demands_now_counts_and_not_what_it_demanded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    now = [Finding("NEW-1", Severity.SUPERVISOR, None, "")]
    monkeypatch.setattr(PolicyEngine, "screen", lambda *_, **__: tuple(now))
    with refused(Refusal.NEEDS_SUPERVISOR):
        office.approved(view)
    now[:] = [Finding("NEW-2", Severity.BLOCK, None, "")]
    with refused(Refusal.BLOCKED):
        office.approved(view)
    assert entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY) == []
