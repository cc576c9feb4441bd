"""The facts in a text: numbers with units, hosts, addresses and the names of networks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.chain.slots import parse_number
from assistant.chain.vocabulary import Vocabulary, find, normalise

_UNITS = {
    "minute": ["分钟", "分鐘", "minute", "minutes", "min"],
    "hour": ["个小时", "個小時", "小时", "小時", "hour", "hours"],
    "day": ["天", "日", "day", "days"],
    "business_day": ["个工作日", "個工作日", "工作日", "business day", "business days"],
    "second": ["秒", "second", "seconds"],
    "percent": ["%", "percent"],
    "confirmation": ["个确认", "個確認", "次确认", "confirmation", "confirmations"],
    "month": ["个月", "個月", "month", "months"],
    "year": ["年", "year", "years"],
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names}
_ASSET = r"usdt|usdc|usd|btc|eth|sol|trx|xrp|ton|xlm|ltc|doge|bnb|hkd|eur"
_UNIT_PATTERN = "|".join(re.escape(name) for name in sorted(_UNIT_OF, key=len, reverse=True))
_SCALE = {"千": 1_000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_HOST = re.compile(
    r"[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+|(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s，。；）)]*)?"
)
_LONG_TOKEN = re.compile(r"(?:0x)?[0-9a-f]{32,}|\b[13t][1-9a-hj-np-z]{25,}\b")
_DATE = re.compile(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_NUMBER = re.compile(
    rf"(?<![a-z0-9])(\d[\d,]*(?:\.\d+)?)\s*([千万萬亿億])?\s*({_UNIT_PATTERN}|{_ASSET})?(?![a-z0-9])"
    # Possessive: no unit begins with a numeral, and a long run of them must not be tried at every length.
    rf"|([一二两三四五六七八九十百千半]++)\s*(?={_UNIT_PATTERN})({_UNIT_PATTERN})"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable value. Equal facts compare equal across languages: `30 分钟` and `30 minutes`.

    Attributes:
        kind: `number`, `host`, `token`, `date`, `clock` or `network`.
        span: code points in the NFKC, lower-case copy of the text.
    """

    kind: str
    value: str
    unit: str = ""
    span: tuple[int, int] = (0, 0)

    @property
    def key(self) -> tuple[str, str, str]:
        """What is compared: everything but the place."""
        return (self.kind, self.value, self.unit)


def extract_facts(text: str, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Facts in order of place. Each stretch of text yields one fact: a date is not also three numbers."""
    folded = normalise(text)
    facts: list[Fact] = []
    for kind, pattern in (("host", _HOST), ("token", _LONG_TOKEN), ("date", _DATE), ("clock", _CLOCK)):
        facts += [Fact(kind, match.group().rstrip("./"), "", match.span()) for match in pattern.finditer(folded)]
        folded = pattern.sub(lambda match: "\0" * len(match.group()), folded)
    for name in find(vocabulary.networks, folded):
        facts.append(Fact("network", name))
    for pattern in vocabulary.networks.values():
        folded = pattern.sub(lambda match: "\0" * len(match.group()), folded)
    facts += [fact for match in _NUMBER.finditer(folded) if (fact := _number(match))]
    return tuple(sorted(facts, key=lambda fact: fact.span))


def _number(match: re.Match[str]) -> Fact | None:
    digits, scale, unit, numeral, numeral_unit = match.groups()
    value = parse_number(numeral) if numeral else _decimal(digits)
    if value is None:
        return None
    if scale:
        value *= _SCALE[scale]
    name = numeral_unit or unit or ""
    return Fact("number", f"{value.normalize():f}", _UNIT_OF.get(name, name), match.span())


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return None
