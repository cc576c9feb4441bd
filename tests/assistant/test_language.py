from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import SUPPORTED, detect_language, has_letters


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("提现没到", "zh-CN"),
        ("提現沒到", "zh-TW"),
        ("TRC20 USDT 提现没到 help", "zh-CN"),
        ("出金が届かない", "ja"),
        ("출금이 안 왔어요", "ko"),
        ("Вывод не пришёл", "ru"),
        ("where is my withdrawal", "en"),
        ("trc20 fee?", "en"),
        ("hola, mi retiro no llega", "es"),
        ("Rút tiền bao lâu thì tới", "vi"),
    ],
)
def test_language_of_short_messages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_text_that_carries_no_language_takes_the_default() -> None:
    assert detect_language("123 !!", "en") == "en"


def test_masks_and_hashes_carry_no_language() -> None:
    assert detect_language(f"⟦PHONE_1⟧ 0x{'ab' * 32} 没到") == "zh-CN"


@given(st.text(max_size=100))
def test_always_a_supported_language(text: str) -> None:
    assert detect_language(text) in SUPPORTED


@pytest.mark.parametrize(("text", "expected"), [("😀😀 123", False), ("？", False), ("币", True)])
def test_letters(text: str, expected: bool) -> None:
    assert has_letters(text) is expected
