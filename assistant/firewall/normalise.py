"""The view of a message that detectors read: compatibility forms folded, invisible characters gone, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

LOOKALIKES = str.maketrans({"⟦": "[", "⟧": "]", "〚": "[", "〛": "]", "⟬": "[", "⟭": "]"})

SHIELD = "\x00"
"""Stands for text that is already redacted; no detector matches it."""

# A compatibility form may expand to eighteen letters (U+FDFA); none that matters expands to more than four.
_MAX_EXPANSION = 4
_FAR = 1 << 60
_INVISIBLE = frozenset({"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", SHIELD}) | {
    chr(c) for c in range(0xFE00, 0xFE10)
}
_NUMERALS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_DIGITS = str.maketrans(_NUMERALS, "001234567891123456789")
_NUMERAL_RUN = re.compile(f"[{_NUMERALS}0-9](?:[ -]?[{_NUMERALS}0-9]){{3,}}")


@dataclass(frozen=True, slots=True)
class View:
    """A normalised text. `starts[i]` is the offset in the original of the character that gave `text[i]`."""

    text: str
    starts: tuple[int, ...] | range

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original of a non-empty stretch of the view."""
        return self.starts[start], self.starts[end - 1] + 1

    def shielded(self, spans: list[tuple[int, int]]) -> View:
        """The same view with stretches of the original (sorted, disjoint) hidden from the detectors.

        A hidden stretch shrinks to one character, as a token does, so that what is left and right of it comes as
        close as it does in the redacted text.
        """
        pieces: list[str] = []
        starts: list[int] = []
        cursor = 0
        for start, end in [*spans, (_FAR, _FAR)]:
            low = bisect_left(self.starts, start, lo=cursor)
            pieces.append(self.text[cursor:low])
            starts.extend(self.starts[cursor:low])
            cursor = bisect_left(self.starts, end, lo=low)
            if cursor > low:
                pieces.append(SHIELD)
                starts.append(start)
        return View("".join(pieces), tuple(starts))


def neutralised(text: str) -> str:
    """The text with every bracket a token could be mistaken for replaced, character for character."""
    return text.translate(LOOKALIKES)


def normalised(text: str) -> View:
    """NFKC per character, decimal digits of every script as ASCII, format characters dropped."""
    if text.isascii() and SHIELD not in text:
        return View(text, range(len(text)))
    pieces: list[str] = []
    starts: list[int] = []
    for at, char in enumerate(text):
        folded = char if char.isascii() and char != SHIELD else _folded(char)
        pieces.append(folded)
        if len(folded) == 1:
            starts.append(at)
        else:
            starts.extend([at] * len(folded))
    return View("".join(pieces), tuple(starts))


def spoken_digits(text: str) -> str:
    """The text with runs of Chinese numerals (一三八…) as digits; as long as the text."""
    return _NUMERAL_RUN.sub(lambda match: match.group().translate(_DIGITS), text)


@lru_cache(maxsize=1 << 14)
def _folded(char: str) -> str:
    if char in _INVISIBLE or unicodedata.category(char) == "Cf":
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) <= _MAX_EXPANSION else char
