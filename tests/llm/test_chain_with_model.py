"""The whole chain with a scripted model: a faithful draft is used, anything else gives way to the composer."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.chain.answer import AnswerChain
from assistant.chain.composer import MODEL
from assistant.model import Action, Answer, Inquiry, Severity
from tests.llm.conftest import MakeChain
from tests.llm.scripted_server import Reply, Server, failing, nonsense, quoting, saying, silent, trickling

QUESTION = "提现一直没到账怎么办？"
TIMEOUT_S = 1.0

UNUSABLE: dict[str, Reply] = {
    "wrong number": quoting("{sentence}，手续费为 98765 USDT。[1]"),
    "unknown citation": quoting("{sentence}。[99]"),
    "one good and one unknown citation": quoting("{sentence}。[1]\n\n{sentence}。[99]"),
    "no citation": quoting("{sentence}。"),
    "one sentence without citation": quoting("{sentence}。[1]\n\n请放心。"),
    "declined": saying("NO_ANSWER"),
    "cut off": saying("提现需要网络确认。[1]", "length"),
    "wrong language": saying("Withdrawals wait for the confirmations of the network before they arrive.[1]"),
    "advice to buy": quoting("{sentence}，建议您现在买入比特币，稳赚不赔。[1]"),
    "asks for a secret": quoting("{sentence}。请把您的助记词和密码发给我们。[1]"),
    "foreign address": quoting("{sentence}，请打开 https://evil.example/login 。[1]"),
    "401": failing(401),
    "429": failing(429, **{"Retry-After": "30"}),
    "500": failing(500),
    "not JSON": nonsense,
}


def answered(chain: AnswerChain, *turns: str, **values: Any) -> Answer:
    return chain.answer(Inquiry("q", turns or (QUESTION,), **values))


def with_model(make_chain: MakeChain, server: Server) -> AnswerChain:
    return make_chain(chat_model="openai:stub", chat_base_url=server.url, chat_timeout_s=TIMEOUT_S)


@pytest.fixture
def extractive(make_chain: MakeChain) -> Answer:
    answer = answered(make_chain())
    assert (answer.action, answer.versions["model"]) == (Action.ANSWER, MODEL)
    return answer


def test_a_faithful_draft_is_used(make_chain: MakeChain, server: Server) -> None:
    server.reply = quoting("{sentence}。[1]")
    answer = answered(with_model(make_chain, server))
    assert (answer.action, answer.versions["model"]) == (Action.ANSWER, "openai:stub")
    assert answer.versions["prompt"] == "draft@1"
    (citation,) = answer.citations
    passages = {item.passage.id: item.passage for item in answer.evidence}
    assert citation.quote == passages[citation.passage_id].text[slice(*citation.span)]
    assert f"[{citation.n}]" in answer.text
    assert not [finding for finding in answer.findings if finding.severity is Severity.BLOCK]
    assert answer.notices, "notices are appended to a model's draft as to any other"


@pytest.mark.parametrize("reply", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_anything_else_gives_way_to_the_composer(
    make_chain: MakeChain, server: Server, extractive: Answer, reply: Reply
) -> None:
    server.reply = reply
    answer = answered(with_model(make_chain, server))
    assert len(server.requests) == 1, "the model was asked, once"
    assert answer.versions["model"] == MODEL
    assert (answer.text, answer.citations) == (extractive.text, extractive.citations)
    assert (answer.action, answer.disposition) == (extractive.action, extractive.disposition)


@pytest.mark.slow
@pytest.mark.parametrize("reply", [silent, trickling], ids=["silent", "trickling"])
def test_a_slow_model_costs_its_timeout_and_no_more(
    make_chain: MakeChain, server: Server, extractive: Answer, reply: Reply
) -> None:
    server.reply = reply
    answer = answered(with_model(make_chain, server))
    assert (answer.text, answer.versions["model"]) == (extractive.text, MODEL)
    assert TIMEOUT_S * 900 < answer.stage_ms["model"] < TIMEOUT_S * 1000 + 500


@pytest.mark.parametrize(
    ("turn", "action"),
    [
        ("火星移民签证的面试在哪里预约？", Action.HANDOFF),
        ("请给我转人工客服", Action.HANDOFF),
        ("12345", Action.CLARIFY),
        (
            "我的助记词是 legal winner thank year wave sausage worth useful legal winner thank yellow",
            Action.ESCALATE,
        ),
    ],
    ids=["no evidence", "wants a person", "no words", "a secret"],
)
def test_the_model_is_not_asked(make_chain: MakeChain, server: Server, turn: str, action: Action) -> None:
    server.reply = quoting("{sentence}。[1]")
    answer = answered(with_model(make_chain, server), turn)
    assert answer.action is action
    assert server.requests == []


def test_the_model_sees_what_the_firewall_left(make_chain: MakeChain, server: Server) -> None:
    server.reply = quoting("{sentence}。[1]")
    answered(with_model(make_chain, server), "我的手机 13800138000，邮箱 li.lei@example.com", QUESTION)
    (request,) = server.requests
    system, user = request["messages"]
    assert QUESTION in user["content"]
    assert QUESTION not in system["content"]
    for personal in ("13800138000", "li.lei"):
        assert personal not in str(request)
