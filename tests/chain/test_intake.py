from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.intake import MAX_CHARACTERS, accept_reply, accept_turns
from assistant.errors import InquiryError


@pytest.mark.parametrize("turns", [(), ("",), ("  \n\t ",), ("\x00\x01",)])
def test_nothing_to_read(turns: tuple[str, ...]) -> None:
    with pytest.raises(InquiryError, match=r"empty|not text"):
        accept_turns(turns)


def test_a_novel_is_refused_with_its_length() -> None:
    with pytest.raises(InquiryError, match="200,000"):
        accept_turns(("啊" * 200_000,))


def test_too_many_turns() -> None:
    with pytest.raises(InquiryError, match="51 turns"):
        accept_turns(("hi",) * 51)


def test_binary_is_refused() -> None:
    with pytest.raises(InquiryError, match="not text"):
        accept_turns((bytes(range(256)).decode("latin-1"),))


def test_a_stray_control_character_is_dropped() -> None:
    assert accept_turns(("提现\x07没到",)) == ("提现 没到",)


@given(st.lists(st.text(max_size=50), max_size=5))
def test_accepted_turns_are_clean_and_short(turns: list[str]) -> None:
    try:
        accepted = accept_turns(turns)
    except InquiryError:
        return
    assert accepted
    for turn in accepted:
        assert 0 < len(turn) <= MAX_CHARACTERS
        turn.encode()
        assert not any(ord(ch) < 32 and ch not in "\t\n\r" for ch in turn)


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x85", "\ud800", "\u202e", "\u2066"])
def test_a_reply_with_control_characters_is_refused(odd: str) -> None:
    with pytest.raises(InquiryError, match="control"):
        accept_reply(f"好的{odd}。")


def test_a_reply_keeps_everything_but_its_line_breaks_and_ends() -> None:
    assert accept_reply("\n 甲\t 乙 \r\n丙\r丁\u2029戊\u200b\u00a0 \n") == "甲\t 乙 \n丙\n丁\n戊\u200b"
    assert accept_reply(" \n") == ""


def test_a_long_reply_is_refused_with_its_length() -> None:
    assert accept_reply("字" * MAX_CHARACTERS + "\n")
    with pytest.raises(InquiryError, match="8,001"):
        accept_reply("字" * (MAX_CHARACTERS + 1))


@given(st.text(max_size=60))
def test_an_accepted_reply_is_accepted_again(text: str) -> None:
    try:
        accepted = accept_reply(text)
    except InquiryError:
        return
    assert accept_reply(accepted) == accepted
    accepted.encode()
