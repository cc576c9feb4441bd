from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError, FactError
from corpus.facts import FactsTable
from corpus.loaders.markdown import HEADINGS, load
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table

FACTS = FactsTable.parse(
    {
        "facts": {"wait": {"value": 24, "unit": "hours"}},
        "tables": {
            "fee": {
                "columns": {"net": {"zh-CN": "网络", "en": "Network"}, "fee": {"zh-CN": "手续费", "en": "Fee"}},
                "rows": {"trc": {"net": "TRC20", "fee": {"value": 1, "unit": "USDT"}}},
            }
        },
    }
)
ARTICLE = """---
id: wd-fees
locale: zh-CN
title: 提现手续费
category: withdrawal
audience: agent
jurisdictions: [SG, HK]
notices: SAFETY
effective_from: 2026-01-01
effective_until: 2026-07-01
owner: payments
version: 3
---

## 结论
手续费见下表，{{fact:wait}}后**再试**。

## 步骤
1. 打开「资产」。
2. 点 `提现`。

## 时间与费用
{{table:fee}}
按笔收取。
"""


def read(text: str, name: str = "My File.md", facts: FactsTable | None = None) -> Document:
    return load(Source(name, text.encode(), facts))


def test_a_whole_article() -> None:
    document = read(ARTICLE, facts=FACTS)
    assert (document.id, document.locale, document.title, document.category) == (
        "wd-fees",
        "zh-CN",
        "提现手续费",
        "withdrawal",
    )
    assert (document.audience, document.jurisdictions, document.notices) == ("agent", ("SG", "HK"), ("SAFETY",))
    assert (document.effective_from, document.effective_until) == (date(2026, 1, 1), date(2026, 7, 1))
    assert (document.owner, document.version, document.source) == ("payments", 3, "My File.md")
    short, steps, fees = document.sections
    assert (short.kind, short.heading, short.paragraphs) == (
        SectionKind.SHORT_ANSWER,
        "结论",
        ("手续费见下表，24 小时后再试。",),
    )
    assert (steps.kind, steps.steps) == (SectionKind.STEPS, ("打开「资产」。", "点 提现。"))
    assert fees.tables == (Table(("网络", "手续费"), (("TRC20", "1 USDT"),)),)
    assert fees.paragraphs == ("按笔收取。",)


def test_the_digest_follows_what_the_reader_sees() -> None:
    document = read(ARTICLE, facts=FACTS)
    assert len(document.digest) == len(hashlib.sha256().hexdigest())
    assert read(ARTICLE, facts=FACTS).digest == document.digest
    assert read(ARTICLE.replace("按笔", "按次"), facts=FACTS).digest != document.digest
    assert read(ARTICLE.replace("version: 3", "version: 4"), facts=FACTS).digest != document.digest
    other = FactsTable.parse(
        {"facts": {"wait": "48 小时"}, "tables": {"fee": {"columns": {"a": "A"}, "rows": {"r": {"a": "1"}}}}}
    )
    assert read(ARTICLE, facts=other).digest != document.digest


@pytest.mark.parametrize("locale", sorted(HEADINGS))
def test_each_fixed_heading_has_its_kind(locale: str) -> None:
    text = "\n".join(f"## {heading}\ntext\n" for heading in HEADINGS[locale])
    sections = read(text).sections
    assert [section.kind for section in sections] == list(HEADINGS[locale].values())
    assert set(HEADINGS[locale].values()) == set(SectionKind) - {SectionKind.BODY, SectionKind.PAIR}


def test_without_front_matter_identity_is_inferred() -> None:
    document = read("# 提现说明\n\n正文在这里。\n")
    assert (document.id, document.locale, document.title, document.category) == (
        "my-file",
        "zh-CN",
        "提现说明",
        "general",
    )
    assert [(s.kind, s.heading, s.paragraphs) for s in document.sections] == [(SectionKind.BODY, "", ("正文在这里。",))]
    assert read("plain words", name="提现_FAQ  v2.md").id == "提现-faq-v2"
    assert read("plain words", name="提现_FAQ  v2.md").title == "提现 FAQ v2"
    assert read("plain words", name="提现_FAQ.md").locale == "en"


