from __future__ import annotations

import pytest

from assistant.customer import reply_language, residence
from assistant.errors import InquiryError
from assistant.language import SUPPORTED


@pytest.mark.parametrize("locale", SUPPORTED)
def test_the_desks_own_locales_stay(locale: str) -> None:
    assert reply_language(locale) == locale


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-hant", "zh-TW"),
        ("zh_HK", "zh-TW"),
        ("yue-HK", "zh-TW"),
        ("EN-gb", "en"),
        (" es-MX ", "es"),
        ("ja_JP", "ja"),
    ],
)
def test_a_tag_finds_its_locale(tag: str, locale: str) -> None:
    assert reply_language(tag) == locale


@pytest.mark.parametrize("tag", ["", "-", "klingon", "fr", "english", "中文"])
def test_a_language_without_replies_is_refused(tag: str) -> None:
    with pytest.raises(InquiryError, match="zh-CN, zh-TW, en"):
        reply_language(tag)


def test_a_country_code_is_put_in_capitals() -> None:
    assert [residence(code) for code in ("cn", " GB", "xx")] == ["CN", "GB", "XX"]


@pytest.mark.parametrize("code", ["", "C", "CHN", "China", "中国", "1A", "ＣＮ"])
def test_what_is_no_country_code_is_refused(code: str) -> None:
    with pytest.raises(InquiryError, match="two-letter"):
        residence(code)
