"""Numbers as editors write them, in figures and in words: 一万二千, 两个半, twenty-five, half a, three quarters."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from assistant.chain.slots import parse_number

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SMALL |= {"dozen": 12, "a": 1, "an": 1}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10,
    "twentieth": 20, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_SCALE = {"千": 1_000, "万": 10_000, "萬": 10_000, "百万": 1_000_000, "亿": 100_000_000, "億": 100_000_000}
_SCALE |= {"k": 1_000, "thousand": 1_000, "million": 1_000_000, "m": 1_000_000}
_WORD = "|".join(sorted({*_UNITS, *_TENS, "dozen"}, key=len, reverse=True))

ENGLISH = rf"\b(?:{_WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD}|hundred|thousand|million))*\b"
"""A number in English words; `a hundred` is among `ARTICLE`."""
ARTICLE = r"\ba\s+(?:hundred|thousand|million|dozen)\b"
FRACTION = (
    rf"\b(?:(?:a|an|one|{_WORD})[\s-]+)?(?:halves|half|(?:third|quarter|fifth|sixth|eighth|tenth|twentieth|hundredth|"
    r"thousandth)s?)\b"
)
CHINESE = r"[零〇一二两兩三四五六七八九十百千万萬亿半]+"
DIGITS = r"\d[\d,]*(?:\.\d+)?(?:\s*(?:百万|[千万萬亿億](?!分)|(?:thousand|million|k|m)(?![a-z])))?"


def read_number(text: str) -> Decimal | None:
    """The value of a number that one of the patterns above has matched (NFKC, lower case); `None` if it is none."""
    text = text.strip()
    if not text:
        return None
    if text[0].isdigit():
        return _read_digits(text)
    if text[0].isascii():
        return _read_english(text)
    return parse_number(text.replace("兩", "两").replace("萬", "万").replace("〇", "零"))


def read_fraction(text: str) -> Decimal | None:
    """`nineteen twentieths` → 0.95, `a tenth` → 0.1, `half` → 0.5."""
    *count, part = re.split(r"[\s-]+", text.strip())
    denominator = _PARTS.get(part) or _PARTS.get(part.removesuffix("s"))
    numerator = _read_english(" ".join(count)) if count else Decimal(1)
    if denominator is None or numerator is None:
        return None
    value = Fraction(int(numerator), denominator)
    return Decimal(value.numerator) / Decimal(value.denominator)


def _read_digits(text: str) -> Decimal | None:
    match = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)\s*([^\d\s]*)", text)
    if match is None:
        return None
    try:
        return Decimal(match.group(1).replace(",", "")) * _SCALE.get(match.group(2), 1)
    except InvalidOperation:
        return None


def _read_english(text: str) -> Decimal | None:
    total, current = 0, 0
    for word in re.split(r"[\s-]+", text):
        if word in _SMALL:
            current += _SMALL[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _LARGE:
            total += max(current, 1) * _LARGE[word]
            current = 0
        elif word != "and":
            return None
    return Decimal(total + current)
