"""Macros for agents: found for a ticket, filled in with what the desk knows of it, cited like the draft's sentences.

A macro only becomes text in the editor. What is sent is an edit, screened as one (`editing.py`): a figure needs a
source there, and a variable that nobody filled in blocks (`check_placeholders`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.chain.verification import Verifier
from assistant.compliance.normalise import normalised
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.guard import visible
from assistant.desk.macro_sources import article_passages, sources_of
from assistant.desk.macro_views import FilledMacro, MacroList, MacroView, Piece
from assistant.desk.parts import Parts
from assistant.desk.ticket_values import TicketValues
from assistant.errors import ProofdeskError
from assistant.model import EvidenceItem
from assistant.ticket import Ticket
from assistant.user import User
from corpus.facts import FactsTable
from corpus.locales import is_unspaced
from corpus.macros import Macro, MacroBook, MacroCategory, Variable, filled, nearest
from corpus.model import Passage
from corpus.sentences import sentence_spans
from index.model import Query

_LONGEST_SEARCH = 100
_ORDER = list(MacroCategory)


@dataclass(frozen=True, slots=True)
class _Case:
    """A ticket as far as macros need it. `values`: what is put in for each variable, blanks included."""

    locale: str
    evidence: tuple[EvidenceItem, ...]
    topics: tuple[str, ...]
    jurisdiction: str | None
    values: Mapping[Variable, str]
    blanks: frozenset[str]


class MacroDesk:
    """The agents' macros. `passages` are those of an article that a query may see."""

    def __init__(
        self,
        parts: Parts,
        book: MacroBook,
        verifier: Callable[[], Verifier],
        passages: Callable[[str, Query], Sequence[Passage]],
    ) -> None:
        self._parts = parts
        self._book = book
        self._verifier = verifier
        self._passages = passages
        self._values = TicketValues(parts.calendar, lambda: verifier().vocabulary, parts.clock)

    def macros(self, user: User, ticket_id: str, text: str = "") -> MacroList:
        """The macros that hold every word of `text` in a title or in their own, as they would read in the reply.

        Raises:
            DeskError: `NOT_FOUND`; `UNAVAILABLE` when the macros that ship cannot be read.
        """
        case = self._case(user, ticket_id)
        wanted = _folded(text[:_LONGEST_SEARCH]).split()
        facts = self._facts()
        shown = [self._view(macro, case, facts) for macro in self._all() if _matches(macro, case.locale, wanted)]
        rank = {topic: place for place, topic in enumerate(case.topics)}
        shown.sort(key=lambda view: (rank[view.topic], 0) if view.fits else (len(rank), _ORDER.index(view.category)))
        return MacroList(tuple(shown), case.locale, self._book.problems())

    def fill(self, user: User, ticket_id: str, macro_id: str) -> FilledMacro:
        """The macro for this ticket's reply, its sentences with the passages that they cite.

        Without the article, or without an index, it cites nothing; its figures then have to be vouched for.

        Raises:
            DeskError: `NOT_FOUND`, no such ticket or macro; `UNAVAILABLE`.
        """
        case = self._case(user, ticket_id)
        macro = next((macro for macro in self._all() if macro.id == macro_id), None)
        if macro is None:
            raise DeskError(Refusal.NOT_FOUND)
        body = macro.text(case.locale, self._facts())
        pieces = tuple(self._pieces(body, self._article(macro, case), case))
        return FilledMacro(macro.id, pieces, _missing(macro, case))

    def _facts(self) -> FactsTable:
        return self._book.facts.on(self._parts.clock().date())

    def _all(self) -> tuple[Macro, ...]:
        try:
            return self._book.macros()
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None

    def _case(self, user: User, ticket_id: str) -> _Case:
        with self._parts.database.reading() as records:
            ticket = visible(records, user, ticket_id)
            draft = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
            conversation = records.conversations.get(ticket.conversation_id)
            said = records.messages.of_conversation(ticket.conversation_id)
        turns = tuple(message.text for message in said if message.ticket_id == ticket.id)
        cited = [citation.document_id for citation in draft.citations] if draft else []
        evidence = draft.evidence if draft else ()
        topics = (*cited, ticket.topic, *(item.passage.document_id for item in evidence))
        language = draft.language if draft else ticket.language
        values, blanks = self._put_in(user, ticket, turns, language)
        return _Case(
            locale=nearest(language),
            evidence=evidence,
            topics=tuple(dict.fromkeys(filter(None, topics))),
            jurisdiction=conversation.jurisdiction if conversation else None,
            values=values,
            blanks=blanks,
        )

    def _put_in(
        self, user: User, ticket: Ticket, turns: Sequence[str], language: str
    ) -> tuple[dict[Variable, str], frozenset[str]]:
        """The desk has no customer's name that it may show: a neutral form of address stands for it."""
        locale = nearest(language)
        known = {
            **self._values.known(ticket, turns),
            Variable.AGENT_NAME: user.name,
            Variable.CUSTOMER_NAME: self._parts.messages.text("macro_customer", locale),
        }
        blanks = {name for name in Variable if not known.get(name)}
        names = {name: f"【{self._parts.messages.text(f'macro_blank_{name}', locale)}】" for name in blanks}
        return {**known, **names}, frozenset(blanks)

    def _view(self, macro: Macro, case: _Case, facts: FactsTable) -> MacroView:
        body = macro.text(case.locale, facts)
        return MacroView(
            id=macro.id,
            title=macro.title(case.locale),
            category=macro.category,
            text=filled(body, case.values),
            missing=_missing(macro, case),
            topic=macro.topic,
            fits=bool(macro.topic) and macro.topic in case.topics,
            own=macro.own,
        )

    def _article(self, macro: Macro, case: _Case) -> tuple[Passage, ...]:
        if not macro.topic:
            return ()
        query = Query("", as_of=self._parts.clock().date(), jurisdiction=case.jurisdiction)
        try:
            found = self._passages(macro.topic, query)
        except ProofdeskError:
            return ()
        return article_passages(found, case.evidence, case.locale)

    def _pieces(self, body: str, article: Sequence[Passage], case: _Case) -> Iterator[Piece]:
        """Sentences with their marks behind them, the white space between them as it was written."""
        spans = sentence_spans(body)
        sentences = [body[start:end] for start, end in spans]
        sources = sources_of(sentences, article, self._verifier().vocabulary, case.locale)
        glue = "" if is_unspaced(case.locale) else " "
        at = 0
        for (_, end), cited in zip(spans, sources, strict=True):
            yield Piece(filled(body[at:end], case.values) + (glue if cited else ""))
            yield from (Piece(cite=passage.id) for passage in cited)
            at = end
        if at < len(body):
            yield Piece(filled(body[at:], case.values))


def _missing(macro: Macro, case: _Case) -> tuple[str, ...]:
    return tuple(case.values[Variable(name)] for name in macro.variables(case.locale) if name in case.blanks)


def _matches(macro: Macro, locale: str, wanted: Sequence[str]) -> bool:
    held = _folded("\n".join((macro.id, *macro.titles.values(), macro.bodies[locale])))
    return all(word in held for word in wanted)


def _folded(text: str) -> str:
    """So that traditional characters find simplified ones, and capitals small letters."""
    return normalised(text).text
