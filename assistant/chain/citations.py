"""Citations are resolved, never trusted: a number counts only if the sentence really stands on that passage."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.model import Citation, Draft, Evidence, EvidenceItem, Finding, Sentence, SentenceRole, Severity

RULE = "CITATION"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A draft with its citations numbered in order of first use, and what does not resolve.

    Attributes:
        evidence: the passages offered, renumbered alike; passages that are not cited follow the cited ones.
    """

    draft: Draft
    evidence: Evidence
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...]


def resolve(draft: Draft, evidence: Evidence) -> Resolution:
    """Checks and renumbers every citation of `draft`.

    A sentence of substance without a citation, an unknown number, and a quote that is not in its passage are block
    findings. One passage cited by several sentences is one citation, whose quote is the first sentence's.
    """
    by_number = {item.n: item for item in evidence.items}
    order: dict[int, int] = {}
    findings: list[Finding] = []
    quotes: dict[int, tuple[str, tuple[int, int]]] = {}
    for sentence in draft.sentences:
        if sentence.role is not SentenceRole.CONNECTIVE and not sentence.citations:
            findings.append(_finding(f"no citation: {sentence.text[:80]}"))
        for n in sentence.citations:
            if n not in by_number:
                findings.append(_finding(f"unknown citation [{n}]: {sentence.text[:80]}"))
                continue
            span = locate(sentence.quote, by_number[n].passage.text)
            if span is None:
                findings.append(_finding(f"quote not in [{n}]: {sentence.quote[:80]}"))
                continue
            order.setdefault(n, len(order) + 1)
            quotes.setdefault(n, (by_number[n].passage.text[slice(*span)], span))
    citations = tuple(_citation(order[n], by_number[n], *quotes[n]) for n in order)
    return Resolution(_renumber(draft, order), _reorder(evidence, order), citations, tuple(findings))


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Code-point offsets of `quote` in `text`; the whole text for an empty quote; `None` when it is not there."""
    if not quote:
        return (0, len(text))
    start = text.find(quote)
    return None if start < 0 else (start, start + len(quote))


def _citation(n: int, item: EvidenceItem, quote: str, span: tuple[int, int]) -> Citation:
    passage = item.passage
    return Citation(n, passage.document_id, passage.id, passage.title, quote, span)


def _renumber(draft: Draft, order: dict[int, int]) -> Draft:
    def renumbered(sentence: Sentence) -> Sentence:
        return replace(sentence, citations=tuple(order[n] for n in sentence.citations if n in order))

    return replace(draft, sentences=tuple(renumbered(sentence) for sentence in draft.sentences))


def _reorder(evidence: Evidence, order: dict[int, int]) -> Evidence:
    ranked = sorted(evidence.items, key=lambda item: (order.get(item.n, len(evidence.items) + 1), item.n))
    return replace(evidence, items=tuple(replace(item, n=n) for n, item in enumerate(ranked, start=1)))


def _finding(message: str) -> Finding:
    return Finding(RULE, Severity.BLOCK, message=message)
