from __future__ import annotations

import pytest

from assistant.compliance.engine import PolicyEngine


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        ("我们不承诺保本", True),
        ("没有人能保证收益", True),
        ("不用担心，这个产品保本", False),
        ("不用担心这个产品保本", False),
        ("我们不仅保本，还送服务", False),
        ("保本产品，不要错过", False),
        ("我们不收费，但是稳赚", False),
        ("We never promise guaranteed returns", True),
        ("Do not worry, returns are guaranteed: guaranteed profit for all", False),
        ("Don't hesitate: guaranteed profit", False),
        ("Guaranteed profit, never miss it", False),
    ],
)
def test_only_a_negation_before_the_phrase_in_its_clause_excuses(
    engine: PolicyEngine, text: str, excused: bool
) -> None:
    fired = "PRF-001" in {finding.rule for finding in engine.screen(text)}
    assert fired is not excused


def test_negation_far_before_the_phrase_does_not_excuse(engine: PolicyEngine) -> None:
    text = "我们没有忘记告诉各位尊敬的新老客户朋友们今天上线的这款产品保本"
    assert "PRF-001" in {finding.rule for finding in engine.screen(text)}


def test_excused_hit_hides_none_behind_it(engine: PolicyEngine) -> None:
    text = "我们不建议卖出。建议您买入 ETH。"
    (finding,) = [f for f in engine.screen(text) if f.rule == "PRF-004"]
    assert finding.span is not None
    assert text[slice(*finding.span)].startswith("建议您买入")
