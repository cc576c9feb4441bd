"""What the pages show, as plain values: a page renders these and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.model import Disposition, HandoffReason
from assistant.ticket import DraftRecord, Rating, Ticket, TicketState, Urgency
from corpus.model import Section


class Stage(StrEnum):
    """How far a request is, in the customer's words."""

    RECEIVED = "received"
    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    SENT = "sent"
    YOUR_TURN = "your_turn"
    """A fixed text asked the customer something."""
    CLOSED = "closed"


class EntryKind(StrEnum):
    """Who speaks in a conversation."""

    CUSTOMER = "customer"
    NOTICE = "notice"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class CitationView:
    """A source under a reply. `n` is the mark in the text."""

    n: int
    document_id: str
    title: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said.

    Attributes:
        text: a customer's message, a notice, or the body of a reply without its notices. Never HTML.
        notices: the texts under a reply, in order.
        by: name of the person who approved a reply; only for the staff, `""` for customers.
        tokens: tokens in a customer's message whose originals are kept; only for the staff.
        secret: the firewall destroyed a secret in this message.
        key: which fixed text a notice is (`SentNotice.key`); `""` for everything else.
    """

    kind: EntryKind
    id: str
    at: datetime
    text: str
    ticket_number: str
    notices: tuple[str, ...] = ()
    citations: tuple[CitationView, ...] = ()
    rating: Rating | None = None
    by: str = ""
    tokens: tuple[str, ...] = ()
    secret: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class StatusView:
    """Where the customer's request is.

    Attributes:
        position: how many tickets are served before this one, plus one; 0 when it is not in the queue.
        eta_minutes: 80th percentile of how long such requests took; `None` without enough history.
        due_at: the desk's own promise.
        person: a person takes over; the desk drafts no answer of its own.
    """

    number: str
    stage: Stage
    position: int
    eta_minutes: int | None
    due_at: datetime
    person: bool
    complaint: bool


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The customer's page. `status` is that of their newest ticket, `None` before the first message."""

    entries: tuple[Entry, ...] = ()
    status: StatusView | None = None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as it stands behind a citation.

    Attributes:
        sections: the article in force; when it has changed or gone since, only `quote` is shown as it was approved.
        current: whether the article in force still holds the quote.
    """

    document_id: str
    title: str
    locale: str
    sections: tuple[Section, ...]
    quote: str
    current: bool


class QueueTab(StrEnum):
    """Which part of the queue an agent looks at."""

    OPEN = "open"
    """All that waits and all that is being worked on, as far as the role may decide it."""
    MINE = "mine"
    ESCALATED = "escalated"
    COMPLAINTS = "complaints"
    DONE = "done"
    """The last answered and closed ones."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue."""

    ticket_id: str
    number: str
    title: str
    preview: str
    state: TicketState
    urgency: Urgency
    reason: HandoffReason | None
    language: str
    waiting_since: datetime
    due_at: datetime
    overdue: bool
    drafting: bool
    complaint: bool
    confidence: float | None
    disposition: Disposition | None
    assignee: str
    mine: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """The chosen tab's lines, most urgent first, and how many each tab holds."""

    tab: QueueTab
    items: tuple[QueueItem, ...]
    counts: dict[QueueTab, int]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One passage that an agent's search found."""

    passage_id: str
    document_id: str
    title: str
    text: str
    locale: str
    score: float


@dataclass(frozen=True, slots=True)
class FactMark:
    """One checkable value of a draft and whether a source holds it. `span`: code points in the draft's body."""

    text: str
    span: tuple[int, int]
    supported: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step of a ticket, from the audit log. `by`: a person's name, or `""` for the desk and the customer."""

    at: datetime
    action: str
    by: str
    detail: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket as an agent works on it.

    Attributes:
        assignee: name of whoever holds it; `""` = nobody (or the lease ran out).
        mine: the viewer holds it and may decide.
        may_claim: nobody holds it and the viewer's role suffices.
        needs_supervisor: the draft or the ticket demands a higher role than the viewer's.
        stale: the customer wrote after the draft was made.
        facts: of the draft's body, in order.
        unconfirmed: how many facts without a source somebody has to vouch for.
        blocked_by: rules that block the draft as it stands.
        base: the desk's own draft that an edited one started from, for the comparison; `None` otherwise.
    """

    ticket: Ticket
    locale: str
    jurisdiction: str | None
    entries: tuple[Entry, ...]
    assignee: str
    mine: bool
    may_claim: bool
    needs_supervisor: bool
    draft: DraftRecord | None
    base: DraftRecord | None
    stale: bool
    overdue: bool
    facts: tuple[FactMark, ...]
    unconfirmed: int
    blocked_by: tuple[str, ...]
    history: tuple[HistoryEntry, ...]
