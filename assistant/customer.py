"""What a caller says of a customer, language and residence, in the forms the desk knows."""

from __future__ import annotations

from assistant.errors import InquiryError
from assistant.language import SUPPORTED

_LANGUAGES = {locale.lower(): locale for locale in SUPPORTED}
_CHINESE = frozenset({"zh", "yue"})
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""Scripts and regions of a Chinese tag that call for traditional characters."""


def reply_language(tag: str) -> str:
    """The locale the desk replies in for a BCP-47 tag: `en-GB` is `en`, `zh-Hant` and `zh-HK` are `zh-TW`.

    Raises:
        InquiryError: the desk has no reply in that language.
    """
    base, *rest = tag.strip().replace("_", "-").lower().split("-")
    if base in _CHINESE:
        return "zh-TW" if _TRADITIONAL & set(rest) else "zh-CN"
    if base not in _LANGUAGES:
        raise InquiryError(f"There is no reply in the language {tag!r}.", hint=f"Use one of {', '.join(SUPPORTED)}.")
    return _LANGUAGES[base]


def residence(code: str) -> str:
    """The country code in capitals. A country the policy pack does not know is fine: its strictest rules apply then.

    Raises:
        InquiryError: it is not a two-letter code, so that "China" is not silently taken for an unknown place.
    """
    stripped = code.strip()
    if len(stripped) != 2 or not stripped.isascii() or not stripped.isalpha():
        raise InquiryError(f"{code!r} is not a country code.", hint="Use a two-letter code such as HK.")
    return stripped.upper()
