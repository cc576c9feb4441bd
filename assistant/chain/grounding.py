"""From hits to evidence: which documents may be cited, and in which locale."""

from __future__ import annotations

from typing import Protocol

from assistant.model import Evidence, EvidenceItem
from corpus.model import Passage, PassageKind
from index.model import Query, Retrieval

_DOCUMENTS = 3
"""The main document and two that may add table rows which it lacks."""


class PassageSource(Protocol):
    """Where whole documents come from; `index.retriever.Retriever` is one."""

    def document_passages(self, document_id: str, query: Query | None = None) -> tuple[Passage, ...]:
        """Passages of a document in reading order, those that `query` may see."""
        ...


def gather_evidence(retrieval: Retrieval, source: PassageSource, *, language: str, token_budget: int) -> Evidence:
    """Numbered passages of the best documents, the main document first and whole.

    A typed article is useful only with its steps and table rows, so a document that is found by one passage
    brings all of them, in the locale nearest to `language`, as far as `token_budget` reaches. The main document
    is never cut: its length is bounded by the article, not by the search. An approved answer that is found first
    stands alone; others are left out of what their document brings, because they answer other questions.
    """
    if retrieval.hits and retrieval.hits[0].passage.kind is PassageKind.ANSWER:
        return _approved(retrieval, source, language)
    scores: dict[str, float] = {}
    for hit in retrieval.hits:
        scores.setdefault(hit.passage.document_id, hit.score)
    items: list[EvidenceItem] = []
    spent = 0
    for rank, (document_id, score) in enumerate(list(scores.items())[:_DOCUMENTS]):
        article = _without_answers(source.document_passages(document_id, retrieval.query))
        for passage in _in_nearest_locale(article, language):
            if rank and spent + passage.tokens > token_budget:
                break
            items.append(EvidenceItem(n=len(items) + 1, passage=passage, score=score))
            spent += passage.tokens
    return Evidence(items=tuple(items), snapshot_id=retrieval.snapshot_id)


def nearest_locale(language: str, available: tuple[str, ...]) -> str | None:
    """The locale to read in: the language itself, a variant of it, English, or whatever there is."""
    base = language.split("-")[0]
    preferences = (language, *(locale for locale in available if locale.split("-")[0] == base), "en", *available)
    return next((locale for locale in preferences if locale in available), None)


def _approved(retrieval: Retrieval, source: PassageSource, language: str) -> Evidence:
    """The approved answer found first, in the wording nearest to `language`: pairs of one name say the same."""
    found = retrieval.hits[0].passage
    twins = {found.locale: found}
    if found.part:
        for passage in source.document_passages(found.document_id, retrieval.query):
            if passage.kind is PassageKind.ANSWER and passage.part == found.part:
                twins.setdefault(passage.locale, passage)
    passage = twins[nearest_locale(language, tuple(twins)) or found.locale]
    return Evidence((EvidenceItem(n=1, passage=passage, score=retrieval.hits[0].score),), retrieval.snapshot_id)


def _without_answers(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """An article's own text; a document of nothing but approved answers keeps them."""
    article = tuple(passage for passage in passages if passage.kind is not PassageKind.ANSWER)
    return article or passages


def _in_nearest_locale(passages: tuple[Passage, ...], language: str) -> tuple[Passage, ...]:
    locale = nearest_locale(language, tuple(dict.fromkeys(passage.locale for passage in passages)))
    return tuple(passage for passage in passages if passage.locale == locale)
