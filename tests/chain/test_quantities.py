"""Figures as editors write them, in units that can be compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.quantities import find_quantities
from assistant.chain.vocabulary import normalise
from assistant.language import to_simplified


def read(text: str) -> list[tuple[str, str, float, float, str]]:
    found = find_quantities(to_simplified(normalise(text)))
    return [(q.dimension, q.kind, float(q.low), float(q.high), q.bound) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("名单最多装得下二十个地址", ("count", "address", 20, 20, "most")),
        ("请在两周之内提出", ("minute", "", 20160, 20160, "")),
        ("吃单按万分之六计收", ("percent", "", 0.06, 0.06, "")),
        ("一成以上权益", ("percent", "", 10, 10, "least")),
        ("审核需要整整一天", ("minute", "", 1440, 1440, "")),
        ("twenty-five dollars", ("money", "usd", 25, 25, "")),
        ("held for half a minute", ("minute", "", 0.5, 0.5, "")),
        ("a quarter of an hour", ("minute", "", 15, 15, "")),
        ("no fewer than 25 XRP", ("money", "xrp", 25, 25, "least")),
        ("fewer than 25 XRP", ("money", "xrp", 25, 25, "edge")),
        ("as many as fifty keys", ("count", "key", 50, 50, "most")),
        ("one to three business days", ("minute", "business", 1440, 4320, "")),
        ("每 5 个工作日通报一次", ("minute", "business", 7200, 7200, "every")),
        ("两三天", ("minute", "", 2880, 4320, "")),
        ("每月 50 万美元", ("money", "usd", 500000, 500000, "")),
        ("五十个 USDC", ("money", "usdc", 50, 50, "")),
        ("younger than twenty-one", ("age", "age", 21, 21, "")),
        ("下午 3:30 关闭", ("clock", "", 930, 930, "")),
        ("until 9:30 pm", ("clock", "", 1290, 1290, "")),
        ("from 12 am", ("clock", "", 0, 0, "")),
        ("凌晨 12 点", ("clock", "", 0, 0, "")),
        ("收取十分之一", ("percent", "", 10, 10, "")),
        ("一万一千 USDT", ("money", "usdt", 11000, 11000, "")),
        ("二十一天可提现", ("minute", "", 30240, 30240, "")),
        ("二十一小时可到账", ("minute", "", 1260, 1260, "")),
        ("us\t$5", ("money", "usd", 5, 5, "")),
    ],
)
def test_a_figure_is_read(text: str, expected: tuple[str, str, float, float, str]) -> None:
    (found,) = read(text)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["VIP 2", "TRC20", "自 2026 年 4 月 15 日起", "24/7", "两步验证", "等到第二天", "统一"]
)
def test_a_name_or_a_date_is_no_figure(text: str) -> None:
    assert read(text) == []


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for quantity in find_quantities(to_simplified(normalise(text))):
        assert quantity.low <= quantity.high
        assert quantity.low >= Decimal(0)
