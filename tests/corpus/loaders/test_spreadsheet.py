from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from corpus.errors import DocumentError
from corpus.loaders import records, spreadsheet
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def workbook(*rows: list[Any], title: str = "Sheet1") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book, sheet


def load(book: Workbook, name: str = "费率.xlsx") -> Document:
    return spreadsheet.load(Source(name, saved(book)))


def edited(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive with its members changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(member, old.read(member)))
    return file.getvalue()


def test_cells_read_as_they_are_shown() -> None:
    book, sheet = workbook(
        ["项目", "值"], ["费率", 0.001], ["限额", 50000], ["生效", date(2026, 3, 1)], ["客服", time(9, 30)]
    )
    sheet["B2"].number_format = "0.0%"
    sheet["B3"].number_format = '#,##0" USDT"'
    sheet["B4"].number_format = 'yyyy"年"m"月"d"日"'
    sheet.append(["自动", True])
    (section,) = load(book).sections
    assert (section.heading, section.part) == ("", "Sheet1")
    rows = (("费率", "0.1%"), ("限额", "50,000 USDT"), ("生效", "2026年3月1日"), ("客服", "09:30"), ("自动", "TRUE"))
    assert section.tables == (Table(("项目", "值"), rows),)


def test_several_sheets_with_pairs_and_tables() -> None:
    book, _ = workbook(["币种", "费用"], ["BTC", 0.0002], title="提现费率")
    faq = book.create_sheet("常见问题")
    faq.append(["问题", "答案", "相似问"])
    faq.append(["怎么提现？", "打开钱包。\n点击提现。", "如何提币"])
    hidden = book.create_sheet("internal")
    hidden.append(["secret", "x"])
    hidden.sheet_state = "hidden"
    chart = BarChart()
    chart.add_data(Reference(faq, min_col=1, min_row=1, max_row=2))
    book.create_chartsheet("chart").add_chart(chart)
    pair, table = load(book).sections
    assert (pair.kind, pair.heading, pair.paragraphs, pair.questions, pair.part) == (
        SectionKind.PAIR,
        "怎么提现？",
        ("打开钱包。", "点击提现。"),
        ("如何提币",),
        "",
    )
    assert (table.heading, table.part) == ("提现费率", "提现费率")
    assert table.tables == (Table(("币种", "费用"), (("BTC", "0.0002"),)),)


def test_merged_areas_count_for_each_of_their_cells() -> None:
    book, sheet = workbook(
        ["2026 年提现费率", None, None, None],
        ["币种", "网络", "费用", None],
        [None, None, "最低", "最高"],
        ["USDT", "TRC20", 1, 2],
        [None, "ERC20", 3, 4],
        ["主网币", None, None, None],
        ["BTC", "BTC", 5, 6],
    )
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:A5", "A6:D6"):
        sheet.merge_cells(area)
    document = load(book)
    assert document.title == "2026 年提现费率"
    first, second = document.sections
    headers = ("币种", "网络", "费用 / 最低", "费用 / 最高")
    assert first.tables == (Table(headers, (("USDT", "TRC20", "1", "2"), ("USDT", "ERC20", "3", "4"))),)
    assert second.heading == "主网币"
    assert second.tables == (Table(headers, (("BTC", "BTC", "5", "6"),)),)


def test_a_banner_of_several_rows_is_read_once() -> None:
    book, sheet = workbook(["须知", None], [None, None], ["A", "B"], ["x", "y"])
    sheet.merge_cells("A1:B2")
    document = load(book)
    assert document.title == "须知"
    assert document.sections[0].tables == (Table(("A", "B"), (("x", "y"),)),)


def test_hidden_columns_and_rows_are_left_out_but_not_filtered_rows() -> None:
    book, sheet = workbook(["币种", "内部", "费用"], ["BTC", "x", 1], ["ETH", "y", 2], ["SOL", "z", 3])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    assert load(book).sections[0].tables == (Table(("币种", "费用"), (("BTC", "1"), ("SOL", "3"))),)
    sheet.auto_filter.ref = "A1:C4"
    sheet.auto_filter.add_filter_column(0, ["BTC"])
    assert load(book).sections[0].tables[0].rows == (("BTC", "1"), ("ETH", "2"), ("SOL", "3"))


def test_a_formula_reads_as_its_last_value_and_is_refused_without_one() -> None:
    book, _ = workbook(["币种", "费用"], ["BTC", "=1+1"])
    with pytest.raises(
        DocumentError, match=r"费率\.xlsx: sheet Sheet1, cell B2 is a formula that was never calculated"
    ):
        load(book)

    def calculate(member: str, content: bytes) -> bytes:
        return re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", content) if member.endswith("sheet1.xml") else content

    document = spreadsheet.load(Source("f.xlsx", edited(saved(book), calculate)))
    assert document.sections[0].tables[0].rows == (("BTC", "2"),)


