"""The rules by which the catalog changes: what publishing, expiring, removing and restoring do to what holds when."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from corpus.catalog_snapshot import Key, Snapshot
from corpus.catalog_store import CatalogWriter
from corpus.edition import Change, Origin, State, Version
from corpus.errors import DocumentError
from corpus.model import BEGINNING, Document
from corpus.timeline import Timeline, expired, published


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way into the catalog: what was read, and the file it was read from."""

    document: Document
    name: str
    content: bytes
    origin: Origin = "file"
    source_url: str = ""
    note: str = ""


class CatalogChange:
    """The rules of one change, inside its transaction."""

    def __init__(self, writer: CatalogWriter, at: datetime, seeds: set[Key]) -> None:
        self.writer = writer
        self.at = at
        self.seeds = seeds

    @property
    def snapshot(self) -> Snapshot:
        """The catalog with what this change did so far."""
        return self.writer.snapshot()

    def add(self, new: NewDocument, author: str, *, draft: bool, start: date | None) -> Change:
        """Keep a document as a new version, unless it is the one that is kept already.

        The newest version again, after it was ended before the day it names itself, is in force again from today on.
        """
        document = new.document
        key = (document.id, document.locale)
        snapshot = self.writer.snapshot(key)
        digest = hashlib.sha256(f"{new.name}\n".encode() + new.content).hexdigest()
        kept = list(snapshot.versions.values())
        same = [version for version in kept if version.digest == digest]
        newest = max(kept, key=lambda version: version.number, default=None)
        again = newest if newest is not None and newest.digest == digest else None
        if draft and again is not None and again.state is State.DRAFT:
            return "unchanged"  # an earlier draft with these words waits for nobody any more
        if not draft and again is not None:
            if any(self._stands(version) for version in same):
                return "unchanged"
            if any(version.in_force for version in same):
                start = start or self._back_from(snapshot.timelines.get(key, ()))
        number = max((version.number for version in kept), default=0) + 1
        self.writer.add_version(
            Version(
                document_id=document.id,
                locale=document.locale,
                number=number,
                state=State.DRAFT,
                title=document.title,
                category=document.category,
                name=new.name,
                origin=new.origin,
                digest=digest,
                effective_from=document.effective_from if document.effective_from != BEGINNING else None,
                effective_until=document.effective_until,
                recorded_at=self.at,
                author=author,
                note=new.note,
                owner=document.owner,
                review_due=document.review_due,
                source_url=new.source_url,
            ),
            new.content,
        )
        if not draft:
            self.publish(key, number, start)
        return "updated" if kept else "added"

    def _stands(self, version: Version) -> bool:
        """Whether a version holds today or later, or until a day that it names itself."""
        today = self.at.date()
        if not version.in_force or version.effective_until is None or version.effective_until > today:
            return version.in_force
        _, until = self.writer.declared(version_key(version), version.number)
        return until is not None and until <= today

    def publish(self, key: Key, number: int, start: date | None) -> None:
        """Put a version in force; see `Catalog.publish`."""
        snapshot = self.writer.snapshot(key)
        version = snapshot.versions.get((*key, number))
        if version is None or version.state is State.DISCARDED:
            raise DocumentError(f'"{key[0]}" has no version {number} in {key[1]} that can be published.')
        timeline = snapshot.timelines.get(key, ())
        # Not the days of `version`: where it holds now is cut short by whatever follows it.
        begins, until = self.writer.declared(key, number)
        first = start or begins or (self.at.date() if timeline else BEGINNING)
        if until is not None and until <= first:
            hint = "Give it a later effective_until, or publish it from an earlier day."
            raise DocumentError(f'"{key[0]}" would be over before it begins ({first}).', hint=hint)
        self.writer.set_state(key, number, State.PUBLISHED)
        self.writer.set_timeline(key, published(timeline, number, first, until), self.at)

    def expire_all(self, keys: Iterable[Key], day: date, *, named: bool) -> None:
        """Let a document end in several languages; `named` = the caller asked for this one language."""
        snapshot = self.snapshot
        for key in keys:
            if key in self.seeds or snapshot.timelines.get(key):
                self.expire(key, day)
            elif named:
                raise DocumentError(f'"{key[0]}" in {key[1]} is made from zh-CN.', hint="Let that one end.")

    def expire(self, key: Key, day: date) -> None:
        """Let a document end on a day; see `Catalog.expire`."""
        timeline = self.writer.snapshot(key).timelines.get(key, ())
        if not timeline:
            raise DocumentError(
                f'"{key[0]}" ({key[1]}) is a seed article, which has no last day.',
                hint="Take it in as a document of your own with an effective_until, or remove it.",
            )
        if day <= timeline[0].start:
            hint = "Remove it, or choose a later day."
            raise DocumentError(
                f'"{key[0]}" ({key[1]}) would hold on no day: it begins {timeline[0].start}.', hint=hint
            )
        self.writer.set_timeline(key, expired(timeline, day), self.at)

    def remove(self, key: Key, *, hide: bool) -> None:
        """Take a document out of force for every day; `hide` = also what holds without a version of the operator's."""
        self.writer.set_timeline(key, (), self.at)
        if hide:
            self.writer.hide(key, self.at)

    def restore_all(
        self, document_id: str, locale: str | None, known: Iterable[Key], number: int | None, author: str
    ) -> None:
        """Bring a document back in one language or in all, of which `known` have versions."""
        # Traditional Chinese that is derived has no versions, but may have been taken out.
        hidden = {key for key in self.snapshot.hidden if key[0] == document_id}
        keys = sorted(key for key in {*known, *hidden} if locale in (None, key[1]))
        if not keys:
            raise DocumentError(f'"{document_id}" has nothing in {locale}.')
        if locale is None and number is None:  # a language with nothing but drafts does not stop the others
            keys = [key for key in keys if self._may_come_back(key)] or keys
        for key in keys:
            self.restore(key, number, author)

    def _may_come_back(self, key: Key) -> bool:
        snapshot = self.writer.snapshot(key)
        kept = (version.state is State.PUBLISHED for version in snapshot.versions.values())
        return key in self.seeds or key in snapshot.hidden or any(kept)

    def restore(self, key: Key, number: int | None, author: str) -> None:
        """Bring a version or the seed article back; see `Catalog.restore`."""
        snapshot = self.writer.snapshot(key)
        versions = snapshot.versions.values()
        kept = [v for v in versions if v.state is State.PUBLISHED]
        chosen = max((v for v in kept if number in (None, v.number)), key=lambda v: v.number, default=None)
        if chosen is None and (number not in (None, 0) or (key not in self.seeds and key not in snapshot.hidden)):
            raise DocumentError(f'"{key[0]}" has nothing in {key[1]} to bring back.')
        self.writer.show(key, self.at)
        if chosen is None:
            self.writer.set_timeline(key, (), self.at)
            return
        timeline = snapshot.timelines.get(key, ())
        if number is None and timeline and timeline[-1].end is None:
            return  # it is in force and nothing ends it
        again = max(v.number for v in versions) + 1
        self.writer.add_copy(key, chosen.number, again, self.at, author)
        self.publish(key, again, self._back_from(timeline))

    def _back_from(self, timeline: Timeline) -> date | None:
        """From which day what comes back holds: today where something was ended; `None` = as publishing has it."""
        if not timeline or timeline[-1].end is None:
            return None
        return max(timeline[-1].start, self.at.date())

    def discard(self, key: Key, number: int) -> None:
        """Give a draft up."""
        version = self.writer.snapshot(key).versions.get((*key, number))
        if version is None or version.state is not State.DRAFT:
            raise DocumentError(f'"{key[0]}" has no draft {number} in {key[1]}.')
        self.writer.set_state(key, number, State.DISCARDED)

    def set_owner(self, key: Key, owner: str) -> None:
        """Say who looks after the versions in force."""
        for number in self.in_force(key):
            self.writer.set_owner(key, number, owner)

    def set_review_due(self, key: Key, day: date | None) -> None:
        """Say by when somebody has to look at the versions in force."""
        for number in self.in_force(key):
            self.writer.set_review_due(key, number, day)

    def in_force(self, key: Key) -> list[int]:
        """Numbers of the versions in force; an error if there is none."""
        numbers = [period.number for period in self.writer.snapshot(key).timelines.get(key, ())]
        if not numbers:
            raise DocumentError(f'"{key[0]}" has no version of your own in force in {key[1]}.')
        return numbers


def version_key(version: Version) -> Key:
    """Id and locale."""
    return (version.document_id, version.locale)


def unknown_document(document_id: str, known: set[str]) -> DocumentError:
    """The error of an id that nothing has, with those that are near it."""
    near = difflib.get_close_matches(document_id[:100], sorted(known - {document_id}), n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else ""
    return DocumentError(f'There is no document "{document_id}".', hint=hint)
