from __future__ import annotations

import pytest

from assistant.compliance.engine import PolicyEngine
from assistant.compliance.structural import (
    check_citations,
    check_contacts,
    check_notices,
    check_placeholders,
    check_tokens,
)
from assistant.model import Action, Severity

TRON = "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC"


def test_foreign_contact_is_blocked(engine: PolicyEngine) -> None:
    text = "请到 http://help-xx.cc 处理，或联系 support@cloudbridge.example。"
    (finding,) = check_contacts(text, allowlist=engine.allowlist)
    assert (finding.rule, finding.severity) == ("STR-001", Severity.BLOCK)
    assert finding.span is not None
    assert text[slice(*finding.span)] == "http://help-xx.cc"


def test_cited_contact_passes_only_whole() -> None:
    source = "区块浏览器：https://tronscan.example.org/tx"
    assert check_contacts("请打开 https://tronscan.example.org/tx 查询", evidence=[source]) == ()
    assert len(check_contacts("请打开 https://tronscan.example.org/login 查询", evidence=[source])) == 1
    assert len(check_contacts("请打开 https://tronscan.example.org 查询", evidence=[source])) == 1


def test_customers_own_address_passes_but_not_his_link() -> None:
    customer = [f"我转到了 {TRON}，他让我去 http://help-xx.cc"]
    assert check_contacts(f"您提到的地址 {TRON} 属于 TRON 网络。", customer=customer) == ()
    assert len(check_contacts("您可以打开 http://help-xx.cc", customer=customer)) == 1
    assert len(check_contacts(f"地址 {TRON[:-1]}D", customer=customer)) == 1


def test_notices_stand_once_and_byte_for_byte(engine: PolicyEngine) -> None:
    required = engine.notices_for(["GEN-RISK"], locale="en", jurisdiction="GB")
    text = "Answer.\n\n" + "\n".join(notice.text for notice in required)
    assert check_notices(text, required) == ()

    altered = text.replace("should not expect to be protected", "are unlikely to be protected")
    (finding,) = check_notices(altered, required)
    assert finding.rule == "STR-002"
    assert finding.span is not None
    assert "unlikely" in altered[slice(*finding.span)]

    (missing,) = check_notices(text.replace(required[-1].text, ""), required)
    assert (missing.rule, missing.span) == ("STR-003", None)
    (twice,) = check_notices(text + "\n" + required[-1].text, required)
    assert twice.rule == "STR-003"
    assert "more than once" in twice.message


@pytest.mark.parametrize(
    ("text", "count"),
    [("您的 ⟦PHONE_2⟧ 已收到 ⟦ADDR_1:TRON:ok⟧", 2), ("残缺 ⟦PHONE", 1), ("残缺 PHONE_2⟧", 1), ("正常", 0)],
)
def test_left_over_tokens(text: str, count: int) -> None:
    findings = check_tokens(text)
    assert [finding.rule for finding in findings] == ["STR-005"] * count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("您的 【币种】 走 【网络】", ["【币种】", "【网络】"]),
        ("残缺 【币种", ["【币种"]),
        ("残缺 币种】", ["币种】"]),
        ("Hello {customer_name}", ["{customer_name}"]),
        ("{{fact:support.attachments_max}}", ["{{fact:support.attachments_max}}"]),
        ("请打开「资产」", []),
        ("{1, 2} 与 {A}", []),
    ],
)
def test_what_is_still_to_be_filled_in(text: str, found: list[str]) -> None:
    findings = check_placeholders(text)
    assert {finding.rule for finding in findings} <= {"STR-006"}
    assert [text[slice(*finding.span)] for finding in findings if finding.span] == found


def test_other_brackets_are_no_blanks() -> None:
    assert check_placeholders("【重要提示】请勿泄露验证码。【云桥客服】") == ()
    assert check_placeholders("请选择【币种】", ["在页面的【币种】一栏选择。"]) == ()


def test_an_answer_cites() -> None:
    assert [finding.rule for finding in check_citations(Action.ANSWER, 0)] == ["STR-012"]
    assert check_citations(Action.ANSWER, 1) == ()
    assert check_citations(Action.HANDOFF, 0) == ()
