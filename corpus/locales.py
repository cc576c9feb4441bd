"""Locales: which one a text is written in, and which one stands in for another."""

from __future__ import annotations

import re

LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""What a BCP-47 tag looks like, as far as documents need it."""

_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")

_SHARE = 0.2
"""Product names and tickers are Latin in any language, so far less than half the letters decide."""
_SAMPLE = 20_000
"""Characters looked at: enough for a share, cheap for a large file."""


def detect_locale(text: str) -> str:
    """`ja`, `ko`, `zh-CN` or `en`, by the share of kana, Hangul and Han among the letters.

    It tells apart what the product answers in; French comes out as `en`, traditional Chinese as `zh-CN`.
    """
    sample = text[:_SAMPLE]
    letters = max(1, len(_LETTER.findall(sample)))
    kana, hangul, han = (len(pattern.findall(sample)) for pattern in (_KANA, _HANGUL, _HAN))
    if kana + han >= _SHARE * letters and kana >= 0.1 * (kana + han):
        return "ja"
    if hangul >= _SHARE * letters:
        return "ko"
    if han >= _SHARE * letters:
        return "zh-CN"
    return "en"


def fallbacks(locale: str) -> tuple[str, ...]:
    """The locales to try for `locale`, best first: `zh-TW` → `zh-TW, zh, zh-CN`; `fr-CA` → `fr-CA, fr, en`."""
    language = locale.partition("-")[0]
    last = "zh-CN" if language == "zh" else "en"
    return tuple(dict.fromkeys((locale, language, last)))


def is_unspaced(locale: str) -> bool:
    """Whether the language writes no spaces between words and uses full-width punctuation (Chinese, Japanese)."""
    return locale.partition("-")[0] in {"zh", "ja"}
