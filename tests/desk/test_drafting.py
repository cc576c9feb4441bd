"""What happens to a ticket while the desk drafts for it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from assistant.chain.answer import AnswerChain
from assistant.model import Answer, HandoffReason, Inquiry, Level, level_of
from assistant.ticket import RejectReason, TicketState
from tests.desk.office import Office
from tests.desk.test_customer import DELAYED


class Interrupted:
    """The chain, with something that people do before its first answer."""

    def __init__(self, chain: AnswerChain, meanwhile: Callable[[], object]) -> None:
        self._chain = chain
        self._meanwhile = meanwhile
        self.asked: list[Inquiry] = []

    def answer(self, inquiry: Inquiry) -> Answer:
        self.asked.append(inquiry)
        if len(self.asked) == 1:
            self._meanwhile()
        return self._chain.answer(inquiry)


def interrupted(office: Office, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> Interrupted:
    chain = Interrupted(office.app.chain, meanwhile)
    monkeypatch.setattr(office.app.drafting, "_chain", lambda: chain)
    return chain


def test_a_ticket_that_is_closed_meanwhile_gets_no_draft_and_no_error(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def close() -> None:
        view = office.claimed()
        office.review.close(office.agent, view.ticket.id, view.ticket.version, "重复")

    office.app.drafting.close()
    office.ask(DELAYED, settle=False)
    interrupted(office, monkeypatch, close)
    with caplog.at_level(logging.WARNING):
        office.app.drafting._run(office.ticket().id)
    assert (office.ticket().state, office.ticket().draft_id) == (TicketState.CLOSED, None)
    assert caplog.records == []


def test_what_a_person_refuses_meanwhile_counts_for_the_draft_in_the_making(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        view = office.claimed()
        view = office.review.edit(office.agent, view.ticket.id, view.ticket.version, "您好，正在核对。")
        office.review.reject(office.agent, view.ticket.id, view.ticket.version, RejectReason.WRONG_LANGUAGE)

    office.app.drafting.close()
    office.ask(DELAYED, settle=False)
    chain = interrupted(office, monkeypatch, refuse)
    office.app.drafting._run(office.ticket().id)
    assert [inquiry.locale for inquiry in chain.asked] == [None, "zh-CN"]
    assert office.ticket().draft_id is not None


def test_a_draft_keeps_to_the_rules_of_the_customers_place(office: Office) -> None:
    for customer, place in (("here", "CN"), ("there", "JP")):
        office.customers.send(customer, "怎么充值 USDT", nonce=f"nonce-{customer}", locale="zh-CN", jurisdiction=place)
    office.settle()
    assert office.ticket("here").reason is HandoffReason.REGION
    assert office.ticket("there").draft_id is not None


def test_one_click_words_the_draft_anew_and_another_brings_the_first_one_back(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.draft is not None
    first = view.draft.body
    for reason, level in ((RejectReason.PLAIN, Level.PLAIN), (RejectReason.NORMAL, Level.NORMAL)):
        office.review.reject(office.agent, view.ticket.id, view.ticket.version, reason)
        office.settle()
        view = office.review.open(office.agent, view.ticket.id)
        assert view.draft is not None
        assert view.mine
        assert level_of(view.draft.versions) is level
        assert (view.draft.body == first) is (level is Level.NORMAL)


def test_a_follow_up_for_plain_words_is_drafted_in_them(office: Office) -> None:
    office.ask(DELAYED)
    office.ask("讲简单点")
    draft = office.claimed().draft
    assert draft is not None
    assert level_of(draft.versions) is Level.PLAIN
    assert "（提现：把资产转出云桥交易所账户。）" in draft.body
