from __future__ import annotations

import pytest

from assistant.chain.rewrite import is_followup, standalone_query
from assistant.chain.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("turns", "kept", "dropped"),
    [
        (("TRC20 提现手续费多少", "那ERC20呢？"), ("提现", "手续费", "erc20"), ("trc20",)),
        (("提现一般多久到账？", "那手续费呢"), ("提现", "手续费"), ("多久",)),
        (("how long do BTC deposits take", "and ETH?"), ("deposits", "eth"), ("btc",)),
        (
            ("USDT 提现走 TRC20，手续费多少", "ERC20 呢？", "那多久到账"),
            ("提现", "erc20", "多久"),
            ("trc20", "手续费", "多少"),
        ),
        (("TRC20 提现手续费多少", "好的谢谢", "那ERC20呢"), ("提现", "手续费", "erc20"), ("trc20", "谢")),
        (("充值要几个确认", "BTC"), ("充值", "确认", "btc"), ()),
    ],
)
def test_a_followup_keeps_the_topic_and_replaces_the_value(
    turns: tuple[str, ...], kept: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    query = standalone_query(turns, VOCABULARY)
    assert all(word in query for word in kept), query
    assert not any(word in query for word in dropped), query


def test_a_new_topic_starts_afresh() -> None:
    assert standalone_query(("提现手续费多少", "怎么注销投诉"), VOCABULARY) == "怎么注销投诉"


def test_slang_becomes_the_articles_word() -> None:
    assert standalone_query(("冲币没到",), VOCABULARY) == "充值没到"


@pytest.mark.parametrize(
    ("turn", "expected"),
    [("那呢", True), ("怎么提现", False), ("谢谢你的耐心解答我明白了现在没有其他问题了再见", False)],
)
def test_what_is_a_followup(turn: str, expected: bool) -> None:
    assert is_followup(turn, VOCABULARY) is expected


@pytest.mark.parametrize(
    "turn", ["好的谢谢", "谢谢，明白了！", "謝謝您", "Thanks, that helps", "OK, thank you so much.", "ok 👍"]
)
def test_a_thank_you_asks_for_nothing(turn: str) -> None:
    assert VOCABULARY.is_thanks(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "我不明白",
        "没收到",
        "我",
        "知道吗？",
        "谢谢，那手续费呢",
        "好的，转人工",
        "thanks but it is still pending",
        "😀",
        "USDT",
        "great?",
    ],
)
def test_what_asks_for_more_than_thanks(turn: str) -> None:
    assert not VOCABULARY.is_thanks(turn)
