"""Phone numbers: mainland mobiles by their shape, the others by libphonenumber, labelled ones by their label."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9][0-9]{9}")
_INTERNATIONAL = re.compile(r"(?<![0-9A-Za-z+])\+[ (]{0,2}[0-9](?:[ ().\-/]{0,3}[0-9]){6,16}(?![0-9])")
_LABELLED = re.compile(
    r"(?:电话|電話|手机|手機|移动电话|联系方式|座机|whats\s?app|(?<![A-Za-z])phone|"
    r"(?<![A-Za-z])mobile|(?<![A-Za-z])tel(?:ephone)?|(?<![A-Za-z])cell|(?<![A-Za-z])call me|"
    r"전화|携帯|телефон|tel[eé]fono|t[eé]l[eé]phone)"
    r"(?:号码|號碼|号|號|番号|번호| number| no\.?)?(?: is|是|为|為|は|:|=|\s|at|on){0,6}"
    r"(\(?[0-9](?:[ ().\-]{0,2}[0-9]){6,14})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
# Written forms that are rarely anything else, with the region whose plan decides.
_NATIONAL = (
    ("CN", re.compile(r"(?<![0-9A-Za-z.\-])1[3-9][0-9]\.[0-9]{4}\.[0-9]{4}(?![0-9A-Za-z.\-])")),
    ("CN", re.compile(r"(?<![0-9A-Za-z.\-])\(?0[1-9][0-9]{1,2}[)\- ]{1,2}[2-9][0-9]{6,7}(?![0-9A-Za-z\-])")),
    ("TW", re.compile(r"(?<![0-9A-Za-z.\-])09[0-9]{2}[\- ]?[0-9]{3}[\- ]?[0-9]{3}(?![0-9A-Za-z\-])")),
    (
        "US",
        re.compile(r"(?<![0-9A-Za-z.\-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}-)[2-9][0-9]{2}-[0-9]{4}(?![0-9A-Za-z\-])"),
    ),
    ("HK", re.compile(r"(?<![0-9A-Za-z.\-])(?:00)?(?:852|853|65|886)[\- ][0-9]{4}[\- ]?[0-9]{4,5}(?![0-9A-Za-z\-])")),
)
_MAX_LOOKUPS = 2000
"""A look-up in the numbering plans takes 30 µs; a message with more numbers than this has them all masked unseen."""


def find_phones(message: Message) -> Iterator[Candidate]:
    """Phones with blanks, hyphens, country code, full-width or Chinese digits; never amounts or labelled orders."""
    text = message.digits
    for number in message.numbers:
        if _MOBILE.fullmatch(number.digits) and not _other(message, number.start, number.end):
            plus = message.before(number.start, 2)
            start = number.start - 1 if plus.endswith("+") else number.start
            yield Candidate(start, number.end, "PHONE")
    lookups = 0
    for match in _INTERNATIONAL.finditer(text):
        lookups += 1
        end = _valid_end(text, match) if lookups <= _MAX_LOOKUPS else match.end()
        if end:
            yield Candidate(match.start(), end, "PHONE")
    for region, pattern in _NATIONAL:
        for match in pattern.finditer(text):
            lookups += 1
            value = match.group() if region != "HK" else "+" + match.group().removeprefix("00")
            if lookups > _MAX_LOOKUPS or (_is_valid(value, region) and not _other(message, *match.span())):
                yield Candidate(match.start(), match.end(), "PHONE")
    for match in _LABELLED.finditer(text):
        if not message.is_amount(match.start(1), match.end(1)):
            yield Candidate(match.start(1), match.end(1), "PHONE")


def _other(message: Message, start: int, end: int) -> bool:
    return message.is_order_number(start) or message.is_amount(start, end)


def _valid_end(text: str, match: re.Match[str]) -> int | None:
    """Where the number ends: what follows it may be digits of something else."""
    stop = match.end()
    while stop > match.start() + 1:
        if _is_valid(text[match.start() : stop], None):
            return stop
        shorter = text[match.start() : stop].rstrip("0123456789").rstrip(" ().-/")
        stop = match.start() + len(shorter)
    return None


def _is_valid(value: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False
