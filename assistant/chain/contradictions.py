"""Two documents that say different things about the same figure: 0.1 % here and 0.08 % there.

Claims (`claims.py`) that could be of one figure (`comparable.py`) are compared pairwise within one language. Given the
claims' meaning, a pair is reported if it is likely enough to be of one figure (`alike.py`) and no other document gives
either figure for something that is more alike. Without, the words of both have to say so. Both err on the side of
silence: a list of false alarms is a list that nobody reads.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.chain.alike import Alike, load_model
from assistant.chain.claims import Claim, claims_of, is_quotable, load_marks
from assistant.chain.comparable import agree, comparable
from assistant.chain.vocabulary import Vocabulary
from corpus.model import Passage
from index.embedders.base import Vectors

SHARED_WORDS = 0.5
"""Share of the shorter claim's words that the other must have, when nothing but words says what both are about."""
LEAST_SHARED = 2
"""One word in common ("review") says little."""
SHARED_WITH_KEYS = 0.4
"""The same when coin, network, tier or level agree."""

_NEVER = float("-inf")

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, one row each."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims of two documents that cannot both hold.

    Attributes:
        id: the same for the same pair of statements, in whatever order they are found.
        certain: whether a draft that gives either figure should stop; somebody should look at the others, too.
    """

    id: str
    first: Claim
    second: Claim
    certain: bool


def contradictions(passages: Iterable[Passage], vocabulary: Vocabulary) -> tuple[Contradiction, ...]:
    """Contradictions between different documents by their words alone: quick, and only where both use the same ones.

    Work grows with the square of the claims that share a unit and language, not with that of the passages.
    """
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in _claims(passages, vocabulary):
        groups[claim.passage.locale[:2], claim.unit].append(claim)
    return _listed((*pair, True) for claims in groups.values() for pair in combinations(claims, 2) if contradict(*pair))


def without_settled(found: Iterable[Contradiction], settled: Collection[tuple[str, str]]) -> tuple[Contradiction, ...]:
    """Those that are not between two documents, (id, locale), that take their figures from one table."""

    def is_settled(claim: Claim) -> bool:
        return (claim.passage.document_id, claim.passage.locale) in settled

    return tuple(item for item in found if not (is_settled(item.first) and is_settled(item.second)))


def contradictions_by_meaning(
    passages: Iterable[Passage],
    vocabulary: Vocabulary,
    embed: Embed,
    settled: Collection[tuple[str, str]] = (),
) -> tuple[Contradiction, ...]:
    """Contradictions between different documents of one language that hold at the same time.

    Args:
        passages: of all documents that are compared.
        vocabulary: names of coins and networks.
        embed: the meaning of claims; called once.
        settled: (id, locale) of documents that take their figures from one table. Two of them do not contradict each
            other, and what they agree with is settled, too.
    """
    claims = _claims(passages, vocabulary)
    if len(claims) < 2:
        return ()
    fixed = [(claim.passage.document_id, claim.passage.locale) in settled for claim in claims]
    alike = Alike(claims, embed([claim.meaning for claim in claims]), fixed)
    differing: dict[tuple[int, int], float] = {}
    agreeing = _Agreeing(fixed)
    for i, j in alike.candidates():
        if (fixed[i] and fixed[j]) or not comparable(claims[i], claims[j]):
            continue
        score = alike.score(i, j)
        if agree(claims[i], claims[j]):
            agreeing.add(i, j, score)
        elif score - alike.penalty(i, j) > load_model().threshold:
            differing[i, j] = score
    certain = load_model().certain
    nearest: dict[tuple[str, ...], tuple[float, Claim, Claim, bool]] = {}
    for (i, j), score in differing.items():
        if agreeing.best(i, j) <= score:
            first, second = (claims[j], claims[i]) if fixed[i] else (claims[i], claims[j])
            found = (score, first, second, score - alike.penalty(i, j) > certain)
            kept = nearest.setdefault(_told_once(first, second), found)
            if score > kept[0]:
                nearest[_told_once(first, second)] = found
    return _listed((first, second, sure) for _, first, second, sure in nearest.values())


def _told_once(first: Claim, second: Claim) -> tuple[str, ...]:
    """An article says a figure in several places; to somebody who mends one statement, the most alike is enough."""
    passage, other = first.passage, second.passage
    return (passage.document_id, passage.locale, first.text, first.value, other.document_id, other.locale)


class _Agreeing:
    """How alike the most alike claim with the same figure is, per claim.

    A claim that says what a settled document says of something more alike is no contradiction: "a reset of two-factor
    authentication pauses withdrawals for 48 hours" does not contradict the 24 hours after a new password. Of two
    documents that are not settled, both must have such a companion: the copy of a wrong figure makes it no truer.
    """

    def __init__(self, fixed: Sequence[bool]) -> None:
        self._fixed = fixed
        self._any: dict[int, float] = {}
        self._settled: dict[int, float] = {}

    def add(self, i: int, j: int, score: float) -> None:
        for claim, other in ((i, j), (j, i)):
            self._any[claim] = max(score, self._any.get(claim, score))
            if self._fixed[other]:
                self._settled[claim] = max(score, self._settled.get(claim, score))

    def best(self, i: int, j: int) -> float:
        if self._fixed[i] or self._fixed[j]:
            return self._settled.get(j if self._fixed[i] else i, _NEVER)
        return min(self._any.get(i, _NEVER), self._any.get(j, _NEVER))


def contradict(first: Claim, second: Claim) -> bool:
    """Whether two claims are about the same thing, word by word, and differ."""
    return comparable(first, second) and not agree(first, second) and _same_subject(first, second)


def _claims(passages: Iterable[Passage], vocabulary: Vocabulary) -> list[Claim]:
    return [claim for passage in passages if is_quotable(passage) for claim in claims_of(passage, vocabulary)]


def _listed(pairs: Iterable[tuple[Claim, Claim, bool]]) -> tuple[Contradiction, ...]:
    found: dict[str, Contradiction] = {}
    for first, second, certain in pairs:
        item = Contradiction(_identity(first, second), first, second, certain)
        if item.id not in found or certain:
            found[item.id] = item
    return tuple(sorted(found.values(), key=lambda item: item.id))


def _same_subject(first: Claim, second: Claim) -> bool:
    keys = first.keys.keys() | second.keys.keys()
    if any(first.keys.get(key) != second.keys.get(key) for key in keys):
        return False
    if first.attribute and second.attribute and first.attribute != second.attribute:
        return False
    if any(first.marks.get(group) != second.marks.get(group) for group in load_marks().exact):
        return False
    if first.quantity.kind != second.quantity.kind or first.quantity.bound != second.quantity.bound:
        return False
    return _said_alike(first, second, SHARED_WITH_KEYS if keys else SHARED_WORDS)


def _said_alike(first: Claim, second: Claim, share: float) -> bool:
    """Whether each says what the other does, up to `share` for the shorter one, half of it for the longer one."""
    one, other = first.words | first.context, second.words | second.context
    if min(len(first.words & other), len(second.words & one)) < LEAST_SHARED:
        return False
    both = (_share(first.words, other), _share(second.words, one))
    return max(both) >= share and min(both) >= share / 2


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 1.0


def _identity(first: Claim, second: Claim) -> str:
    sides = sorted(f"{c.passage.document_id}|{c.passage.locale}|{c.text}|{c.value}" for c in (first, second))
    return hashlib.sha256("\n".join(sides).encode()).hexdigest()[:16]
