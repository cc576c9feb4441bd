from __future__ import annotations

from assistant.chain.rendering import render
from assistant.model import Draft, Layout, Notice, Sentence, SentenceRole


def test_paragraphs_steps_bullets_marks_and_notices() -> None:
    draft = Draft(
        (
            Sentence("请先看这里。", SentenceRole.SUBSTANCE, (1,)),
            Sentence("再看那里。", SentenceRole.SUBSTANCE, (1, 2)),
            Sentence("请按以下步骤操作：", SentenceRole.CONNECTIVE, layout=Layout.PARAGRAPH),
            Sentence("打开。", SentenceRole.STEP, (3,), layout=Layout.STEP),
            Sentence("点击。", SentenceRole.STEP, (3,), layout=Layout.STEP),
            Sentence("请准备：", SentenceRole.CONNECTIVE, layout=Layout.PARAGRAPH),
            Sentence("编号", SentenceRole.SUBSTANCE, (4,), layout=Layout.BULLET),
            Sentence("再见。", SentenceRole.SUBSTANCE, (4,)),
        ),
        "zh-CN",
        "test",
    )
    assert render(draft, [Notice("AI-LABEL", "标识。", "zh-CN", "")]) == (
        "请先看这里。[1]再看那里。[1][2]\n\n请按以下步骤操作：\n1. 打开。[3]\n2. 点击。[3]\n\n"
        "请准备：\n- 编号[4]\n\n再见。[4]\n\n标识。"
    )


def test_english_sentences_are_spaced() -> None:
    draft = Draft(
        (Sentence("One.", SentenceRole.SUBSTANCE, (1,)), Sentence("Two.", SentenceRole.SUBSTANCE, (1,))), "en", "test"
    )
    assert render(draft) == "One. [1] Two. [1]"


def test_step_numbers_start_again_after_other_text() -> None:
    step = Sentence("Do.", SentenceRole.STEP, (1,), layout=Layout.STEP)
    between = Sentence("Then:", SentenceRole.CONNECTIVE, layout=Layout.PARAGRAPH)
    assert render(Draft((step, step, between, step), "en", "t")).count("1. Do.") == 2
