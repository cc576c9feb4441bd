from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunking import chunk, passage_id
from corpus.loaders import load_document
from corpus.model import Document, PassageKind, Section, SectionKind, Table
from corpus.sentences import split_sentences
from corpus.tokens import TiktokenCounter

COUNTER = TiktokenCounter()


def make(*sections: Section, locale: str = "en") -> Document:
    return Document(
        id="wd-fees",
        locale=locale,
        title="Fees",
        category="withdrawal",
        sections=sections,
        audience="agent",
        jurisdictions=("SG",),
        products=("futures",),
        notices=("SAFETY",),
        effective_from=date(2026, 1, 1),
        effective_until=date(2027, 1, 1),
        version=7,
    )


def prose(*paragraphs: str) -> Section:
    return Section(SectionKind.WHY, "Why", paragraphs)


def test_a_passage_carries_what_its_document_says() -> None:
    (passage,) = chunk(make(prose("One.", "Two.")), COUNTER)
    assert (passage.document_id, passage.locale, passage.title, passage.category) == (
        "wd-fees",
        "en",
        "Fees",
        "withdrawal",
    )
    assert (passage.section, passage.kind, passage.heading) == (SectionKind.WHY, PassageKind.PROSE, "Why")
    assert (passage.audience, passage.jurisdictions, passage.notices) == ("agent", ("SG",), ("SAFETY",))
    assert passage.products == ("futures",)
    assert (passage.effective_from, passage.effective_until, passage.version) == (date(2026, 1, 1), date(2027, 1, 1), 7)
    assert (passage.text, passage.ordinal, passage.cells) == ("One.\nTwo.", 0, {})
    assert passage.tokens == COUNTER.count("One.\nTwo.")


def test_the_id_is_a_hash_of_canonical_json() -> None:
    (passage,) = chunk(make(prose("手续费")), COUNTER)
    canonical = '["wd-fees","en","why","\\u624b\\u7eed\\u8d39"]'
    assert passage.id == hashlib.sha256(canonical.encode()).hexdigest()[:16]
    assert passage_id("wd-fees", "en", SectionKind.SAFETY, "手续费") != passage.id


def test_sections_do_not_share_passages_and_repetitions_are_left_out() -> None:
    passages = chunk(
        make(prose("Same."), Section(SectionKind.BODY, "Other", ("Same.",)), prose("Same."), prose("New.")), COUNTER
    )
    assert [(p.ordinal, p.section, p.text) for p in passages] == [
        (0, SectionKind.WHY, "Same."),
        (1, SectionKind.BODY, "Same."),
        (2, SectionKind.WHY, "New."),
    ]


def test_steps_stay_whole_and_numbered() -> None:
    section = Section(SectionKind.STEPS, "Steps", ("Intro.",), ("Open.", "Tap.\n- red", "Wait."))
    intro, steps = chunk(make(section), COUNTER)
    assert (intro.kind, intro.text) == (PassageKind.PROSE, "Intro.")
    assert (steps.kind, steps.text) == (PassageKind.STEPS, "1. Open.\n2. Tap.\n- red\n3. Wait.")


def test_long_steps_go_on_with_their_numbers() -> None:
    steps = tuple(f"Do the thing number {n} and wait for the page to change." for n in range(1, 13))
    passages = chunk(make(Section(SectionKind.STEPS, "Steps", steps=steps)), COUNTER, 64)
    assert len(passages) > 1
    lines = "\n".join(p.text for p in passages).split("\n")
    assert lines == [f"{n}. {step}" for n, step in enumerate(steps, start=1)]
    assert all(p.kind is PassageKind.STEPS and p.tokens <= 64 for p in passages)


