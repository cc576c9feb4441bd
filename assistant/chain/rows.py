"""Which table rows a question asks for, and what follows from the customer's own numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.chain.outline import Outline, Row
from assistant.chain.slots import Slots, slots_of
from assistant.chain.triage import QuestionType, Triage
from assistant.chain.vocabulary import Vocabulary, normalise, words_pattern

FIGURE_TYPES = frozenset({QuestionType.HOW_MUCH, QuestionType.HOW_LONG})
"""Question types that a figure answers."""
_FEW = 4
"""A table this short is shown whole when nothing picks a row."""
_SHOWN = 5
_NAME = re.compile(r"[㐀-鿿]{3,}|[a-z][a-z-]{3,}")
"""A word that can name a row. Shorter ones are everywhere."""


class RowChoice(StrEnum):
    """How the rows relate to the question."""

    NONE = "none"
    """The question needs no row."""
    PICKED = "picked"
    MISSING_SLOT = "missing_slot"
    """A row is needed and the customer has not said which."""
    UNKNOWN = "unknown"
    """The customer named something that no row has: there is no figure to give."""


@dataclass(frozen=True, slots=True)
class RowSelection:
    """Rows to show, the columns that were asked for, and how sure the pick is."""

    choice: RowChoice
    rows: tuple[Row, ...] = ()
    wanted: frozenset[str] = frozenset()

    @property
    def missing(self) -> frozenset[str]:
        """What was asked for and no shown row has."""
        return self.wanted - {role for row in self.rows for role in row.roles.values()}


def select_rows(question: Triage, outline: Outline) -> RowSelection:
    """Rows by slots (coin, network, tier, level) among those that have a wanted column."""
    wanted = _wanted_roles(question)
    if not wanted:
        return RowSelection(RowChoice.NONE)
    with_column = [row for row in outline.rows if row.columns(wanted)]
    own = [row for row in with_column if row.document_id == outline.document_id]
    rows = own or with_column
    if not rows:
        return RowSelection(RowChoice.NONE, wanted=wanted)
    keyed = {role: value for role, value in _key_slots(question.slots).items() if any(role in row.keys for row in rows)}
    matching = tuple(row for row in rows if keyed and _matches(row, keyed))
    if not matching and "asset" not in keyed:  # the network of a coin without a row is other coins' network as well
        said = tuple(row for row in rows if _is_said(row, question.query))
        matching = said if len(said) < len(rows) else ()
    if matching:
        return RowSelection(RowChoice.PICKED, matching[:_SHOWN], wanted)
    if not own:  # tables of other documents may help, but that they lack a row says nothing
        return RowSelection(RowChoice.NONE, wanted=wanted)
    if keyed:
        return RowSelection(RowChoice.UNKNOWN, wanted=wanted)
    if len(rows) <= _FEW:
        return RowSelection(RowChoice.PICKED, tuple(rows), wanted)
    return RowSelection(RowChoice.MISSING_SLOT, wanted=wanted)


def named_rows(question: Triage, outline: Outline) -> tuple[Row, ...]:
    """Rows of the main document that the question names, whatever their columns hold."""
    own = [row for row in outline.rows if row.document_id == outline.document_id]
    return tuple(row for row in own if _is_said(row, question.query))[:_SHOWN]


def _wanted_roles(question: Triage) -> frozenset[str]:
    """Columns the question asks for. A problem report that merely names an attribute (忘填 memo) asks for none."""
    types = question.question_types
    wanted: set[str] = set()
    if types & FIGURE_TYPES:
        wanted |= question.attributes - ({"memo"} if QuestionType.NOT_WORKING in types else set())
    if QuestionType.HOW_LONG in types or question.slots.waited_minutes:
        wanted.add("time")
    if QuestionType.HOW_MUCH in types and not question.attributes:
        wanted |= {"fee", "limit", "minimum", "confirmations"}
    return frozenset(wanted)


def _key_slots(slots: Slots) -> dict[str, str]:
    named = {"asset": slots.coin, "network": slots.network, "tier": slots.tier, "level": slots.level}
    return {role: value for role, value in named.items() if value}


def _matches(row: Row, keyed: dict[str, str]) -> bool:
    shared = [role for role in keyed if role in row.keys]
    return bool(shared) and all(row.keys[role].lower().startswith(keyed[role].lower()) for role in shared)


def _is_said(row: Row, query: str) -> bool:
    """Whether the question has a word of the cells that name the row: "基础认证" for "Lv.1 基础认证"."""
    words = {word for cell in row.keys.values() for word in _NAME.findall(normalise(cell))}
    return bool(words) and bool(words_pattern(words).search(query))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The customer's value against a cell: `message` is a key of the locale files."""

    message: str
    row: Row
    header: str
    cell: str
    customer_text: str


def compare(question: Triage, selection: RowSelection, vocabulary: Vocabulary) -> Comparison | None:
    """The waited time against the usual one, or the amount against the minimum; `None` without exactly one row."""
    if len(selection.rows) != 1:
        return None
    row, slots = selection.rows[0], question.slots
    for header, cell in row.columns({"time"}).items():
        usual = slots_of(cell, vocabulary).waited_minutes
        if usual and slots.waited_minutes:
            message = "waited_over" if slots.waited_minutes > usual else "waited_within"
            return Comparison(message, row, header, cell, slots.waited_text)
    for header, cell in row.columns({"minimum"}).items():
        minimum = slots_of(cell, vocabulary)
        if slots.amount and minimum.amount and minimum.coin == slots.coin and slots.amount < minimum.amount:
            return Comparison("amount_below", row, header, cell, slots.amount_text)
    return None


def amount_reaches(threshold_text: str, slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether the customer's amount reaches the one that a condition names, in the same coin."""
    threshold = slots_of(threshold_text, vocabulary)
    return bool(slots.amount and threshold.amount and threshold.coin == slots.coin and slots.amount >= threshold.amount)
