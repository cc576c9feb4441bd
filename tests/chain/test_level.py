"""How customers ask for plain words, and what is left of the question then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.level import load_level_reader
from assistant.model import Inquiry, Level

READER = load_level_reader()
EARLIER = "提现没到账怎么办"


def read(*turns: str, level: Level | None = None) -> tuple[Level, tuple[str, ...], bool]:
    asked = READER.read(Inquiry("q", turns, level=level), turns)
    return asked.level, asked.turns, asked.alone


@pytest.mark.parametrize(
    "wish",
    [
        "能用大白话讲吗",
        "看不懂",
        "这是什么意思？",
        "我是新手",
        "解释简单点",
        "讲简单点",
        "講簡單點",
        "看不懂，可以用白話說明嗎",
        "說人話",
        "Explain simply",
        "explain like I'm new",
        "in simple terms please",
        "what does that mean?",
        "ELI5",
        "sorry, I don't understand",
    ],
)
def test_alone_it_asks_for_the_previous_question_again(wish: str) -> None:
    assert read(EARLIER, wish) == (Level.PLAIN, (EARLIER,), False)


@pytest.mark.parametrize(
    ("turn", "question"),
    [
        ("什么是资金费率？能解释简单点吗", "什么是资金费率？"),
        ("我是新手，怎么充值？", "怎么充值？"),
        ("能用大白话讲讲怎么提现吗？", "怎么提现吗？"),
        ("please tell me in simple terms how to reset 2fa", "how to reset 2fa"),
        ("Explain like I'm new: what is a memo?", "what is a memo?"),
        ("TRC20 手續費多少？看不懂", "TRC20 手續費多少？"),
    ],
)
def test_beside_a_question_it_is_left_out_of_it(turn: str, question: str) -> None:
    assert read(turn) == (Level.PLAIN, (question,), False)


@pytest.mark.parametrize(
    "turn",
    [
        EARLIER,
        "hash 是什么意思",
        "what does memo mean",
        "提示“系统繁忙”是什么意思",
        "新手礼包怎么领",
        "简单来说我要退款",
        "how do I withdraw",
        "你们机器人看不懂我的话",
    ],
)
def test_a_question_is_no_wish(turn: str) -> None:
    assert read(turn) == (Level.NORMAL, (turn,), False)


def test_what_only_makes_sense_after_an_answer_is_a_question_before_one() -> None:
    assert read("what does that mean") == (Level.NORMAL, ("what does that mean",), False)


def test_a_wish_about_nothing() -> None:
    assert read("能用大白话讲吗") == (Level.PLAIN, ("能用大白话讲吗",), True)


def test_plain_words_stay_for_the_rest_of_the_conversation() -> None:
    assert read(EARLIER, "看不懂", "那手续费多少") == (Level.PLAIN, (EARLIER, "那手续费多少"), False)


def test_the_request_goes_before_the_words() -> None:
    assert read(EARLIER, "看不懂", level=Level.NORMAL) == (Level.NORMAL, (EARLIER,), False)
    assert read(EARLIER, level=Level.PLAIN) == (Level.PLAIN, (EARLIER,), False)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_conversation_leaves_something_to_ask(turns: list[str]) -> None:
    asked = READER.read(Inquiry("q", tuple(turns)), turns)
    assert asked.turns
    if asked.level is Level.NORMAL:
        assert asked.turns == tuple(turns)
