from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import pytest

from assistant.compliance.errors import PolicyError
from assistant.desk.errors import Refusal
from assistant.desk.views import EntryKind, TicketView
from assistant.firewall.model import FirewallError
from assistant.model import Disposition
from assistant.ticket import DraftOrigin, RejectReason
from index.errors import IndexNotBuilt
from tests.conftest import FIXED_NOW
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, refused

UNKNOWN = "你们公司的猫叫什么名字"


def edited(office: Office, view: TicketView, body: str, cite: tuple[str, ...] = ()) -> TicketView:
    return office.review.edit(office.agent, view.ticket.id, view.ticket.version, body, cite)


def test_an_edit_is_a_new_draft_with_the_same_notices(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    first = view.draft
    assert first is not None
    view = edited(office, view, f"您好，{first.body}")
    second = view.draft
    assert second is not None
    assert (second.origin, second.parent_id, second.author_id) == (DraftOrigin.EDITED, first.id, office.agent.id)
    assert second.edit_distance == len("您好，")
    assert [notice.id for notice in second.notices] == [notice.id for notice in first.notices]
    assert view.base == first
    office.approved(view)
    reply = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0]
    assert reply.text.startswith("您好，")


def test_an_edit_that_policy_blocks_is_not_sent(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.draft is not None
    view = edited(office, view, view.draft.body + "我们保证您稳赚不赔。")
    assert view.blocked_by
    with refused(Refusal.BLOCKED):
        office.approved(view, confirmed=True)
    assert entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY) == []


def test_a_secret_pasted_into_a_reply_blocks_it(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    view = edited(office, view, f"您的助记词是 {phrase}")
    assert "FIREWALL" in view.blocked_by
    with refused(Refusal.BLOCKED):
        office.approved(view, confirmed=True)


def test_facts_without_a_source_have_to_be_vouched_for(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.draft is not None
    view = edited(office, view, view.draft.body + "\n\n您的提现将在 37 分钟后到账。")
    assert view.unconfirmed == 1
    assert [mark.text for mark in view.facts if not mark.supported]
    with refused(Refusal.UNCONFIRMED):
        office.approved(view)
    office.approved(view, confirmed=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [("  \n", Refusal.EMPTY), ("字" * 8_001, Refusal.TOO_LONG), ("a\x00\x01\x02\x03", Refusal.UNREADABLE)],
)
def test_what_is_no_reply_is_refused(office: Office, body: str, code: Refusal) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(code):
        edited(office, view, body)


def test_a_refused_article_is_not_used_again_and_the_same_words_do_not_come_back(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    topic = view.ticket.topic
    view = office.review.reject(office.agent, view.ticket.id, view.ticket.version, RejectReason.WRONG_ARTICLE)
    office.settle()
    view = office.review.open(office.agent, view.ticket.id)
    assert view.mine
    assert view.draft is None or all(item.passage.document_id != topic for item in view.draft.evidence)


def test_without_anything_better_the_editor_is_empty(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    office.review.reject(office.agent, view.ticket.id, view.ticket.version, RejectReason.TONE)
    office.settle()
    view = office.review.open(office.agent, view.ticket.id)
    assert (view.draft, view.mine) == (None, True)


def test_a_refusal_for_other_reasons_says_which(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(Refusal.NEEDS_REASON):
        office.review.reject(office.agent, view.ticket.id, view.ticket.version, RejectReason.OTHER, "  ")


def test_a_person_answers_what_the_desk_cannot_with_a_passage_they_found(office: Office) -> None:
    view = office.ask(UNKNOWN)
    assert len(entries(view, EntryKind.NOTICE)) == 1
    ticket = office.claimed()
    assert ticket.draft is None
    with refused(Refusal.NO_DRAFT):
        office.review.approve(office.agent, ticket.ticket.id, ticket.ticket.version, "", confirmed=True)
    hits = office.review.search(office.agent, "提现未到账")
    assert hits
    ticket = edited(office, ticket, "关于提现，请看这里。[1]", (hits[0].passage_id,))
    assert ticket.draft is not None
    assert ticket.draft.origin is DraftOrigin.WRITTEN
    assert "AI-LABEL" not in [notice.id for notice in ticket.draft.notices]
    office.approved(ticket, confirmed=True)
    reply = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0]
    assert [citation.n for citation in reply.citations] == [1]
    assert office.customers.article("c1", reply.id, 1).document_id == hits[0].document_id


def test_a_passage_that_does_not_exist_cannot_be_cited(office: Office) -> None:
    office.ask(UNKNOWN)
    view = office.claimed()
    with refused(Refusal.NOT_FOUND):
        edited(office, view, "请看[1]", ("no-such-passage",))


@pytest.mark.parametrize(
    "change", [{"audience": "internal"}, {"effective_until": FIXED_NOW.date()}, {"effective_from": date(2026, 3, 3)}]
)
def test_what_customers_may_not_read_cannot_be_cited(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    office.ask(UNKNOWN)
    view = office.claimed()
    hit = office.review.search(office.agent, "提现未到账")[0]
    (passage,) = office.app.retriever.passages([hit.passage_id])
    editor = office.review._editor
    monkeypatch.setattr(editor, "_passages", lambda _: (replace(passage, **change),))
    with refused(Refusal.NOT_FOUND):
        edited(office, view, "请看[1]", (hit.passage_id,))


@pytest.mark.parametrize(
    ("part", "method", "error", "cite"),
    [
        ("policy", "notices_for", PolicyError("no such notice"), ()),
        ("firewall", "screen", FirewallError("a detector failed"), ()),
        ("editor", "_passages", IndexNotBuilt("no index"), ("any",)),
    ],
)
def test_nothing_is_kept_of_an_edit_that_cannot_be_checked(
    office: Office, monkeypatch: pytest.MonkeyPatch, part: str, method: str, error: Exception, cite: tuple[str, ...]
) -> None:
    office.ask(DELAYED)
    view = office.claimed()

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    with monkeypatch.context() as broken, refused(Refusal.UNAVAILABLE):
        broken.setattr(office.review._editor if part == "editor" else type(getattr(office.app, part)), method, fail)
        edited(office, view, "您好。", cite)
    after = office.review.open(office.agent, view.ticket.id)
    assert (after.draft, after.ticket.version) == (view.draft, view.ticket.version)


def test_what_a_person_wrote_while_the_desk_was_drafting_stays(office: Office) -> None:
    office.app.drafting.close()
    office.ask(DELAYED, settle=False)
    view = edited(office, office.claimed(), "您好，正在为您核对。")
    office.app.drafting.draft(view.ticket.id)
    view = office.review.open(office.agent, view.ticket.id)
    assert view.draft is not None
    assert view.draft.body == "您好，正在为您核对。"
    office.approved(view)
    assert not office.app.drafting.draft(view.ticket.id)


def test_a_draft_that_policy_wants_a_supervisor_for_is_theirs(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.draft is not None
    supervised = next((text for text in SUPERVISED if _disposition(office, text) is Disposition.SUPERVISOR), None)
    assert supervised is not None, "the pack has a rule that demands a supervisor"
    view = edited(office, view, view.draft.body + supervised)
    with refused(Refusal.NEEDS_SUPERVISOR):
        office.approved(view, confirmed=True)


SUPERVISED = ("我们会赔偿您的损失。", "我们向您承认错误并赔偿您。", "您的账户将在今天解冻。")


def _disposition(office: Office, text: str) -> Disposition:
    checked = office.app.verifier.check_text(text, evidence=(), language="zh-CN", jurisdiction=None, turns=(), ai=False)
    return checked.disposition
