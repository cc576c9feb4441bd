"""Fact-lock: every fact of a draft stands in a passage its sentence cites, or comes from the customer's own words.

A unit may be missing on one side (a table keeps it in the header), never different.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.chain.facts import Fact, extract_facts
from assistant.chain.vocabulary import Vocabulary
from assistant.model import Draft, Evidence, Finding, Sentence, SentenceRole, Severity

RULE = "FACT-LOCK"


def lock_facts(draft: Draft, evidence: Evidence, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """A block finding for every fact without a source; `()` when the draft holds.

    Substance is held to the passages it cites; a computed sentence also to its recorded operands; a connective
    may carry no fact at all.
    """
    cited = {n for sentence in draft.sentences for n in sentence.citations}
    passages = {
        item.n: extract_facts(item.passage.indexed_text, vocabulary) for item in evidence.items if item.n in cited
    }
    return tuple(
        Finding(RULE, Severity.BLOCK, message=f"{fact.value} {fact.unit}".strip() + f": {sentence.text[:80]}")
        for sentence in draft.sentences
        for fact in _unsupported(sentence, passages, vocabulary)
    )


def _unsupported(
    sentence: Sentence, passages: Mapping[int, tuple[Fact, ...]], vocabulary: Vocabulary
) -> Iterable[Fact]:
    sources = [fact for n in sentence.citations for fact in passages.get(n, ())]
    if sentence.role is SentenceRole.COMPUTED:
        sources += [fact for operand in sentence.operands for fact in extract_facts(operand.text, vocabulary)]
    supported = {fact.key for fact in sources}
    bare = {(kind, value) for kind, value, unit in supported if not unit}
    for fact in extract_facts(sentence.text, vocabulary):
        if fact.key in supported or (fact.kind, fact.value) in bare:
            continue
        if not fact.unit and any((fact.kind, fact.value) == (kind, value) for kind, value, _ in supported):
            continue
        yield fact
