from __future__ import annotations

import json
from datetime import date

import pytest

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import records
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table


def source(value: object, name: str = "faq.json", facts: FactsTable | None = None) -> Source:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Source(name, text.encode(), facts)


def load(value: object, name: str = "faq.json") -> Document:
    return records.load(source(value, name))


PAIR = {"question": "怎么提现？", "answer": "打开钱包。", "also": ["如何提币"]}


def test_pairs_in_a_list_and_under_a_head() -> None:
    bare = load([PAIR])
    headed = load({"id": "wd-faq", "locale": "zh-CN", "title": "提现问答", "category": "withdrawal", "pairs": [PAIR]})
    for document in (bare, headed):
        (section,) = document.sections
        assert (section.kind, section.heading, section.paragraphs, section.questions) == (
            SectionKind.PAIR,
            "怎么提现？",
            ("打开钱包。",),
            ("如何提币",),
        )
    assert (bare.id, bare.locale, bare.title, bare.category) == ("faq", "zh-CN", "faq", "general")
    assert (headed.id, headed.title, headed.category) == ("wd-faq", "提现问答", "withdrawal")


def test_json_lines() -> None:
    document = load('{"q": "How?", "a": "So."}\n\n{"q": "Why?", "a": "Because."}\n', "faq.jsonl")
    assert [section.heading for section in document.sections] == ["How?", "Why?"]
    with pytest.raises(DocumentError, match=r"faq\.jsonl: line 3 has a question but no answer"):
        load('{"q": "How?", "a": "So."}\n\n{"q": "Why?"}\n', "faq.jsonl")
    with pytest.raises(DocumentError, match=r"faq\.jsonl: line 2, column 2: not JSON"):
        load('{"q": "How?", "a": "So."}\n{x}\n', "faq.jsonl")


def test_one_article_is_markdown_with_its_head() -> None:
    text = "一段。\n\n## 步骤\n\n1. 打开。\n2. 点击。\n\n| 币种 | 费用 |\n| --- | --- |\n| BTC | 1 |\n"
    record = {
        "id": 360001,
        "title": "提现: 步骤 #1",
        "body": text,
        "分类": "withdrawal",
        "notices": ["RISK"],
        "questions": ["怎么提，币", "如何"],
        "effective_from": "2026-03-01",
        "updated_at": "2026-01-01T00:00:00Z",
        "votes": 3,
    }
    document = load(record, "a.json")
    assert (document.id, document.title, document.category) == ("360001", "提现: 步骤 #1", "withdrawal")
    assert (document.locale, document.source) == ("zh-CN", "a.json")
    assert (document.notices, document.questions) == (("RISK",), ("怎么提，币", "如何"))
    assert document.effective_from == date(2026, 3, 1)
    assert document.sections[1].steps == ("打开。", "点击。")
    assert document.sections[1].tables == (Table(("币种", "费用"), (("BTC", "1"),)),)


def test_several_articles_are_split() -> None:
    value = {
        "locale": "en",
        "category": "news",
        "articles": [{"id": "one", "title": "One", "text": "First."}, {"title": "Two", "content": "Second."}],
    }
    with pytest.raises(DocumentError, match=r"faq\.json: holds 2 articles"):
        load(value)
    parts = records.split(source(value))
    documents = [records.load(Source(part.name, part.content)) for part in parts]
    assert [(d.id, d.locale, d.title, d.category) for d in documents] == [
        ("one", "en", "One", "news"),
        ("faq-2", "en", "Two", "news"),
    ]
    assert [part.name for part in parts] == ["faq › one.json", "faq › faq-2.json"]
    assert all(records.split(Source(part.name, part.content)) == () for part in parts)


def test_one_broken_article_does_not_spoil_the_rest() -> None:
    good, broken, numbered = records.split(
        source([{"title": "One", "text": "1"}, {"id": "x", "title": "", "text": "2"}, {"title": "Three", "text": "3"}])
    )
    assert (good.fault, numbered.fault) == ("", "")
    assert broken.fault == "faq › x.json: record 2 has no title or no text. Complete it."
    assert records.load(Source(numbered.name, numbered.content)).id == "faq-3"


def test_ids_of_other_systems_become_ids() -> None:
    value = [{"id": "en/fees.md#1", "title": "One", "text": "1"}, {"id": 36, "title": "Two", "text": "2"}]
    parts = records.split(source(value))
    assert [part.name for part in parts] == ["faq › en-fees-md-1.json", "faq › 36.json"]
    assert [records.load(Source(part.name, part.content)).id for part in parts] == ["en-fees-md-1", "36"]
    assert load({"id": "a b/c", "title": "One", "text": "First."}, "a.json").id == "a-b-c"


def test_other_data_become_sections() -> None:
    document = load({"fees": [{"coin": "BTC", "fee": 0.10}, {"coin": "ETH", "fee": 2}], "note": "Fees may change."})
    assert [(s.heading, s.paragraphs, s.tables) for s in document.sections] == [
        ("", ("note: Fees may change.",), ()),
        ("fees", (), (Table(("coin", "fee"), (("BTC", "0.1"), ("ETH", "2"))),)),
    ]
    # A name that usually keeps records, beside other data, is data.
    mixed = load({"items": [PAIR], "currency": "BTC", "x": {"y": 1}})
    assert [s.kind for s in mixed.sections] == [SectionKind.BODY] * len(mixed.sections)
    assert "怎么提现？" in repr(mixed.sections)


@pytest.mark.parametrize("value", ["[]", "{}", "null", '""', '{"pairs": []}', '[{"q": "", "a": ""}]'])
def test_nothing_in_it(value: str) -> None:
    with pytest.raises(DocumentError, match=r"faq\.json: empty"):
        load(value)


def test_sections_written_out() -> None:
    section = {"heading": "A", "part": "S", "paragraphs": ["p"], "tables": [{"headers": ["h"], "rows": [["c"]]}]}
    (read,) = load({"id": "x", "sections": [section]}).sections
    assert (read.heading, read.part, read.paragraphs, read.tables) == ("A", "S", ("p",), (Table(("h",), (("c",),)),))
    section["tables"] = [{"headers": ["h"], "rows": [["c", "d"]]}]
    with pytest.raises(DocumentError, match="a row has more or fewer cells"):
        load({"sections": [section]})
    assert load({"sections": ["just text"]}).sections[0].paragraphs == ("just text",)


def test_placeholders_are_rendered() -> None:
    facts = FactsTable.parse({"facts": {"fee": {"value": 2, "unit": "hours"}}})
    pair = {"question": "多久？", "answer": "{{fact:fee}}。"}
    assert records.load(source([pair], facts=facts)).sections[0].paragraphs == ("2 小时。",)
    article = {"title": "How long", "text": "It takes {{fact:fee}}."}
    assert records.load(source(article, facts=facts)).sections[0].paragraphs == ("It takes 2 hours.",)


def test_an_html_article_keeps_its_structure_and_its_head() -> None:
    body = "<h2>步骤</h2><ol><li>打开。</li><li>点击。</li></ol><p>等待 {{fact:fee}}。</p>"
    facts = FactsTable.parse({"facts": {"fee": {"value": 2, "unit": "hours"}}})
    record = {"id": "wd", "title": "提现", "locale": "zh-CN", "category": "withdrawal", "body": body}
    document = records.load(source(record, facts=facts))
    assert (document.id, document.title, document.locale, document.category) == ("wd", "提现", "zh-CN", "withdrawal")
    assert document.source == "faq.json"
    (section,) = [section for section in document.sections if section.steps]
    assert section.steps == ("打开。", "点击。")
    assert "2 小时" in repr(document.sections)
