from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.loaders.grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Block, Row, blocks, check_cell, check_size
from corpus.model import Table


def grid(*rows: tuple[str, ...] | list[str]) -> list[Row]:
    return [Row(number, tuple(row)) for number, row in enumerate(rows, start=1)]


def test_a_table_under_its_header_with_title_and_notes() -> None:
    rows = grid(
        ("", "提现费率表", ""),
        ("", "币种", "费用"),
        ("", "USDT", "1"),
        ("", "BTC", ""),
        ("", "注：费用以提现页面显示的为准，随网络情况调整。", ""),
    )
    (block,) = blocks(rows)
    assert block == Block(
        lines=("提现费率表",),
        table=Table(("币种", "费用"), (("USDT", "1"), ("BTC", ""))),
        numbers=(3, 4),
        notes=("注：费用以提现页面显示的为准，随网络情况调整。",),
    )


def test_empty_rows_part_tables() -> None:
    rows = grid(("A", "B"), ("1", "2"), ("", ""), ("C", "D", "E"), ("3", "4", "5"), ("",))
    first, second = blocks(rows)
    assert first.table == Table(("A", "B"), (("1", "2"),))
    assert second.table == Table(("C", "D", "E"), (("3", "4", "5"),))


@pytest.mark.parametrize("first", ["0.1%", "1 USDT", "2026-03-01", "10:30", "$5.00", "50,000", "x" * 61])
def test_a_row_with_a_figure_is_no_header(first: str) -> None:
    (block,) = blocks(grid(("BTC", first), ("ETH", "2")))
    assert block.table == Table(("", ""), (("BTC", first), ("ETH", "2")))


@pytest.mark.parametrize("name", ["2FA", "24h", "2025", "Lv.1", "USDT"])
def test_names_that_hold_digits_may_be_headers(name: str) -> None:
    (block,) = blocks(grid(("等级", name), ("一", "2")))
    assert block.table == Table(("等级", name), (("一", "2"),))


def test_headers_of_merged_areas_are_joined() -> None:
    rows = [
        Row(1, ("币种", "费用", "费用"), joined=frozenset({2}), deep=2),
        Row(2, ("币种", "最低", "最高")),
        Row(3, ("BTC", "1", "2")),
    ]
    (block,) = blocks(rows)
    assert block.table == Table(("币种", "费用 / 最低", "费用 / 最高"), (("BTC", "1", "2"),))


def test_a_banner_heads_what_follows_under_the_same_headers() -> None:
    rows = [
        *grid(("币种", "费用"), ("USDT", "1")),
        Row(3, ("主网币", "主网币"), banner=True),
        Row(4, ("BTC", "2")),
    ]
    first, second = blocks(rows)
    assert first.table == Table(("币种", "费用"), (("USDT", "1"),))
    assert (second.lines, second.table) == (("主网币",), Table(("币种", "费用"), (("BTC", "2"),)))


def test_one_column_and_one_row_are_text() -> None:
    assert list(blocks(grid(("第一行",), ("第二行",)))) == [Block(lines=("第一行", "第二行"))]
    assert list(blocks(grid(("客服", "邮箱", "x@y.example")))) == [Block(lines=("客服；邮箱；x@y.example",))]
    assert list(blocks(grid(("", ""), ()))) == []


def test_limits() -> None:
    check_size(MAX_ROWS, MAX_COLUMNS, "f")
    with pytest.raises(DocumentError, match=r"f: more than 50,000 rows"):
        check_size(MAX_ROWS + 1, 1, "f")
    with pytest.raises(DocumentError, match=r"f: 201 columns"):
        check_size(1, MAX_COLUMNS + 1, "f")
    assert check_cell("x" * MAX_CELL, "f") == "x" * MAX_CELL
    with pytest.raises(DocumentError, match=r"f: line 3: a cell of 20,001 characters"):
        check_cell("x" * (MAX_CELL + 1), "f: line 3")


words = st.sampled_from(["", "", "甲", "1", "0.1%", "a long text that explains the table below"])


@given(st.lists(st.tuples(words, words, words), max_size=8), st.sets(st.integers(0, 7)))
def test_no_cell_is_lost(rows: list[tuple[str, str, str]], banners: set[int]) -> None:
    marked = [
        Row(at, tuple(f"{text}{at}" * bool(text) for text in row), banner=at in banners and bool(row[0]))
        for at, row in enumerate(rows)
    ]
    told = ""
    for block in blocks(marked):
        told += " ".join((*block.lines, *block.notes))
        if block.table:
            told += " ".join(" ".join(row) for row in (block.table.headers, *block.table.rows))
            assert all(len(row) == len(block.table.headers) for row in block.table.rows)
            assert len(block.numbers) == len(block.table.rows)
    for row in marked:
        cells = row.cells[:1] if row.banner else row.cells
        for cell in cells:
            assert cell in told
