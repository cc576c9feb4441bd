from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.batch import BadRow, read_batch
from assistant.errors import InquiryError
from assistant.model import Inquiry, Level


def read(path: Path, content: str | bytes, **defaults: object) -> list[Inquiry | BadRow]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    values = {"locale": None, "jurisdiction": None, "as_of": None, **defaults}
    return list(read_batch(path, **values))  # type: ignore[arg-type]


def one(path: Path, content: str | bytes, **defaults: object) -> Inquiry | BadRow:
    [row] = read(path, content, **defaults)
    return row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def test_text_and_turns(file: Path) -> None:
    rows = read(file, '{"id": "a", "text": "提现"}\n{"id": 7, "turns": ["提现", "没到"]}\n')
    assert rows == [
        Inquiry("a", ("提现",), channel="batch"),
        Inquiry("7", ("提现", "没到"), channel="batch"),
    ]


def test_a_value_of_the_row_goes_before_the_default(file: Path) -> None:
    own = '{"id": "a", "text": "x", "locale": "zh-HK", "jurisdiction": "cn", "as_of": "2026-02-01"}'
    content = own + '\n{"id": "b", "text": "y"}'
    first, second = read(file, content, locale="en", jurisdiction="GB", as_of=date(2026, 3, 1))
    assert first == Inquiry("a", ("x",), "zh-TW", "CN", date(2026, 2, 1), channel="batch")
    assert second == Inquiry("b", ("y",), "en", "GB", date(2026, 3, 1), channel="batch")


def test_a_row_may_name_its_level(file: Path) -> None:
    content = '{"id": "a", "text": "x", "level": "normal"}\n{"id": "b", "text": "y"}'
    first, second = read(file, content, level=Level.PLAIN)
    assert first == Inquiry("a", ("x",), channel="batch", level=Level.NORMAL)
    assert second == Inquiry("b", ("y",), channel="batch", level=Level.PLAIN)


def test_byte_order_mark_blank_lines_and_windows_line_ends(file: Path) -> None:
    rows = read(file, b'\xef\xbb\xbf{"id": "a", "text": "x"}\r\n\r\n  \n{"id": "b", "text": "y"}')
    assert [row.id for row in rows] == ["a", "b"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"])
def test_only_a_line_feed_ends_a_row(file: Path, separator: str) -> None:
    text = f"提现{separator}没到"
    content = json.dumps({"id": "a", "text": text}, ensure_ascii=False)
    row = one(file, content)
    if separator < " ":  # JSON wants these escaped: `json.dumps` did
        assert "\\u00" in content
    assert row == Inquiry("a", (text,), channel="batch")


@pytest.mark.parametrize(
    ("line", "id_", "told"),
    [
        ("{oops", "line 1", "not JSON"),
        ("[1, 2]", "line 1", "row"),
        ("null", "line 1", "row"),
        ('{"text": "x"}', "line 1", "id"),
        ('{"id": null, "text": "x"}', "line 1", "id"),
        ('{"id": {"a": 1}, "text": "x"}', "line 1", "id"),
        ('{"id": "a"}', "a", "either `text` or `turns`"),
        ('{"id": "a", "text": "x", "turns": ["y"]}', "a", "either `text` or `turns`"),
        ('{"id": "a", "turns": "x"}', "a", "turns"),
        ('{"id": "a", "turns": ["x", null]}', "a", "turns.1"),
        ('{"id": "a", "text": "x", "as_of": "yesterday"}', "a", "as_of"),
        ('{"id": "a", "text": "x", "locale": "klingon"}', "a", "zh-CN"),
        ('{"id": "a", "text": "x", "jurisdiction": "China"}', "a", "two-letter"),
        ("[" * 100_000, "line 1", "nesting"),
        ('{"id": ' + "1" * 5_000 + ', "text": "x"}', "line 1", "number"),
    ],
)
def test_a_bad_row_says_what_is_wrong(file: Path, line: str, id_: str, told: str) -> None:
    row = one(file, line)
    assert isinstance(row, BadRow)
    assert row.id == id_
    assert row.message.startswith("Line 1")
    assert told in row.message


def test_a_bad_row_stops_no_other(file: Path) -> None:
    rows = read(file, '{"id": "a", "text": "x"}\n{\n{"id": "b", "text": "y"}\n')
    assert [type(row) for row in rows] == [Inquiry, BadRow, Inquiry]


@pytest.mark.parametrize("content", [b"\xff\xfe{", b"\x80"])
def test_a_file_that_is_not_text(file: Path, content: bytes) -> None:
    with pytest.raises(InquiryError, match="UTF-8"):
        read(file, content)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(InquiryError, match="Cannot read"):
            list(read_batch(path, locale=None, jurisdiction=None, as_of=None))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.text(min_size=1).filter(lambda text: "\n" not in text and text.strip(" \ufeff")))
def test_any_line_gives_an_inquiry_or_a_reason(file: Path, line: str) -> None:
    rows = read(file, line.encode("utf-8", "replace"))
    assert all(isinstance(row, Inquiry) or row.message for row in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.text(), min_size=1, max_size=4), id_=st.text())
def test_what_is_written_is_read(file: Path, turns: list[str], id_: str) -> None:
    assert one(file, json.dumps({"id": id_, "turns": turns})) == Inquiry(id_, tuple(turns), channel="batch")
