from __future__ import annotations

import io

from openpyxl import Workbook

from corpus.loaders.part import Part
from corpus.loaders.split import split_documents

PAIRS = "q,a,category\nHow?,So.,deposit\nWhy?,Because.,trading\n"


def test_files_of_several_documents_are_taken_apart() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in PAIRS.strip().split("\n"):
        sheet.append(row.split(","))
    file = io.BytesIO()
    book.save(file)
    expected = ["faq › deposit en.json", "faq › trading en.json"]
    for name, content in (
        ("faq.csv", PAIRS.encode()),
        ("faq.TSV", PAIRS.replace(",", "\t").encode()),
        ("faq.xlsx", file.getvalue()),
    ):
        assert [part.name for part in split_documents(name, content)] == expected
    articles = b'{"title": "One", "text": "1"}\n{"title": "Two", "text": "2"}\n'
    assert [part.name for part in split_documents("a.jsonl", articles)] == ["a › a-1.json", "a › a-2.json"]


def test_everything_else_stays_as_it_is() -> None:
    for name, content in (
        ("faq.csv", b"q,a\nHow?,So.\n"),
        ("faq.json", b'{"title": "One", "text": "1"}'),
        ("broken.json", b"{"),
        ("broken.xlsx", b"no"),
        ("a.md", b"text"),
        ("none", b""),
    ):
        assert split_documents(name, content) == (Part(name, content),)
