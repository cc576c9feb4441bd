"""From what is kept to what holds when: versions and seed articles as editions, each one text on a range of days."""

from __future__ import annotations

import hashlib
import logging
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import PurePath

from corpus.catalog_snapshot import Key, Snapshot
from corpus.edition import Edition, State, Version
from corpus.errors import DocumentError, FactError, PassingError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.loaders.encoding import decode
from corpus.model import BEGINNING, Document
from corpus.parsed import ParsedDocuments, opened, reader_version
from corpus.seed import SeedArticle
from corpus.timeline import Period
from corpus.traditional import LOCALE as TRADITIONAL
from corpus.traditional import traditional

_LOG = logging.getLogger(__name__)
_SIMPLIFIED = "zh-CN"
_TEMPLATES = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".csv", ".tsv", ".json", ".jsonl"})
"""Formats that are text: which facts a document names, and so the days on which they change, is seen in its file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A stored document that cannot be used now, for example because a fact it quotes is gone."""

    document_id: str
    locale: str
    name: str
    message: str
    passing: bool = False
    """Whether the next attempt may go well."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What one document is read from.

    Attributes:
        key: the digest of all that decides the document, but for the facts.
        quotes: whether it may name facts.
    """

    key: str
    quotes: bool
    read: Callable[[FactsTable], Document] = field(compare=False)


_NO_FACTS = FactsTable({}, {})
_Found = list[tuple[Edition, str]]
"""Editions, each with what its text is known by."""
_Made = tuple[object, _Found]
"""All that decides a document's editions, and the editions."""
_Known = dict[str, Document | DocumentError]
"""What was read, by the digest of all that decides it."""