def test_each_row_goes_with_its_headers() -> None:
    table = Table(("币种", "手续费", "备注"), (("USDT", "1 USDT", ""), ("BTC", "0.0002 BTC", "慢")))
    zh = chunk(make(Section(SectionKind.TIMES_FEES, "时间与费用", tables=(table,)), locale="zh-CN"), COUNTER)
    assert [p.text for p in zh] == ["币种：USDT；手续费：1 USDT", "币种：BTC；手续费：0.0002 BTC；备注：慢"]
    assert zh[0].cells == {"币种": "USDT", "手续费": "1 USDT", "备注": ""}
    assert {p.kind for p in zh} == {PassageKind.ROW}
    en = chunk(make(Section(SectionKind.TIMES_FEES, "Fees", tables=(table,))), COUNTER)
    assert en[0].text == "币种: USDT; 手续费: 1 USDT"


def test_odd_headers_lose_no_cell() -> None:
    table = Table(("A", "", "A"), (("1", "2", "3"), ("", "", "")))
    (passage,) = chunk(make(Section(SectionKind.BODY, "", tables=(table,))), COUNTER)
    assert passage.text == "A: 1; 2; A: 3"
    assert passage.cells == {"A": "1", "2": "2", "A 3": "3"}


def test_a_row_that_is_too_long_becomes_prose() -> None:
    table = Table(("Note",), (("Read this sentence. " * 30,),))
    passages = chunk(make(Section(SectionKind.BODY, "", tables=(table,))), COUNTER, 32)
    assert len(passages) > 1
    assert {p.kind for p in passages} == {PassageKind.PROSE}


def test_a_long_paragraph_is_cut_between_sentences_as_it_stands() -> None:
    paragraph = "  ".join(f"Sentence {n} says 0.{n}% of it." for n in range(40))
    passages = chunk(make(prose(paragraph, "Last.")), COUNTER, 60)
    assert len(passages) > 5
    assert all(p.text in paragraph and p.text.endswith("of it.") for p in passages[:-1])
    assert passages[-1].text.endswith("\nLast.")


def test_an_endless_sentence_is_cut_at_a_pause() -> None:
    passages = chunk(
        make(prose("".join(f"第{n}个网络拥堵时到账会变慢，" for n in range(60))), locale="zh-CN"), COUNTER, 64
    )
    assert len(passages) > 3
    assert all(p.text.endswith("，") for p in passages)
    words = chunk(make(prose("word " * 300 + "x" * 3000)), COUNTER, 40)
    assert words[0].text == " ".join(["word"] * len(words[0].text.split()))
    assert "".join("".join(p.text for p in words).split()).endswith("x" * 100)


def test_white_space_is_no_passage() -> None:
    blank = Section(SectionKind.BODY, "", (" ", "\n" * 5000), tables=(Table(("",), ((" ",),)),))
    assert chunk(make(blank), COUNTER) == ()


def test_too_small_a_limit_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        chunk(make(prose("x")), COUNTER, 4)


words = st.text(alphabet="ab 字。，.!?\n；0:：😀e", max_size=120)
tables = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Table,
        st.tuples(*[words] * width),
        st.lists(st.tuples(*[words] * width), max_size=3).map(tuple),
    )
)
sections = st.builds(
    Section,
    st.sampled_from(list(SectionKind)),
    words,
    st.lists(words, max_size=4).map(tuple),
    st.lists(words, max_size=4).map(tuple),
    st.lists(tables, max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(sections, max_size=4), st.integers(16, 60), st.sampled_from(["zh-CN", "en"]))
def test_passages_are_short_distinct_and_in_order(parts: list[Section], limit: int, locale: str) -> None:
    document = make(*parts, locale=locale)
    passages = chunk(document, COUNTER, limit)
    assert passages == chunk(document, COUNTER, limit)
    assert len({p.id for p in passages}) == len(passages)
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    by_id = {passage.id: passage for passage in passages}
    for passage in passages:
        assert passage.text.strip()
        assert passage.tokens == COUNTER.count(passage.text)
        if passage.kind is PassageKind.QUESTION:
            assert passage.section is SectionKind.PAIR
            assert by_id[passage.stands_for].kind is not PassageKind.QUESTION
        elif passage.kind is PassageKind.ANSWER:
            assert passage.id == passage_id(document.id, locale, SectionKind.PAIR, passage.text, passage.heading)
        else:
            assert passage.tokens <= limit
            assert passage.id == passage_id(document.id, locale, passage.section, passage.text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["", "，", "。", "\n", " ", ". ", "！"]), min_size=1, max_size=200), st.integers(16, 40)
)
def test_no_character_is_lost(gaps: list[str], limit: int) -> None:
    # Every character once, so that no two pieces are equal and left out as repetitions.
    text = "".join(chr(0x4E00 + at) + gap for at, gap in enumerate(gaps))
    passages = chunk(make(prose(text)), COUNTER, limit)
    assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())


