"""A follow-up becomes a question that stands alone: "那 ERC20 呢" after "TRC20 提现手续费多少"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.chain.vocabulary import Vocabulary, find, normalise

_SHORT_CHARACTERS = 20
_SHORT_WORDS = 12
"""A turn without a topic of its own that is no longer than this leans on the turn before it."""


_FIGURES = ("how_much", "how_long")
"""Question types whose words ask for the attribute that was named with them."""


def standalone_query(turns: Sequence[str], vocabulary: Vocabulary) -> str:
    """The last turn with what it leaves out taken from the turns before, in the articles' terms.

    The previous topic stays; whatever the follow-up names anew (coin, network, fee or time) replaces the old value.
    """
    first, *later = [turn for turn in turns if not vocabulary.is_thanks(turn)] or turns[-1:]
    query = vocabulary.standard_terms(first)
    for turn in later:
        current = vocabulary.standard_terms(turn)
        query = _merge(query, current, vocabulary) if is_followup(turn, vocabulary) else current
    return query


def is_followup(turn: str, vocabulary: Vocabulary) -> bool:
    """Whether the turn cannot be understood alone.

    Either it has no topic and is short, or it names only a topic behind "and what about" (那充值呢): what is asked
    of that topic was said before.
    """
    folded = normalise(turn)
    if find(vocabulary.topics, folded):
        cued = bool(vocabulary.followup.search(folded))
        return cued and not find(vocabulary.question_types, folded) and _is_short(folded)
    return _is_short(folded)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _SHORT_WORDS if text.isascii() else len(text) <= _SHORT_CHARACTERS


def _merge(previous: str, current: str, vocabulary: Vocabulary) -> str:
    """`previous` without the values that `current` replaces, then `current` without its follow-up words."""
    kept = previous
    named = set(find(vocabulary.topics, current))
    if named and not named & set(find(vocabulary.topics, previous)):
        kept = _without(kept, vocabulary.topics)
    if find(vocabulary.networks, current):
        kept = _without(kept, vocabulary.networks)
    if find(vocabulary.coins, current) and not find(vocabulary.networks, current):
        kept = _without(kept, vocabulary.coins)
    if find(vocabulary.attributes, current):
        kept = _without(kept, vocabulary.attributes)
        kept = _without(kept, {name: vocabulary.question_types[name] for name in _FIGURES})  # 多少, how much
    kept = re.sub(r"[?？。.!！]+\s*$", "", kept).strip()
    return f"{kept} {_asked(current, vocabulary)}".strip()


def _asked(turn: str, vocabulary: Vocabulary) -> str:
    """The turn without "and what about", "no, I mean" and the like, of which there may be several."""
    while (shorter := vocabulary.followup.sub(" ", turn).strip(" ,，、?？。.")) != turn:
        turn = shorter
    return turn


def _without(text: str, lexicon: Mapping[str, re.Pattern[str]]) -> str:
    for pattern in lexicon.values():
        text = pattern.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip()
