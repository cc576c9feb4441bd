"""What may enter the chain: text, of a length a person would write, without control characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.errors import InquiryError

MAX_CHARACTERS = 8_000
"""Longer than any real question; shorter than what would slow the chain for others."""
MAX_TURNS = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BINARY_SHARE = 0.1


def accept_turns(turns: Sequence[str]) -> tuple[str, ...]:
    """The turns without control characters, trimmed; turns that are empty afterwards are dropped.

    Raises:
        InquiryError: nothing is left, a turn is too long, or it is not text.
    """
    if len(turns) > MAX_TURNS:
        raise InquiryError(f"The conversation has {len(turns)} turns.", hint=f"Send the last {MAX_TURNS}.")
    accepted = tuple(text for turn in turns if (text := _accept(turn)))
    if not accepted:
        raise InquiryError("The question is empty.", hint="Write what you want to know.")
    return accepted


def _accept(turn: str) -> str:
    if len(turn) > MAX_CHARACTERS:
        raise InquiryError(
            f"The question has {len(turn):,} characters.", hint=f"Shorten it to {MAX_CHARACTERS:,} or send it in parts."
        )
    unreadable = len(_CONTROL.findall(turn)) + len(_SURROGATE.findall(turn)) + turn.count("�")
    if unreadable > max(3, len(turn) * _BINARY_SHARE) or unreadable * 2 > len(turn):
        raise InquiryError("The question is not text.", hint="Send a message in words; files go in as attachments.")
    return _SURROGATE.sub("", _CONTROL.sub(" ", turn)).strip()
