"""Addresses outside base58. They stay readable, and no other detector may touch what they cover."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from assistant.firewall.bech32 import is_bech32
from assistant.firewall.labels import nearest_label
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_EDGE = r"(?<![0-9A-Za-z@.])"
_END = r"(?![0-9A-Za-z@])"
_BECH32_DATA = "023456789ac-hj-np-z"
_BECH32 = re.compile(
    rf"(?<![0-9A-Za-z])(?:[A-Za-z][A-Za-z0-9_-]{{0,18}}1[{_BECH32_DATA}]{{6,120}}|"
    rf"[A-Z][A-Z0-9_-]{{0,18}}1[{_BECH32_DATA.upper()}]{{6,120}})(?![0-9A-Za-z])"
)
# A checksum is proof of the string, not of the chain: with a wrong one the prefix has to be well known.
_KNOWN_PREFIX = re.compile(
    r"(?:bc|tb|ltc|addr|cosmos|osmo|inj|zil|one|erd|stake|bnb|terra|kava|sei|celestia)1", re.IGNORECASE
)
_SECRET_PREFIX = re.compile(
    r"(?:nsec|suiprivkey|age-secret-key-|root_xsk|acct_xsk|addr_xsk|stake_xsk|xprv|ed25519e?_sk|addr_sk|stake_sk)1",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    rf"{_EDGE}(?:0x[0-9a-fA-F]{{40}}|[hc]x[0-9a-f]{{40}}|(?:nano|xrb)_[13][13-9a-km-uw-z]{{59}}|"
    r"(?:bitcoincash|bchtest|simpleledger|ecash):[qp][02-9ac-hj-np-z]{41}|[ft][0-4][a-z2-7]{38,84}|"
    rf"NQ[0-9]{{2}}(?: ?[0-9A-HJ-NP-VXY]{{4}}){{8}}|DdzFF[1-9A-HJ-NP-Za-km-z]{{60,120}}){_END}"
)
_BASE32 = re.compile(r"(?<![0-9A-Za-z])[A-Z2-7]{56,58}(?![0-9A-Za-z])")
_TON = re.compile(r"(?<![0-9A-Za-z_-])[EUk0][Qf][A-Za-z0-9_-]{46}(?![0-9A-Za-z_-])")
_TON_RAW = re.compile(r"(?<![0-9A-Za-z-])(?:-1|0):[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_STELLAR_LENGTH = 56
_ALGORAND_LENGTH = 58
_SHORTEST_KNOWN = 38


def find_addresses(message: Message) -> Iterator[Candidate]:
    """EVM, bech32, Stellar, TON and other shapes; bech32 strings that hold a private key come out as secrets."""
    for match in _BECH32.finditer(message.text):
        value = match.group()
        if _SECRET_PREFIX.match(value):
            yield Candidate(match.start(), match.end(), "PRIVATE_KEY", proven=True)
        elif is_bech32(value) or is_bech32(value.rpartition("-")[2]) or _is_mistyped(value):
            yield Candidate(match.start(), match.end(), "WALLET_ADDRESS", proven=True)
    for pattern in (_SHAPES, _TON_RAW):
        for match in pattern.finditer(message.text):
            yield Candidate(match.start(), match.end(), "WALLET_ADDRESS", proven=True)
    for match in _TON.finditer(message.text):
        if _has_crc(base64.urlsafe_b64decode(match.group()), "big"):
            yield Candidate(match.start(), match.end(), "WALLET_ADDRESS", proven=True)
    yield from _base32(message)


def _is_mistyped(value: str) -> bool:
    return len(value) >= _SHORTEST_KNOWN and bool(_KNOWN_PREFIX.match(value))


def _base32(message: Message) -> Iterator[Candidate]:
    """Stellar account ids and seeds, Algorand addresses."""
    for match in _BASE32.finditer(message.text):
        value = match.group()
        span = match.span()
        if len(value) == _STELLAR_LENGTH and value[0] == "S":
            # With a typo in it, it is still a seed to whoever reads it.
            yield Candidate(*span, "SEED", proven=True)
        elif len(value) == _STELLAR_LENGTH and value[0] == "G" and _has_crc(base64.b32decode(value), "little"):
            yield Candidate(*span, "WALLET_ADDRESS", proven=True)
        elif len(value) == _ALGORAND_LENGTH or nearest_label(message, *span, prefixed=False) == "address":
            yield Candidate(*span, "WALLET_ADDRESS")


def _has_crc(data: bytes, order: str) -> bool:
    """Whether the last two bytes are the CRC-16/XMODEM of the others, as Stellar and TON have it."""
    crc = binascii.crc_hqx(data[:-2], 0)
    return data[-2:] == (crc.to_bytes(2, "little") if order == "little" else crc.to_bytes(2, "big"))
