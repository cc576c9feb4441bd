"""Macros: reviewed pieces of a reply that agents put together. `seed/macros.yaml`, and a file of the operator's own.

A body holds `{variables}`, which the desk fills in for a ticket, and `{{fact:PATH}}`, which the facts table fills in.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field

from corpus.catalog import Catalog
from corpus.errors import DocumentError, FactError
from corpus.facts import FactsTable
from corpus.lint import Fault, Severity
from corpus.locales import fallbacks
from corpus.seed import seed_root
from corpus.structured import Entry, read_entries
from corpus.topics import load_topics
from corpus.traditional import LOCALE as TRADITIONAL
from corpus.traditional import to_traditional

log = logging.getLogger(__name__)

LOCALES = ("zh-CN", "zh-TW", "en")
"""Every macro is written in these; a reply in another language gets the English one."""
FILE = "macros.yaml"


class MacroCategory(StrEnum):
    """What a piece does in a reply, in the order in which a reply needs it."""

    OPENING = "opening"
    EMPATHY = "empathy"
    REQUEST = "request"
    STATUS = "status"
    STEPS = "steps"
    ESCALATION = "escalation"
    SAFETY = "safety"
    CLOSING = "closing"


class Variable(StrEnum):
    """What the desk fills in."""

    CUSTOMER_NAME = "customer_name"
    AGENT_NAME = "agent_name"
    TICKET_NUMBER = "ticket_number"
    ETA = "eta"
    COIN = "coin"
    NETWORK = "network"
    AMOUNT = "amount"
    TXID = "txid"
    ORDER_ID = "order_id"


_FACT = re.compile(r"\{\{[^{}]*\}\}")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_BRACES = re.compile(r"[{}]")
_KNOWN = frozenset(Variable)


class _Entry(Entry):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)
    title: dict[str, str]
    category: MacroCategory
    body: dict[str, str]


@dataclass(frozen=True, slots=True)
class Macro:
    """One piece.

    Attributes:
        topic: id of the article that it rests on and then cites; `""` = none.
        titles: by locale.
        bodies: by locale, facts and variables not put in.
        own: it is the operator's, not the seed's.
    """

    id: str
    category: MacroCategory
    topic: str
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    own: bool = False

    def title(self, locale: str) -> str:
        """Its name for readers of a locale."""
        return self.titles[nearest(locale)]

    def text(self, locale: str, facts: FactsTable) -> str:
        """The body with its facts put in; variables stay.

        Raises:
            FactError: a placeholder cannot be rendered.
        """
        return _with_facts(self.bodies[nearest(locale)], nearest(locale), facts)

    def variables(self, locale: str) -> tuple[str, ...]:
        """The variables of the body, each once, in order."""
        return tuple(dict.fromkeys(_VARIABLE.findall(_FACT.sub("", self.bodies[nearest(locale)]))))


def nearest(locale: str) -> str:
    """The locale of `LOCALES` in which readers of `locale` get a macro."""
    return next(candidate for candidate in (*fallbacks(locale), "en") if candidate in LOCALES)


def filled(text: str, values: Mapping[Variable, str]) -> str:
    """`text` with every `{variable}` that `values` holds put in, once: what a value says is not read again."""
    by_name: Mapping[str, str] = {str(name): value for name, value in values.items()}
    return _VARIABLE.sub(lambda match: by_name.get(match[1], match[0]), text)


def read_macros(path: Path, *, own: bool = False) -> tuple[Macro, ...]:
    """The macros of a file, in order; none if there is no such file. What they say is not checked (`macro_faults`).

    Raises:
        DocumentError: it cannot be read, does not have the documented form, or an id occurs twice.
    """
    return tuple(
        Macro(entry.id, entry.category, entry.topic, _folded(entry.title), _folded(entry.body), own)
        for entry in read_entries(path, _Entry)
    )


def macro_faults(macros: Iterable[Macro], facts: FactsTable, topics: Collection[str]) -> tuple[Fault, ...]:
    """What keeps macros from being used: locales that lack, variables and topics that do not exist, unknown facts."""
    return tuple(fault for macro in macros for fault in _faults(macro, facts, topics))


def _faults(macro: Macro, facts: FactsTable, topics: Collection[str]) -> Iterator[Fault]:
    def fault(rule: str, locale: str, message: str) -> Fault:
        return Fault(rule, Severity.ERROR, macro.id, locale, FILE, message)

    if macro.topic and macro.topic not in topics:
        yield fault("unknown-topic", "", f'there is no article "{macro.topic}"')
    for locale in LOCALES:
        body = macro.bodies.get(locale, "")
        if not (body and macro.titles.get(locale)):
            yield fault("missing-locale", locale, f"has no {'title' if body else 'body'}")
            continue
        if unknown := sorted(set(macro.variables(locale)) - _KNOWN):
            known = ", ".join(Variable)
            yield fault("unknown-variable", locale, f"{{{unknown[0]}}} is none of {known}")
        elif _BRACES.search(_VARIABLE.sub("", _FACT.sub("", body))):
            yield fault("unknown-variable", locale, "a brace is open")
        try:
            macro.text(locale, facts)
        except FactError as error:
            yield fault("unresolved-fact", locale, str(error))
    for locale in sorted((macro.titles.keys() | macro.bodies.keys()) - set(LOCALES)):
        yield fault("unknown-locale", locale, f"macros are written in {', '.join(LOCALES)}")


class MacroBook:
    """The seed's macros with the operator's own over them, by id. The operator's file is read again when it changes.

    What is wrong with that file takes nothing else away: a macro with a fault is left out, and the seed's of that id
    stands; of a file that cannot be read, all are.

    Args:
        catalog: the articles, and the facts that placeholders are rendered with.
        data_dir: the operator's data directory; `knowledge/macros.yaml` in it need not exist.
        seed: the file that ships.
    """

    def __init__(self, catalog: Catalog, data_dir: Path, *, seed: Path | None = None) -> None:
        self._catalog = catalog
        self._own = data_dir / "knowledge" / FILE
        self._seed_path = seed or seed_root() / FILE
        self._read: tuple[object, tuple[Macro, ...], str] = (None, (), "")

    @property
    def facts(self) -> FactsTable:
        """What placeholders are rendered with.

        Raises:
            FactError: the facts that ship are broken.
        """
        return self._catalog.facts

    def macros(self) -> tuple[Macro, ...]:
        """Every macro that can be used: the seed's order, what the operator adds after them.

        Raises:
            DocumentError: the file that ships cannot be read.
        """
        usable = {macro.id: macro for macro in self._sound(self._seed)}
        return tuple((usable | {macro.id: macro for macro in self._sound(self._own_macros()[0])}).values())

    def faults(self) -> tuple[Fault, ...]:
        """All that is wrong, seed and own; a file that cannot be read is one fault."""
        broken = self._own_macros()[1]
        unreadable = (Fault("broken-file", Severity.ERROR, FILE, "", "", broken),) if broken else ()
        return (*self._faults(self._seed), *self._faults(self._own_macros()[0]), *unreadable)

    def problems(self) -> tuple[str, ...]:
        """What of the operator's file is not used, and why, as sentences."""
        own, broken = self._own_macros()
        told = (f"{self._name}: {f.document_id} [{f.locale}] {f.rule}: {f.message}" for f in self._faults(own))
        return (broken,) if broken else tuple(told)

    @property
    def _name(self) -> str:
        return f"{self._own.parent.name}/{self._own.name}"

    @cached_property
    def _seed(self) -> tuple[Macro, ...]:
        return read_macros(self._seed_path)

    def _sound(self, macros: tuple[Macro, ...]) -> tuple[Macro, ...]:
        faulty = {fault.document_id for fault in self._faults(macros)}
        return tuple(macro for macro in macros if macro.id not in faulty)

    def _faults(self, macros: tuple[Macro, ...]) -> tuple[Fault, ...]:
        topics = {topic.id for topic in load_topics()}
        if any(macro.topic not in topics for macro in macros if macro.topic):
            topics |= {document.id for document in self._catalog.documents()}
        return macro_faults(macros, self.facts, topics)

    def _own_macros(self) -> tuple[tuple[Macro, ...], str]:
        """The operator's macros, and why there are none when the file cannot be read."""
        try:
            there = self._own.stat()
            state: object = (there.st_mtime_ns, there.st_size)
        except OSError as error:
            state = error.errno
        read = self._read
        if read[0] != state:
            read = self._read = (state, *self._read_own())
        return read[1], read[2]

    def _read_own(self) -> tuple[tuple[Macro, ...], str]:
        try:
            return read_macros(self._own, own=True), ""
        except (DocumentError, OSError) as error:
            told = " ".join(str(error).split()).removeprefix(f"{FILE}: ")
            message = f"{self._name}: {told}"
            log.error("%s The macros that ship are used.", message)
            return (), message


def _folded(texts: Mapping[str, str]) -> dict[str, str]:
    return {locale: text.strip() for locale, text in texts.items()}


def _with_facts(body: str, locale: str, facts: FactsTable) -> str:
    def value(match: re.Match[str]) -> str:
        shown = facts.render(match[0], locale)
        if shown == match[0] or "\n" in shown:
            raise FactError(f'Cannot read the placeholder "{match[0]}".', hint="Write {{fact:PATH}}.")
        # The table is written in simplified characters.
        return to_traditional(shown) if locale == TRADITIONAL else shown

    return _FACT.sub(value, body)
