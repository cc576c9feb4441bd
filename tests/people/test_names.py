from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.people.errors import AccountError
from assistant.people.names import MAX_LENGTH, normalise


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Alice", "alice"),
        ("  alice\n", "alice"),
        ("ＡＬＩＣＥ", "alice"),
        ("小王", "小王"),
        ("Straße", "strasse"),
        ("Nguyễn.Thị", "nguyễn.thị"),
        ("Nguyê\u0303n", "nguyễn"),
        ("Андрей", "андрей"),
        ("김민수", "김민수"),
        ("カ\u3099ク", "ガク"),
        ("a_b-c.9", "a_b-c.9"),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
    ],
)
def test_spellings_of_one_name_are_one(typed: str, name: str) -> None:
    assert normalise(typed) == name


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("x" * (MAX_LENGTH + 1), "too long"),
        ("ﷺ" * 30, "too long"),  # grows when it is normalised
        ("x" * 10_000_000, "too long"),
        ("two words", "U+0020"),
        ("a/b", "U+002F"),
        ("user:1", "U+003A"),
        (".hidden", "U+002E"),
        ("-rf", "U+002D"),
        ("admin\u200b", "U+200B"),
        ("\u202enimda", "U+202E"),
        ("admin\u3164", "U+1160"),
        ("a\x00b", "U+0000"),
        ("a\udc80", "U+DC80"),
        ("<b>x</b>", "U+003C"),
        ("٣", "U+0663"),
        ("😀", "U+1F600"),
    ],
)
def test_what_is_no_name_is_refused_with_what_is(typed: str, told: str) -> None:
    with pytest.raises(AccountError, match=told.replace("+", r"\+")) as caught:
        normalise(typed)
    assert str(MAX_LENGTH) in caught.value.hint


@given(st.text(max_size=MAX_LENGTH))
def test_a_normalised_name_is_stable(typed: str) -> None:
    try:
        name = normalise(typed)
    except AccountError:
        return
    assert normalise(name) == name
    assert name == name.strip()
    assert 0 < len(name) <= MAX_LENGTH
    assert name.isprintable()


@given(st.text("abzABZéÉжЖωΩａＡßőŐ中", min_size=1, max_size=10))
def test_case_and_width_make_no_other_person(letters: str) -> None:
    name = normalise(letters)
    assert normalise(letters.upper()) == normalise(letters.lower()) == name
