from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import DraftRejectedError
from assistant.llm.drafter import parse_draft
from assistant.model import Draft, Layout


def parsed(text: str) -> Draft:
    return parse_draft(text, "en", "m", "p@1")


def test_marks_before_and_after_the_full_stop() -> None:
    sentences = parsed("The fee is 1 USDT [2]. It takes 30 minutes. [1][3]").sentences
    assert [(s.text, s.citations) for s in sentences] == [
        ("The fee is 1 USDT.", (2,)),
        ("It takes 30 minutes.", (1, 3)),
    ]


def test_steps_and_bullets_keep_their_layout() -> None:
    draft = parsed("Do this:[1]\n1. Open. [1]\n- Look. [2]")
    assert [s.layout for s in draft.sentences] == [Layout.PARAGRAPH, Layout.STEP, Layout.BULLET]


def test_chinese_marks() -> None:
    draft = parse_draft("手续费为 1 USDT。[1]到账约 30 分钟[2]。", "zh-CN", "m", "p@1")
    assert [(s.text, s.citations) for s in draft.sentences] == [("手续费为 1 USDT。", (1,)), ("到账约 30 分钟。", (2,))]


@pytest.mark.parametrize("text", ["", "  \n", "NO_ANSWER", "Sorry. NO_ANSWER"])
def test_a_model_that_declines(text: str) -> None:
    with pytest.raises(DraftRejectedError):
        parsed(text)


@given(st.text(max_size=200))
def test_any_model_text_parses_or_is_rejected(text: str) -> None:
    try:
        draft = parsed(text)
    except DraftRejectedError:
        return
    assert all(sentence.text for sentence in draft.sentences)
