from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compliance.normalise import match_copies, normalised, simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＰＹ　１０％", "apy 10%"),
        ("助\u200b记\u2060词", "助记词"),
        ("穩賺不賠", "稳赚不赔"),
        ("帳號被駭，無法提領", "账号被黑,无法提现"),
        ("don’t", "don't"),
        ("ｶﾞ", "ガ"),
        (unicodedata.normalize("NFD", "상담원"), "상담원"),
    ],
)
def test_normalised_text(text: str, expected: str) -> None:
    assert normalised(text).text == expected


def test_span_leads_back_to_the_original() -> None:
    text = "x 助\u200b記\u200b詞。"
    copy = normalised(text)
    at = copy.text.index("助记词")
    assert text[slice(*copy.original(at, at + 3))] == "助\u200b記\u200b詞"


def test_one_original_character_may_become_several() -> None:
    copy = normalised("㎏!")
    assert copy.text == "kg!"
    assert copy.original(0, 1) == copy.original(1, 2) == (0, 1)


def test_squeezed_and_letter_copies() -> None:
    assert "保本稳赚" in [copy.text for copy in match_copies("保 本 稳 赚")]
    assert "guaranteed" in [copy.text for copy in match_copies("guarant33d")]
    assert [copy.text for copy in match_copies("trc20 提现")] == ["trc20 提现"]


def test_line_break_is_not_squeezed() -> None:
    assert all("\n" in copy.text for copy in match_copies("保\n本 金"))


@given(st.text(max_size=60))
def test_offsets_are_ordered_and_within_the_text(text: str) -> None:
    for copy in match_copies(text):
        assert len(copy.text) == len(copy.starts) == len(copy.ends)
        assert list(copy.starts) == sorted(copy.starts)
        assert all(0 <= a < b <= len(text) for a, b in zip(copy.starts, copy.ends, strict=True))


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30))
def test_simplified_keeps_the_length(text: str) -> None:
    assert len(simplified(text)) == len(text)
