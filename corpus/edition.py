"""A document through time: its versions as the catalog keeps them, and its editions as retrieval sees them.

A *version* has valid time (the days it speaks about) and system time (when the catalog held it). An *edition* is one
rendered text on a range of days: a version whose facts changed in between has several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from corpus.model import Document

Change = Literal["added", "updated", "unchanged"]
Origin = Literal["seed", "file", "url", "editor"]


class State(StrEnum):
    """What has been decided about a version."""

    DRAFT = "draft"
    """Kept, never in force."""
    PUBLISHED = "published"
    DISCARDED = "discarded"
    """A draft that was given up."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document in one locale.

    Attributes:
        number: from 1, in the order in which they were kept; 0 for a seed article.
        name: the file it came in; its suffix says how to read it.
        effective_from: the first day it holds; for a draft what it says itself, `None` = it does not say.
        effective_until: the first day on which it no longer holds; `None` = open.
        recorded_at: when the catalog came to keep it.
        superseded_at: when it stopped to hold on any day; `None` = it holds on some, or was never in force.
        in_force: whether it holds on some day, past and future ones included.
    """

    document_id: str
    locale: str
    number: int
    state: State
    title: str
    category: str
    name: str
    origin: Origin
    digest: str
    effective_from: date | None
    effective_until: date | None
    recorded_at: datetime
    superseded_at: datetime | None = None
    in_force: bool = False
    author: str = ""
    note: str = ""
    owner: str = ""
    review_due: date | None = None
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One rendered text of a document on a range of days.

    Attributes:
        document: with the range as its validity and the version's number.
        derived: whether it was made from the document in another script.
    """

    document: Document
    origin: Origin
    derived: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What all editions of a document in one locale share."""
        return (self.document.id, self.document.locale)


@dataclass(frozen=True, slots=True)
class Edits:
    """What people changed about how a document is found, whatever its text.

    Attributes:
        questions: example questions besides its own.
        hidden: ids of passages that are taken out of retrieval.
    """

    questions: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stale:
    """A document that its owner has to look at.

    Attributes:
        reason: `review_due` (the day has come), `expired` (nothing follows it) or `expiring` (within 30 days).
    """

    document_id: str
    locale: str
    title: str
    owner: str
    reason: Literal["review_due", "expired", "expiring"]
    day: date
