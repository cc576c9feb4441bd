"""Copies of a text on which patterns are matched, with offsets back to the original.

A pattern never sees the original: full-width letters, zero-width characters, traditional characters, spaces between
Chinese characters and digits in place of letters would hide a phrase from it. The original is what is sent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

HAN = "㐀-䶿一-鿿"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0")
_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-"})
_SQUEEZE = re.compile(rf"(?<=[{HAN}])[ \t*_·•~]+(?=[{HAN}])")
_LEET = re.compile(r"(?<=[a-z])[013457@$]+(?=[a-z])")
_LEET_LETTERS = str.maketrans("013457@$", "oieastas")
# What t2s leaves apart although mainland texts write it otherwise. Equal lengths: offsets must not move.
_TERMS = {"帐": "账", "骇": "黑", "提领": "提现", "简讯": "短信", "网路": "网络", "位址": "地址", "私讯": "私聊"}
_TERM = re.compile("|".join(_TERMS))


@dataclass(frozen=True, slots=True)
class MatchCopy:
    """A text to match on. `starts[i]` and `ends[i]` bound, in the original, the character that became `text[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The code-point span of the original that `text[start:end]` stands for. The stretch must not be empty."""
        return self.starts[start], self.ends[end - 1]


def match_copies(text: str) -> tuple[MatchCopy, ...]:
    """One to three copies: the normalised text, and where they differ, one squeezed and one with letters for digits."""
    plain = normalised(text)
    copies = [plain]
    squeezed = _without(plain, _SQUEEZE)
    if squeezed.text != plain.text:
        copies.append(squeezed)
    plainer = _LEET.sub(lambda m: m.group().translate(_LEET_LETTERS), plain.text)
    if plainer != plain.text:
        copies.append(MatchCopy(plainer, plain.starts, plain.ends))
    return tuple(copies)


def normalised(text: str) -> MatchCopy:
    """NFKC, no zero-width characters, lower case, simplified characters (OpenCC `t2s`)."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for character in unicodedata.normalize("NFKC", text[start:end]).lower().translate(_FOLDED):
            if not _is_invisible(character):
                characters.append(character)
                starts.append(start)
                ends.append(end)
    return MatchCopy(simplified("".join(characters)), tuple(starts), tuple(ends))


def simplified(text: str) -> str:
    """Traditional characters and a few Taiwan terms replaced by mainland ones; the length stays."""
    converted = str(_converter().convert(text))
    if len(converted) != len(text):
        converted = "".join(c if len(s := str(_converter().convert(c))) != 1 else s for c in text)
    return _TERM.sub(lambda match: _TERMS[match.group()], converted)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Bounds of each character with the marks that NFKC composes into it."""
    bounds: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        if bounds and _continues(character):
            bounds[-1] = (bounds[-1][0], index + 1)
        else:
            bounds.append((index, index + 1))
    return bounds


def _continues(character: str) -> bool:
    # Conjoining jamo and half-width voicing marks compose as well, although they are no combining marks.
    return unicodedata.combining(character) > 0 or "\u1161" <= character <= "\u11ff" or character in "\uff9e\uff9f"


def _is_invisible(character: str) -> bool:
    return (
        character in _INVISIBLE
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _without(copy: MatchCopy, pattern: re.Pattern[str]) -> MatchCopy:
    dropped = {i for match in pattern.finditer(copy.text) for i in range(*match.span())}
    kept = [i for i in range(len(copy.text)) if i not in dropped]
    return MatchCopy(
        "".join(copy.text[i] for i in kept),
        tuple(copy.starts[i] for i in kept),
        tuple(copy.ends[i] for i in kept),
    )


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
