from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.difference import Line, difference


def marked(old: str, new: str) -> list[str]:
    return [f"{line.mark}{line.text}" for line in difference(old.encode(), new.encode())]


def test_lines_that_differ_stand_with_two_around_them() -> None:
    old = "\n".join("abcdefghij")
    assert marked(old, old.replace("e", "E")) == ["…", " c", " d", "-e", "+E", " f", " g"]
    assert marked("a\nb", "a\nb\nc") == [" a", " b", "+c"]


def test_the_same_text_has_no_difference() -> None:
    assert marked("费用\n是 1", "费用\n是 1") == []
    assert difference(b"\xef\xbb\xbftext", b"text") == (), "a byte order mark is no difference"


def test_what_is_no_text_is_said_to_differ() -> None:
    assert difference(b"\xff\xfe\x00", b"\xff\xfe\x01") == (Line("gap", "…"),)
    assert difference(b"\xff\xfe\x00", b"\xff\xfe\x00") == ()
    assert difference(b"text", b"\xff") == (Line("gap", "…"),)


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_every_line_of_both_is_told(old: list[str], new: list[str]) -> None:
    lines = difference("\n".join(old).encode(), "\n".join(new).encode())
    removed = [line.text for line in lines if line.kind == "removed"]
    added = [line.text for line in lines if line.kind == "added"]
    assert sorted(old + added) == sorted(new + removed)
    assert bool(lines) == (old != new)
