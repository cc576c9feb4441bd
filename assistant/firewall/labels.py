"""Whether the words around 64 hexadecimal digits call them a key, a transaction or an address."""

from __future__ import annotations

import re

from assistant.firewall.message import Message

KEY = (
    r"私\s?[钥鑰匙]|密[钥鑰匙]|秘[钥鑰匙]|(?:private|priv|secret|signing)[\s_-]*key|"
    r"(?<!public )(?<!public_)(?<!pub )(?<![A-Za-z])key\s*(?:is(?![A-Za-z])|[:=])"
)
_TRANSACTION = (
    r"哈希|哈西|(?<![A-Za-z])hash|(?<![a-z])(?:tx|txn|txs)(?![a-z])|tx[\s_-]?(?:id|hash)|"
    r"交易(?!所|平台|密|员|私)|(?<![A-Za-z])transaction|区块|區塊"
)
_TRANSFER = (
    r"充值|充币|充幣|提现|提現|提币|提幣|转账|轉賬|转帐|到账|到賬|入账|(?<![A-Za-z])deposit|"
    r"(?<![A-Za-z])withdraw|(?<![A-Za-z])transfer|(?<![A-Za-z])sent(?![A-Za-z])"
)
_ADDRESS = r"地址|合约|合約|(?<![A-Za-z])address|(?<![A-Za-z])contract|(?<![A-Za-z])object id"

_LABEL = re.compile(f"(?P<key>{KEY})|(?P<tx>{_TRANSACTION})|(?P<address>{_ADDRESS})", re.IGNORECASE)
_WEAK = re.compile(_TRANSFER, re.IGNORECASE)
_BEFORE = 40
_AFTER = 20


def nearest_label(message: Message, start: int, end: int, *, prefixed: bool) -> str | None:
    """`key`, `tx`, `address` or `None`: the nearest label before the value, else the first after it, else history's.

    Args:
        message: where the value stands.
        start: its offset.
        end: the offset after it.
        prefixed: the value begins with 0x. Wallets export keys without it, so a word of transfer is enough then.
    """
    before = message.before(start, _BEFORE)
    after = message.after(end, _AFTER)
    label = _last(before) or _first(after)
    if label is None and prefixed and (_WEAK.search(before) or _WEAK.search(after)):
        return "tx"
    if label is None and message.history:
        label = _last(message.history[-1])
    return label


def _last(text: str) -> str | None:
    found = None
    for match in _LABEL.finditer(text):
        found = match.lastgroup
    return found


def _first(text: str) -> str | None:
    match = _LABEL.search(text)
    return match.lastgroup if match else None
