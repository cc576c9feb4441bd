"""Which passages of its article a sentence of a macro rests on: those that hold its figures, or the nearest one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from assistant.chain.factcheck import facts_of
from assistant.chain.factlock import Sources
from assistant.chain.grounding import nearest_locale
from assistant.chain.marks import best_stretch
from assistant.chain.vocabulary import Vocabulary
from assistant.compliance.normalise import normalised
from assistant.model import EvidenceItem
from corpus.locales import is_unspaced
from corpus.model import Passage, PassageKind

_ALIKE = {True: 50.0, False: 62.0}
"""Least likeness, of 100, of a sentence without figures and what it cites, for languages without and with spaces.

Looked at for every macro that ships: letters of unrelated English sentences agree far more often than Chinese ones.
"""


def article_passages(
    passages: Sequence[Passage], evidence: Sequence[EvidenceItem], language: str
) -> tuple[Passage, ...]:
    """The article in one locale, as it may be cited: that of the draft's evidence if it is there, else the nearest."""
    citable = [passage for passage in passages if passage.kind is not PassageKind.QUESTION]
    cited = {item.passage.id for item in evidence}
    known = next((passage.locale for passage in citable if passage.id in cited), None)
    locale = known or nearest_locale(language, tuple(dict.fromkeys(passage.locale for passage in citable)))
    return tuple(passage for passage in citable if passage.locale == locale)


def sources_of(
    sentences: Sequence[str], article: Sequence[Passage], vocabulary: Vocabulary, language: str
) -> tuple[tuple[Passage, ...], ...]:
    """For each sentence, the passages that it cites.

    A sentence with figures cites the fewest passages that hold them; figures that the article does not hold are left
    to the check of the reply. Any other sentence cites what it is much like. Where that leaves none, the sentence that
    is most like the article cites it, because a macro with an article rests on it.
    """
    if not article:
        return ((),) * len(sentences)
    found = [_holding(sentence, article, vocabulary) for sentence in sentences]
    nearest = [max(article, key=lambda passage: likeness(sentence, passage.text)) for sentence in sentences]
    degrees = [likeness(sentence, passage.text) for sentence, passage in zip(sentences, nearest, strict=True)]
    least = _ALIKE[is_unspaced(language)]
    chosen = [
        held or ((passage,) if degree >= least else ())
        for held, passage, degree in zip(found, nearest, degrees, strict=True)
    ]
    if sentences and not any(chosen):
        best = degrees.index(max(degrees))
        chosen[best] = (nearest[best],)
    return tuple(chosen)


@lru_cache(maxsize=8192)
def likeness(text: str, passage: str) -> float:
    """How much like the text the stretch of the passage is that is most like it: 0 to 100, in either script."""
    return fuzz.ratio(normalised(text).text, normalised(passage[slice(*best_stretch(text, passage))]).text)


def _holding(sentence: str, article: Sequence[Passage], vocabulary: Vocabulary) -> tuple[Passage, ...]:
    """Greedily, the passage that holds most of what is left; of two that hold as much, the one more like it."""
    left = facts_of(sentence, vocabulary)
    if not left:
        return ()
    held = {passage.id: Sources(facts_of(passage.indexed_text, vocabulary)) for passage in article}
    chosen: list[Passage] = []
    while left:
        counts = {id_: sum(sources.hold(fact) for fact in left) for id_, sources in held.items()}
        best = max(article, key=lambda passage: (counts[passage.id], likeness(sentence, passage.text)))
        if not counts[best.id]:
            break
        chosen.append(best)
        left = tuple(fact for fact in left if not held[best.id].hold(fact))
    return tuple(chosen)
