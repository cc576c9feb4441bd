"""What is asked, in which language and in what state: what decides the way of a question before retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.chain.dates import NamedDay, named_day
from assistant.chain.rewrite import is_followup, standalone_query
from assistant.chain.slots import Slots, extract_slots, slots_of
from assistant.chain.vocabulary import Vocabulary, find
from assistant.language import detect_language
from assistant.model import Inquiry
from index.model import Query


class QuestionType(StrEnum):
    """What kind of answer is wanted. Several may apply to one message."""

    HOW = "how"
    WHY = "why"
    NOT_WORKING = "not_working"
    HOW_LONG = "how_long"
    HOW_MUCH = "how_much"
    CAN_I = "can_i"
    WHERE_WHO = "where_who"
    IS_REAL = "is_real"


_TELLS = 4
"""A turn shorter than this says nothing of its language."""
_NAME_WORDS = 2
"""A turn in Latin letters that is no longer may be a mere name."""
_OPPOSITE = {"withdrawal": "deposit", "deposit": "withdrawal"}
_CATEGORIES = {"withdraw": "withdrawal", "deposit": "deposit", "price": "policy"}


@dataclass(frozen=True, slots=True)
class Triage:
    """The question as the rest of the chain sees it.

    Attributes:
        language: of the reply; the customer's choice, else detected.
        query: the stand-alone question in the articles' terms.
        attributes: what is asked of the thing: `fee`, `time`, `limit`, `minimum`, `confirmations`, `memo`.
        categories: where the wording points, if it points one way only.
        upset: whether the wording calls for one calming sentence.
        day: the day whose figures are asked for; `None` = today's.
    """

    language: str
    query: str
    slots: Slots
    question_types: frozenset[QuestionType]
    attributes: frozenset[str]
    categories: tuple[str, ...]
    upset: bool
    day: NamedDay | None = None


def triage(inquiry: Inquiry, vocabulary: Vocabulary, default_locale: str, *, today: date) -> Triage:
    """Reads the (already screened) conversation. The last turn decides language and question types."""
    last = inquiry.turns[-1]
    query = standalone_query(inquiry.turns, vocabulary)
    types = {QuestionType(name) for name in find(vocabulary.question_types, last)}
    slots = extract_slots(inquiry.turns, vocabulary)
    waits = slots_of(last, vocabulary).waited_minutes
    if not types and not waits:  # "VIP 1": what is asked was said before
        types = {QuestionType(name) for name in find(vocabulary.question_types, query)}
    if slots.waited_minutes and not types & {QuestionType.HOW_LONG, QuestionType.HOW_MUCH, QuestionType.CAN_I}:
        types.add(QuestionType.NOT_WORKING)
    return Triage(
        language=inquiry.locale or _language(inquiry.turns, default_locale),
        query=query,
        slots=slots,
        question_types=frozenset(types),
        attributes=frozenset(find(vocabulary.attributes, last)) or frozenset(find(vocabulary.attributes, query)),
        categories=_direction(query, vocabulary),
        upset=bool(vocabulary.upset.search(query)),
        day=_asked_day(inquiry, frozenset(types), vocabulary, today),
    )


def _language(turns: Sequence[str], default_locale: str) -> str:
    """The language of the last turn; of the conversation where a name (USDT, VIP 1) or the script cannot tell."""
    last = turns[-1]
    conversation = detect_language("\n".join(reversed(turns)), default_locale)
    if len(last) < _TELLS or (last.isascii() and len(last.split()) <= _NAME_WORDS):
        return conversation
    return detect_language(last, conversation)


def _asked_day(
    inquiry: Inquiry, types: frozenset[QuestionType], vocabulary: Vocabulary, today: date
) -> NamedDay | None:
    """The day whose figures are asked for.

    A day in a report of trouble says when it began, and what helps is what holds now.
    """
    if inquiry.as_of is not None:
        return NamedDay(inquiry.as_of, "")
    if QuestionType.NOT_WORKING in types or not types & {QuestionType.HOW_MUCH, QuestionType.HOW_LONG}:
        return None
    for turn in reversed(inquiry.turns):
        found = named_day(turn, today)
        if found is not None:
            return found if found.day != today else None
        if not is_followup(turn, vocabulary):
            return None
    return None


def _direction(query: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """`withdrawal`, `deposit` or, for predictions and advice, `policy`, when the query speaks of one of them only."""
    found = {_CATEGORIES[topic] for topic in find(vocabulary.topics, query) if topic in _CATEGORIES}
    return tuple(found) if len(found) == 1 else ()


def retrieval_query(
    question: Triage,
    *,
    k: int,
    jurisdiction: str | None = None,
    exclude: tuple[str, ...] = (),
) -> Query:
    """The search for a question: the answer chain, the search command and the measurements all make it here."""
    return Query(
        question.query,
        k=k,
        as_of=question.day.day if question.day else None,
        jurisdiction=jurisdiction,
        prefer=question.categories,
        avoid=tuple(_OPPOSITE[category] for category in question.categories if category in _OPPOSITE),
        problem=_is_problem(question.question_types),
        exclude=exclude,
    )


def _is_problem(types: frozenset[QuestionType]) -> bool | None:
    """`True` for something that does not work, `False` for a plain how-to, `None` for other questions."""
    if QuestionType.NOT_WORKING in types:
        return True
    return False if types == {QuestionType.HOW} else None
