from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.parsing import MARK, Placed, as_read, parse_body, place
from assistant.chain.rendering import render_body
from assistant.model import Layout, Operand, Sentence, SentenceRole

WORDS = (
    "提现",
    "审核",
    "需要",
    "30 分钟",
    "App「资产」",
    "1 USDT",
    "到账",
    "help.cloudbridge.example",
    "（Lv.2）",
    "😀好",
)
WORDS_EN = ("withdrawal", "App", "takes", "30 minutes", "Lv.2", "1 USDT", "(see below)", "help.cloudbridge.example")
LAYOUTS = st.sampled_from(list(Layout))


@st.composite
def sentences(draw: st.DrawFn, words: tuple[str, ...], glue: str, stop: str) -> tuple[Sentence, ...]:
    """A draft as the composer and models make them: sentences that end, list items that may not."""
    made = []
    for layout in draw(st.lists(LAYOUTS, max_size=8)):
        text = glue.join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=4)))
        text = text[0].upper() + text[1:]
        listed = layout in (Layout.STEP, Layout.BULLET)
        text += draw(st.sampled_from((stop, f"{stop}{glue}{text}{stop}", ""))) if listed else stop
        numbers = draw(st.lists(st.integers(1, 999), max_size=3, unique=True))
        role = SentenceRole.STEP if layout is Layout.STEP else SentenceRole.SUBSTANCE
        made.append(Sentence(text, role, tuple(numbers), layout=layout))
    return tuple(made)


def shown(sentences: tuple[Sentence, ...]) -> list[tuple[str, tuple[int, ...], Layout]]:
    """What a text shows of a draft: the first sentence of a paragraph is one whether it says so or not."""
    seen = []
    starts = True
    for sentence in sentences:
        layout = Layout.PARAGRAPH if starts and sentence.layout is Layout.INLINE else sentence.layout
        seen.append((sentence.text, sentence.citations, layout))
        starts = layout in (Layout.STEP, Layout.BULLET)
    return seen


def parsed(body: str, *known: Sentence) -> list[tuple[str, tuple[int, ...], Layout]]:
    found = []
    for placed in parse_body(body, known):
        assert body[placed.start : placed.end] == placed.sentence.text
        found.append((placed.sentence.text, placed.sentence.citations, placed.sentence.layout))
    return found


@given(sentences(WORDS, "", "。"))
def test_a_chinese_draft_comes_back(draft: tuple[Sentence, ...]) -> None:
    assert parsed(render_body(draft, "zh-CN")) == shown(draft)


@given(sentences(WORDS_EN, " ", "."))
def test_an_english_draft_comes_back(draft: tuple[Sentence, ...]) -> None:
    assert parsed(render_body(draft, "en")) == shown(draft)


@given(st.one_of(sentences(WORDS, "", "。"), sentences(WORDS_EN, " ", ".")), st.sampled_from(["zh-CN", "en"]))
def test_sentences_are_found_where_they_stand(draft: tuple[Sentence, ...], language: str) -> None:
    body = render_body(draft, language)
    placed = place(draft, body)
    assert [body[item.start : item.end] for item in placed] == [sentence.text for sentence in draft]
    assert all(left.end <= right.start for left, right in pairwise(placed))
    between = [body[left.end : right.start] for left, right in pairwise(placed)]
    assert all(re.fullmatch(r"(?:\s|\[\d+\]|\d+\. |- )*", gap) for gap in between)


@given(st.text(alphabet="甲ab10９.。，,、[]［］12\n -*)（\u200b\u3000", max_size=60))
def test_whatever_is_written_no_word_is_lost(body: str) -> None:
    placed = parse_body(body)
    kept = "".join(item.sentence.text for item in placed)
    rest = list(body)
    for item in placed:
        assert body[item.start : item.end] == item.sentence.text != ""
        rest[item.start : item.end] = " " * len(item.sentence.text)
    # What no sentence holds: marks, the numbers of a list, signs and white space.
    left = re.sub(r"(?m)^\s*\d+[.．、)）]", " ", MARK.sub(" ", "".join(rest)))
    assert not re.search(r"\w", left), (left, kept)


def test_a_number_that_counts_nothing_on_is_a_value() -> None:
    assert parsed("30. 分钟内到账。") == [("30. 分钟内到账。", (), Layout.PARAGRAPH)]
    assert parsed("1. 甲\n2. 乙\n4. 丁\n\n1. 甲") == [
        ("甲", (), Layout.STEP),
        ("乙", (), Layout.STEP),
        ("4. 丁", (), Layout.PARAGRAPH),
        ("甲", (), Layout.STEP),
    ]


