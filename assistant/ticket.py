"""The nouns of the desk: a ticket, what was said in it, and what people decided. Chain nouns: `assistant/model.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from assistant.model import Action, Citation, Disposition, EvidenceItem, Finding, HandoffReason, Notice, Sentence
from assistant.user import Role


class TicketState(StrEnum):
    """Where a ticket stands. `assistant/review/lifecycle.py` lists every legal change."""

    QUEUED = "queued"
    """Waits for a person, with or without a draft."""
    CLAIMED = "claimed"
    """One person works on it, until the lease ends."""
    AWAITING = "awaiting"
    """A fixed text asked the customer something; nobody else has to act."""
    ANSWERED = "answered"
    CLOSED = "closed"
    """Finished; what the customer writes next opens a new ticket."""


class Urgency(IntEnum):
    """Which ticket is worked on first; the smallest number."""

    EMERGENCY = 0
    HIGH = 1
    UPSET = 2
    NORMAL = 3


class DraftOrigin(StrEnum):
    """Who wrote a draft."""

    DESK = "desk"
    """The chain."""
    EDITED = "edited"
    """A person, starting from the desk's draft."""
    WRITTEN = "written"
    """A person, from nothing."""


class DecisionKind(StrEnum):
    """What a person decided."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    ESCALATE = "escalate"
    CLOSE = "close"


class RejectReason(StrEnum):
    """Why a draft is refused. It decides what the next draft does differently."""

    WRONG_ARTICLE = "wrong_article"
    """The next draft rests on other documents."""
    WRONG_LANGUAGE = "wrong_language"
    """The next draft is in the language that the customer chose on the page."""
    PLAIN = "plain"
    """The next draft is in plain words."""
    NORMAL = "normal"
    """The next draft is not in plain words, though the customer may have asked for them."""
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    TONE = "tone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything between the desk and one customer on one channel.

    Attributes:
        customer_id: hash of the customer's page token; says nothing about who they are.
        locale: the language of their page.
        jurisdiction: ISO 3166 code of their residence, `None` = unknown.
    """

    id: str
    customer_id: str
    locale: str
    jurisdiction: str | None
    channel: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request of a customer and its way through the review.

    Attributes:
        number: what people call it, `A7K2Q`.
        required_role: the least role that may decide it.
        reason: why a person has to take over; `None` when the desk drafted an answer.
        topic: document id of the main evidence, `""` when there is none; `title` is that document's title.
        language: of the reply.
        waiting_since: when the first message that is not answered yet came in.
        due_at: when the customer is to have heard from a person.
        message_seq: number of the customer's last message in the conversation.
        drafted_seq: up to which message the desk has drafted (or has found that it cannot).
        draft_id: the draft that is up for decision; `None` = an empty editor.
        version: grows with every change; a decision names the version it was made on.
        complaint: whether every stage is told to the customer.
    """

    id: str
    number: str
    conversation_id: str
    state: TicketState
    urgency: Urgency
    required_role: Role
    reason: HandoffReason | None
    topic: str
    title: str
    language: str
    opened_at: datetime
    waiting_since: datetime
    due_at: datetime
    message_seq: int
    drafted_seq: int = 0
    draft_id: str | None = None
    version: int = 1
    assignee_id: str | None = None
    lease_until: datetime | None = None
    complaint: bool = False
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def drafting(self) -> bool:
        """Whether the desk still has to draft for the customer's last message."""
        return self.drafted_seq < self.message_seq


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer wrote, after the firewall.

    Attributes:
        seq: position in the conversation, from 1.
        nonce: made by the page; the same one twice is the same message sent twice.
    """

    id: str
    conversation_id: str
    ticket_id: str
    seq: int
    text: str
    nonce: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """The original behind a token of a message, encrypted. Secrets have none: they were destroyed."""

    message_id: str
    token: str
    kind: str
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as it was put before a person, with everything that was known then.

    Attributes:
        based_on: number of the customer's last message when it was drafted; older than the ticket's = stale.
        body: the reply without the notices; citation marks stand in it.
        text: exactly what the customer would get; `sha256` is the hash of its UTF-8 bytes.
        evidence: passages with frozen text.
        author_id: the person who wrote it; `None` = the desk.
        parent_id: the draft that it was edited from.
        edit_distance: Levenshtein distance between the body of the desk's draft it goes back to and this one, in code
            points; 0 where there is none.
    """

    id: str
    ticket_id: str
    based_on: int
    origin: DraftOrigin
    action: Action
    disposition: Disposition
    language: str
    body: str
    text: str
    sha256: str
    created_at: datetime
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    confidence: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    author_id: str | None = None
    parent_id: str | None = None
    edit_distance: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on one version of a ticket.

    Attributes:
        draft_id: the draft it was about; `None` for an escalation without one.
        confirmed: the person vouched for the facts that no source supports.
    """

    id: str
    ticket_id: str
    draft_id: str | None
    user_id: str
    kind: DecisionKind
    reason: str
    comment: str
    confirmed: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A fixed, reviewed text that went to the customer without a person's decision.

    Attributes:
        key: which text: a key of the locale files, or `handoff:<reason>`.
        after: number of the customer's message that it answers.
    """

    id: str
    ticket_id: str
    key: str
    language: str
    text: str
    after: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer says of one reply: whether it solved the problem, why not, in their words (screened)."""

    reply_id: str
    solved: bool
    reasons: tuple[str, ...]
    comment: str
    created_at: datetime
