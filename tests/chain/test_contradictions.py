"""Contradictions between documents: what is found, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.chain.claims import claims_of
from assistant.chain.contradictions import Contradiction, contradictions
from assistant.chain.vocabulary import load_vocabulary
from corpus.locales import detect_locale
from corpus.model import Passage, PassageKind, SectionKind
from tests.builders import passage, row

VOCABULARY = load_vocabulary()


def said(document_id: str, title: str, text: str) -> Passage:
    return passage(
        text,
        document_id=document_id,
        title=title,
        locale=detect_locale(text),
        category="general",
        section=SectionKind.BODY,
    )


def found(*passages: Passage) -> tuple[Contradiction, ...]:
    return contradictions(passages, VOCABULARY)


@pytest.mark.parametrize(
    ("title", "text", "other_title", "other"),
    [
        (
            "TRC20 提现费用",
            "TRC20 提现 USDT 的手续费为 2 USDT。",
            "提现 FAQ",
            "用 TRC20 网络提现 USDT，手续费 1 USDT。",
        ),
        ("VIP 费率", "VIP 0 的挂单费率为 0.1%。", "交易规则", "VIP 0 用户挂单费率 0.08%，吃单费率 0.1%。"),
        ("提现审核", "提现审核通常需要 10–30 分钟。", "提现说明", "提现审核一般在 1 小时内完成。"),
        (
            "Withdrawal review",
            "Review of a withdrawal usually takes 10–30 minutes.",
            "Withdrawals FAQ",
            "The review of withdrawals takes about 2 hours.",
        ),
        (
            "Password",
            "After a password reset, withdrawals pause for 24 hours.",
            "Security holds",
            "Withdrawals are paused for 48 hours after a password reset.",
        ),
        ("安全限制", "修改登录密码后，提现暂停 24 小时。", "密码", "修改密码后 48 小时内不能提现。"),
        ("限额", "Lv.1 每日提现限额为 2000 USDT。", "认证", "Lv.1 用户的每日提现限额是 5000 USDT。"),
        (
            "Deposits",
            "BTC deposits are credited after 1 confirmation.",
            "Bitcoin guide",
            "A Bitcoin deposit is credited after 3 confirmations.",
        ),
        ("投诉", "我们在 10 个工作日内书面答复投诉。", "投诉流程", "投诉的书面答复在 15 个工作日内给出。"),
        (
            "Support",
            "Live chat: the first reply usually comes within 5 minutes.",
            "Contact",
            "In live chat you get a first reply within 10 minutes.",
        ),
        ("最小充值", "USDT（TRC20）最小充值额为 1 USDT。", "充值说明", "USDT TRC20 最低充值 5 USDT。"),
    ],
)
def test_a_contradiction_is_found(title: str, text: str, other_title: str, other: str) -> None:
    (item,) = found(said("a", title, text), said("b", other_title, other))
    assert {item.first.passage.document_id, item.second.passage.document_id} == {"a", "b"}
    assert item.first.value != item.second.value
    assert found(said("a", title, text), said("b", other_title, text)) == (), "the same figure is none"
    assert found(said("a", title, text), said("a", other_title, other)) == (), "one document may have exceptions"


@pytest.mark.parametrize(
    ("title", "text", "other_title", "other"),
    [
        (
            "TRC20 提现费用",
            "TRC20 提现 USDT 的手续费为 2 USDT。",
            "提现 FAQ",
            "用 TRC20 网络提现 USDT，每笔手续费 1 USDT。",
        ),
        (
            "Withdrawal review",
            "Review of a withdrawal usually takes 10–30 minutes.",
            "Withdrawals FAQ",
            "The review of withdrawals takes up to 2 hours.",
        ),
        ("安全限制", "修改登录密码后，提现暂停 24 小时。", "验证器", "重置两步验证后，提现暂停 48 小时。"),
        ("限额", "Lv.1 每日提现限额为 2000 USDT。", "认证", "Lv.1 用户每天最多可提现 5000 USDT。"),
        ("限额", "Lv.1 每日提现限额为 2000 USDT。", "认证", "Lv.2 用户的每日提现限额是 100000 USDT。"),
        (
            "Deposits",
            "BTC deposits are credited after 1 confirmation.",
            "Bitcoin guide",
            "BTC can be withdrawn after 2 confirmations.",
        ),
        ("投诉", "投诉在 1 个工作日内确认收到。", "投诉流程", "我们在 15 个工作日内书面答复投诉。"),
        (
            "Support",
            "Live chat: the first reply usually comes within 5 minutes.",
            "Contact",
            "E-mail is answered within 4 hours.",
        ),
        ("最小充值", "USDT（TRC20）最小充值额为 1 USDT。", "提现说明", "USDT TRC20 最低提现 10 USDT。"),
    ],
)
def test_figures_of_different_things_are_none(title: str, text: str, other_title: str, other: str) -> None:
    assert found(said("a", title, text), said("b", other_title, other)) == ()


def test_rows_of_tables_are_compared_cell_by_cell() -> None:
    ours = row({"币种": "USDT", "网络": "TRC20", "手续费": "1 USDT", "通常到账时间": "30 分钟"})
    theirs = row({"币种": "USDT", "网络": "TRC20", "手续费": "2 USDT"}, document_id="fees")
    other = row({"币种": "USDT", "网络": "ERC20", "手续费": "4 USDT"}, document_id="fees")
    (item,) = found(ours, theirs, other)
    assert sorted((item.first.value, item.second.value)) == ["1 usdt", "2 usdt"]


def test_a_row_and_a_sentence_can_contradict_each_other() -> None:
    ours = row({"币种": "USDT", "网络": "TRC20", "手续费": "1 USDT"})
    (item,) = found(ours, said("faq", "提现常见问题", "USDT（TRC20）提现手续费为 2 USDT。"))
    assert item.first.text != item.second.text


def test_what_never_holds_on_the_same_day_is_none() -> None:
    old = said("a", "VIP 费率", "VIP 0 的挂单费率为 0.1%。")
    new = said("b", "交易规则", "VIP 0 用户挂单费率 0.08%。")
    day = date(2026, 3, 1)
    assert found(old, new)
    assert found(replace(old, effective_until=day), replace(new, effective_from=day)) == ()


def test_units_of_time_are_compared_by_their_length() -> None:
    one = said("a", "提现审核", "提现审核通常需要 60 分钟。")
    assert found(one, said("b", "提现说明", "提现审核一般在 1 小时内完成。")) == ()
    assert found(one, said("b", "提现说明", "提现审核一般在 2 小时内完成。"))


def test_both_ends_of_a_range_count() -> None:
    (claim,) = claims_of(said("a", "提现审核", "提现审核通常需要 10–30 分钟。"), VOCABULARY)
    assert (int(claim.low), int(claim.high), claim.unit, claim.value) == (10, 30, "minute", "10–30 分钟")


def test_the_id_does_not_depend_on_the_order() -> None:
    one, other = said("a", "提现审核", "提现审核需要 1 小时。"), said("b", "提现说明", "提现审核需要 2 小时。")
    assert [item.id for item in found(one, other)] == [item.id for item in found(other, one)]


def test_an_example_question_claims_nothing() -> None:
    asked = replace(said("a", "提现", "提现审核要 2 小时吗"), kind=PassageKind.QUESTION)
    assert claims_of(asked, VOCABULARY) == ()
