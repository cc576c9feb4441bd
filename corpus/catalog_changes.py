"""The rules by which the catalog changes: what publishing, expiring, removing and restoring do to what holds when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from corpus.catalog_store import CatalogWriter, Key, Snapshot
from corpus.edition import Change, Origin, State, Version
from corpus.errors import DocumentError
from corpus.model import BEGINNING, Document
from corpus.timeline import expired, published


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
        """Keep a document as a new version, unless it is the one that is kept already."""
        document = new.document
        key = (document.id, document.locale)
        snapshot = self.snapshot
        digest = hashlib.sha256(f"{new.name}\n".encode() + new.content).hexdigest()
        kept = [v for v in snapshot.versions.values() if version_key(v) == key]
        if any(v.digest == digest and (v.state is State.DRAFT if draft else v.in_force) for v in kept):
            newest = max(kept, key=lambda version: version.number)
            if newest.digest == digest or draft:
                return "unchanged"
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

    def publish(self, key: Key, number: int, start: date | None) -> None:
        """Put a version in force; see `Catalog.publish`."""
        snapshot = self.snapshot
        version = snapshot.versions.get((*key, number))
        if version is None or version.state is State.DISCARDED:
            raise DocumentError(f'"{key[0]}" has no version {number} in {key[1]} that can be published.')
        timeline = snapshot.timelines.get(key, ())
        first = start or version.effective_from or (self.at.date() if timeline else BEGINNING)
        if version.effective_until is not None and version.effective_until <= first:
            hint = "Give it a later effective_until, or publish it from an earlier day."
            raise DocumentError(f'"{key[0]}" would be over before it begins ({first}).', hint=hint)
        self.writer.set_state(key, number, State.PUBLISHED)
        self.writer.set_timeline(key, published(timeline, number, first, version.effective_until), self.at)

    def expire(self, key: Key, day: date) -> None:
        """Let a document end on a day; see `Catalog.expire`."""
        timeline = self.snapshot.timelines.get(key, ())
        if timeline:
            self.writer.set_timeline(key, expired(timeline, day), self.at)
        elif key in self.seeds:
            raise DocumentError(
                f'"{key[0]}" ({key[1]}) is a seed article, which has no last day.',
                hint="Take it in as a document of your own with an effective_until, or remove it.",
            )

    def remove(self, key: Key) -> None:
        """Take a document out of force for every day."""
        self.writer.set_timeline(key, (), self.at)
        self.writer.hide(key, self.at)

    def restore(self, key: Key, number: int | None, author: str) -> None:
        """Bring a version or the seed article back; see `Catalog.restore`."""
        snapshot = self.snapshot
        kept = [v for v in snapshot.versions.values() if version_key(v) == key and v.state is State.PUBLISHED]
        if number is None and key in snapshot.hidden and not kept:
            number = 0
        chosen = max((v for v in kept if number in (None, v.number)), key=lambda v: v.number, default=None)
        if chosen is None and not (key in self.seeds and number in (None, 0)):
            raise DocumentError(f'"{key[0]}" has nothing in {key[1]} to bring back.')
        self.writer.show(key, self.at)
        if chosen is None:
            self.writer.set_timeline(key, (), self.at)
            return
        if number is None and chosen.in_force:
            return
        again = max(v.number for v in snapshot.versions.values() if version_key(v) == key) + 1
        first = chosen.effective_from if not snapshot.timelines.get(key) else None
        self.writer.add_copy(key, chosen.number, again, self.at, author)
        self.publish(key, again, first)

    def discard(self, key: Key, number: int) -> None:
        """Give a draft up."""
        version = self.snapshot.versions.get((*key, number))
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
        numbers = [period.number for period in self.snapshot.timelines.get(key, ())]
        if not numbers:
            raise DocumentError(f'"{key[0]}" has no version of your own in force in {key[1]}.')
        return numbers


def version_key(version: Version) -> Key:
    """Id and locale."""
    return (version.document_id, version.locale)
