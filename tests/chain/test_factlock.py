from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.factlock import lock_facts
from assistant.chain.vocabulary import load_vocabulary
from assistant.model import Draft, Operand, Sentence, SentenceRole
from tests.builders import evidence, passage

VOCABULARY = load_vocabulary()
EVIDENCE = evidence(passage("提现手续费 1 USDT，通常 30 分钟到账。"), passage("请访问 help.cloudbridge.example。"))


def findings(
    text: str, role: SentenceRole = SentenceRole.SUBSTANCE, citations: tuple[int, ...] = (1,), **values: object
) -> int:
    sentence = Sentence(text, role, citations, **values)  # type: ignore[arg-type]
    return len(lock_facts(Draft((sentence,), "zh-CN", "test"), EVIDENCE, VOCABULARY))


@pytest.mark.parametrize("text", ["手续费是 1 USDT。", "Usually 30 minutes.", "通常三十分钟。", "没有数字。"])
def test_facts_of_the_cited_passage_pass(text: str) -> None:
    assert findings(text) == 0


@pytest.mark.parametrize(
    "text", ["手续费是 2 USDT。", "通常 30 小时。", "请访问 help.evil.example。", "用 ERC20 提现。"]
)
def test_facts_from_nowhere_are_caught(text: str) -> None:
    assert findings(text) == 1


def test_a_fact_of_another_passage_does_not_count() -> None:
    assert findings("手续费 1 USDT。", citations=(2,)) == 1


def test_a_computed_sentence_may_use_its_operands() -> None:
    operands = (Operand("两个小时", "customer"),)
    assert findings("您已等待 2 小时，超过 30 分钟。", SentenceRole.COMPUTED, operands=operands) == 0
    assert findings("您已等待 3 小时，超过 30 分钟。", SentenceRole.COMPUTED, operands=operands) == 1


def test_a_connective_may_carry_no_fact() -> None:
    assert findings("请等 5 分钟。", SentenceRole.CONNECTIVE, ()) == 1


@given(st.integers(min_value=2, max_value=10_000).filter(lambda n: n != 30))
def test_any_changed_number_is_caught(number: int) -> None:
    assert findings(f"手续费 {number} USDT。") == 1
