from __future__ import annotations

import pytest

from assistant.chain.triage import QuestionType, triage
from assistant.chain.vocabulary import load_vocabulary
from assistant.model import Inquiry
from tests.conftest import FIXED_NOW


@pytest.mark.parametrize(
    ("turns", "language"),
    [
        (("忘記登入密碼了", "我想找真人客服"), "zh-TW"),
        (("忘记登录密码了", "我想找真人客服"), "zh-CN"),
        (("提現手續費多少", "USDT"), "zh-TW"),
        (("现货手续费多少", "VIP 1"), "zh-CN"),
        (("What is the fee?", "USDT"), "en"),
        (("忘记登录密码了", "I would rather write in English from here on"), "en"),
        (("What is the fee?", "还是用中文吧，手续费多少"), "zh-CN"),
        (("我想找真人客服",), "zh-CN"),
    ],
)
def test_what_cannot_tell_its_language_has_that_of_the_conversation(turns: tuple[str, ...], language: str) -> None:
    asked = triage(Inquiry("q", turns), load_vocabulary(), "zh-CN", today=FIXED_NOW.date())
    assert asked.language == language


@pytest.mark.parametrize(
    ("turns", "types"),
    [
        (("My order is not filled for an hour", "And the trading fee?", "VIP 1"), {QuestionType.HOW_MUCH}),
        (("提现手续费多少", "都等两小时了"), {QuestionType.NOT_WORKING}),
        (("提现等了两小时", "USDT"), {QuestionType.NOT_WORKING}),
    ],
)
def test_a_wait_that_was_told_of_earlier_is_not_what_a_later_turn_asks(
    turns: tuple[str, ...], types: set[QuestionType]
) -> None:
    asked = triage(Inquiry("q", turns), load_vocabulary(), "zh-CN", today=FIXED_NOW.date())
    assert asked.question_types == types
