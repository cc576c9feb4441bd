from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.slots import extract_slots, parse_number, slots_of
from assistant.chain.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("text", "coin", "network", "amount"),
    [
        ("我昨晚用 TRC20 提了 500U", "USDT", "TRC20", Decimal(500)),
        ("8 万 U 提了两小时", "USDT", None, Decimal(80_000)),
        ("用以太坊网络充了 2 个 eth", "ETH", "ERC20", Decimal(2)),
        ("I sent 1,250.5 USDC over bsc", "USDC", "BEP20", Decimal("1250.5")),
        ("０．５ＢＴＣ 提现", "BTC", None, Decimal("0.5")),
        ("tonight I want to stop", None, None, None),
        ("trc-20 提现手续费", None, "TRC20", None),
    ],
)
def test_coin_network_and_amount(text: str, coin: str | None, network: str | None, amount: Decimal | None) -> None:
    slots = slots_of(text, VOCABULARY)
    assert (slots.coin, slots.network, slots.amount) == (coin, network, amount)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("都两个小时了还没到", 120),
        ("等了半个小时", 30),
        ("一个半小时", 90),
        ("waited an hour", 60),
        ("45 mins", 45),
        ("三天了", 4320),
        ("2時間たっても", 120),
        ("没到", None),
    ],
)
def test_time_waited(text: str, minutes: int | None) -> None:
    assert slots_of(text, VOCABULARY).waited_minutes == minutes


def test_the_latest_mention_wins_and_the_rest_is_remembered() -> None:
    slots = extract_slots(["TRC20 提了 500U", "不对，是 ERC20", "VIP 2"], VOCABULARY)
    assert (slots.network, slots.coin, slots.tier) == ("ERC20", "USDT", "VIP 2")


def test_level_and_hash() -> None:
    digest = "a1" * 32
    slots = slots_of(f"Lv.2 的限额，交易哈希 {digest}", VOCABULARY)
    assert (slots.level, slots.txid) == ("Lv.2", digest)


@pytest.mark.parametrize(
    ("text", "value"), [("十二", 12), ("两", 2), ("1,000", 1000), ("half an", Decimal("0.5")), ("几", None)]
)
def test_numerals(text: str, value: object) -> None:
    assert parse_number(text) == (None if value is None else Decimal(str(value)))


@given(st.text(max_size=200))
def test_any_text_yields_slots(text: str) -> None:
    slots_of(text, VOCABULARY)


@pytest.mark.parametrize(
    "text", ["24小时提现限额是多少", "每 24 小时能提多少", "the 24 hour limit for Lv.2", "24 小时内到账吗"]
)
def test_a_period_is_not_a_wait(text: str) -> None:
    assert slots_of(text, VOCABULARY).waited_minutes is None