@pytest.mark.parametrize("line", ["1.5 天到账", "1、5 天到账", "1)2 天", "1.", "-5 度"])
def test_a_value_at_the_head_of_a_line_is_no_list_number(line: str) -> None:
    assert all(layout is Layout.PARAGRAPH for _, _, layout in parsed(line))


@pytest.mark.parametrize("line", ["1. 打开", "1.打开", "1、打开", "1) 打开", "1）打开", "  1. 打开"])
def test_a_step_as_people_write_it(line: str) -> None:
    assert parsed(line) == [("打开", (), Layout.STEP)]


@pytest.mark.parametrize("line", ["- 编号", "* 编号", "• 编号"])
def test_a_bullet_as_people_write_it(line: str) -> None:
    assert parsed(line) == [("编号", (), Layout.BULLET)]


def test_a_mark_belongs_to_the_sentence_before_it() -> None:
    inline = Layout.INLINE
    assert parsed("甲[1]。乙[2][3]，丙。\n[4]\n[5] 丁。戊。[6]") == [
        ("甲", (1,), Layout.PARAGRAPH),
        ("乙", (2, 3), inline),
        ("丙。", (4,), inline),
        ("丁。", (5,), Layout.PARAGRAPH),
        ("戊。", (6,), inline),
    ]


def test_a_list_item_is_one_sentence_up_to_its_first_mark() -> None:
    assert parsed("1. 打开。点击。[1]然后等。再看。") == [
        ("打开。点击。", (1,), Layout.STEP),
        ("然后等。", (), Layout.INLINE),
        ("再看。", (), Layout.INLINE),
    ]


def test_known_sentences_keep_together_and_keep_what_they_are() -> None:
    known = Sentence("我理解您的心情。我们在核对。", SentenceRole.CONNECTIVE)
    computed = Sentence("已等两小时。", SentenceRole.COMPUTED, (2,), (Operand("两小时", "customer"),), quote="30 分钟")
    first, second, third = (p.sentence for p in parse_body(f"{known.text}{computed.text}[1]新的。", (known, computed)))
    assert (first.text, first.role) == (known.text, SentenceRole.CONNECTIVE)
    assert (second.role, second.operands, second.quote) == (computed.role, computed.operands, computed.quote)
    assert second.citations == (1,), "the marks are those of the text"
    assert (third.text, third.role) == ("新的。", SentenceRole.SUBSTANCE)


def test_of_two_equal_sentences_the_one_with_the_same_marks_is_known() -> None:
    known = [Sentence("同句。", SentenceRole.SUBSTANCE, (n,), quote=f"{n}") for n in (1, 2)]
    assert [p.sentence.quote for p in parse_body("同句。[2]同句。[1]", known)] == ["2", "1"]


def test_a_reader_reads_across_a_mark_inside_a_phrase() -> None:
    def read(body: str, *known: Sentence) -> str:
        placed = parse_body(body, known)
        reading = as_read(body, placed)
        assert all(reading.text[i] == body[at] for i, at in enumerate(reading.offsets))
        return reading.text

    assert read("手续费 1[2]0 USDT。[3]好") == "手续费 10 USDT。[3]好"
    assert read("稳[1][2]赚。") == "稳赚。"
    assert read("buy [1] now") == "buy now"
    assert read("a\u200b[1]b") == "a\u200bb"
    assert read("甲。[1]乙") == "甲。[1]乙"
    assert read("甲[1]\n乙") == "甲[1]\n乙"
    quotes = [Sentence(text, SentenceRole.SUBSTANCE, (1,), quote=text) for text in ("123", "30 分钟")]
    assert read("123[1]30 分钟[1]", *quotes) == "123[1]30 分钟[1]"


def test_sentences_of_another_body_are_refused() -> None:
    sentence = Sentence("甲。", SentenceRole.SUBSTANCE)
    assert place((sentence,), "1. 甲。") == (Placed(sentence, 3, 5),)
    with pytest.raises(ValueError, match="not the sentences"):
        place((sentence, sentence), "甲。")


def test_a_sentence_is_not_found_in_a_mark_or_a_list_number() -> None:
    sentences = (Sentence("1", SentenceRole.STEP, layout=Layout.STEP), Sentence("1", SentenceRole.SUBSTANCE, (1,)))
    assert [item.start for item in place(sentences, "1. 1[1]\n\n1[1]")] == [3, 9]


def test_a_figure_behind_a_mark_is_not_found_in_the_mark() -> None:
    body = ",[2]2"
    assert place([placed.sentence for placed in parse_body(body)], body) == parse_body(body)
