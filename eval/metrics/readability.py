"""How hard a text is to read, and which terms it leaves unexplained.

English: Flesch's reading ease (Flesch 1948, "A new readability yardstick"), higher is easier. Syllables are the places
where Pyphen would hyphenate a word, plus one; that is a little low for some words, alike in both texts of a pair.

Chinese has no syllables to count and no word borders, and no formula that is as widely used. Two figures stand for it,
both lower for easier texts: characters per sentence, and the share of glossary terms that are not explained. `hardness`
adds them up in the form of LIX (Björnsson 1968: words per sentence + long words in per cent), with characters for words
and characters of unexplained terms for long words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assistant.chain.glossary import Glossary
from assistant.chain.terms_in import TermFinder, folded
from corpus.sentences import split_sentences
from corpus.traditional import to_traditional

if TYPE_CHECKING:
    from pyphen import Pyphen

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_CHARACTER = re.compile(r"[㐀-鿿]|[A-Za-z]+|\d+(?:[.,]\d+)*")
"""What counts as one character of a Chinese text: a Latin word or a number is taken in at one glance, like one."""
_BRACKETS = {"（": "）", "(": ")"}
_CLOSERS = frozenset(_BRACKETS.values())
_OTHER_NAMES = re.compile(r"也叫|又称|又叫|俗称|简称|也就是|即")
_GLOSS = 6
"""Letters that a bracket must hold, apart from names of the term, to explain it."""
_SLASHED = re.compile(r"/[A-Za-z]+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Defined:
    """Terms of the glossary in a text, by id and in order of first mention, and those of them that it explains."""

    terms: tuple[str, ...]
    explained: frozenset[str]

    @property
    def share(self) -> float:
        """The share that is explained, 0 to 1; 1 where there is nothing to explain."""
        return len(self.explained) / len(self.terms) if self.terms else 1.0


def reading_ease(sentences: Sequence[str]) -> float:
    """Flesch's reading ease of an English text, about 0 (hard) to 100 (easy).

    Raises:
        ValueError: there is no word in it.
    """
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        raise ValueError("a text without words has no reading ease")
    with_words = sum(bool(_WORD.search(sentence)) for sentence in sentences)
    syllables = sum(_syllables(word) for word in words)
    return 206.835 - 1.015 * len(words) / with_words - 84.6 * syllables / len(words)


def sentence_length(sentences: Sequence[str]) -> float:
    """Characters per sentence of a Chinese text, punctuation not counted.

    Raises:
        ValueError: there is no character in it.
    """
    lengths = [count for sentence in sentences if (count := len(_CHARACTER.findall(sentence)))]
    if not lengths:
        raise ValueError("a text without characters has no sentence length")
    return sum(lengths) / len(lengths)


def hardness(sentences: Sequence[str], glossary: Glossary, locale: str) -> float:
    """Characters per sentence plus the characters of unexplained terms in per cent; the module says whence.

    Raises:
        ValueError: there is no character in it, or no glossary for the locale.
    """
    finder = _finder(glossary, locale)
    found = defined(sentences, glossary, locale)
    unexplained = set(found.terms) - found.explained
    hard = sum(
        len(_CHARACTER.findall(sentence[slice(*mention.span)]))
        for sentence in sentences
        for mention in finder.mentions(sentence)
        if mention.term in unexplained
    )
    total = sum(len(_CHARACTER.findall(sentence)) for sentence in sentences)
    return sentence_length(sentences) + 100 * hard / total


def defined(sentences: Sequence[str], glossary: Glossary, locale: str) -> Defined:
    """Which terms the sentences hold, and which of them they explain.

    A term counts as explained when the text holds what the glossary says of it, `short` or whole, or when a bracket
    behind one of its mentions says so in words of its own. The drafter is not asked.

    Raises:
        ValueError: there is no glossary for the locale.
    """
    finder = _finder(glossary, locale)
    known = glossary.terms(locale)
    terms = tuple(dict.fromkeys(term for sentence in sentences for term in finder.terms(sentence)))
    text = folded("\n".join(sentences))
    bracketed = {term for sentence in sentences for term in _in_brackets(sentence, finder)}
    said = {
        term
        for term in terms
        if any(wording in text for wording in _wordings(known[term].short, known[term].explanation, locale))
    }
    return Defined(terms, frozenset(said | bracketed))


def prose(body: str) -> tuple[str, ...]:
    """The sentences of a draft's body, without citation marks, list marks and the names of steps."""
    lines = (re.sub(r"^\s*(?:[-•]|\d+[.)])\s+", "", re.sub(r"\s?\[\d+\]", "", line)) for line in body.splitlines())
    return tuple(sentence.strip() for line in lines for sentence in _sentences(line) if sentence.strip())


def _sentences(line: str) -> Iterator[str]:
    """Sentences of a line; one in brackets of its own is one, whatever stands around it."""
    at = 0
    for match in re.finditer(r"（[^（）]*[。！？]）|\([^()]*[.!?]\)", line):
        yield from split_sentences(line[at : match.start()])
        yield match[0]
        at = match.end()
    yield from split_sentences(line[at:])


def _in_brackets(sentence: str, finder: TermFinder) -> Iterator[str]:
    """Terms that the bracket behind a mention explains, or that stand first inside one that does."""
    mentions = finder.mentions(sentence)
    for mention in mentions:
        start, end = mention.span
        if slashed := _SLASHED.match(sentence, end):  # memo/tag is one name
            end = slashed.end()
        opened = end + (sentence[end : end + 1] == " ")
        if sentence[opened : opened + 1] in _BRACKETS:
            inside = sentence[opened + 1 :]
        elif start and sentence[start - 1] in _BRACKETS and sentence[end : end + 1] in ("，", ","):
            inside = sentence[end + 1 :]
        else:
            continue
        inside = inside[: next((i for i, c in enumerate(inside) if c in _CLOSERS), 0)]
        for name in {sentence[slice(*other.span)] for other in mentions if other.term == mention.term}:
            inside = inside.replace(name, "")
        if len(_LETTER.findall(_OTHER_NAMES.sub("", inside))) >= _GLOSS:
            yield mention.term


def _wordings(short: str, whole: str, locale: str) -> Iterator[str]:
    for text in (short, whole):
        bare = text.strip().rstrip("。.")
        yield folded(bare)
        if locale == "zh-TW":
            yield folded(to_traditional(bare))


def _finder(glossary: Glossary, locale: str) -> TermFinder:
    finder = glossary.finder(locale)
    if finder is None:
        raise ValueError(f"there is no glossary for {locale}")
    return finder


def _syllables(word: str) -> int:
    return len(_hyphenation().positions(word.lower())) + 1


@cache
def _hyphenation() -> Pyphen:
    from pyphen import Pyphen

    return Pyphen(lang="en_US", left=1, right=1)