zh_clause = st.text("提现充值手续费到账网络确认地址账户安全验证币种", min_size=2, max_size=12)
en_clause = st.lists(st.sampled_from(["send", "the", "coin", "and", "wait", "2.5", "hours"]), min_size=2, max_size=9)
SENTENCES = {
    "zh-CN": st.tuples(zh_clause, st.sampled_from("。！？")).map("".join),
    "ja": st.tuples(
        st.text("出金手数料はありませんかをごにでアドレス", min_size=2, max_size=12), st.sampled_from("。？！")
    ).map("".join),
    "en": en_clause.map(lambda words: " ".join(words).capitalize() + "."),
}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["zh-CN", "en", "ja"]), st.integers(30, 80))
def test_every_sentence_is_in_exactly_one_passage(data: st.DataObject, locale: str, limit: int) -> None:
    drawn = data.draw(st.lists(SENTENCES[locale], min_size=1, max_size=40))
    # Numbered, so that no two are equal and none stands inside another.
    numbered = [f"{chr(0x5200 + n)}{text}" if locale != "en" else f"N{n}x {text}" for n, text in enumerate(drawn)]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(numbered)), max_size=6)) | {0, len(numbered)})
    glue = " " if locale == "en" else ""
    blocks = [glue.join(numbered[a:b]) for a, b in pairwise(cuts)]
    kinds = st.sampled_from([SectionKind.SHORT_ANSWER, SectionKind.STEPS, SectionKind.PAIR])
    parts: list[Section] = []
    for n, block in enumerate(blocks):
        kind = data.draw(kinds)
        held = {"steps" if kind is SectionKind.STEPS else "paragraphs": (block,)}
        parts.append(Section(kind, f"heading {n}", **held))  # type: ignore[arg-type]
    body = [p for p in chunk(make(*parts, locale=locale), COUNTER, limit) if p.kind is not PassageKind.QUESTION]
    for sentence in numbered:
        assert sum(sentence in passage.text for passage in body) == 1
    assert split_sentences("\n".join(p.text.removeprefix("1. ") for p in body)) == tuple(numbered)


def pair(question: str, *answer: str, also: tuple[str, ...] = (), part: str = "") -> Section:
    return Section(SectionKind.PAIR, question, answer, questions=also, part=part)


def test_an_approved_answer_stays_whole_and_its_questions_stand_for_it() -> None:
    text = "Keep this answer together. " * 60
    document = make(pair("May I share it?", text.strip(), "Never.", also=("share code", "share code", " ")))
    answer, asked, other = chunk(document, COUNTER, 32)
    assert (answer.kind, answer.text, answer.heading) == (
        PassageKind.ANSWER,
        f"{text.strip()}\nNever.",
        "May I share it?",
    )
    assert answer.tokens > 300
    assert [(q.text, q.stands_for, q.ordinal) for q in (asked, other)] == [
        ("May I share it?", answer.id, 1),
        ("share code", answer.id, 2),
    ]


