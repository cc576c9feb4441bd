"""Which language a message is in: by script first, so that three characters are enough."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC
    from py3langid.langid import LanguageIdentifier

SUPPORTED = ("zh-CN", "zh-TW", "en", "ja", "ko", "vi", "ru", "es")
_LATIN = ("en", "es", "vi", "fr", "de", "id")
# Below this posterior a Latin-script message is taken for English: product terms (TRC20, KYC) carry no language.
_LATIN_CONFIDENCE = 0.7
_KANA = re.compile(r"[぀-ヿｦ-ﾟ]")
_HANGUL = re.compile(r"[가-힣ᄀ-ᇿ]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_PROSE = re.compile(r"⟦[^⟧]*⟧|https?://[!-~]+|[!-~]*\d[!-~]*")


def detect_language(text: str, default: str = "zh-CN") -> str:
    """One of `SUPPORTED`; `default` for a text without letters.

    Kana and hangul decide at once; Han characters outweigh Latin ones, because Chinese customers write
    product names in Latin letters (TRC20 提现没到).
    """
    prose = _NOT_PROSE.sub(" ", text)
    han, latin = len(_HAN.findall(prose)), len(re.findall(r"[a-zA-ZÀ-ɏẠ-ỹ]", prose))
    if _KANA.search(prose):
        return "ja"
    if len(_HANGUL.findall(prose)) > max(han, latin // 2):
        return "ko"
    if len(_CYRILLIC.findall(prose)) > max(han, latin // 2):
        return "ru"
    if han and han * 4 >= latin:
        return _chinese_variant(prose, default)
    if latin:
        return _latin_language(prose)
    return _chinese_variant(text, default) if _HAN.search(text) else default


def has_letters(text: str) -> bool:
    """Whether there is anything to read: emoji, digits and punctuation alone are not a question."""
    return bool(_LETTER.search(text))


def to_simplified(text: str) -> str:
    """Traditional Chinese to Simplified, character by character; other text is returned as it is."""
    if not _HAN.search(text):
        return text
    converted: str = _converter("t2s").convert(text)
    return converted


def _chinese_variant(text: str, default: str) -> str:
    traditional = sum(a != b for a, b in zip(text, _converter("t2s").convert(text), strict=False))
    simplified = sum(a != b for a, b in zip(text, _converter("s2t").convert(text), strict=False))
    if traditional > simplified:
        return "zh-TW"
    if simplified > traditional:
        return "zh-CN"
    return default if default.startswith("zh") else "zh-CN"


def _latin_language(text: str) -> str:
    if len(text.split()) < 2 and text.isascii():
        return "en"
    language, probability = _identifier().classify(text)
    return language if language in SUPPORTED and probability >= _LATIN_CONFIDENCE else "en"


@cache
def _converter(name: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(name)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LATIN))
    return identifier
