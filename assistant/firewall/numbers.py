"""Digit groups of a message and the stretches of them that could be one number written with blanks or hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"[0-9]+(?:(?:[ \t]{1,2}|[-–—·][ ]?| [-–—·] )[0-9]+)*")
_SPLIT = re.compile(r"[0-9]+")
_SHORTEST = 11
_LONGEST = 19
_TAIL = "xX"
_SHORTEST_GROUP = 2
_WORD_BEFORE = re.compile(r"(?:^|[^0-9A-Za-z])[A-Za-z]{2,10}$")


@dataclass(frozen=True, slots=True)
class Number:
    """Consecutive digit groups read as one number.

    Attributes:
        groups: how many digits each group has.
    """

    start: int
    end: int
    digits: str
    groups: tuple[int, ...]


def numbers(text: str) -> Iterator[Number]:
    """Every stretch of whole groups with 11 to 19 digits, in reading order; stretches overlap.

    A stretch of several groups has groups of two digits or more (only the last may be one), unless it is the whole
    run: "1 2 3 4" is a list, and a list is not read as every number in it.

    Args:
        text: ASCII digits as `spoken_digits` gives them. An X after the last digit belongs to the number, as on an
            identity card.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _SHORTEST:
            continue
        groups = [match.span() for match in _SPLIT.finditer(text, run.start(), run.end())]
        for first in range(len(groups)):
            yield from _from(text, groups, first)


def _from(text: str, groups: list[tuple[int, int]], first: int) -> Iterator[Number]:
    start = groups[first][0]
    sizes: list[int] = []
    total = 0
    singles = False
    for last in range(first, len(groups)):
        low, end = groups[last]
        sizes.append(end - low)
        total += end - low
        if total > _LONGEST:
            return
        singles = singles or (last > first and sizes[-2] < _SHORTEST_GROUP)
        whole = first == 0 and last == len(groups) - 1
        if total < _SHORTEST or (singles and not whole):
            continue
        lettered = end < len(text) and text[end] in _TAIL
        if _closes(text, end + lettered) and _opens(text, start):
            digits = "".join(text[low:high] for low, high in groups[first : last + 1]) + text[end : end + lettered]
            yield Number(start, end + lettered, digits, tuple(sizes))


def _opens(text: str, start: int) -> bool:
    """Nothing alphanumeric in front, except a whole word glued to the number ("tel138…")."""
    before = text[start - 1 : start]
    if not (before.isascii() and before.isalnum()):
        return True
    return bool(_WORD_BEFORE.search(text[max(0, start - 11) : start]))


def _closes(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not (after.isascii() and after.isalnum())
