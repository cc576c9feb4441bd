"""Numbers that people type before the items of a list."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CHINESE = "一二三四五六七八九十"
_ITEM = re.compile(
    r"""
      (?P<dot>\d{1,3})\s?(?:\.(?![\d.])|．|、|\)|）)\s*      # 1.  1、  1)  but not 1.5
    | [（(]\s?(?P<bracket>\d{1,3})\s?[)）]\s*                # (1)
    | (?P<circle>[①-⑳])\s*
    | (?:第\s?(?P<ordinal>\d{1,2}|[一二三四五六七八九十]+)\s?步|步[骤驟]\s?(?P<step>\d{1,2}|[一二三四五六七八九十]+))
      \s*[:：、.，,]?\s*
    | [Ss][Tt][Ee][Pp]\s(?P<english>\d{1,2})\s*[:：.)–—-]?\s*
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An item of a list: its number, how numbers are written in that list, and the text after it."""

    number: int
    style: str
    text: str


def numbered(text: str) -> Numbered | None:
    """The item that a text is when it begins with a number and goes on; `None` when it does not."""
    match = _ITEM.match(text)
    if match is None or match.lastgroup is None or not text[match.end() :].strip():
        return None
    written = match[match.lastgroup]
    if written.isdecimal():
        number = int(written)
    elif match.lastgroup == "circle":
        number = int(unicodedata.numeric(written))
    else:
        number = _chinese(written)
    return Numbered(number, match.lastgroup, text[match.end() :].strip())


def _chinese(written: str) -> int:
    """One to ninety-nine; 0 for what is no number."""
    tens, ten, ones = written.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    high = (_CHINESE.index(tens) + 1 if tens else 1) if ten else 0
    return 10 * high + (_CHINESE.index(ones) + 1 if ones else 0)
