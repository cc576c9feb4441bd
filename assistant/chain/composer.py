"""The extractive composer: selects, orders and connects sentences that people wrote. It writes none of its own.

Method: `docs/architecture.md`, "How a draft is composed". Every sentence of substance is a stretch of a passage or a
template filled with cells, so that its citation is known by construction and the fact-lock is a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from assistant.chain.dates import NamedDay
from assistant.chain.facts import extract_facts
from assistant.chain.outline import Outline, Row, Unit, networks_in, outline
from assistant.chain.rows import (
    FIGURE_TYPES,
    RowChoice,
    RowSelection,
    amount_reaches,
    compare,
    named_rows,
    select_rows,
)
from assistant.chain.triage import QuestionType, Triage
from assistant.chain.vocabulary import Vocabulary
from assistant.messages import Messages
from assistant.model import Draft, Evidence, Layout, Operand, Sentence, SentenceRole
from corpus.model import PassageKind, SectionKind
from corpus.sentences import split_sentences
from corpus.traditional import to_traditional
from index.terms import terms

MODEL = "extractive-1"
_PROBLEM = frozenset({QuestionType.NOT_WORKING, QuestionType.WHY})
_CONDITION_COVERED = 0.5
"""Share of a condition's terms that the question must hold for the exception to be its branch."""
_CAUSE_SHARED = 0.2
"""Share of the question's terms that a cause must hold to count as the customer's own."""
_CLAUSE_END = re.compile(r"[，；;。：]|[,:](?!\d)")
_CAUSES = 2
_LEAD_BUDGET = {"zh": 180, "ja": 180}
_LEAD_BUDGET_WORDS = 120


