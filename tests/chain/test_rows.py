"""Which rows a question asks for, in customers' words."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.chain.outline import outline
from assistant.chain.rows import RowChoice, RowSelection, select_rows
from assistant.chain.triage import triage
from assistant.chain.vocabulary import load_vocabulary
from assistant.model import Inquiry
from corpus.model import Passage
from tests.builders import evidence, passage, row

VOCABULARY = load_vocabulary()
PAIRS = [
    row(
        {
            "交易对（币种）": f"{coin}/USDT",
            "价格步长": "0.01 USDT",
            "最小下单额": "5 USDT",
            "价格限额（偏离最新价）": "10%",
            "单笔下单限额": "900 USDT",
        }
    )
    for coin in ("BTC", "ETH", "SOL", "XRP", "LTC")
]
LEVELS = [
    row({"认证等级": level, "每日提现限额": limit})
    for level, limit in (("未认证", "0 USDT"), ("Lv.1 基础认证", "2000 USDT"), ("Lv.2 标准认证", "9000 USDT"))
]
NETWORKS = [
    row({"币种": coin, "网络": network, "提现手续费": fee})
    for coin, network, fee in (
        ("USDT", "Solana", "0.8 USDT"),
        ("SOL", "Solana", "0.008 SOL"),
        ("USDT", "Arbitrum", "0.5 USDT"),
        ("ETH", "Ethereum", "0.001 ETH"),
    )
]
FEES = [row({"Tier": f"VIP {n}", "Taker fee": f"0.{9 - n}%"}) for n in range(6)]


def selected(question: str, rows: list[Passage], *, elsewhere: bool = False) -> RowSelection:
    main = passage("说明。", document_id="elsewhere" if elsewhere else rows[0].document_id)
    asked = triage(Inquiry("q", (question,)), VOCABULARY, "zh-CN", today=date(2026, 11, 25))
    return select_rows(asked, outline(evidence(main, *rows), VOCABULARY))


@pytest.mark.parametrize(
    ("question", "rows", "key", "value"),
    [
        ("最少几块钱能下一单莱特币", PAIRS, "LTC/USDT", "5 USDT"),
        ("以太一单顶多能挂多少", PAIRS, "ETH/USDT", "900 USDT"),
        ("what is the price step of XRP/USDT", PAIRS, "XRP/USDT", "0.01 USDT"),
        ("SOL 有没有涨跌停，价格限制是多少", PAIRS, "SOL/USDT", "10%"),
        ("只做了基础认证，一天顶多能往外转多少", LEVELS, "Lv.1 基础认证", "2000 USDT"),
        ("Lv.2 每天提现上限多少", LEVELS, "Lv.2 标准认证", "9000 USDT"),
        ("taker rate once I reach VIP 2", FEES, "VIP 2", "0.7%"),
    ],
)
def test_the_row_and_the_column_that_were_asked_for(question: str, rows: list[Passage], key: str, value: str) -> None:
    found = selected(question, rows)
    assert found.choice is RowChoice.PICKED
    (picked,) = found.rows
    assert key in picked.keys.values()
    assert value in picked.columns(found.wanted).values()


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("柴犬币的最小下单额是多少", PAIRS),
        ("daily withdrawal cap for Lv.4 accounts", LEVELS),
        ("VIP 9 taker fee", FEES),
        ("SHIB 走 Solana 提现手续费多少", NETWORKS),
        ("DOGE withdrawal fee on Arbitrum", NETWORKS),
        ("ADA withdrawal fee on ethereum", NETWORKS),
    ],
)
def test_what_the_table_does_not_have_gets_no_row(question: str, rows: list[Passage]) -> None:
    assert selected(question, rows).choice is RowChoice.UNKNOWN


def test_tables_of_other_documents_prove_nothing_by_what_they_lack() -> None:
    assert selected("什么时候上柴犬币，最少要多少", PAIRS, elsewhere=True).choice is RowChoice.NONE
    assert selected("莱特币最少下多少", PAIRS, elsewhere=True).choice is RowChoice.PICKED