def test_an_answer_nobody_reads_in_one_piece_becomes_prose() -> None:
    text = "Keep this answer together. " * 400
    passages = chunk(make(pair("Q?", text)), COUNTER)
    assert {p.kind for p in passages} == {PassageKind.PROSE, PassageKind.QUESTION}
    assert all(p.tokens <= 320 for p in passages)
    assert passages[-1].stands_for == passages[0].id


def test_an_answer_with_steps_and_a_table_is_one_passage() -> None:
    section = Section(
        SectionKind.PAIR, "How?", ("So.",), ("Open.", "Tap."), (Table(("Coin", "Fee"), (("BTC", "1"), ("ETH", "2"))),)
    )
    answer, _ = chunk(make(section), COUNTER)
    assert answer.text == "So.\n1. Open.\n2. Tap.\nCoin: BTC; Fee: 1\nCoin: ETH; Fee: 2"


def test_pairs_with_the_same_answer_remain_two() -> None:
    passages = chunk(
        make(pair("Can I?", "No."), pair("May I?", "No."), pair("Can I?", "No.", also=("Could I?",))), COUNTER
    )
    answers = [p for p in passages if p.kind is PassageKind.ANSWER]
    assert [p.heading for p in answers] == ["Can I?", "May I?"]
    asked = {p.text: p.stands_for for p in passages if p.kind is PassageKind.QUESTION}
    assert asked == {"Can I?": answers[0].id, "May I?": answers[1].id, "Could I?": answers[0].id}


def test_questions_of_a_section_stand_for_its_first_passage() -> None:
    section = Section(SectionKind.WHY, "Why", ("Because.",), ("Wait.",), questions=("why so slow",))
    passages = chunk(make(Section(SectionKind.SHORT_ANSWER, "", ("Wait.",)), section), COUNTER)
    assert [(p.kind.value, p.text) for p in passages] == [
        ("prose", "Wait."),
        ("prose", "Because."),
        ("steps", "1. Wait."),
        ("question", "why so slow"),
    ]
    assert passages[3].stands_for == passages[1].id
    # A section that only repeats an earlier text is answered by it.
    again = chunk(make(prose("Same."), replace(prose("Same."), questions=("again?",))), COUNTER)
    assert (again[1].text, again[1].stands_for) == ("again?", again[0].id)
    assert chunk(make(Section(SectionKind.WHY, "Why", questions=("nothing here",))), COUNTER) == ()


def test_passages_of_one_section_have_one_parent_that_outlives_insertions() -> None:
    two = Section(SectionKind.BODY, "Two", ("A.",), ("B.",), page=3, part="Sheet 1", questions=("q",))
    first = chunk(make(two, Section(SectionKind.BODY, "Two", ("C.",))), COUNTER)
    assert [p.parent == first[0].parent for p in first] == [True, True, False, True]
    assert len(first[0].parent) == 16
    assert {(p.page, p.part) for p in first if p.text != "C."} == {(3, "Sheet 1")}
    later = chunk(make(prose("New."), two), COUNTER)
    assert later[1].parent == first[0].parent


def test_questions_stand_for_the_short_answer(tmp_path: Path) -> None:
    source = tmp_path / "d.md"
    source.write_text(
        "---\nid: d\nlocale: zh-CN\ntitle: 提现\nquestions: [币呢, 币呢, where is it]\n---\n"
        "## 适用\n所有人。\n\n## 结论\n请等待。\n",
        encoding="utf-8",
    )
    passages = chunk(load_document(source), TiktokenCounter())
    questions = [passage for passage in passages if passage.kind is PassageKind.QUESTION]
    answer = next(p for p in passages if p.section is SectionKind.SHORT_ANSWER and p.kind is PassageKind.PROSE)
    assert [question.text for question in questions] == ["提现", "币呢", "where is it"]
    assert {question.stands_for for question in questions} == {answer.id}
    assert {question.indexed_text for question in questions} == {"提现", "币呢", "where is it"}
    assert len({passage.id for passage in passages}) == len(passages)