def test_long_and_odd_names_give_short_distinct_ids() -> None:
    first, second = (read("x", name="长" * 90 + end + ".md").id for end in "ab")
    assert first != second
    assert max(len(first), len(second)) <= 60
    assert read("x", name="!!!.md").id.startswith("document-")


def test_a_heading_that_differs_from_the_title_is_kept() -> None:
    text = "---\ntitle: Fees\n---\n# Withdrawal\n\nhello\n"
    assert read(text).sections[0].heading == "Withdrawal"
    assert read(text.replace("# Withdrawal", "# Fees")).sections[0].heading == ""


def test_nested_headings_keep_their_path_and_kind() -> None:
    text = "# T\n## Steps:\n1. a\n### iPhone\n1. b\n#### Old *models*\nc\n### Android\n1. d\n"
    text += "## Other\ne\n### Deep\nf\n# Top\ng"
    assert [(s.kind, s.heading, s.steps or s.paragraphs) for s in read(text).sections] == [
        (SectionKind.STEPS, "Steps:", ("a",)),
        (SectionKind.STEPS, "Steps: › iPhone", ("b",)),
        (SectionKind.STEPS, "Steps: › iPhone › Old models", ("c",)),
        (SectionKind.STEPS, "Steps: › Android", ("d",)),
        (SectionKind.BODY, "Other", ("e",)),
        (SectionKind.BODY, "Other › Deep", ("f",)),
        (SectionKind.BODY, "Top", ("g",)),
    ]


def test_only_ordered_lists_are_steps_and_nested_content_stays() -> None:
    text = (
        "- first\n- second\n  - inner\n  - more\n    1. deep\n\n"
        "1. open\n\n   then wait\n   - red\n   - green\n   ```\n   code *x*\n   ```\n2. close\n"
    )
    (section,) = read(text).sections
    assert section.paragraphs == ("first", "second\n- inner\n- more\n1. deep")
    assert section.steps == ("open\nthen wait\n- red\n- green\ncode *x*", "close")


def test_an_interrupted_list_goes_on_and_another_list_is_another_section() -> None:
    text = "## Steps\n1. a\n\nnote\n\n2. b\n\nOn the phone:\n\n1. c\n2. d\n"
    first, second = read(text).sections
    assert (first.steps, first.paragraphs) == (("a", "b"), ("note", "On the phone:"))
    assert (second.kind, second.heading, second.steps) == (SectionKind.STEPS, "Steps", ("c", "d"))


def test_inline_markdown_becomes_plain_text() -> None:
    text = (
        "**Bold** and _soft_ `code_x`, [here](https://a.example/x), <https://b.example/>, "
        "[b.example](https://b.example/), [mail](mailto:a@b.example), [rel](other.md), [](https://c.example) "
        "![picture](p.png) &amp; \\*star\\*"
    )
    assert read(text).sections[0].paragraphs == (
        "Bold and soft code_x, here (https://a.example/x), https://b.example/, b.example, "
        "mail (mailto:a@b.example), rel, https://c.example picture & *star*",
    )
    assert read("请看[帮助中心](https://a.example)了解").sections[0].paragraphs == (
        "请看帮助中心（https://a.example）了解",
    )


def test_line_breaks() -> None:
    assert read("中文一行\n接着 USDT\n写").sections[0].paragraphs == ("中文一行接着 USDT 写",)
    assert read("one\ntwo  \nthree<br>four").sections[0].paragraphs == ("one two\nthree\nfour",)


def test_raw_html_is_reduced_to_its_words() -> None:
    text = (
        "<div onclick='x()'>Keep <b>this</b>&nbsp;&lt;word&gt;</div>\n<script>steal()</script>\n\n"
        "a <b>b</b> <script>steal()</script><!-- hidden --> c\n\n<!-- secret -->\n\n[x](javascript:steal())\n"
    )
    paragraphs = read(text).sections[0].paragraphs
    assert paragraphs == ("Keep this <word>", "a b c", "[x](javascript:steal())")


