from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import delimited, records
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table


def load(text: str, name: str = "费率.csv", facts: FactsTable | None = None) -> Document:
    return delimited.load(Source(name, text.encode(), facts))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["币种", "网络", "手续费"], ["USDT", "TRC20", "1"], ["BTC", "BTC", "0.0002"]]
    document = load("\n".join(delimiter.join(row) for row in rows))
    assert document.sections[0].tables == (Table(tuple(rows[0]), tuple(map(tuple, rows[1:]))),)
    assert (document.id, document.locale, document.title) == ("费率", "zh-CN", "费率")


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
def test_encodings_of_spreadsheet_programs(encoding: str) -> None:
    text = "問題,答案\n提現多久到賬,一般在兩小時以內到賬\n手續費是多少,請查看費率頁面\n"
    document = delimited.load(Source("faq.csv", text.encode(encoding)))
    assert document.sections[0].heading == "提現多久到賬"


def test_a_declared_delimiter() -> None:
    document = load("sep=;\r\nA,B;C\r\n1,5;2\r\n")
    assert document.sections[0].tables == (Table(("A,B", "C"), (("1,5", "2"),)),)


def test_quoted_cells_hold_delimiters_quotes_and_lines() -> None:
    text = (
        '问题,答案,相似问\r\n怎么提现？,"第一步，打开钱包。\r\n第二步，点击""提现""。",如何提币\r\n币呢,请等待。,\r\n'
    )
    document = load("\ufeff" + text)
    first, second = document.sections
    assert (first.kind, first.heading, first.questions) == (SectionKind.PAIR, "怎么提现？", ("如何提币",))
    assert first.paragraphs == ("第一步，打开钱包。", '第二步，点击"提现"。')
    assert (second.heading, second.paragraphs) == ("币呢", ("请等待。",))


def test_messages_name_the_line_where_a_row_begins() -> None:
    with pytest.raises(DocumentError, match=r"f\.csv: line 4 has a question but no answer"):
        load('q,a\n"x\ny",z\nhow,\n', "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: line 3 has 3 cells, but the header has 2"):
        load("q,a\nhow,so\nwhy,well, because\n", "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: line 2: .*Is a quotation mark missing"):
        load('q,a\n"how,so\nwhy,because\n', "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: line 2: a cell of 20,001 characters"):
        load(f"q,a\nhow,{'x' * 20_001}\n", "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: line 2: a cell of more than"):
        load(f"q,a\nhow,{'x' * 200_000}\n", "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: more than 50,000 rows"):
        load("a,b\n" * 50_001, "f.csv")
    with pytest.raises(DocumentError, match=r"f\.csv: empty"):
        load(" , \n,\n", "f.csv")


def test_titles_and_notes_stand_around_a_table() -> None:
    document = load("VIP 费率,\n等级,挂单\nVIP 0,0.1%\n\n以页面为准,\n")
    assert document.title == "VIP 费率"
    assert document.sections[0].tables == (Table(("等级", "挂单"), (("VIP 0", "0.1%"),)),)
    assert document.sections[1].paragraphs == ("以页面为准",)


def test_placeholders_are_rendered_in_every_cell() -> None:
    facts = FactsTable.parse({"facts": {"fee": {"value": 50000, "unit": "USDT"}}})
    document = load("问题,答案\n多少？,最多 {{fact:fee}}。\n", facts=facts)
    assert document.sections[0].paragraphs == ("最多 50,000 USDT。",)
    with pytest.raises(DocumentError, match=r"费率\.csv"):
        load("A,B\nx,{{fact:gone}}\n", facts=facts)


def test_pairs_of_several_documents_are_split() -> None:
    text = (
        "question,answer,category,locale,id,effective_from\n"
        "How?,So.,withdrawal,en,1,\n怎么？,这样。,withdrawal,zh-CN,1,\nWhy?,Because.,deposit,en,2,2026-03-01\n"
    )
    source = Source("faq.csv", text.encode())
    with pytest.raises(DocumentError, match=r"differ in locale, category, effective_from, so they are 3 documents"):
        delimited.load(source)
    parts = delimited.split(source)
    documents = [records.load(Source(part.name, part.content)) for part in parts]
    assert [(d.id, d.locale, d.category, d.title) for d in documents] == [
        ("faq-withdrawal-other", "en", "withdrawal", "faq · withdrawal"),
        ("faq-withdrawal-other", "zh-CN", "withdrawal", "faq · withdrawal"),
        ("faq-deposit-2026-03-01", "en", "deposit", "faq · deposit"),
    ]
    assert [d.sections[0].part for d in documents] == ["1", "1", "2"]
    assert str(documents[2].effective_from) == "2026-03-01"
    assert parts[0].name == "faq › withdrawal-other en.json"
    assert json.loads(parts[1].content)["pairs"] == [{"question": "怎么？", "answer": "这样。", "also": [], "id": "1"}]
    assert delimited.split(Source("faq.csv", b"q,a\nx,y\n")) == ()


def test_a_table_beside_split_pairs_is_kept() -> None:
    text = "q,a,category\nHow?,So.,w\nWhy?,Because.,d\n\ncoin,fee\nBTC,1\n"
    parts = delimited.split(Source("f.csv", text.encode()))
    rest = records.load(Source(parts[-1].name, parts[-1].content))
    assert (rest.id, rest.sections[0].tables) == ("f-tables", (Table(("coin", "fee"), (("BTC", "1"),)),))


def test_the_digest_follows_what_is_said() -> None:
    one, two = load("A,B\n1,2\n"), load("A,B\n1,3\n")
    assert one.digest != two.digest
    assert one.digest == load('"A","B"\n"1","2"\n').digest


cell = st.text(alphabet="ab1 ,;\n\"'|\t。，问", max_size=10).map(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_a_program_writes_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(
        [("币种", "说明"), *((f"k{n}", b) for n, (_, b) in enumerate(rows))]
    )
    text = f"sep={delimiter}\n" + file.getvalue()
    (section,) = load(text).sections
    assert section.tables[0].rows == tuple((f"k{n}", b.replace("\r\n", "\n")) for n, (_, b) in enumerate(rows))


@settings(deadline=None)
@given(st.text(alphabet='ab,;"\n\t|问答qa 1', max_size=80))
def test_any_text_is_a_document_or_refused_by_name(text: str) -> None:
    try:
        document = load(text, "f.csv")
    except DocumentError as error:
        message = str(error)
    else:
        message = "f.csv: " if document.sections else ""
    assert message.startswith("f.csv: ")