def test_errors_in_cells_are_no_text() -> None:
    book, sheet = workbook(["币种", "费用"], ["BTC", "x"])
    sheet["B2"].value = "#N/A"
    sheet["B2"].data_type = "e"
    assert load(book).sections[0].tables[0].rows == (("BTC", ""),)


def test_a_wrong_size_in_the_file_cuts_nothing_off() -> None:
    book, _ = workbook(["A", "B"], ["x", "y"], ["z", "w"])
    content = edited(
        saved(book),
        lambda member, content: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', content),
    )
    assert spreadsheet.load(Source("f.xlsx", content)).sections[0].tables[0].rows == (("x", "y"), ("z", "w"))


def test_pairs_of_several_documents_are_split() -> None:
    book, _ = workbook(
        ["问题", "答案", "分类"], ["甲？", "一。", "deposit"], ["乙？", "二。", "withdrawal"], title="问答"
    )
    source = Source("faq.xlsx", saved(book))
    with pytest.raises(DocumentError, match="differ in category, so they are 2 documents"):
        spreadsheet.load(source)
    documents = [records.load(Source(part.name, part.content)) for part in spreadsheet.split(source)]
    assert [(d.id, d.category) for d in documents] == [("faq-deposit", "deposit"), ("faq-withdrawal", "withdrawal")]


def test_messages_name_the_sheet_and_the_row() -> None:
    book, _ = workbook(["问题", "答案"], ["甲？", "一。"], ["乙？", None], title="问答")
    with pytest.raises(DocumentError, match=r"费率\.xlsx: row 3 has a question but no answer"):
        load(book)
    book.create_sheet("更多").append(["x"])
    with pytest.raises(DocumentError, match=r"费率\.xlsx: sheet 问答, row 3 has a question but no answer"):
        load(book)


def entity_bomb(member: str, content: bytes) -> bytes:
    if not member.endswith("sheet1.xml"):
        return content
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return re.sub(rb"(<worksheet)", declared + rb"\1", content, count=1)


def without_member(content: bytes, name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
    return file.getvalue()


GOOD = saved(workbook(["A", "B"], ["x", "y"])[0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted, or a workbook of the old .xls kind"),
        (b"PK\x03\x04 broken", "not a workbook"),
        (b"", "not a workbook"),
        (GOOD[:-40], "not a workbook"),
        (without_member(GOOD, "[Content_Types].xml"), "another archive"),
        (without_member(GOOD, "xl/workbook.xml"), "damaged workbook"),
        (without_member(GOOD, "xl/worksheets/sheet1.xml"), "damaged workbook|empty"),
        (edited(GOOD, lambda member, content: content[:200] if "sheet1" in member else content), "damaged workbook"),
        (edited(GOOD, entity_bomb), "declares XML entities"),
        (saved(workbook()[0]), "empty"),
    ],
)
def test_what_is_no_workbook_is_refused_by_name(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"f\.xlsx: .*({message})"):
        spreadsheet.load(Source("f.xlsx", content))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(210):
                member.write(bytes(1024 * 1024))
    with pytest.raises(DocumentError, match=r"f\.xlsx: unpacks to 210 MB"):
        spreadsheet.load(Source("f.xlsx", file.getvalue()))


def test_limits() -> None:
    book, sheet = workbook()
    sheet["A1"] = "A"
    sheet.cell(1, 300).value = "B"
    with pytest.raises(DocumentError, match=r"sheet Sheet1: 300 columns"):
        load(book)
    book, sheet = workbook(["A", "B"])
    sheet["A60000"] = "far away"
    with pytest.raises(DocumentError, match=r"sheet Sheet1: more than 50,000 rows"):
        load(book)
    book, sheet = workbook(["A", "x" * 25_000])
    with pytest.raises(DocumentError, match=r"sheet Sheet1, cell B1: a cell of 25,000 characters"):
        load(book)
    # The whole sheet as one merged area: only what is in use counts.
    book, sheet = workbook(["A", "B"], ["x", "y"])
    sheet.merge_cells("A1:B2")
    content = edited(saved(book), lambda _, content: content.replace(b"A1:B2", b"A1:XFD1048576"))
    assert spreadsheet.load(Source("f.xlsx", content)).sections[0].paragraphs == ("A",)


cell = st.text(alphabet='ab 1问，。<&"\n', max_size=8).map(str.strip)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=6))
def test_text_cells_are_read_back(rows: list[tuple[str, str]]) -> None:
    book, _ = workbook(["键", "甲", "乙"], *[[f"k{n}", a, b] for n, (a, b) in enumerate(rows)])
    (section,) = load(book).sections
    table = section.tables[0]
    kept = [at for at, header in enumerate(("键", "甲", "乙")) if header in table.headers]
    assert kept == [0, 1, 2]
    assert table.rows == tuple((f"k{n}", a, b) for n, (a, b) in enumerate(rows))
