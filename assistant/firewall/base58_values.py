"""Base58 values: what the decoded bytes prove them to be (keys, seeds, addresses, Solana signatures)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import base58

from assistant.firewall.ed25519 import is_key_pair
from assistant.firewall.labels import nearest_label
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate

_TOKEN = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{25,120}(?![0-9A-Za-z])")
_EXTENDED_KEY = re.compile(r"(?<![0-9A-Za-z])(?:[xyztuvYZUV]prv|[LMd]tpv|dgpv|drkv)[1-9A-HJ-NP-Za-km-z]{80,120}")
_BIP38 = re.compile(r"(?<![0-9A-Za-z])6P[1-9A-HJ-NP-Za-km-z]{56}(?![0-9A-Za-z])")
_TEZOS_KEY = re.compile(r"(?<![0-9A-Za-z])(?:eds|sps|p2s)k[1-9A-HJ-NP-Za-km-z]{50,94}(?![0-9A-Za-z])")

_RIPPLE_SEED_VERSIONS = {b"\x21", b"\x01\xe1\x4b"}
_ADDRESS_SIZES = {21, 22, 23}
"""Version and 20 hashed bytes: Bitcoin and its kin, Zcash, Tezos."""
_KEY_SIZES = {33, 34}
"""Version, 32 bytes, and the mark of a compressed public key."""
_SOLANA_ADDRESS = 32
_SOLANA_PAIR = 64
_MAX_PAIR_TESTS = 8
"""A pair test takes milliseconds; what is left untested in a longer list is withheld."""


def find_base58(message: Message) -> Iterator[Candidate]:
    """Extended keys, BIP-38, WIF, XRP seeds and Solana key pairs as secrets; addresses and signatures as public."""
    for pattern, kind in ((_EXTENDED_KEY, "SEED"), (_BIP38, "PRIVATE_KEY"), (_TEZOS_KEY, "PRIVATE_KEY")):
        for match in pattern.finditer(message.text):
            yield Candidate(match.start(), match.end(), kind, proven=True)
    tests = 0
    for match in _TOKEN.finditer(message.text):
        value = match.group()
        kind_, pair = _classified(value)
        if pair is not None:
            tests += 1
            kind_ = _pair_kind(pair) if tests <= _MAX_PAIR_TESTS else "BASE58_64"
        if kind_ is None and nearest_label(message, *match.span(), prefixed=False) == "address":
            kind_ = "WALLET_ADDRESS"
        if kind_ is not None:
            yield Candidate(match.start(), match.end(), kind_, proven=True)


def _pair_kind(pair: bytes) -> str:
    return "PRIVATE_KEY" if is_key_pair(pair) else "TXID"


def _classified(value: str) -> tuple[str | None, bytes | None]:
    """The type that the bytes prove, and the bytes where only the pair test can tell."""
    if value[0] in "rsX" and (kind := _ripple(value)):
        return kind, None
    data = base58.b58decode(value)
    if len(data) == _SOLANA_PAIR:
        return None, data
    if len(data) == _SOLANA_ADDRESS and not value.isalpha():
        return "WALLET_ADDRESS", None
    try:
        payload = base58.b58decode_check(value)
    except ValueError:
        return None, None
    if len(payload) in _KEY_SIZES:
        return "PRIVATE_KEY", None
    return ("WALLET_ADDRESS" if len(payload) in _ADDRESS_SIZES else None), None


def _ripple(value: str) -> str | None:
    try:
        payload = base58.b58decode_check(value, alphabet=base58.RIPPLE_ALPHABET)
    except ValueError:
        return None
    if payload[:-16] in _RIPPLE_SEED_VERSIONS:
        return "SEED"
    return "WALLET_ADDRESS" if value[0] in "rX" else None
