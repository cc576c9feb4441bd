from __future__ import annotations

import dataclasses
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.compliance.engine import POLICY_ERROR, UNSCREENED_LANGUAGE, PolicyEngine
from assistant.compliance.regions import SEVERITIES
from assistant.compliance.rules import Rule
from assistant.model import Severity

ENGINE = PolicyEngine.load()
CODES = ["CN", "GB", "HK", "SG", "US", "DE", "AE", "XX"]


def _rules(text: str, **options: Any) -> set[str]:
    return {finding.rule for finding in ENGINE.screen(text, **options)}


def test_the_pack_passes_its_own_check() -> None:
    report = ENGINE.check()
    assert report.failures == ()
    assert report.ok
    assert report.rules == 59
    assert report.fixtures >= 59 * 8


def test_check_reports_a_rule_that_lost_its_patterns(pack: Path) -> None:
    path = pack / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("保本", "藏本", 1).replace("稳赚|稳赢", "藏赚|稳赢", 1), encoding="utf-8")
    failures = PolicyEngine.load(pack).check().failures
    assert any("PRF-001 stays quiet" in failure for failure in failures)


def test_check_reports_cross_fire_and_fixed_texts(pack: Path) -> None:
    path = pack / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("活该|", "活该|我们理解|人工|", 1), encoding="utf-8")
    failures = PolicyEngine.load(pack).check().failures
    assert any("CND-006 fires on" in failure for failure in failures)
    assert any("hand-off" in failure and "CND-006" in failure for failure in failures)


def test_all_findings_with_spans_of_the_original() -> None:
    text = "您好！這個產品穩賺不賠，请提供您的助\u200b记词。"
    findings = ENGINE.screen(text)
    marked = {finding.rule: text[slice(*finding.span)] for finding in findings if finding.span}
    assert marked["PRF-001"].startswith("穩賺")
    assert marked["SEC-001"].endswith("助\u200b记词")


def test_findings_are_ordered_strictest_first() -> None:
    findings = ENGINE.screen("24 小时内一定处理完。平台会赔偿您的损失。我们保证帮您追回资金。")
    order = [SEVERITIES.index(finding.severity) for finding in findings]
    assert order == sorted(order, reverse=True)
    assert {Severity.BLOCK, Severity.SUPERVISOR, Severity.WARN} <= {finding.severity for finding in findings}


def test_every_hit_of_a_rule_is_reported_once() -> None:
    text = "您的资金绝对安全。我再说一次，您的资金绝对安全。"
    spans = [finding.span for finding in ENGINE.screen(text) if finding.rule == "CND-003"]
    assert len(spans) == len(set(spans)) == 2


@pytest.mark.parametrize(
    "disguise", ["穩賺不賠", "稳 赚 不 赔", "稳\u200b赚不赔", "稳*赚*不*赔", "guarant33d profit", "ＲＩＳＫ－ＦＲＥＥ"]
)
def test_disguises_are_seen_through(disguise: str) -> None:
    assert "PRF-001" in _rules(disguise)


def test_both_languages_are_screened_whatever_the_locale() -> None:
    assert "PRF-001" in _rules("本产品 risk-free", locale="zh-CN")
    assert "PRF-001" in _rules("稳赚不赔", locale="en")


def test_message_is_in_the_locale() -> None:
    (zh,) = ENGINE.screen("稳赚不赔", locale="zh-TW")
    (en,) = ENGINE.screen("稳赚不赔", locale="en")
    assert "不得" in zh.message
    assert en.message.isascii()


def test_language_without_patterns_never_counts_as_screened() -> None:
    (finding,) = ENGINE.screen("出金には数分かかります。", locale="ja")
    assert (finding.rule, finding.severity) == (UNSCREENED_LANGUAGE, Severity.WARN)


def test_only_a_block_hides_nothing_for_the_exit_place() -> None:
    deposit = "充值步骤如下：点击“充值”，复制地址。"
    assert "REG-006" in _rules(deposit, jurisdiction="CN")
    assert "REG-006" in _rules(deposit, jurisdiction=["CN", "XX"])
    assert "REG-006" not in _rules(deposit)
    assert "REG-006" not in _rules(deposit, jurisdiction="US")


@pytest.mark.parametrize(
    ("jurisdiction", "severity"),
    [
        ("GB", "block"),
        ("UK", "block"),
        ("US", "needs_supervisor"),
        (None, "block"),
        ("XX", "block"),
        (["US", "GB"], "block"),
        ("us-ny", "needs_supervisor"),
    ],
)
def test_incentives_by_place(jurisdiction: str | list[str] | None, severity: str) -> None:
    found = ENGINE.screen("Share your referral code with others", jurisdiction=jurisdiction)
    assert [finding.severity for finding in found if finding.rule == "REG-007"] == [Severity(severity)]


