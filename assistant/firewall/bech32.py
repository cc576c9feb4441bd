"""The checksum of bech32 and bech32m strings (BIP-173, BIP-350)."""

from __future__ import annotations

_CHARSET = {char: value for value, char in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANTS = {1, 0x2BC830A3}
_CHECKSUM_LENGTH = 6


def is_bech32(text: str) -> bool:
    """Whether `text` (one case throughout) carries a valid bech32 or bech32m checksum, whatever its prefix."""
    if text not in {text.lower(), text.upper()}:
        return False
    prefix, _, data = text.lower().rpartition("1")
    if not prefix or len(data) < _CHECKSUM_LENGTH or any(char not in _CHARSET for char in data):
        return False
    values = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    values += [_CHARSET[char] for char in data]
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                checksum ^= generator
    return checksum in _CONSTANTS
