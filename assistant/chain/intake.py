"""What may enter the chain or leave the desk: text, of a length a person would write, without control characters."""

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
_LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029]")
# What turns the order of the letters around: a reader would approve another text than the bytes say.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


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


def accept_reply(text: str) -> str:
    """What a person wrote as a reply, code point for code point but for line breaks and white space at both ends.

    Nothing else is mended: what is approved is what was written.

    Raises:
        InquiryError: nothing is left, it is too long, or it holds characters that nobody sees or that reorder others.
    """
    if _CONTROL.search(text) or _SURROGATE.search(text) or _REORDERING.search(text):
        raise InquiryError("The reply holds control characters.", hint="Type it anew or paste it as plain text.")
    accepted = _LINE_BREAK.sub("\n", text).strip()
    if len(accepted) > MAX_CHARACTERS:
        raise InquiryError(f"The reply has {len(accepted):,} characters.", hint=f"Shorten it to {MAX_CHARACTERS:,}.")
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
