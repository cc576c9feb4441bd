"""The glossary as drafts use it: which of its terms a text holds, and what each of them means in a few words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.chain.terms_in import TermFinder, folded
from corpus.model import Passage
from corpus.seed import seed_root
from corpus.sentences import split_sentences
from corpus.structured import Term, load_terms
from corpus.traditional import to_traditional

LOCALES = ("zh-CN", "en")
_ENDS = "。．.!！?？"


class Everyday(BaseModel):
    """Names that ordinary sentences use in another sense, by locale.

    Attributes:
        names: do not count as a mention.
        phrases: hold a name and mean something else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: dict[str, list[str]]
    phrases: dict[str, list[str]]


class Glossary:
    """The terms of each locale. Holds no state: safe to call from many threads."""

    def __init__(self, terms: Mapping[str, Sequence[Term]], everyday: Everyday) -> None:
        self._terms = {locale: {term.id: term for term in listed} for locale, listed in terms.items()}
        self._finders = {locale: _finder(locale, listed, everyday) for locale, listed in terms.items()}

    def finder(self, locale: str) -> TermFinder | None:
        """Finds terms in texts of a locale (`zh-TW` too); `None` where there is no glossary."""
        return self._finders.get(_read_in(locale))

    def terms(self, locale: str) -> Mapping[str, Term]:
        """The terms that explain texts of a locale, by id."""
        return self._terms.get(_read_in(locale), {})

    def short(self, term_id: str, passage: Passage) -> str:
        """What a term means in a few words, without a full stop, as far as the passage says it.

        The passage is what is cited. Where somebody has rewritten it, its own first sentence explains the term.
        """
        term = self._terms.get(passage.locale, {}).get(term_id)
        if term is not None and " ".join(term.explanation.split()) == passage.text:
            return term.short.strip().rstrip(_ENDS)
        return next(iter(split_sentences(passage.text)), "").rstrip(_ENDS)


def by_term(passages: Collection[Passage], terms: Mapping[str, Term]) -> dict[str, Passage]:
    """The passage of each term: the section that is named after it."""
    ids = {folded(term.term): term.id for term in terms.values()}
    found: dict[str, Passage] = {}
    for passage in passages:
        term_id = passage.part if passage.part in terms else ids.get(folded(passage.heading.strip()), "")
        if term_id:
            found.setdefault(term_id, passage)
    return found


@cache
def load_glossary() -> Glossary:
    """The glossary that ships with the package."""
    text = resources.files("assistant.chain").joinpath("everyday.yaml").read_text(encoding="utf-8")
    everyday = Everyday.model_validate(yaml.safe_load(text))
    return Glossary({locale: load_terms(seed_root(), locale) for locale in LOCALES}, everyday)


def _finder(locale: str, terms: Sequence[Term], everyday: Everyday) -> TermFinder:
    left_out = {folded(name) for name in everyday.names.get(locale, ())}
    names: dict[str, str] = {}
    # A term's own name goes before another one's synonym.
    for own in (True, False):
        for term in terms:
            for name in (term.term,) if own else term.also:
                if folded(name) not in left_out:
                    names.setdefault(folded(name), term.id)
    if locale == "zh-CN":
        # Other words in Taiwan, not only other characters: 网络 is 網路.
        for name, term_id in list(names.items()):
            names.setdefault(folded(to_traditional(name)), term_id)
    return TermFinder(names, other=everyday.phrases.get(locale, ()))


def _read_in(locale: str) -> str:
    return "zh-CN" if locale.startswith("zh") else locale
