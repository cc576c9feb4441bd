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


class Sources:
    """The facts that a sentence may state."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._keys = {fact.key for fact in facts}
        self._bare = {(kind, value) for kind, value, unit in self._keys if not unit}
        self._values = {(kind, value) for kind, value, _ in self._keys}

    def hold(self, fact: Fact) -> bool:
        """Whether one of them is this fact; a unit may be missing on one side."""
        value = (fact.kind, fact.value)
        return fact.key in self._keys or value in self._bare or (not fact.unit and value in self._values)


def _unsupported(
    sentence: Sentence, passages: Mapping[int, tuple[Fact, ...]], vocabulary: Vocabulary
) -> Iterable[Fact]:
    facts = [fact for n in sentence.citations for fact in passages.get(n, ())]
    if sentence.role is SentenceRole.COMPUTED:
        facts += [fact for operand in sentence.operands for fact in extract_facts(operand.text, vocabulary)]
    sources = Sources(facts)
    return (fact for fact in extract_facts(sentence.text, vocabulary) if not sources.hold(fact))
