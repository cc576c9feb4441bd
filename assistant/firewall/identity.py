"""Identity cards and passports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from stdnum.au import tfn
from stdnum.cn import ric
from stdnum.jp import in_
from stdnum.kr import rrn
from stdnum.us import ssn

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate
from assistant.firewall.numbers import Number

_RIC_LENGTH = 18
_OLD_RIC_LENGTH = 15
_LABEL = re.compile(
    r"身份证|身分證|身份證|证件|證件|护照|護照|通行证|通行證|(?<![A-Za-z])hkid|"
    r"(?<![A-Za-z])nric|(?<![A-Za-z])id (?:card|no|number)|(?<![A-Za-z])identity|"
    r"(?<![A-Za-z])passport|(?<![A-Za-z])ssn|"
    r"social security|(?<![A-Za-z])tfn|tax file|マイナンバー|個人番号|旅券|パスポート|주민|여권|台胞证|回乡证",
    re.IGNORECASE,
)
_REACH = 30

_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])([A-Z]{1,2})([0-9]{6})(\(?)([0-9A])\)?(?![0-9A-Za-z])", re.IGNORECASE)
_TAIWAN = re.compile(r"(?<![0-9A-Za-z])([A-Z])([1289A-D][0-9]{8})(?![0-9A-Za-z])", re.IGNORECASE)
_SINGAPORE = re.compile(r"(?<![0-9A-Za-z])([STFGM])([0-9]{7})([A-Z])(?![0-9A-Za-z])", re.IGNORECASE)
_KOREA = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}-?[0-9]{7}(?![0-9A-Za-z])")
_LABELLED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![0-9A-Za-z])[0-9]{3}-?[0-9]{2}-?[0-9]{4}(?![0-9A-Za-z])"), ssn.is_valid),
    (re.compile(r"(?<![0-9A-Za-z])[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}(?![0-9A-Za-z])"), tfn.is_valid),
    (re.compile(r"(?<![0-9A-Za-z])[0-9]{4} ?[0-9]{4} ?[0-9]{4}(?![0-9A-Za-z])"), in_.is_valid),
)
_PASSPORT_LABEL = re.compile(
    r"护照|護照|通行证|通行證|台胞证|回乡证|(?<![A-Za-z])passport|旅券|パスポート|여권", re.IGNORECASE
)
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,2}[0-9]{6,9}|[0-9]{8,9})(?![0-9A-Za-z])", re.IGNORECASE)
_MACHINE_READABLE = re.compile(r"(?<![0-9A-Z])P[A-Z<][A-Z]{3}[A-Z<]{30,39}(?:\s{0,3}[A-Z0-9<]{30,44})?")

# Two letters of the region, in the order of the weights (Taiwan's ministry of the interior).
_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_SINGAPORE_LETTERS = {
    "S": "JZIHGFEDCBA",
    "T": "JZIHGFEDCBA",
    "F": "XWUTRQPNMLK",
    "G": "XWUTRQPNMLK",
    "M": "KLJNPQRTUWX",
}
_SINGAPORE_OFFSET = {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}


def find_identity(message: Message) -> Iterator[Candidate]:
    """Numbers whose own check digit holds; where that proves little, a label has to be near as well."""
    for number in message.numbers:
        if _is_resident_id(number, message):
            yield Candidate(number.start, number.end, "ID_CARD")
    for pattern, valid in ((_HONG_KONG, _hong_kong), (_TAIWAN, _taiwan), (_SINGAPORE, _singapore)):
        for match in pattern.finditer(message.text):
            bare = pattern is _HONG_KONG and not match.group(3)
            if valid(match) and not message.is_order_number(match.start()) and (not bare or _labelled(message, match)):
                yield Candidate(match.start(), match.end(), "ID_CARD")
    for match in _KOREA.finditer(message.digits):
        if ("-" in match.group() or _labelled(message, match)) and rrn.is_valid(match.group()):
            yield Candidate(match.start(), match.end(), "ID_CARD")
    for pattern, check in _LABELLED:
        for match in pattern.finditer(message.digits):
            if _labelled(message, match) and check(match.group()):
                yield Candidate(match.start(), match.end(), "ID_CARD")
    yield from _passports(message)


def _passports(message: Message) -> Iterator[Candidate]:
    for match in _PASSPORT.finditer(message.text):
        if _PASSPORT_LABEL.search(message.before(match.start(), _REACH)):
            yield Candidate(match.start(), match.end(), "PASSPORT")
    for match in _MACHINE_READABLE.finditer(message.text):
        yield Candidate(match.start(), match.end(), "PASSPORT")


def _labelled(message: Message, match: re.Match[str]) -> bool:
    return bool(_LABEL.search(message.before(match.start(), _REACH)))


def _is_resident_id(number: Number, message: Message) -> bool:
    if len(number.digits) == _RIC_LENGTH:
        return _is_date(number.digits[6:14]) and _has_check_digit(number.digits.upper())
    if len(number.digits) == _OLD_RIC_LENGTH and number.digits.isdigit():
        # The old number has no check digit.
        return _is_date("19" + number.digits[6:12]) and bool(_LABEL.search(message.before(number.start, _REACH)))
    return False


def _has_check_digit(digits: str) -> bool:
    # The region is not looked up: cards keep the codes of districts that were merged or renamed since.
    return digits[:-1].isdigit() and bool(ric.calc_check_digit(digits) == digits[-1])


def _is_date(digits: str) -> bool:
    try:
        date.fromisoformat(digits)
    except ValueError:
        return False
    return True


def _hong_kong(match: re.Match[str]) -> bool:
    letters, digits, _, check = (group.upper() for group in match.groups())
    values = [36 if char == " " else ord(char) - 55 for char in letters.rjust(2)] + [int(char) for char in digits]
    values.append(10 if check == "A" else int(check))
    return sum(weight * value for weight, value in zip(range(9, 0, -1), values, strict=True)) % 11 == 0


def _taiwan(match: re.Match[str]) -> bool:
    region = _TAIWAN_LETTERS.index(match.group(1).upper()) + 10
    rest = match.group(2).upper()
    # The second character of a resident certificate of the old form is a letter that stands for its unit digit.
    second = int(rest[0]) if rest[0].isdigit() else _TAIWAN_LETTERS.index(rest[0]) % 10
    values = [region // 10, region % 10, second, *(int(char) for char in rest[1:])]
    return (
        sum(weight * value for weight, value in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), values, strict=True)) % 10 == 0
    )


def _singapore(match: re.Match[str]) -> bool:
    series, digits, check = (group.upper() for group in match.groups())
    total = sum(weight * int(char) for weight, char in zip((2, 7, 6, 5, 4, 3, 2), digits, strict=True))
    remainder = (total + _SINGAPORE_OFFSET[series]) % 11
    return _SINGAPORE_LETTERS[series][10 - remainder if series == "M" else remainder] == check
