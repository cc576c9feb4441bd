from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.loaders.frontmatter import FrontMatter
from corpus.model import SectionKind
from corpus.pairs import COLUMNS, are_pairs, field_of, grouped, read_pairs


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Question", "question"),
        (" 问题： ", "question"),
        ("問", "question"),
        ("Q", "question"),
        ("答案*", "answer"),
        ("标准答案（对客）", "answer"),
        ("similar_question 2", "also"),
        ("相似问1", "also"),
        ("Effective-From", "effective_from"),
        ("生效日期", "effective_from"),
        ("備註", ""),
        ("2025", ""),
        ("", ""),
    ],
)
def test_names_of_columns(name: str, field: str) -> None:
    assert field_of(name) == field


def test_every_field_about_the_document_can_be_read() -> None:
    assert set(COLUMNS) - {"question", "answer", "also"} <= set(FrontMatter.model_fields)


def test_what_makes_a_table_of_pairs() -> None:
    assert are_pairs(["编号", "问", "答"])
    assert are_pairs(["標題", "回覆"])
    assert not are_pairs(["标题", "内容"])
    assert not are_pairs(["question", "votes"])
    assert not are_pairs(["Q1", "Q2", "Q3"])


def test_a_pair_with_everything() -> None:
    (pair,) = read_pairs(
        [
            (
                "row 2",
                {
                    "问题": "怎么提现？\n如何提币？",
                    "答案": "打开钱包。\n\n点击提现。",
                    "相似问1": "提币步骤；怎么转出",
                    "相似问2": ("怎么转出", ""),
                    "分类": "withdrawal",
                    "locale": "zh-CN",
                    "notices": "RISK、SAFETY",
                    "effective_from": "2026-03-01",
                    "id": "qa-1",
                    "备注": "内部",
                },
            )
        ],
        "faq.csv",
    )
    section = pair.section
    assert (section.kind, section.heading) == (SectionKind.PAIR, "怎么提现？")
    assert section.paragraphs == ("打开钱包。", "点击提现。")
    assert section.questions == ("如何提币？", "提币步骤", "怎么转出")
    assert section.part == "qa-1"
    assert (pair.meta.category, pair.meta.locale, pair.meta.notices) == ("withdrawal", "zh-CN", ("RISK", "SAFETY"))
    assert pair.meta.effective_from == date(2026, 3, 1)


def test_a_title_is_the_question_only_without_one() -> None:
    (pair,) = read_pairs([("row 2", {"title": "Fees", "question": "", "answer": "1"})], "f")
    assert pair.question == "Fees"
    (pair,) = read_pairs([("row 2", {"title": "Fees", "question": "How much?", "answer": "1"})], "f")
    assert pair.question == "How much?"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"q": "How?", "a": " "}, "f.csv: row 3 has a question but no answer"),
        ({"q": "", "a": "So."}, "f.csv: row 3 has an answer but no question"),
        ({"q": "How?", "a": "So.", "locale": "中文"}, "f.csv: row 3: locale"),
        ({"q": "How?", "a": "So.", "effective_from": "someday"}, "f.csv: row 3: effective_from"),
        (
            {"q": "How?", "a": "So.", "effective_from": "2026-03-01", "effective_until": "2026-02-01"},
            "effective_until must be after",
        ),
        ({"q": "why?", "a": "So."}, "row 2 and row 3 answer the question “why\\?” differently"),
    ],
)
def test_broken_pairs_are_named(record: dict[str, str], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read_pairs([("row 2", {"q": "Why?", "a": "Because."}), ("row 3", record)], "f.csv")


def test_one_question_may_have_an_answer_per_language_and_period() -> None:
    records = [
        ("row 2", {"q": "VIP?", "a": "Yes.", "locale": "en"}),
        ("row 3", {"q": "VIP?", "a": "是。", "locale": "zh-CN"}),
        ("row 4", {"q": "VIP?", "a": "No.", "locale": "en", "effective_from": "2026-03-01"}),
        ("row 5", {"q": "", "a": ""}),
    ]
    pairs = read_pairs(records, "f")
    assert [pair.answer for pair in pairs] == ["Yes.", "是。", "No."]
    assert [len(group) for group in grouped(pairs).values()] == [1, 1, 1]


def test_a_language_that_is_left_out_is_detected_where_others_are_given() -> None:
    records = [
        ("row 2", {"q": "怎么？", "a": "这样。", "locale": ""}),
        ("row 3", {"q": "如何？", "a": "如此。", "locale": "zh-CN"}),
    ]
    (group,) = grouped(read_pairs(records, "f"))
    assert group.locale == "zh-CN"
    (group,) = grouped(read_pairs([("row 2", {"q": "怎么？", "a": "这样。"})], "f"))
    assert group.locale is None


cells = st.text(alphabet="ab 问\n；|?，", max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_every_complete_row_is_a_pair(rows: list[tuple[str, str, str]]) -> None:
    records = [(f"row {n}", {"q": f"{n}{q}", "a": a, "also": also}) for n, (q, a, also) in enumerate(rows)]
    if any(not a.strip() for _, a, _ in rows):
        with pytest.raises(DocumentError, match="no answer"):
            read_pairs(records, "f")
        return
    pairs = read_pairs(records, "f")
    assert len(pairs) == len(rows)
    for pair, (q, a, also) in zip(pairs, rows, strict=True):
        told = "".join((pair.question, *pair.also))
        for text in (q, also):
            assert set(text) - set("\n |；") <= set(told)
        assert pair.answer == a.strip()
        assert pair.question not in pair.also
        assert all(pair.also)
