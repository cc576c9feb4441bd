from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.loaders.json_value import Json, parse, sections_of, shown
from corpus.model import Section, SectionKind, Table


def section(heading: str, *paragraphs: str, table: Table | None = None) -> Section:
    return Section(SectionKind.BODY, heading, paragraphs, tables=(table,) if table else ())


def test_numbers_stay_as_they_are_written() -> None:
    assert parse('[0.10, 1e-8, 12345678901234567890, true, null, "x"]', "f") == [
        "0.10",
        "1e-8",
        "12345678901234567890",
        True,
        None,
        "x",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "b" 2}', r"f: line 2, column 6: not JSON \(Expecting ':' delimiter\)"),
        ("", "f: line 1, column 1: not JSON"),
        ("[NaN]", "f: NaN is no number"),
        ('{"a": 1, "a": 2}', 'f: the key "a" stands twice in one object'),
        ("[" * 50 + "]" * 50, "f: nested too deeply"),
        ("[" * 200_000, "f: nested too deeply"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse(text, "f")


def test_a_line_of_a_file_is_named() -> None:
    with pytest.raises(DocumentError, match="f: line 7, column 2"):
        parse("{x}", "f", 7)
    with pytest.raises(DocumentError, match='f: line 7: the key "a"'):
        parse('{"a":1,"a":2}', "f", 7)


def test_values_in_a_cell() -> None:
    values: list[Json] = [None, True, " a ", ["a", "b", None], {"a": "1"}, [["a"]]]
    assert [shown(value) for value in values] == ["", "true", "a", "a\nb", '{"a": "1"}', '[["a"]]']


def test_like_objects_are_a_table() -> None:
    value: Json = {
        "提现": [{"币种": "USDT", "费用": "1"}, {"币种": "BTC", "备注": "慢"}],
        "limits": {"lv1": {"daily": "2000"}, "lv2": {"daily": "50000"}},
    }
    assert sections_of(value, "f") == (
        section("提现", table=Table(("币种", "费用", "备注"), (("USDT", "1", ""), ("BTC", "", "慢")))),
        section("limits", table=Table(("", "daily"), (("lv1", "2000"), ("lv2", "50000")))),
    )


def test_nested_objects_read_as_paths() -> None:
    value: Json = {
        "support": {"email": "help@x.example", "时间": "全天", "phones": ["1", "2"], "none": None},
        "steps": [{"name": "one", "more": {"a": "1"}}, "two"],
    }
    assert sections_of(value, "f") == (
        section("support", "email: help@x.example", "时间：全天"),
        section("support › phones", "1", "2"),
        section("steps › 1", "name: one"),
        section("steps › 1 › more", "a: 1"),
        section("steps › 2", "two"),
    )
    assert sections_of({"a": {}, "b": [], "c": ""}, "f") == ()


def test_limits() -> None:
    with pytest.raises(DocumentError, match="f: 201 columns"):
        sections_of([{str(n): "x" for n in range(201)}] * 2, "f")
    with pytest.raises(DocumentError, match="f: a cell of 20,001"):
        sections_of([{"a": "x" * 20_001}] * 2, "f")


leaves = st.one_of(st.none(), st.booleans(), st.text("ab问 ", max_size=6), st.integers())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("kq键", max_size=3), inner, max_size=4)
    ),
)


@given(values)
def test_no_text_is_lost(value: object) -> None:
    parsed = parse(json.dumps(value), "f")
    told = repr(sections_of(parsed, "f"))

    def check(item: Json) -> None:
        match item:
            case dict():
                for inner in item.values():
                    check(inner)
            case list():
                for inner in item:
                    check(inner)
            case str():
                assert item.strip() in told

    check(parsed)
