"""Days in customers' words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.dates import named_day

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("现货费率 3 月 1 日是多少", date(2026, 3, 1)),
        ("三月一日的费率", date(2026, 3, 1)),
        ("去年3月1号VIP0挂单费率是多少", date(2025, 3, 1)),
        ("十二月三十一號的手續費", date(2025, 12, 31)),
        ("2025年3月1日的提现手续费", date(2025, 3, 1)),
        ("昨天的手续费", date(2026, 11, 24)),
        ("前天的手续费", date(2026, 11, 23)),
        ("11月25日的费率", date(2026, 11, 25)),
        ("11月26日的费率", date(2025, 11, 26)),
        ("2月29日的费率", date(2024, 2, 29)),
        ("fee on 2026-03-01?", date(2026, 3, 1)),
        ("fee on 2026/3/1?", date(2026, 3, 1)),
        ("what was the maker fee on March 1?", date(2026, 3, 1)),
        ("maker fee on the 1st of March 2025", date(2025, 3, 1)),
        ("the fee 12 Dec", date(2025, 12, 12)),
        ("What did it cost yesterday", date(2026, 11, 24)),
        ("¿Cuál era la comisión el 1 de marzo de 2025?", date(2025, 3, 1)),
        ("комиссия 1 марта", date(2026, 3, 1)),
        ("phí rút ngày 1 tháng 3 năm 2026", date(2026, 3, 1)),
        ("3월 1일 수수료는 얼마였나요", date(2026, 3, 1)),
        ("3月1日の手数料は", date(2026, 3, 1)),
        ("3月32日还是3月2日", date(2026, 3, 2)),
    ],
)
def test_a_named_day_is_read(text: str, day: date) -> None:
    found = named_day(text, TODAY)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 小时了还没到",
        "提现 100 USDT",
        "may I withdraw",
        "I waited 2 hours",
        "上个月的手续费",
        "last month's fee",
        "3月32日",
        "2026-13-01",
        "12026-03-011",
        "send 5 usdt to 3 friends",
        "版本 1.2.3",
        "近 3 个月的地址证明",
    ],
)
def test_no_day_is_invented(text: str) -> None:
    assert named_day(text, TODAY) is None


@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)))
def test_every_written_day_is_read_back(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day.year}년 {day.month}월 {day.day}일",
    ):
        found = named_day(f"费率 {text} 是多少", TODAY)
        assert found is not None
        assert found.day == day


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    named_day(text, TODAY)