class Outcome(StrEnum):
    """What the composer could do."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NO_FIGURE = "no_figure"
    """The customer named a coin or network for which the evidence has no figure."""


@dataclass(frozen=True, slots=True)
class Composition:
    """A draft and what it amounts to."""

    outcome: Outcome
    draft: Draft


class ExtractiveComposer:
    """Drafts from evidence, without a model."""

    def __init__(self, messages: Messages, vocabulary: Vocabulary) -> None:
        self._messages = messages
        self._vocabulary = vocabulary

    def compose(self, question: Triage, evidence: Evidence) -> Composition:
        """The best answer the evidence holds. `evidence.items` must not be empty."""
        document = outline(evidence, self._vocabulary)
        language = _reply_language(question.language, document.locale)
        if evidence.items[0].passage.kind is PassageKind.ANSWER:
            return Composition(Outcome.ANSWER, self._approved(question, document, language))
        selection = select_rows(question, document)
        lead = self._lead(question, document, selection, language)
        rest = self._rest(question, document, selection, language)
        opening = self._opening(question, document, language)
        if question.day is not None and lead:
            opening.append(self._as_of(question.day, lead[0], language))
        sentences = [*opening, *_within_budget(_distinct(lead), language), *rest]
        draft = Draft(tuple(_localised(sentence, language) for sentence in sentences), language, MODEL)
        return Composition(_outcome(question, selection), draft)

    def _approved(self, question: Triage, document: Outline, language: str) -> Draft:
        """An approved answer as it was approved, whole."""
        sentences = self._opening(question, document, language)
        units = document.units(SectionKind.PAIR)
        if question.day is not None:
            sentences.append(self._as_of(question.day, _quoted(units)[0], language))
        for unit in units:
            sentences += _quoted((unit,), first=Layout.PARAGRAPH)
        return Draft(tuple(_localised(sentence, language) for sentence in sentences), language, MODEL)

    def _opening(self, question: Triage, document: Outline, language: str) -> list[Sentence]:
        sentences = []
        if document.locale.split("-")[0] != question.language.split("-")[0]:
            sentences.append(_connective(self._messages.text("source_language", question.language)))
        if question.upset:
            sentences.append(_connective(self._messages.text("ack_upset", language)))
        return sentences

    def _as_of(self, asked: NamedDay, first: Sentence, language: str) -> Sentence:
        """That another day's rules follow; it rests on the same passage as the first of them."""
        day = asked.day.isoformat()
        operands = (Operand(asked.text, "customer"), Operand(day, "calendar"))
        text = self._messages.text("as_of_intro", language, day=day)
        return Sentence(text, SentenceRole.COMPUTED, first.citations, operands, first.quote)

    def _lead(self, question: Triage, document: Outline, selection: RowSelection, language: str) -> list[Sentence]:
        """What stands before the steps, most important first: it is cut from the end to fit the budget."""
        lead = _quoted(document.units(SectionKind.SHORT_ANSWER), first=Layout.PARAGRAPH)
        if not lead:
            # An upload without typed sections may be a table of anything: the row that was named is its answer.
            lead = [
                Sentence(row.text, SentenceRole.SUBSTANCE, (row.n,), quote=row.text, layout=Layout.PARAGRAPH)
                for row in (named_rows(question, document) if selection.choice is RowChoice.NONE else ())
            ]
        if not lead:
            lead = _quoted(document.units(SectionKind.BODY)[:_CAUSES], first=Layout.PARAGRAPH)
        figures = self._figures(question, selection, language)
        # A table is shown whole or not at all: a row left out as said before would look like a row that is not there.
        if question.slots.names_a_row or self._unsaid(figures, lead):
            lead += figures
        if selection.missing:
            lead += self._unsaid(_quoted(document.units(SectionKind.TIMES_FEES)), lead)
        lead += _quoted(self._branches(question, document), first=Layout.PARAGRAPH)
        if question.question_types & _PROBLEM:
            lead += _quoted(self._causes(question, document), first=Layout.PARAGRAPH)
        elif not question.question_types & (FIGURE_TYPES | {QuestionType.HOW}):
            lead += _quoted(document.units(SectionKind.WHY)[:_CAUSES], first=Layout.PARAGRAPH)
        return lead

    def _rest(self, question: Triage, document: Outline, selection: RowSelection, language: str) -> list[Sentence]:
        """Steps and what follows them, or the question whose answer would change ours."""
        if selection.choice is RowChoice.MISSING_SLOT and not question.question_types & _PROBLEM:
            return [_connective(self._messages.text(_asks_for(document), language), Layout.PARAGRAPH)]
        if selection.choice is RowChoice.PICKED and question.question_types <= FIGURE_TYPES:
            return []
        # A policy is answered with its reasons; what one could do about it is told to those who ask how.
        asks_reasons = document.category == "policy" and not question.question_types - {QuestionType.WHY}
        steps = () if asks_reasons else document.units(SectionKind.STEPS)
        rest = self._listed(steps, "steps_intro", Layout.STEP, language)
        if question.question_types & _PROBLEM:
            ready = document.units(SectionKind.HAVE_READY)
            rest += self._listed(ready, "have_ready_intro", Layout.BULLET, language)
            if selection.choice is RowChoice.MISSING_SLOT:
                rest.append(_connective(self._messages.text(_asks_for(document), language), Layout.PARAGRAPH))
        if question.question_types & (_PROBLEM | {QuestionType.WHERE_WHO}) or not rest:
            rest += _quoted(document.units(SectionKind.CONTACT)[:2], first=Layout.PARAGRAPH)
        if document.category == "security" or QuestionType.IS_REAL in question.question_types:
            rest += _quoted(document.units(SectionKind.SAFETY)[:2], first=Layout.PARAGRAPH)
        return rest

    def _figures(self, question: Triage, selection: RowSelection, language: str) -> list[Sentence]:
        rows = [self._row_sentence(row, selection, language) for row in selection.rows]
        comparison = compare(question, selection, self._vocabulary)
        if comparison:
            text = self._messages.text(
                comparison.message,
                language,
                key=self._row_key(comparison.row, language),
                header=_in_sentence(comparison.header, language),
                usual=comparison.cell,
                value=comparison.cell,
                waited=comparison.customer_text,
                amount=comparison.customer_text,
            )
            operands = (Operand(comparison.customer_text, "customer"), Operand(comparison.cell, "cell"))
            row = comparison.row
            rows.append(Sentence(text, SentenceRole.COMPUTED, (row.n,), operands, quote=row.text))
        return rows

    def _unsaid(self, sentences: list[Sentence], said: list[Sentence]) -> list[Sentence]:
        """The sentences that give a fact which has not been given yet."""
        known = {fact.key for sentence in said for fact in extract_facts(sentence.text, self._vocabulary)}
        return [s for s in sentences if {f.key for f in extract_facts(s.text, self._vocabulary)} - known]

    def _row_sentence(self, row: Row, selection: RowSelection, language: str) -> Sentence:
        cells = (
            self._messages.text("row_cell", language, header=_in_sentence(header, language), value=cell)
            for header, cell in row.columns(selection.wanted).items()
        )
        joined = self._messages.text("row_joiner", language).join(cells)
        text = self._messages.text("row", language, key=self._row_key(row, language), cells=joined)
        layout = Layout.BULLET if len(selection.rows) > 1 else Layout.INLINE
        return Sentence(text, SentenceRole.SUBSTANCE, (row.n,), quote=row.text, layout=layout)

    def _row_key(self, row: Row, language: str) -> str:
        if "asset" in row.keys and "network" in row.keys and row.keys["asset"] != row.keys["network"]:
            return self._messages.text("key_pair", language, asset=row.keys["asset"], network=row.keys["network"])
        return next(iter(row.keys.values()), "")

    def _branches(self, question: Triage, document: Outline) -> tuple[Unit, ...]:
        """Exceptions whose condition the customer's words or values meet; at most two."""
        units = document.units(SectionKind.EXCEPTIONS, SectionKind.TIMES_FEES, SectionKind.APPLIES)
        return tuple(unit for unit in units if self._applies(unit, question))[:2]

    def _applies(self, unit: Unit, question: Triage) -> bool:
        condition = _condition(unit.text)
        named = networks_in(condition, self._vocabulary)
        if named and question.slots.network and question.slots.network not in named:
            return False
        if amount_reaches(condition, question.slots, self._vocabulary):
            return True
        return coverage(condition, question.query) >= _CONDITION_COVERED

    def _causes(self, question: Triage, document: Outline) -> tuple[Unit, ...]:
        """The likeliest causes: those that share most of the customer's words, else the first ones written."""
        units = document.units(SectionKind.WHY)
        shared = {unit: coverage(question.query, unit.text) for unit in units}
        best = sorted(units, key=lambda unit: -shared[unit])[:_CAUSES]
        if not best or shared[best[0]] < _CAUSE_SHARED:
            return units[:_CAUSES]
        return tuple(unit for unit in units if unit in best and shared[unit] > 0)

    def _listed(self, units: tuple[Unit, ...], intro: str, layout: Layout, language: str) -> list[Sentence]:
        if not units:
            return []
        role = SentenceRole.STEP if layout is Layout.STEP else SentenceRole.SUBSTANCE
        items = [Sentence(unit.text, role, (unit.n,), quote=unit.text, layout=layout) for unit in units]
        return [_connective(self._messages.text(intro, language), Layout.PARAGRAPH), *items]


