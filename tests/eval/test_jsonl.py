from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from eval.errors import DatasetError
from eval.jsonl import read_rows


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str
    n: int = 0


def read(path: Path) -> tuple[Row, ...]:
    return read_rows(path, Row, lambda row: row.id)


def test_rows_come_in_file_order_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes('\ufeff{"id": "b"}\r\n\n{"id": "a", "n": 2}\n'.encode())
    assert [(row.id, row.n) for row in read(path)] == [("b", 0), ("a", 2)]


def test_a_line_separator_inside_a_string_does_not_end_the_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a\u2028b"}\n', encoding="utf-8")
    assert [row.id for row in read(path)] == ["a\u2028b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a"}\n{"id": ', "rows.jsonl, line 2: Invalid JSON"),
        (b'{"id": "a"}\n\n{"id": 7}\n', "rows.jsonl, line 3: id: Input should be a valid string"),
        (b'{"id": "a", "m": 1}\n', "rows.jsonl, line 1: m: Extra inputs are not permitted"),
        (b'{"id": "a"}\n{"id": "b"}\n{"id": "a"}\n', 'line 3: "a" was used on line 1 already'),
        (b"[]\n", "line 1"),
        (b"\n \n", "rows.jsonl has no rows"),
        (b"\xff\n", "not UTF-8 text"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError) as error:
        read(path)
    assert message in str(error.value)


def test_the_value_of_a_broken_row_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "n": "a secret of the test"}\n', encoding="utf-8")
    with pytest.raises(DatasetError) as error:
        read(path)
    assert "a secret of the test" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.jsonl cannot be read \(No such file"):
        read(tmp_path / "none.jsonl")


@given(content=st.binary(max_size=200))
def test_whatever_the_bytes_it_is_rows_or_a_dataset_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.jsonl"
    path.write_bytes(content)
    try:
        rows = read(path)
    except DatasetError:
        return
    assert rows
