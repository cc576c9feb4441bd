"""Two documents that say different things about the same figure: 0.1 % here and 0.08 % there.

Found by comparing claims (`claims.py`) pairwise within one language. It errs on the side of silence where the words of
two claims have little in common: a list of false alarms is a list that nobody reads.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.chain.claims import Claim, claims_of, is_quotable, load_marks
from assistant.chain.vocabulary import Vocabulary
from corpus.model import Passage

SHARED_WORDS = 0.5
"""Share of the shorter claim's words that the other must have, when nothing but words says what both are about."""
LEAST_SHARED = 2
"""One word in common ("review") says little."""
SHARED_FRAME = 0.4
"""Share of the words that frame one claim ("after a password reset") that the other must say, too."""
SHARED_WITH_KEYS = 0.4
"""The same when coin, network, tier or level agree."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims of two documents that cannot both hold.

    Attributes:
        id: the same for the same pair of statements, in whatever order they are found.
    """

    id: str
    first: Claim
    second: Claim


def contradictions(passages: Iterable[Passage], vocabulary: Vocabulary) -> tuple[Contradiction, ...]:
    """Every contradiction between different documents of one language among passages that hold at the same time.

    Work grows with the square of the claims that share a unit, language and attribute, not with that of the passages.
    """
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for passage in passages:
        if is_quotable(passage):
            for claim in claims_of(passage, vocabulary):
                groups[passage.locale.split("-")[0], claim.unit].append(claim)
    found: dict[str, Contradiction] = {}
    for claims in groups.values():
        for first, second in _pairs(claims):
            item = Contradiction(_identity(first, second), first, second)
            found.setdefault(item.id, item)
    return tuple(sorted(found.values(), key=lambda item: item.id))


def contradict(first: Claim, second: Claim) -> bool:
    """Whether two claims of different documents are about the same thing and differ."""
    return (
        first.passage.document_id != second.passage.document_id
        and first.unit == second.unit
        and (first.low, first.high) != (second.low, second.high)
        and _overlap_in_time(first.passage, second.passage)
        and _same_subject(first, second)
    )


def _pairs(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    return ((first, second) for first, second in combinations(claims, 2) if contradict(first, second))


def _same_subject(first: Claim, second: Claim) -> bool:
    keys = first.keys.keys() | second.keys.keys()
    if any(first.keys.get(key) != second.keys.get(key) for key in keys):
        return False
    if first.attribute and second.attribute and first.attribute != second.attribute:
        return False
    marks = load_marks()
    if any(first.marks.get(group) != second.marks.get(group) for group in marks.exact):
        return False
    for group in marks.loose:
        one, other = first.marks.get(group), second.marks.get(group)
        if one and other and not one & other:
            return False
    return _said_alike(first, second, SHARED_WITH_KEYS if keys else SHARED_WORDS)


def _said_alike(first: Claim, second: Claim, share: float) -> bool:
    """Whether each says what the other does, up to `share` for the shorter one, half of it for the longer one.

    What frames one of them must be said by the other, too: a rule and its exception are no contradiction.
    """
    one, other = first.words | first.frame | first.context, second.words | second.frame | second.context
    frames = min(_share(first.frame, other), _share(second.frame, one))
    if (
        len((first.words | first.frame) & other) < LEAST_SHARED
        or len((second.words | second.frame) & one) < LEAST_SHARED
    ):
        return False
    both = (_share(first.words | first.frame, other), _share(second.words | second.frame, one))
    return frames >= SHARED_FRAME and max(both) >= share and min(both) >= share / 2


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 1.0


def _overlap_in_time(first: Passage, second: Passage) -> bool:
    ends_before = first.effective_until is not None and first.effective_until <= second.effective_from
    begins_after = second.effective_until is not None and second.effective_until <= first.effective_from
    return not (ends_before or begins_after)


def _identity(first: Claim, second: Claim) -> str:
    sides = sorted(f"{c.passage.document_id}|{c.passage.locale}|{c.text}|{c.value}" for c in (first, second))
    return hashlib.sha256("\n".join(sides).encode()).hexdigest()[:16]
