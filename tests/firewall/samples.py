"""Synthetic values for the firewall's tests; nothing here was ever anybody's."""

from __future__ import annotations

import hashlib
from functools import cache

import base58
from hypothesis import strategies as st
from mnemonic import Mnemonic
from stdnum import luhn
from stdnum.cn import ric

LANGUAGES = tuple(Mnemonic.list_languages())
HAN = ("chinese_simplified", "chinese_traditional")


@cache
def phrase(language: str, seed: int, strength: int = 128) -> tuple[str, ...]:
    """The words of a valid phrase."""
    entropy = hashlib.sha512(f"{language}{seed}".encode()).digest()[: strength // 8]
    maker = Mnemonic(language)
    return tuple(maker.to_mnemonic(entropy).split(maker.delimiter))


def wif(seed: int, version: int = 0x80) -> str:
    return base58.b58encode_check(bytes([version]) + hashlib.sha256(bytes([seed])).digest() + b"\x01").decode()


def address(version: int, seed: int = 1) -> str:
    return base58.b58encode_check(bytes([version]) + hashlib.sha256(bytes([seed])).digest()[:20]).decode()


def card(prefix: str, length: int, seed: int) -> str:
    body = prefix + str(int(hashlib.sha256(f"{prefix}{seed}".encode()).hexdigest(), 16))[: length - 1 - len(prefix)]
    return body + luhn.calc_check_digit(body)


def resident_id(seed: int) -> str:
    number = int(hashlib.sha256(f"id{seed}".encode()).hexdigest(), 16)
    region = ("110105", "310115", "440305", "510104")[seed % 4]
    body = f"{region}19{60 + seed % 40:02}{1 + seed % 12:02}{1 + seed % 28:02}{number % 1000:03}"
    return body + ric.calc_check_digit(body + "0")


CARDS = st.builds(
    lambda kind, seed: card(kind[0], kind[1], seed),
    st.sampled_from(
        [("4", 16), ("51", 16), ("2221", 16), ("622202", 19), ("621700", 16), ("37", 15), ("3528", 16), ("6011", 16)]
    ),
    st.integers(0, 10_000),
)
RESIDENT_IDS = st.builds(resident_id, st.integers(0, 10_000))
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda digits: len(set(digits)) > 1)
EMAILS = st.from_regex(r"[a-z][a-z0-9._]{0,10}[a-z0-9]@[a-z][a-z0-9]{1,8}\.(com|cn|io|co\.uk)", fullmatch=True)
SPOKEN = str.maketrans("0123456789", "〇一二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
