"""A follow-up becomes a question that stands alone: "那 ERC20 呢" after "TRC20 提现手续费多少"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.chain.vocabulary import Vocabulary, find, normalise

_SHORT = 24
"""Code points under which a turn without a topic of its own is taken for a follow-up."""


def standalone_query(turns: Sequence[str], vocabulary: Vocabulary) -> str:
    """The last turn with what it leaves out taken from the turns before, in the articles' terms.

    The previous topic stays; whatever the follow-up names anew (coin, network, fee or time) replaces the old value.
    """
    query = vocabulary.standard_terms(turns[0])
    for turn in turns[1:]:
        current = vocabulary.standard_terms(turn)
        query = _merge(query, current, vocabulary) if is_followup(turn, vocabulary) else current
    return query


def is_followup(turn: str, vocabulary: Vocabulary) -> bool:
    """Whether the turn cannot be understood alone: it has no topic, and it is short or says "and what about"."""
    folded = normalise(turn)
    if find(vocabulary.topics, folded):
        return False
    cued = bool(vocabulary.followup.search(folded))
    names_something = any(
        find(lexicon, folded)
        for lexicon in (vocabulary.coins, vocabulary.networks, vocabulary.attributes, vocabulary.question_types)
    )
    return (cued or len(folded) <= _SHORT) and (cued or names_something)


def _merge(previous: str, current: str, vocabulary: Vocabulary) -> str:
    """`previous` without the values that `current` replaces, then `current` without its follow-up words."""
    kept = previous
    if find(vocabulary.networks, current):
        kept = _without(kept, vocabulary.networks)
    if find(vocabulary.coins, current) and not find(vocabulary.networks, current):
        kept = _without(kept, vocabulary.coins)
    if find(vocabulary.attributes, current):
        kept = _without(kept, vocabulary.attributes)
    kept = re.sub(r"[?？。.!！]+\s*$", "", kept).strip()
    asked = vocabulary.followup.sub(" ", current).strip(" ,，、?？")
    return f"{kept} {asked}".strip()


def _without(text: str, lexicon: Mapping[str, re.Pattern[str]]) -> str:
    patterns: Iterable[re.Pattern[str]] = lexicon.values()
    for pattern in patterns:
        text = pattern.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip()
