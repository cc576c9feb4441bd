"""The BIP-39 word lists of the `mnemonic` package, folded so that case, accents and width do not matter."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

PHRASE_LENGTHS = (12, 15, 18, 21, 24)
"""Words in a BIP-39 phrase."""

HAN_LISTS = ("chinese_simplified", "chinese_traditional")

_ALPHABETS = {"russian": "абвгдежзийклмнопрстуфхцчшщъыьэюя"}
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_TYPO = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All spelt word lists in one look-up.

    Attributes:
        languages: bit `i` of a mask stands for `languages[i]`.
        masks: folded word → the lists that hold it.
        words: the folded words of each list.
    """

    languages: tuple[str, ...]
    masks: dict[str, int]
    words: tuple[frozenset[str], ...]

    def near(self, word: str, language: int) -> bool:
        """Whether one insertion, deletion, substitution or swap makes the folded word one of the list's."""
        if len(word) < _SHORTEST_TYPO:
            return False
        words = self.words[language]
        alphabet = _ALPHABETS.get(self.languages[language], _LATIN)
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            if tail and (head + tail[1:] in words or head + tail[1:2] + tail[:1] + tail[2:] in words):
                return True
            if any(head + c + tail in words or head + c + tail[1:] in words for c in alphabet):
                return True
        return False


def folded(word: str) -> str:
    """The word in lower case without accents (voicing marks of kana count as accents)."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold()).replace("ı", "i")
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists whose words are spelt, that is, all but the Chinese ones; read once."""
    from mnemonic import Mnemonic

    languages = tuple(sorted(name for name in Mnemonic.list_languages() if name not in HAN_LISTS))
    words = tuple(frozenset(folded(word) for word in Mnemonic(name).wordlist) for name in languages)
    masks: dict[str, int] = {}
    for bit, members in enumerate(words):
        for word in members:
            masks[word] = masks.get(word, 0) | 1 << bit
    return Lexicon(languages, masks, words)


@lru_cache(maxsize=1)
def han_indices() -> tuple[dict[str, int], ...]:
    """For each Chinese list, character → index; read once."""
    from mnemonic import Mnemonic

    return tuple({char: at for at, char in enumerate(Mnemonic(name).wordlist)} for name in HAN_LISTS)


def has_checksum(characters: str) -> bool:
    """Whether the characters are a phrase of a Chinese list with a valid BIP-39 checksum."""
    if len(characters) not in PHRASE_LENGTHS:
        return False
    for indices in han_indices():
        value = 0
        for char in characters:
            index = indices.get(char)
            if index is None:
                break
            value = value << 11 | index
        else:
            check = len(characters) // 3
            entropy = (value >> check).to_bytes(check * 4, "big")
            if hashlib.sha256(entropy).digest()[0] >> (8 - check) == value & (1 << check) - 1:
                return True
    return False