def test_a_member_of_a_group_gets_the_groups_rules() -> None:
    assert "CND-012" in _rules("It is an eco-friendly coin", jurisdiction="DE")
    assert "CND-012" not in _rules("It is an eco-friendly coin", jurisdiction="US")


@settings(max_examples=200)
@given(st.sampled_from(ENGINE.rules), st.sets(st.sampled_from(CODES)), st.sampled_from(CODES))
def test_adding_a_place_never_lowers_a_severity(rule: Rule, places: set[str], added: str) -> None:
    def rank(candidates: set[str]) -> int:
        severity = ENGINE.regions.severity(rule.spec, candidates)
        return -1 if severity is None else SEVERITIES.index(severity)

    if places:
        assert rank(places | {added}) >= rank(places)
    if not rule.spec.exit_only:
        assert rank(set()) >= rank(places)


def test_rules_are_judged_at_the_given_time(pack: Path) -> None:
    path = pack / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    dated = "- id: PRF-001\n  effective_from: 2027-01-01T00:00:00Z\n  effective_until: 2028-01-01T00:00:00Z"
    path.write_text(text.replace("- id: PRF-001", dated, 1), encoding="utf-8")
    engine = PolicyEngine.load(pack, clock=lambda: datetime(2027, 6, 1, tzinfo=UTC))

    def fires(now: datetime | None) -> bool:
        return "PRF-001" in {finding.rule for finding in engine.screen("稳赚不赔", now=now)}

    assert fires(None)
    assert fires(datetime(2027, 1, 1, tzinfo=UTC))
    assert not fires(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert not fires(datetime(2028, 1, 1, tzinfo=UTC))


def test_no_rule_in_force_blocks() -> None:
    (finding,) = ENGINE.screen("您好", now=datetime(2020, 1, 1, tzinfo=UTC))
    assert (finding.rule, finding.severity) == (POLICY_ERROR, Severity.BLOCK)


def test_crashing_rule_blocks_and_the_others_still_run() -> None:
    class Broken(Rule):
        def spans(self, *args: object) -> tuple[tuple[int, int], ...]:
            raise RuntimeError("boom")

    first = ENGINE.rules[0]
    broken = Broken(first.spec, first.effective_from, first.patterns, first.unless)
    engine = dataclasses.replace(ENGINE, rules=(broken, *ENGINE.rules[1:]))
    findings = engine.screen("您的资金绝对安全")
    assert [f.severity for f in findings if f.rule == POLICY_ERROR] == [Severity.BLOCK]
    assert "CND-003" in {f.rule for f in findings}


def test_text_that_cannot_be_read_blocks() -> None:
    (finding,) = ENGINE.screen("坏\ud800字")
    assert (finding.rule, finding.severity) == (POLICY_ERROR, Severity.BLOCK)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80).filter(lambda s: not any(unicodedata.category(c) == "Cs" for c in s)))
def test_screening_never_raises_and_spans_fit(text: str) -> None:
    for finding in ENGINE.screen(text):
        assert finding.rule != POLICY_ERROR
        assert finding.span is None or 0 <= finding.span[0] < finding.span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "TRC20 提现通常需要 5–30 分钟，以区块确认为准。请在“资产 > 提现记录”中查看状态。",
        "请前往“账户与安全 > 自助冻结”冻结账户，修改密码，并向当地警方报案，保留回执。",
        "系统会向您绑定的邮箱发送验证码。请勿把验证码、助记词或私钥告诉任何人。",
        "我们无法预测价格，也不提供投资建议；数字资产价格可能大幅下跌。",
        "您可以向我们投诉；我们会在 1 个工作日内确认收到，并给出书面答复。",
        "Withdrawals over TRC20 usually take 5 to 30 minutes. Check the status under Assets > Withdrawal history.",
        "We never ask for your password or seed phrase. If someone asks you to share your screen, stop the chat.",
        "The maker fee is 0.1% and the taker fee is 0.1%. Please double-check the network before you send.",
        "If you are not satisfied, you may contact the ombudsman or regulator where you live.",
    ],
)
def test_ordinary_support_sentences_pass(text: str) -> None:
    assert _rules(text, locale="en" if text.isascii() else "zh-CN") == set()
