"""The words by which customers name coins, networks and wishes: data in `vocabulary.yaml`, matched here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.language import to_simplified

_OPAQUE = re.compile(r"⟦[^⟧]*⟧|(?<![a-z0-9])(?:0x)?[a-z0-9]{25,}(?![a-z0-9])")
_WORD = re.compile(r"\w")
_LATIN_WORD = re.compile(r"^[a-zÀ-ɏ0-9' -]+$")


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    coins: dict[str, list[str]]
    unit_suffixes: dict[str, str]
    networks: dict[str, list[str]]
    topics: dict[str, list[str]]
    attributes: dict[str, list[str]]
    columns: dict[str, list[str]]
    followups: list[str]
    thanks: list[str]
    thanks_fillers: list[str]
    question_types: dict[str, list[str]]
    upset: list[str]
    synonyms: dict[str, str]


def normalise(text: str) -> str:
    """NFKC, lower case: what every pattern of the vocabulary is matched against."""
    return unicodedata.normalize("NFKC", text).lower()


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """One alternation, longest word first. Latin words match whole, so that `ton` is not found in `tonight`."""
    parts = []
    for word in sorted({normalise(word) for word in words}, key=len, reverse=True):
        escaped = re.escape(word)
        parts.append(rf"(?<![a-z0-9À-ɏ]){escaped}(?![a-zÀ-ɏ0-9])" if _LATIN_WORD.match(word) else escaped)
    return re.compile("|".join(parts))


class Vocabulary:
    """Compiled lexicons. `find` functions return the canonical names in order of first appearance."""

    def __init__(self, source: _Source) -> None:
        self.coins = _compile(source.coins)
        self.networks = _compile(source.networks)
        self.topics = _compile(source.topics)
        self.attributes = _compile(source.attributes)
        self.columns = _compile(source.columns)
        self.question_types = _compile(source.question_types)
        self.upset = words_pattern(source.upset)
        self.followup = re.compile(rf"^\W*(?:{words_pattern(source.followups).pattern})|呢\s*[?？]?\s*$")
        self._thanks = words_pattern(source.thanks)
        self._thanks_with_fillers = words_pattern((*source.thanks, *source.thanks_fillers))
        self.unit_suffixes = source.unit_suffixes
        self._synonyms = {normalise(word): replacement for word, replacement in source.synonyms.items()}
        self._synonym_pattern = words_pattern(self._synonyms)
        # 充 ETH, 提了 500U: a lone verb before a coin or an amount is the whole word.
        coins = "|".join(pattern.pattern for pattern in self.coins.values())
        self._short_verbs = {
            "充值": re.compile(rf"(?<![补填扩])充(?=了?\s*(?:{coins}|\d|[点些]))"),
            "提现": re.compile(rf"(?<![前])提(?=了?\s*(?:{coins}|\d|[点些]))"),
        }

    def is_thanks(self, turn: str) -> bool:
        """Whether a turn only thanks, confirms or says goodbye, and asks for nothing."""
        folded = normalise(turn)
        rest = self._thanks_with_fillers.sub(" ", folded)
        return bool(self._thanks.search(folded)) and not _WORD.search(rest) and "?" not in folded

    def standard_terms(self, text: str) -> str:
        """`text` with slang replaced by the words that articles use, without masks, hashes and addresses.

        Those say nothing of the topic, and sixty arbitrary characters move an embedding far away.
        """
        folded = _OPAQUE.sub(" ", to_simplified(normalise(text)))
        folded = self._synonym_pattern.sub(lambda match: self._synonyms[match.group()], folded)
        for verb, pattern in self._short_verbs.items():
            folded = pattern.sub(verb, folded)
        return folded


def find(lexicon: Mapping[str, re.Pattern[str]], text: str) -> tuple[str, ...]:
    """Canonical names whose words occur in `text`, by position of the first occurrence."""
    folded = normalise(text)
    found = [(match.start(), name) for name, pattern in lexicon.items() if (match := pattern.search(folded))]
    return tuple(name for _, name in sorted(found))


def _compile(lexicon: Mapping[str, list[str]]) -> dict[str, re.Pattern[str]]:
    return {name: words_pattern(words) for name, words in lexicon.items()}


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package."""
    text = resources.files("assistant.chain").joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return Vocabulary(_Source.model_validate(yaml.safe_load(text)))
