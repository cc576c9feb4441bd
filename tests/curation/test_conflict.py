"""A figure that two documents give differently is not answered: somebody has to decide which one holds."""

from __future__ import annotations

import pytest

from assistant.bootstrap import App
from assistant.model import Action, HandoffReason, Inquiry
from corpus.ingest import ingest_contents

OTHER = """---
id: fee-note
locale: zh-CN
title: 挂单费率说明
category: trading
questions: [挂单费率多少, VIP 0 挂单收多少, 挂单手续费, 现货挂单费率, maker 费率是多少, 挂單費率]
---
## 结论
VIP 0 的挂单费率为 0.08%，按成交金额收取。
"""


@pytest.fixture
def contradicted(desk: App) -> App:
    report = ingest_contents([("fee-note.md", OTHER.encode())], desk.catalog, counter=desk.token_counter)
    assert not report.failed
    desk.knowledge.build()
    return desk


def test_the_draft_stops_and_says_what_contradicts_what(contradicted: App) -> None:
    answer = contradicted.chain.answer(Inquiry("q", ("VIP 0 的挂单费率是多少",)))
    assert (answer.action, answer.handoff_reason) == (Action.HANDOFF, HandoffReason.CONFLICT)
    (finding,) = answer.findings
    assert finding.rule == "CONFLICT"
    assert {"fee-note", "trd-fees", "0.08%", "0.1%"} <= set(finding.message.replace(",", "").rstrip(".").split())
    assert answer.evidence, "the agent sees both"
    assert "0.08" not in answer.text


def test_other_questions_are_answered_as_before(contradicted: App) -> None:
    assert contradicted.chain.answer(Inquiry("q", ("USDT 提现还没到",))).action is Action.ANSWER


def test_the_desk_without_it_answers(desk: App) -> None:
    assert desk.chain.answer(Inquiry("q", ("VIP 0 的挂单费率是多少",))).action is Action.ANSWER
