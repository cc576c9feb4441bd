from __future__ import annotations

import pytest

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders.source import Source
from corpus.loaders.text import load
from corpus.model import SectionKind


def test_paragraphs_and_title() -> None:
    document = load(Source("notes.txt", "提现须知\n\n第一段\n接着写。\n\n列表：\n1. 甲\n2) 乙\n- 丙\n\n".encode()))
    assert (document.id, document.locale, document.title) == ("notes", "zh-CN", "提现须知")
    (section,) = document.sections
    assert (section.kind, section.heading) == (SectionKind.BODY, "")
    assert section.paragraphs == ("第一段接着写。", "列表：\n1. 甲\n2) 乙\n- 丙")


def test_a_single_paragraph_or_a_long_one_is_no_title() -> None:
    document = load(Source("Fee_note.txt", b"Only this.\nAnd that."))
    assert (document.title, document.sections[0].paragraphs) == ("Fee note", ("Only this. And that.",))
    assert load(Source("f.txt", ("long " * 30 + "\n\nx").encode())).title == "f"


def test_facts_are_rendered_and_digested() -> None:
    one, two = (
        load(Source("f.txt", b"Fee {{fact:fee}}", FactsTable.parse({"facts": {"fee": fee}}))) for fee in ("1", "2")
    )
    assert one.sections[0].paragraphs == ("Fee 1",)
    assert one.digest != two.digest


def test_refusals() -> None:
    for content, message in ((b"", "empty"), (b"\x00", "binary"), (b"\xff", "not UTF-8")):
        with pytest.raises(DocumentError, match=f"f.txt: .*{message}"):
            load(Source("f.txt", content))
