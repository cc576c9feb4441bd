"""What the knowledge page shows of the body of documents as a whole, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assistant.chain.grounding import nearest_locale
from assistant.curation.views import Standing
from corpus import traditional


@dataclass(frozen=True, slots=True)
class StaleView:
    """A document that its owner has to look at. `reason` is `review_due`, `expired` or `expiring`."""

    document_id: str
    locale: str
    title: str
    owner: str
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class CoverageLeaf:
    """One topic and how many live documents it has per locale; an empty leaf is a gap. `titles` by locale."""

    topic: str
    group: str
    titles: Mapping[str, str]
    documents: Mapping[str, int]
    questions: int
    passages: int

    def title(self, locale: str) -> str:
        """The topic's title in the language nearest to `locale`."""
        nearest = nearest_locale(locale, tuple(self.titles))
        if nearest is None:
            return self.topic
        script_differs = locale == traditional.LOCALE and nearest == "zh-CN"
        return traditional.to_traditional(self.titles[nearest]) if script_differs else self.titles[nearest]


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """Two live documents that say different things about the same fact.

    Attributes:
        subject: what both speak about.
        values: what the first and the second say.
        sentences: the sentences they say it in.
        dismissed: why a person says that it is none; `""` = it is open.
    """

    id: str
    subject: str
    documents: tuple[tuple[str, str], tuple[str, str]]
    titles: tuple[str, str]
    values: tuple[str, str]
    sentences: tuple[str, str]
    dismissed: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """One generation of the index."""

    id: str
    created: datetime
    documents: int
    passages: int
    current: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The page's head: counts per standing, drafts, tasks, the snapshot that answers."""

    standings: Mapping[Standing, int]
    drafts: int
    stale: int
    gaps: int
    contradictions: int
    snapshot: SnapshotView | None
    problems: tuple[str, ...] = ()