def test_tables_quotes_and_code() -> None:
    text = "> quoted\n> 1. step\n\n| A | B *b* |\n|---|---|\n| `1` | x<br>y |\n| | |\n\n```\nraw **x**\n```\n"
    (section,) = read(text).sections
    assert section.paragraphs == ("quoted", "raw **x**")
    assert section.steps == ("step",)
    assert section.tables == (Table(("A", "B b"), (("1", "x y"),)),)
    (nested,) = read("- row:\n\n  | A | B |\n  |---|---|\n  | 1 | 2 |\n").sections
    assert nested.paragraphs == ("row:\nA: 1; B: 2",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\nid: [\n---\nx", "broken front matter"),
        ("---\neffective_from: 2026-99-99\n---\nx", "broken front matter"),
        ("---\ntitle: x\ntext without an end", "not closed"),
        ("---\ncolour: red\n---\nx", r"unknown front-matter key colour.*Known keys: id, locale"),
        ("---\n1: red\n---\nx", "unknown front-matter key 1"),
        ("---\ntitle: a\ntitle: b\n---\nx", "repeats title"),
        ("---\nid: ../../etc/passwd\n---\nx", "front matter: id"),
        ("---\nlocale: zh_CN\n---\nx", "front matter: locale"),
        ("---\nversion: 0\n---\nx", "front matter: version"),
        ("---\ntitle: {a: b}\n---\nx", "front matter: title"),
        ("---\neffective_from: 2026-02-01\neffective_until: 2026-01-01\n---\nx", "after effective_from"),
        ("---\njurisdictions: []\n---\nx", "front matter: jurisdictions"),
        ("", "empty"),
        (" \n\n", "empty"),
        ("# Only\n\n## Headings\n", "empty"),
        ("<!-- nothing -->", "empty"),
        ("a\x00b", "binary"),
    ],
)
def test_what_is_unfit_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read(text)
    assert str(caught.value).startswith("My File.md: ")


def test_encodings() -> None:
    assert load(Source("a.md", b"\xef\xbb\xbf# T\r\n\r\nhello\r\nworld")).sections[0].paragraphs == ("hello world",)
    for content in ("# 提现\n\n到账需要多久".encode("gb18030"), "# 提现\n\n到账需要多久".encode("utf-16")):
        assert load(Source("a.md", content)).sections[0].paragraphs == ("到账需要多久",)
    for content in ("# 提现".encode("utf-16-le"), b"\x89PNG\r\n\x1a\n\xff"):
        with pytest.raises(DocumentError, match=r"a\.md: .*UTF-8"):
            load(Source("a.md", content))


def test_facts_need_a_table_and_errors_name_the_file() -> None:
    with pytest.raises(FactError, match=r"My File\.md: quotes facts"):
        read("{{fact:wait}}")
    with pytest.raises(FactError, match=r'My File\.md: Unknown fact: "wat". Did you mean wait'):
        read("{{fact:wat}}", facts=FACTS)
    assert read("{{other}} stays", facts=FACTS).sections[0].paragraphs == ("{{other}} stays",)


def test_a_complete_document_says_everything_about_itself() -> None:
    with pytest.raises(DocumentError, match="lacks locale, category"):
        load(Source("a.md", b"---\nid: a\ntitle: b\n---\nx"), complete=True)


def test_thematic_breaks_are_not_front_matter() -> None:
    assert read("---\n\nhello\n").sections[0].paragraphs == ("hello",)
    assert "hello" in read("---\nhello\n---\nworld\n").sections[0].heading + str(
        read("---\nhello\n---\nworld\n").sections
    )


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(list("#-*>|`[]()<!:1. \n\t=~")) | st.text(max_size=3)).map("".join))
)
def test_any_text_is_a_document_or_a_document_error(text: str) -> None:
    try:
        document = load(Source("a.md", text.encode("utf-8", "surrogatepass"), FACTS))
    except DocumentError:
        return
    for section in document.sections:
        assert section.paragraphs or section.steps or section.tables
        assert all(part.strip() for part in (*section.paragraphs, *section.steps))
        assert all(len(row) == len(table.headers) for table in section.tables for row in table.rows)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_document_error(content: bytes) -> None:
    try:
        assert load(Source("a.md", content)).sections
    except DocumentError as error:
        assert str(error).startswith("a.md: ")  # noqa: PT017 (either outcome is right)
