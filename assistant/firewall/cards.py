"""Bank cards and IBANs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate
from assistant.firewall.numbers import Number

# Issuer prefixes with the lengths they are issued in (ISO/IEC 7812 ranges of the card schemes).
_ISSUERS = (
    (re.compile(r"62|81"), {16, 17, 18, 19}),
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[0-9]|2[2-7]|6[0-9]|35|9[0-9]"), {16}),
    (re.compile(r"6(?:0|2|3|5|7)"), {17, 18, 19}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3[0689]"), {14}),
)
_CARD_LABEL = re.compile(
    r"银行卡|銀行卡|卡号|卡號|信用卡|储蓄卡|借记卡|(?<![A-Za-z])card|(?<![A-Za-z])visa|master|银联|unionpay|(?<![A-Za-z])debit|(?<![A-Za-z])credit|クレジット|카드",
    re.IGNORECASE,
)
_LABEL_REACH = 24
_SHORTEST = 12
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}(?![0-9A-Za-z])", re.IGNORECASE)
_GROUP = re.compile(r"[0-9A-Za-z]+")
_SHORTEST_IBAN = 15


def find_cards(message: Message) -> Iterator[Candidate]:
    """Numbers with a valid Luhn digit and an issuer's prefix, or with the word card near; IBANs with valid digits."""
    for number in message.numbers:
        if len(number.digits) < _SHORTEST or len(set(number.digits)) == 1 or not luhn.is_valid(number.digits):
            continue
        labelled = bool(_CARD_LABEL.search(message.before(number.start, _LABEL_REACH)))
        if not (labelled or _issued(number)):
            continue
        if labelled or not (message.is_order_number(number.start) or message.is_amount(number.start, number.end)):
            yield Candidate(number.start, number.end, "BANK_CARD")
    for match in _IBAN.finditer(message.text):
        end = _iban_end(message.text, match.start(), match.end())
        if end:
            yield Candidate(match.start(), end, "IBAN")


def _issued(number: Number) -> bool:
    return any(len(number.digits) in lengths and prefix.match(number.digits) for prefix, lengths in _ISSUERS)


def _iban_end(text: str, start: int, end: int) -> int | None:
    """Where the longest valid IBAN ends: the words after one may look like more of it."""
    ends = [group.end() for group in _GROUP.finditer(text, start, end)]
    for stop in reversed(ends):
        value = text[start:stop].replace("-", " ")
        if len(value) >= _SHORTEST_IBAN and iban.is_valid(value):
            return stop
    return None
