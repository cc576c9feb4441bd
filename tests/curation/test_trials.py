"""A hundred times each: what was taken in is answered at once, what was taken out is never cited again."""

from __future__ import annotations

import random

import pytest

from assistant.bootstrap import App
from assistant.model import Answer, Inquiry
from corpus.ingest import ingest_contents

TRIALS = 100
_THINGS = ("礼品卡", "积分", "周边商城", "生日礼包", "推荐码", "活动门票", "会员年鉴", "线下沙龙", "签到日历", "徽章")
_ACTS = ["兑换", "领取", "转让", "激活", "补发", "更换", "合并", "查询", "申请", "取消"]
_PLACES = ["资产", "账户", "活动", "订单", "首页", "市场", "消息", "设置"]


def article(number: int, dice: random.Random) -> tuple[str, str, str]:
    """Id, file and a question that only this article answers."""
    thing, act, place = dice.choice(_THINGS), dice.choice(_ACTS), dice.choice(_PLACES)
    name = f"{thing}{number}号"
    text = (
        f"---\nid: trial-{number}\nlocale: zh-CN\ntitle: {act}{name}\ncategory: service\n"
        f"questions: [怎么{act}{name}, 如何{act}{name}, "
        f"{name}在哪里{act}, 想{act}{name}, {name}{act}步骤, {name}能{act}吗]\n---\n"
        f"## 结论\n在「{place} > {name}」点「{act}」，页面会显示结果。\n\n"
        f"## 步骤\n1. 打开「{place} > {name}」，页面会显示「{act}」。\n2. 点「{act}」，页面会显示结果。\n"
    )
    return f"trial-{number}", text, f"怎么{act}{name}"


def cited(answer: Answer) -> set[str]:
    found = {citation.document_id for citation in answer.citations}
    return found | ({c.document_id for c in answer.proposal.citations} if answer.proposal else set())


@pytest.mark.slow
def test_the_very_next_answer_knows_what_was_taken_in_and_forgets_what_was_taken_out(desk: App) -> None:
    dice = random.Random(20261125)
    alive: list[tuple[str, str]] = []
    answered = forgotten = 0
    for number in range(TRIALS):
        document_id, text, question = article(number, dice)
        report = ingest_contents([(f"{document_id}.md", text.encode())], desk.catalog, counter=desk.token_counter)
        assert not report.failed
        desk.knowledge.build()
        answer = desk.chain.answer(Inquiry("q", (question,)))
        assert answer.citations, (question, answer.action, answer.confidence)
        assert answer.citations[0].document_id == document_id, question
        answered += 1
        alive.append((document_id, question))
        # Some are taken out at once, some much later, so that old and new parts of the index are both tried.
        gone, asked = alive.pop(dice.randrange(len(alive)) if number % 3 else -1)
        desk.knowledge.remove(gone)
        assert gone not in cited(desk.chain.answer(Inquiry("q", (asked,))))
        forgotten += 1
    assert (answered, forgotten) == (TRIALS, TRIALS)
    assert desk.knowledge.verify().ok
