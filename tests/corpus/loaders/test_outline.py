from __future__ import annotations

import pytest

from corpus.errors import DocumentError
from corpus.loaders.numbering import Numbered, numbered
from corpus.loaders.outline import Outline, document_of
from corpus.loaders.source import Source
from corpus.model import Section, SectionKind, Table


def outline() -> Outline:
    return Outline(by_hand=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Open", Numbered(1, "dot", "Open")),
        ("1.打开", Numbered(1, "dot", "打开")),
        ("12、打开", Numbered(12, "dot", "打开")),
        ("3) Open", Numbered(3, "dot", "Open")),
        ("（2）打开", Numbered(2, "bracket", "打开")),
        ("③打开", Numbered(3, "circle", "打开")),
        ("第十二步：打开", Numbered(12, "ordinal", "打开")),
        ("第 3 步 打开", Numbered(3, "ordinal", "打开")),
        ("步骤二：打开", Numbered(2, "step", "打开")),
        ("步骤20 打开", Numbered(20, "step", "打开")),
        ("Step 4: open", Numbered(4, "english", "open")),
        ("1.5 USDT", None),
        ("1.2.3 Heading", None),
        ("2026. A year", None),
        ("1.", None),
        ("10 USDT", None),
        ("Steps", None),
    ],
)
def test_numbers_that_people_type(text: str, expected: Numbered | None) -> None:
    assert numbered(text) == expected


def test_chinese_numbers_up_to_ninety_nine() -> None:
    for written, number in (("一", 1), ("十", 10), ("十九", 19), ("二十", 20), ("九十九", 99), ("一二", 0)):
        found = numbered(f"第{written}步 做")
        assert found is not None
        assert found.number == number


def test_typed_lists_begin_with_one_and_hold_together() -> None:
    found = outline()
    found.paragraph("1. a", "note", "2. b", "(3) other", "3. c", "after", "2. alone", "1. single")
    (section,) = found.sections()
    assert section.steps == ("a\nnote", "b\n(3) other", "c")
    assert section.paragraphs == ("after", "2. alone", "1. single")


def test_items_too_far_apart_are_no_list() -> None:
    found = outline()
    found.paragraph("1. Scope", "x", "y", "z", "2. Duties")
    assert found.sections()[0].steps == ()


def test_lists_of_a_section_are_sections() -> None:
    found = outline()
    found.heading(1, "H")
    found.steps(["a", " ", "b"])
    found.paragraph("1. c", "2. d")
    found.table(Table(("x",), ()))
    assert found.sections() == (
        Section(SectionKind.BODY, "H", steps=("a", "b")),
        Section(SectionKind.BODY, "H", steps=("c", "d")),
    )


def test_pages_cut_sections_but_not_lists() -> None:
    found = outline()
    found.place(page=1)
    found.heading(1, "H")
    found.paragraph("one")
    found.place(page=2)
    found.paragraph("two", "1. a")
    found.place(page=3)
    found.paragraph("2. b", "three")
    found.place(page=4)
    found.steps(["c"])
    found.place(page=5)
    found.steps(["d"], 2)
    found.table(Table(("x",), (("1",),)))
    found.place(page=5, part="notes")
    found.paragraph("said")
    assert [(s.page, s.part, s.paragraphs, s.steps, len(s.tables)) for s in found.sections()] == [
        (1, "", ("one",), (), 0),
        (2, "", ("two",), ("a", "b"), 0),
        (3, "", ("three",), (), 0),
        (4, "", (), ("c", "d"), 0),
        (5, "", (), (), 1),
        (5, "notes", ("said",), (), 0),
    ]


def test_paths_and_kinds() -> None:
    found = outline()
    for level, heading in ((1, "Steps:"), (3, "Web  page"), (2, ""), (1, "Other")):
        found.heading(level, heading)
        found.paragraph("x")
    found.heading(2, "Inner")
    found.paragraph("y")
    found.leave(2)
    found.paragraph("z")
    assert [(s.kind, s.heading) for s in found.sections()] == [
        (SectionKind.STEPS, "Steps:"),
        (SectionKind.STEPS, "Steps: › Web page"),
        (SectionKind.STEPS, "Steps:"),
        (SectionKind.BODY, "Other"),
        (SectionKind.BODY, "Other › Inner"),
        (SectionKind.BODY, "Other"),
    ]


def test_a_first_heading_that_repeats_the_title_opens_nothing() -> None:
    found = Outline("T")
    found.heading(1, "T")
    found.paragraph("x")
    found.heading(1, "T")
    found.paragraph("y")
    assert [section.heading for section in found.sections()] == ["", "T"]


def test_documents() -> None:
    with pytest.raises(DocumentError, match=r"^a\.pdf: empty"):
        document_of(Source("a.pdf", b""), "", ())
    section = Section(SectionKind.BODY, "手续费", ("一",), tables=(Table(("币",), (("甲",),)),))
    document = document_of(Source("b 1.pdf", b""), " 标 \n题 ", (section,))
    assert (document.id, document.title, document.locale, document.category) == ("b-1", "标 题", "zh-CN", "general")
    assert document_of(Source("b 1.pdf", b""), "", (section,)).title == "b 1"
    other = document_of(Source("b 1.pdf", b""), " 标 \n题 ", (section, section))
    assert document.digest != other.digest
