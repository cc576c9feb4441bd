"""Hexadecimal values: private keys, seeds, transaction ids, and what could be either."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.firewall.labels import KEY, nearest_label
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_HEX = re.compile(r"(?<![0-9A-Za-z])(0[xX])?([0-9a-fA-F]{32,512})(?![0-9A-Za-z])")
_BROKEN = re.compile(
    rf"(?:{KEY})[\s:=是为為如下]{{0,8}}(?:0x)?([0-9a-f]{{4,60}}(?:[\s-]{{1,3}}[0-9a-f]{{4,60}}){{1,15}})(?![0-9a-z])",
    re.IGNORECASE,
)
_LIST_GAP = 8
_KEY_DIGITS = 64
_SEED_DIGITS = 128
_TYPES = {"key": "PRIVATE_KEY", "tx": "TXID", "address": "WALLET_ADDRESS", None: "HEX64"}


def find_hex(message: Message) -> Iterator[Candidate]:
    """64 digits by their context, 128 as a seed, and a labelled key that is broken over lines."""
    last_end, last_type = -1, "HEX64"
    for match in _HEX.finditer(message.text):
        prefix, digits = match.groups()
        start, end = match.span()
        if len(digits) == _SEED_DIGITS:
            yield Candidate(start, end, "SEED", proven=True)
        elif len(digits) == _KEY_DIGITS:
            kind = _TYPES[nearest_label(message, start, end, prefixed=bool(prefix))]
            gap = message.text[last_end:start]
            if kind == "HEX64" and last_end >= 0 and len(gap) <= _LIST_GAP and not re.search(r"[^\W\d]", gap):
                kind = last_type
            last_end, last_type = end, kind
            yield Candidate(start, end, kind, proven=True)
        elif nearest_label(message, start, end, prefixed=False) == "key":
            yield Candidate(start, end, "API_SECRET")
    for match in _BROKEN.finditer(message.text):
        if sum(char.isalnum() for char in match.group(1)) == _KEY_DIGITS:
            yield Candidate(match.start(1), match.end(1), "PRIVATE_KEY", proven=True)
