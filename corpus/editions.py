"""From what is kept to what holds when: versions and seed articles as editions, each one text on a range of days."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath

from corpus.catalog_store import Key, Snapshot
from corpus.edition import Edition, State, Version
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import BEGINNING, Document
from corpus.seed import SeedArticle
from corpus.timeline import Period
from corpus.traditional import LOCALE as TRADITIONAL
from corpus.traditional import traditional

_LOG = logging.getLogger(__name__)
_SIMPLIFIED = "zh-CN"
_TEMPLATES = frozenset({".md", ".markdown", ".txt"})
"""Formats in which a document may name facts."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A stored document that cannot be used now, for example because a fact it quotes is gone."""

    document_id: str
    locale: str
    name: str
    message: str


class EditionReader:
    """Reads documents, each text once: what is kept never changes.

    Args:
        facts: renders the placeholders of all documents.
        seeds: the shipped articles.
        content: the bytes with a digest.
    """

    def __init__(self, facts: FactsTable, seeds: tuple[SeedArticle, ...], content: Callable[[str], bytes]) -> None:
        self._facts = facts
        self._seeds = {(seed.id, seed.locale): seed for seed in seeds}
        self._content = content
        self._dated: dict[date, FactsTable] = {}
        self._read: dict[tuple[str, str, date], Document | DocumentError] = {}

    def editions(self, snapshot: Snapshot) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
        """Every edition by id, locale and first day, and what could not be used.

        Raises:
            DocumentError: a seed article is broken.
        """
        problems: list[Problem] = []
        found: list[Edition] = []
        for key in sorted(self._seeds.keys() | snapshot.timelines.keys()):
            found += self._seed_editions(key, snapshot)
            found += self._kept_editions(key, snapshot, problems)
        found += _derived(found, snapshot)
        for problem in problems:
            _LOG.warning("document %s (%s) is out of force: %s", problem.document_id, problem.locale, problem.message)
        found.sort(key=lambda edition: (*edition.key, edition.document.effective_from))
        return tuple(found), tuple(problems)

    def _seed_editions(self, key: Key, snapshot: Snapshot) -> Iterator[Edition]:
        seed = self._seeds.get(key)
        if seed is None or key in snapshot.hidden:
            return
        first = self._document(seed.name, seed.name, BEGINNING, seed.document)
        if isinstance(first, DocumentError):
            raise first
        kept = snapshot.timelines.get(key, ())
        until = first.effective_until
        if kept:  # an operator's version takes the article's place from its first day on
            until = kept[0].start if until is None else min(until, kept[0].start)
        changes = self._facts.changes(seed.text)
        for start, end in _ranges(Period(first.effective_from, 0, until), changes):
            document = self._document(seed.name, seed.name, start, seed.document)
            if isinstance(document, DocumentError):
                raise document
            yield Edition(replace(document, effective_from=start, effective_until=end), "seed")

    def _kept_editions(self, key: Key, snapshot: Snapshot, problems: list[Problem]) -> Iterator[Edition]:
        for period in snapshot.timelines.get(key, ()):
            version = snapshot.versions[*key, period.number]
            try:
                yield from self._version_editions(version, period)
            except DocumentError as error:
                if not any((p.document_id, p.locale, p.name) == (*key, version.name) for p in problems):
                    problems.append(Problem(*key, version.name, str(error)))

    def _version_editions(self, version: Version, period: Period) -> Iterator[Edition]:
        changes: tuple[date, ...] = ()
        if PurePath(version.name).suffix.lower() in _TEMPLATES:
            changes = self._facts.changes(self._content(version.digest).decode("utf-8", "replace"))
        for start, end in _ranges(period, changes):
            yield Edition(self.document(version, start, end), version.origin)

    def document(self, version: Version, start: date | None = None, end: date | None = None) -> Document:
        """A version as it reads on `start`, by default with today's facts.

        Raises:
            DocumentError: it cannot be read.
        """

        def read(facts: FactsTable) -> Document:
            return parse_document(version.name, self._content(version.digest), facts)

        found = self._document(version.digest, version.name, start or date.max, read)
        if isinstance(found, DocumentError):
            raise found
        return replace(
            found,
            id=version.document_id,
            locale=version.locale,
            version=version.number,
            effective_from=start or version.effective_from or found.effective_from,
            effective_until=end,
            owner=version.owner or found.owner,
            review_due=version.review_due,
        )

    def _document(
        self, digest: str, name: str, day: date, read: Callable[[FactsTable], Document]
    ) -> Document | DocumentError:
        """What `read` gives with the facts of `day`, or the error it raises; each once."""
        key = (digest, name, day)
        if key not in self._read:
            try:
                self._read[key] = read(self._facts_on(day))
            except DocumentError as error:
                self._read[key] = error
        return self._read[key]

    def _facts_on(self, day: date) -> FactsTable:
        if day not in self._dated:
            self._dated[day] = self._facts.on(day)
        return self._dated[day]


def _derived(editions: list[Edition], snapshot: Snapshot) -> list[Edition]:
    """Traditional Chinese for every article in Simplified Chinese that has none of its own."""
    own = {edition.document.id for edition in editions if edition.document.locale == TRADITIONAL}
    own |= {document_id for document_id, locale in snapshot.hidden if locale == TRADITIONAL}
    return [
        replace(edition, document=traditional(edition.document))
        for edition in editions
        if edition.document.locale == _SIMPLIFIED and edition.document.id not in own
    ]


def _ranges(period: Period, changes: tuple[date, ...]) -> Iterator[tuple[date, date | None]]:
    """The period cut at the days on which a fact changes; nothing for one that is over before it begins."""
    if period.end is not None and period.end <= period.start:
        return
    inside = [day for day in changes if period.start < day and (period.end is None or day < period.end)]
    starts = [period.start, *inside]
    yield from zip(starts, [*inside, period.end], strict=True)


def seed_version(seed: SeedArticle, facts: FactsTable, snapshot: Snapshot) -> Version:
    """A seed article as a version: number 0, which every version of the operator's follows."""
    document = seed.document(facts)
    key = (seed.id, seed.locale)
    periods = snapshot.timelines.get(key, ())
    until = min((d for d in (document.effective_until, periods[0].start if periods else None) if d), default=None)
    return Version(
        document_id=seed.id,
        locale=seed.locale,
        number=0,
        state=State.PUBLISHED,
        title=document.title,
        category=document.category,
        name=seed.name,
        origin="seed",
        digest=document.digest,
        effective_from=document.effective_from,
        effective_until=until,
        recorded_at=datetime.combine(document.effective_from, datetime.min.time(), UTC),
        in_force=key not in snapshot.hidden and (until is None or until > document.effective_from),
        owner=document.owner,
    )