def coverage(part: str, text: str) -> float:
    """Share of the distinct terms of `part` (words, CJK bigrams) that `text` has too, 0 to 1."""
    wanted = set(terms(part))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0


def _condition(text: str) -> str:
    """The clause before the first comma or colon: seed articles put the condition there."""
    return _CLAUSE_END.split(text, maxsplit=1)[0]


def _quoted(units: Iterable[Unit], first: Layout = Layout.INLINE) -> list[Sentence]:
    sentences: list[Sentence] = []
    for unit in units:
        for part in split_sentences(unit.text):
            layout = first if not sentences else Layout.INLINE
            sentences.append(Sentence(part, SentenceRole.SUBSTANCE, (unit.n,), quote=part, layout=layout))
    return sentences


def _connective(text: str, layout: Layout = Layout.INLINE) -> Sentence:
    return Sentence(text, SentenceRole.CONNECTIVE, layout=layout)


def _distinct(sentences: list[Sentence]) -> list[Sentence]:
    """Nothing is said twice: a sentence that stands already is left out."""
    return list({sentence.text: sentence for sentence in reversed(sentences)}.values())[::-1]


def _within_budget(lead: list[Sentence], language: str) -> list[Sentence]:
    """`lead` up to the length a worried reader takes in before the steps; never less than its first sentence."""
    base = language.split("-")[0]
    kept: list[Sentence] = []
    spent = 0
    for sentence in lead:
        if sentence.layout is not Layout.BULLET:  # a list is scanned, not read through
            spent += len(sentence.text) if base in _LEAD_BUDGET else len(sentence.text.split())
        if kept and spent > _LEAD_BUDGET.get(base, _LEAD_BUDGET_WORDS):
            break
        kept.append(sentence)
    return kept


def _localised(sentence: Sentence, language: str) -> Sentence:
    if language != "zh-TW" or sentence.role is SentenceRole.CONNECTIVE:
        return sentence
    return Sentence(
        to_traditional(sentence.text),
        sentence.role,
        sentence.citations,
        sentence.operands,
        sentence.quote,
        sentence.layout,
    )


def _reply_language(wanted: str, locale: str) -> str:
    """The language the reply is really in: the customer's variant of the document's language, else the document's."""
    return wanted if wanted.split("-")[0] == locale.split("-")[0] else locale


def _in_sentence(header: str, language: str) -> str:
    """A column header inside a sentence: English headers lose their capital unless it is an acronym."""
    if language.startswith("zh") or header[1:2].isupper():
        return header
    return header[:1].lower() + header[1:]


def _asks_for(document: Outline) -> str:
    roles = {role for row in document.rows if row.document_id == document.document_id for role in row.keys}
    if "asset" in roles or "network" in roles:
        return "ask_coin_network"
    return "ask_tier" if "tier" in roles else "ask_level"


def _outcome(question: Triage, selection: RowSelection) -> Outcome:
    if selection.choice is RowChoice.UNKNOWN and question.question_types <= FIGURE_TYPES:
        return Outcome.NO_FIGURE
    if selection.choice is RowChoice.MISSING_SLOT and not question.question_types & _PROBLEM:
        return Outcome.CLARIFY
    return Outcome.ANSWER
