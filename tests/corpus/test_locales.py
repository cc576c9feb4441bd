from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locales import detect_locale, fallbacks, is_unspaced


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("提现手续费为 1 USDT，走 TRC20 网络。", "zh-CN"),
        ("USDT TRC20 withdrawal 手续费", "en"),
        ("How do I withdraw USDT?", "en"),
        ("出金手数料はいくらですか。", "ja"),
        ("출금 수수료는 얼마입니까?", "ko"),
        ("", "en"),
        ("12345 !!!", "en"),
    ],
)
def test_detect_locale(text: str, locale: str) -> None:
    assert detect_locale(text) == locale


@given(st.text())
def test_every_text_has_a_locale(text: str) -> None:
    assert detect_locale(text) in {"zh-CN", "en", "ja", "ko"}


def test_fallbacks() -> None:
    assert fallbacks("zh-TW") == ("zh-TW", "zh", "zh-CN")
    assert fallbacks("fr-CA") == ("fr-CA", "fr", "en")
    assert fallbacks("en") == ("en",)


def test_unspaced() -> None:
    assert is_unspaced("zh-TW")
    assert is_unspaced("ja")
    assert not is_unspaced("ko")
