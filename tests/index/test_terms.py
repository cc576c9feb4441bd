from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import TERM_PUNCTUATION, normalise, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("提现未到账", ["提现", "现未", "未到", "到账"]),
        ("币", ["币"]),
        ("提幣 轉賬", ["提币", "转账"]),
        ("ＵＳＤＴ", ["usdt"]),
        ("TRC20提现", ["trc20", "提现"]),
        ("USDT-TRC20", ["usdt-trc20", "usdt", "trc20"]),
        ("0.1%", ["0.1%"]),
        ("费率0.1%，最低10.5", ["费率", "0.1%", "最低", "10.5"]),
        ("1,000.50 USDT", ["1000.50", "usdt"]),
        ("1,000,000", ["1000000"]),
        ("12,34", ["12", "34"]),
        ("5000U", ["5000u"]),
        ("v1.2", ["v1.2", "v1"]),
        ("ビットコイン", ["ビッ", "ット", "トコ", "コイ", "イン"]),
        ("출금", ["출금"]),
        ("вывод средств", ["вывод", "средств"]),
        ("withdrawals withdrawing", ["withdraw", "withdraw"]),
        ("bitcoin’s", ["bitcoin's", "bitcoin"]),
        ("?!… \n\t\"'", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text())
def test_a_term_holds_only_what_the_database_keeps_together(text: str) -> None:
    for term in terms(text):
        assert term
        assert all(not ch.isspace() and (ch.isalnum() or ch in TERM_PUNCTUATION or ord(ch) > 127) for ch in term)
        assert '"' not in term


@given(st.text(alphabet="提现幣账 usdtTRC20-%.,1"))
def test_what_is_normal_stays(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_threads_stem_alike() -> None:
    words = [
        f"{stem}{ending}" for stem in ("withdraw", "confirm", "deposit") for ending in ("al", "ing", "s", "ed")
    ] * 40
    expected = [terms(word) for word in words]
    terms.__globals__["_stem"].cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, words)) == expected
