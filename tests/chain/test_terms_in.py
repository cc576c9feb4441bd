"""Where terms stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.glossary import load_glossary
from assistant.chain.terms_in import TermFinder, folded

NAMES = {
    "充值": "deposit",
    "充值地址": "deposit-address",
    "Memo/Tag": "memo",
    "memo": "memo",
    "wallet": "wallet",
    "Gas": "gas",
}
FINDER = TermFinder(NAMES, other=["可充值"])


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.term, text[slice(*mention.span)]) for mention in FINDER.mentions(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("请核对充值地址再充值", [("deposit-address", "充值地址"), ("deposit", "充值")]),
        ("Wallets and a WALLET", [("wallet", "Wallets"), ("wallet", "WALLET")]),
        ("walleted, mywallet", []),
        ("用Gas费付", [("gas", "Gas")]),
        ("Ｍｅｍｏ／Ｔａｇ", [("memo", "Ｍｅｍｏ／Ｔａｇ")]),
        ("儲值與充值", [("deposit", "充值")]),
        ("打开「资产 > 充值」", []),
        ('tap "Wallet" now', []),
        ("https://wallet.example/memo wallet.example memo@wallet.example", []),
        ("⟦memo⟧", []),
        ("该币可充值，可充值", []),
        ("gass gases gas", [("gas", "gas")]),
        ("", []),
    ],
)
def test_where_terms_stand(text: str, mentions: list[tuple[str, str]]) -> None:
    assert found(text) == mentions


def test_terms_come_once_and_by_first_mention() -> None:
    assert FINDER.terms("wallet 充值 wallet") == ("wallet", "deposit")


TEXTS = st.text(alphabet="充值地址可 walletMemo/Tgs「」⟦⟧（）.@", max_size=60)


@given(TEXTS)
def test_mentions_are_in_order_apart_and_names_of_their_terms(text: str) -> None:
    at = 0
    for mention in FINDER.mentions(text):
        start, end = mention.span
        assert at <= start < end <= len(text)
        at = end
        name = folded(text[start:end])
        singular = {name, name.removesuffix("s"), name.removesuffix("es")}
        assert singular & {folded(key) for key, term in NAMES.items() if term == mention.term}


@given(TEXTS, st.sampled_from(sorted(NAMES)))
def test_a_name_that_stands_alone_is_found(text: str, name: str) -> None:
    quiet = text.replace("「", "").replace("⟦", "")
    line = f"{quiet}。 {name} 。"
    place = len(quiet) + 2
    assert any(mention.span == (place, place + len(name)) for mention in FINDER.mentions(line))


@given(st.text(max_size=80))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    for locale in ("zh-CN", "zh-TW", "en"):
        finder = load_glossary().finder(locale)
        assert finder is not None
        for mention in finder.mentions(text):
            assert mention.term in load_glossary().terms(locale)


def test_ordinary_words_are_no_terms() -> None:
    chinese, english = load_glossary().finder("zh-CN"), load_glossary().finder("en")
    assert chinese is not None
    assert english is not None
    assert chinese.terms("钱包不存放币，要做多久，授权书在这里，结算时刻") == ("wallet",)
    assert english.terms("How long does it take? As long as it is in short supply.") == ()


def test_there_is_no_glossary_in_other_languages() -> None:
    assert load_glossary().finder("ko") is None
    assert load_glossary().terms("ko") == {}
