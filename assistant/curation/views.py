"""What the knowledge page shows, as plain values: the page renders these and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from corpus.model import PassageKind, SectionKind


class Standing(StrEnum):
    """How a document stands today."""

    LIVE = "live"
    SCHEDULED = "scheduled"
    """Published, and holds from a later day on."""
    EXPIRED = "expired"
    DRAFT = "draft"
    """Kept, never published."""
    REMOVED = "removed"
    BROKEN = "broken"
    """Published, and cannot be used: a fact it quotes is gone."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document in one locale, as a line of the list.

    Attributes:
        version: the version in force, or the newest one when none is.
        drafts: how many newer versions wait to be published.
        origin: `seed`, `file`, `url` or `editor`.
        problem: why it cannot be used; `""` = it can.
    """

    document_id: str
    locale: str
    title: str
    category: str
    standing: Standing
    version: int
    effective_from: date
    effective_until: date | None
    owner: str
    review_due: date | None
    origin: str
    drafts: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a document, newest first in a list.

    Attributes:
        superseded_at: when the catalog stopped to hold it; `None` = it holds it still.
    """

    document_id: str
    locale: str
    number: int
    standing: Standing
    name: str
    origin: str
    effective_from: date
    effective_until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """One passage as it is indexed.

    Attributes:
        questions: example questions that lead to it.
        hidden: taken out of retrieval by a person.
    """

    id: str
    kind: PassageKind
    section: SectionKind
    heading: str
    text: str
    tokens: int
    page: int | None = None
    part: str = ""
    questions: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class LintWarning:
    """What the lint says about a document: `rule` is its id, `place` where it applies."""

    rule: str
    severity: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would become that is being written."""

    passages: tuple[PassageView, ...]
    warnings: tuple[LintWarning, ...]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """The newest draft of a document: what would be published next. `name` is that of its file."""

    document_id: str
    locale: str
    title: str
    number: int
    name: str
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft that somebody may go on writing. `text` is `None` when its format cannot be edited here."""

    row: DraftRow
    text: str | None


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """A document with its history.

    Attributes:
        passages: those of the version in force, or of the newest draft while none was ever published.
        text: the source of the row's version when it can be edited here (Markdown, plain text); `None` for other
            formats.
        locales: every locale the document has.
        questions: example questions that its text names.
        added: example questions that people added to them; they hold whatever the version.
        draft: the newest draft.
        readable: whether everybody can read it in the help centre.
    """

    row: DocumentRow
    versions: tuple[VersionView, ...]
    passages: tuple[PassageView, ...]
    text: str | None
    locales: tuple[str, ...]
    questions: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    warnings: tuple[LintWarning, ...] = ()
    draft: DraftText | None = None
    readable: bool = False


class LineKind(StrEnum):
    """A line of a comparison."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison of two versions."""

    kind: LineKind
    text: str


class ChangeKind(StrEnum):
    """What can be done to a document. Nothing of it shows in answers before it is published."""

    PUBLISH = "publish"
    EXPIRE = "expire"
    REMOVE = "remove"
    RESTORE = "restore"
    HIDE = "hide"
    SHOW = "show"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Change:
    """One intended change.

    Attributes:
        number: the version to publish or to restore.
        day: from when it holds (publish), or the first day on which it no longer holds (expire).
        passage_id: what to hide or to show.
        questions: the example questions that the document has from now on, besides those that its text names.
    """

    kind: ChangeKind
    document_id: str
    locale: str
    number: int | None = None
    day: date | None = None
    passage_id: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one uploaded file, or of one part of it."""

    name: str
    status: str
    document_id: str = ""
    locale: str = ""
    number: int = 0
    passages: int = 0
    message: str = ""


class JobState(StrEnum):
    """How far a piece of background work is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobView:
    """Background work: an upload, a check before publishing, a build.

    Attributes:
        kind: `upload`, `impact` or `publish`.
        current: what is being worked on.
        message: why it failed, in English; `""` otherwise.
    """

    id: str
    kind: str
    state: JobState
    done: int
    total: int
    current: str = ""
    results: tuple[FileResult, ...] = ()
    message: str = ""


class Verdict(StrEnum):
    """What a change does to one answer."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    """Another text from the same document: neither better nor worse by what can be measured."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer, before or after."""

    action: str
    document_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplayCase:
    """One question asked of both snapshots.

    Attributes:
        source: `golden` (written for this) or `approved` (a reply that a person sent).
        expected: id of the document that should be cited first; `""` = a hand-off is right.
    """

    id: str
    source: str
    question: str
    expected: str
    before: Outcome
    after: Outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """What a set of changes would do to known questions.

    Attributes:
        id: publishing names it: changes are published with the report that was made of exactly them.
        cases: those that differ, the worse ones first.
        right_before: how many of all cases cite what they should, before; `right_after` alike.
    """

    id: str
    changes: tuple[Change, ...]
    base: str
    candidate: str
    total: int
    right_before: int
    right_after: int
    cases: tuple[ReplayCase, ...]
    made_at: datetime

    @property
    def drops(self) -> bool:
        """Whether some answer gets worse: then only an override with a reason publishes it."""
        return any(case.verdict is Verdict.WORSE for case in self.cases)


@dataclass(frozen=True, slots=True)
class BenchHit:
    """One hit of the search bench, with the reasons.

    Attributes:
        ranks: rank per retriever that found it; `scores` the raw score per retriever.
        matched: terms of the query that the text holds.
        question: the example question that led here.
    """

    rank: int
    passage_id: str
    document_id: str
    locale: str
    title: str
    heading: str
    text: str
    score: float
    ranks: Mapping[str, int]
    scores: Mapping[str, float]
    matched: tuple[str, ...]
    question: str
    effective_from: date
    effective_until: date | None
    page: int | None
    part: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A search by the function that answers use, and what the desk would do with it.

    Attributes:
        query: the stand-alone question as it was searched for.
        as_of: the day that was searched; `None` = today.
        answers: whether the confidence reaches the threshold.
    """

    query: str
    language: str
    as_of: date | None
    hits: tuple[BenchHit, ...]
    confidence: float
    threshold: float
    answers: bool
    features: Mapping[str, float]
    stage_ms: Mapping[str, float]
    snapshot_id: str
