"""Terms of the glossary in a text: which, and where.

Chinese has no word borders, so a name counts wherever it stands and the longest wins (充值地址 is not 充值).
Latin names count as whole words, in the plural too. Links, addresses and the names of buttons are not prose: a term in
「资产 > 提现记录」 is a label that the reader has to find, not a word to explain.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.language import to_simplified

_LATIN = re.compile(r"[a-z0-9à-ɏ]")
_LETTERS = re.compile(r"[a-z]{4}")
_PLURALS = ("s", "es")
_NOT_PROSE = re.compile(
    r"⟦[^⟧]*⟧|「[^」\n]*」|『[^』\n]*』|\"[^\"\n]{1,80}\""
    r"|https?://[^\s，。；）」]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s，。；）」]*)?"
    r"|(?<![a-z0-9])(?:0x)?[a-z0-9]{25,}(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A term that occurs in a text. `span` holds code-point offsets in the text."""

    term: str
    span: tuple[int, int]


class TermFinder:
    """Finds names in texts of one language. Holds no state: safe to call from many threads."""

    def __init__(self, names: Mapping[str, str], *, other: Iterable[str] = ()) -> None:
        """Takes names in any case.

        Args:
            names: name -> id of its term.
            other: phrases that hold a name and mean something else (做多久 is not 做多).
        """
        self._terms = {folded(name.strip()): term for name, term in names.items() if name.strip()}
        # By first character, because a thousand alternatives at every place of a text are slow to try.
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for name in sorted({*self._terms, *(folded(phrase.strip()) for phrase in other if phrase.strip())}):
            self._by_first[name[0]].append(name)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every mention in order of place; none overlap."""
        prose = _NOT_PROSE.sub(lambda match: "\0" * len(match[0]), folded(text))
        found: list[Mention] = []
        at = 0
        while at < len(prose):
            name, end = self._longest(prose, at)
            if name in self._terms:
                found.append(Mention(self._terms[name], (at, end)))
            at = end
        return tuple(found)

    def terms(self, text: str) -> tuple[str, ...]:
        """The ids of the terms that occur, each once, by first mention."""
        return tuple(dict.fromkeys(mention.term for mention in self.mentions(text)))

    def _longest(self, prose: str, at: int) -> tuple[str, int]:
        """The longest name or phrase that begins at `at`, and its end; `""` and the next place if none does."""
        best, end = "", at + 1
        for name in self._by_first.get(prose[at], ()):
            if len(name) > len(best) and prose.startswith(name, at):
                stop = _end_of_word(prose, at, at + len(name))
                if stop:
                    best, end = name, stop
        return best, end


def folded(text: str) -> str:
    """Lower case, half width and simplified, as many code points as before: offsets hold in the text itself."""
    narrow = "".join(map(_one, text))
    simple = to_simplified(narrow)
    return simple if len(simple) == len(narrow) else narrow


def _one(character: str) -> str:
    copy = unicodedata.normalize("NFKC", character).lower()
    return copy if len(copy) == 1 else character


def _end_of_word(prose: str, start: int, end: int) -> int:
    """Where a name at `start:end` ends, its plural's ending included; 0 when it is part of a longer Latin word."""
    if start and _LATIN.match(prose[start]) and _LATIN.match(prose[start - 1]):
        return 0
    if not _LATIN.match(prose[end - 1]):
        return end
    for ending in ("", *_PLURALS) if _LETTERS.search(prose, start, end) else ("",):
        stop = end + len(ending)
        if prose.startswith(ending, end) and not (stop < len(prose) and _LATIN.match(prose[stop])):
            return stop
    return 0
