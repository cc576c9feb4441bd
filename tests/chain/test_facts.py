from __future__ import annotations

import pytest

from assistant.chain.facts import extract_facts
from assistant.chain.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def keys(text: str) -> set[tuple[str, str, str]]:
    return {fact.key for fact in extract_facts(text, VOCABULARY)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 分钟", "30 minutes"),
        ("100,000 USDT", "10 万 USDT"),
        ("0.10%", "0.1 %"),
        ("两小时", "2 hours"),
        ("1 个工作日", "1 business day"),
    ],
)
def test_equal_facts_across_notations(one: str, other: str) -> None:
    assert keys(one) == keys(other) != set()


@pytest.mark.parametrize(
    ("one", "other"),
    [("30 分钟", "30 小时"), ("1 USDT", "1 USDC"), ("0.1%", "0.1"), ("TRC20", "ERC20"), ("a.example", "b.example")],
)
def test_different_facts_differ(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_a_date_is_one_fact() -> None:
    assert keys("2026-03-01 起") == {("date", "2026-03-01", "")}
