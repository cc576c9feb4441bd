"""How a number and its unit read in Chinese and in English: the one table of units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from corpus.errors import FactError

_ASSET_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_GROUP_FROM = 10_000
"""Four digits read well without a separator (2000 USDT); five do not (50,000 USDT)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The words of one unit.

    Attributes:
        gap: what stands between the number and the word.
    """

    zh: str
    one: str
    many: str
    gap: str = " "


def _symbol(text: str, gap: str = " ") -> Unit:
    return Unit(text, text, text, gap)


UNITS: dict[str, Unit] = {
    "seconds": Unit("秒", "second", "seconds"),
    "minutes": Unit("分钟", "minute", "minutes"),
    "hours": Unit("小时", "hour", "hours"),
    "days": Unit("天", "day", "days"),
    "business_days": Unit("个工作日", "business day", "business days"),
    "weeks": Unit("周", "week", "weeks"),
    "months": Unit("个月", "month", "months"),
    "years": Unit("年", "year", "years"),
    "percent": _symbol("%", gap=""),
    "confirmations": Unit("个确认", "confirmation", "confirmations"),
    "times": Unit("次", "time", "times"),
    "codes": Unit("个", "code", "codes"),
    "characters": Unit("位", "character", "characters"),
    "orders": Unit("个", "order", "orders"),
    "KB": _symbol("KB"),
    "MB": _symbol("MB"),
    "GB": _symbol("GB"),
}
"""Every unit but asset codes (`USDT`, `BTC`, `USD`), which are kept as they are in every language."""


def unit(name: str) -> Unit:
    """The words of `name`.

    Raises:
        FactError: `name` is neither a declared unit nor an upper-case asset code.
    """
    if name in UNITS:
        return UNITS[name]
    if _ASSET_CODE.fullmatch(name):
        return _symbol(name)
    raise FactError(
        f'Unknown unit "{name}".', hint=f"Use one of {', '.join(UNITS)}, or an upper-case asset code such as USDT."
    )


def number_text(value: Decimal) -> str:
    """Plain decimal digits, never an exponent; thousands separated from 10,000 up: `0.0001`, `2000`, `50,000`."""
    text = f"{value:,f}" if abs(value) >= _GROUP_FROM else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity_text(values: tuple[Decimal, ...], name: str, *, chinese: bool) -> str:
    """One value or a range with its unit: `30 分钟`, `1 minute`, `1–5 minutes`, `0.1%`.

    Raises:
        FactError: the unit is unknown.
    """
    words = unit(name)
    english = words.one if values == (Decimal(1),) else words.many
    word = words.zh if chinese else english
    return "–".join(map(number_text, values)) + words.gap + word