class EditionReader:
    """Reads documents, each text once: what is kept never changes.

    Args:
        facts: renders the placeholders of all documents.
        seeds: the shipped articles.
        contents: the bytes with these digests, by digest.
        parsed: what earlier processes read.
        like: another reader, whose documents need not be read again.
    """

    def __init__(
        self,
        facts: FactsTable,
        seeds: tuple[SeedArticle, ...],
        contents: Callable[[Collection[str]], Mapping[str, bytes]],
        parsed: ParsedDocuments,
        like: EditionReader | None = None,
    ) -> None:
        self._facts = facts
        self._seeds = {(seed.id, seed.locale): seed for seed in seeds}
        self._contents = contents
        self._parsed = parsed
        self._dated: dict[date, FactsTable] = {}
        self._texts: dict[tuple[str, str], _Text] = {}
        self._changes: dict[str, tuple[date, ...]] = {} if like is None else like._changes
        self._known: _Known = {} if like is None else like._known
        self._stored: dict[str, bytes] | None = None if like is None else {}
        self._fresh: dict[str, Document] = {}
        self._made: dict[tuple[str, str, str], _Made] = {} if like is None else dict(like._made)
        self._twins: dict[int, tuple[Edition, Edition]] = {}

    def editions(self, snapshot: Snapshot) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
        """Every edition by id, locale and first day, and what could not be used.

        Raises:
            DocumentError: a seed article is broken.
        """
        if self._stored is None:
            self._stored = self._parsed.load()
        self._learn_changes(snapshot)
        problems: list[Problem] = []
        found: list[tuple[Edition, str]] = []
        for key in sorted(self._seeds.keys() | snapshot.timelines.keys()):
            found += self._seed_editions(key, snapshot)
            found += self._kept_editions(key, snapshot, problems)
        editions = [edition for edition, _ in found] + self._derived(found, snapshot)
        for problem in problems:
            _LOG.warning("document %s (%s) is out of force: %s", problem.document_id, problem.locale, problem.message)
        editions.sort(key=lambda edition: (*edition.key, edition.document.effective_from))
        self._stored = {}
        fresh, self._fresh = self._fresh, {}
        if fresh:
            self._parsed.keep(fresh, {key for _, key in found} | {_traditional_key(key) for _, key in found})
        return tuple(editions), tuple(problems)

    def document(self, version: Version, start: date | None = None, end: date | None = None) -> Document:
        """A version as it reads on `start`, by default with today's facts.

        Raises:
            DocumentError: it cannot be read.
        """
        return self._dress(self._document(self._version_text(version), start or date.max)[0], version, start, end)

    def _learn_changes(self, snapshot: Snapshot) -> None:
        """On which days the facts change that the texts in force name; all texts are fetched at once."""
        digests = {
            version.digest
            for key, timeline in snapshot.timelines.items()
            for period in timeline
            if _is_template((version := snapshot.versions[*key, period.number]).name)
        }
        for digest, content in self._contents(digests - self._changes.keys()).items():
            self._changes[digest] = self._facts.changes(_decoded(content))

    def _seed_editions(self, key: Key, snapshot: Snapshot) -> _Found:
        if key not in self._seeds or key in snapshot.hidden:
            return []
        kept = snapshot.timelines.get(key, ())
        replaced = kept[0].start if kept else None  # an operator's version takes the article's place from then on
        made = self._made.get(("seed", *key))
        if made is None or made[0] != replaced:
            made = self._made["seed", *key] = (replaced, list(self._seed_ranges(self._seeds[key], replaced)))
        return made[1]

    def _seed_ranges(self, seed: SeedArticle, replaced: date | None) -> Iterator[tuple[Edition, str]]:
        text = self._seed_text(seed)
        first, _ = self._document(text, BEGINNING)
        until = min((day for day in (first.effective_until, replaced) if day is not None), default=None)
        if seed.name not in self._changes:
            self._changes[seed.name] = self._facts.changes(seed.text)
        for start, end in _ranges(Period(first.effective_from, 0, until), self._changes[seed.name]):
            document, known = self._document(text, start)
            yield Edition(replace(document, effective_from=start, effective_until=end), "seed"), known

    def _kept_editions(self, key: Key, snapshot: Snapshot, problems: list[Problem]) -> _Found:
        timeline = snapshot.timelines.get(key, ())
        versions = [snapshot.versions[*key, period.number] for period in timeline]
        made = self._made.get(("kept", *key))
        if made is not None and made[0] == (timeline, versions):
            return made[1]
        found: _Found = []
        faults = len(problems)
        for version, period in zip(versions, timeline, strict=True):
            try:
                # All ranges or none: half a version would leave days on which nobody knows that it is missing.
                found += list(self._version_editions(version, period))
            except DocumentError as error:
                if not any(problem.name == version.name for problem in problems[faults:]):
                    problems.append(Problem(*key, version.name, str(error), isinstance(error, PassingError)))
        if len(problems) == faults:
            self._made["kept", *key] = ((timeline, versions), found)
        return found

    def _version_editions(self, version: Version, period: Period) -> Iterator[tuple[Edition, str]]:
        text = self._version_text(version)
        cuts = self._changes.get(version.digest, self._facts.days if text.quotes else ())
        for start, end in _ranges(period, cuts):
            document, known = self._document(text, start)
            yield Edition(self._dress(document, version, start, end), version.origin), known

    def _derived(self, found: list[tuple[Edition, str]], snapshot: Snapshot) -> list[Edition]:
        """Traditional Chinese for every article in Simplified Chinese that has none of its own."""
        own = {edition.document.id for edition, _ in found if edition.document.locale == TRADITIONAL}
        own |= {document_id for document_id, locale in snapshot.hidden if locale == TRADITIONAL}
        before, self._twins = self._twins, {}
        for edition, known in found:
            document = edition.document
            if document.locale != _SIMPLIFIED or document.id in own:
                continue
            twin = before.get(id(edition))
            if twin is None or twin[0] is not edition:
                # Converted once per text: the days, the version and the owner are those of the edition.
                text = self._look_up(_traditional_key(known), partial(traditional, document))
                changed = replace(document, locale=text.locale, title=text.title, sections=text.sections, questions=())
                twin = (edition, Edition(changed, edition.origin, derived=True))
            self._twins[id(edition)] = twin
        return [derived for _, derived in self._twins.values()]

    @staticmethod
    def _dress(found: Document, version: Version, start: date | None, end: date | None) -> Document:
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

    def _version_text(self, version: Version) -> _Text:
        def read(facts: FactsTable) -> Document:
            content = self._contents((version.digest,)).get(version.digest)
            if content is None:
                raise DocumentError("The catalog has lost a document's content.", hint="Restore it from a backup.")
            return parse_document(version.name, content, facts)

        text = _Text(_digest("version", version.name, version.digest), True, read)
        return text if _is_template(version.name) else self._if_it_quotes(text)

    def _if_it_quotes(self, text: _Text) -> _Text:
        """A text that can be read without any facts names none; in formats that are no text only this tells."""
        plain = replace(text, quotes=False)
        try:
            self._document(plain, BEGINNING)
        except FactError:
            return text
        return plain

    def _seed_text(self, seed: SeedArticle) -> _Text:
        found = self._texts.get((seed.id, seed.locale))
        if found is None:
            key = _digest("seed", seed.name, hashlib.sha256(seed.content).hexdigest(), repr(seed.pairs))
            found = self._texts[seed.id, seed.locale] = _Text(key, "{{" in seed.text, seed.document)
        return found

    def _document(self, text: _Text, day: date) -> tuple[Document, str]:
        """What a text reads like with the facts of `day`, and the key it is known by."""
        key = _digest(reader_version(), text.key, self._figures_of(day) if text.quotes else "")
        return self._look_up(key, lambda: text.read(self._facts_on(day) if text.quotes else _NO_FACTS)), key

    def _look_up(self, key: str, read: Callable[[], Document]) -> Document:
        """What `read` gives, or the error that it raised before; each once."""
        known = self._known.get(key)
        if known is None and self._stored and (sealed := self._stored.pop(key, None)) is not None:
            known = opened(key, sealed)
        if known is None:
            try:
                known = self._fresh[key] = read()
            except PassingError:
                raise
            except DocumentError as error:
                known = error
        self._known[key] = known
        if isinstance(known, DocumentError):
            raise known
        return known

    def _figures_of(self, day: date) -> str:
        """What tells the facts of `day` from those of other days."""
        return f"{self._facts.digest} {bisect_right(self._facts.days, day)}"

    def _facts_on(self, day: date) -> FactsTable:
        if day not in self._dated:
            self._dated[day] = self._facts.on(day)
        return self._dated[day]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _traditional_key(key: str) -> str:
    return _digest(TRADITIONAL, key)


def _decoded(content: bytes) -> str:
    """The text of a file; nothing for one that will not be read either."""
    try:
        return decode(content, "")
    except DocumentError:
        return ""


@lru_cache(maxsize=1 << 14)
def _is_template(name: str) -> bool:
    return PurePath(name).suffix.lower() in _TEMPLATES


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


def settled(editions: Iterable[Edition]) -> frozenset[tuple[str, str]]:
    """(id, locale) of documents that only the seed writes: their figures come from one table and cannot differ."""
    known = tuple(editions)
    return frozenset(e.key for e in known) - {e.key for e in known if e.origin != "seed"}
