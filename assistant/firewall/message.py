"""What a detector is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.firewall.model import Candidate
from assistant.firewall.numbers import Number, numbers

# Labels that make the digits after them no card and no phone.
_ORDER = re.compile(
    r"(?:订单|訂單|单号|單號|工单|流水|编号|編號|备注|備註|标签|金额|金額|区块|高度|"
    r"(?<![A-Za-z])(?:order|ord|uid|user ?id|ticket|memo|tag|"
    r"txid|tx|block|amount|sn|no|ref|reference|hash))\s*(?:号码?|號碼?|id|编号|number|no\.?|高度)?[\s:=#.\-]*(?:是|为|為|is)?[\s:=#]*$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\s*(?:u(?:sdt|sdc|sd)?|btc|eth|trx|bnb|sol|xrp|usd|cny|rmb|hkd|wei|gwei|sats?|shib|pepe|doge|"
    r"元|块|塊|万|萬|亿|枚|个|個|美元|刀|%|％)(?![a-z0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Message:
    """A normalised message with its context.

    Attributes:
        text: the normalised message.
        digits: as `text`, Chinese numerals as digits; same length.
        history: the customer's earlier messages, normalised, oldest first.
    """

    text: str
    digits: str
    history: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """What could be a number of 11 to 19 digits."""
        return tuple(numbers(self.digits))

    def before(self, at: int, size: int) -> str:
        """Up to `size` characters that stand before an offset."""
        return self.text[max(0, at - size) : at]

    def after(self, at: int, size: int) -> str:
        """Up to `size` characters that stand after an offset."""
        return self.text[at : at + size]

    def is_order_number(self, start: int) -> bool:
        """Whether a label in front says that the number is an order, an account or a memo."""
        return bool(_ORDER.search(self.before(start, 24)))

    def is_amount(self, start: int, end: int) -> bool:
        """Whether the number is part of a decimal, or a unit or currency surrounds it."""
        left, right = self.before(start, 2), self.after(end, 8)
        decimal = (left[-1:] in {".", ","} and left[:1].isdigit()) or bool(re.match(r"[.,][0-9]", right))
        return decimal or left[-1:] in {"$", "¥", "€", "£"} or bool(_AMOUNT.match(right))


class Detector(Protocol):
    """Finds values of one family. Raises nothing; whatever it raises makes the firewall refuse the message."""

    def __call__(self, message: Message) -> Iterator[Candidate]:
        """Candidates in any order; they may overlap."""
        ...
