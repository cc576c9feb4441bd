"""The nouns of the desk. Read this first, then `assistant/chain/answer.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from corpus.model import Passage


class Action(StrEnum):
    """What the desk proposes to the customer."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    ESCALATE = "escalate"


class Disposition(StrEnum):
    """What policy demands of the person who reviews; strictest last."""

    SEND_OK = "send_ok"
    REVIEW = "review"
    SUPERVISOR = "supervisor"
    ESCALATE = "escalate"
    BLOCK = "block"


class Severity(StrEnum):
    """How strict a finding is; strictest last."""

    APPEND = "append"
    WARN = "warn"
    SUPERVISOR = "needs_supervisor"
    ESCALATE = "escalate"
    BLOCK = "block"


class Level(StrEnum):
    """How a draft is worded."""

    NORMAL = "normal"
    PLAIN = "plain"
    """For readers to whom the subject is new: short, and every term of the glossary explained."""


LEVEL = "level"
"""Key of `versions` under which a draft's level stands; left out for the normal one."""


def level_of(versions: Mapping[str, str]) -> Level:
    """The level that a draft's versions record."""
    return Level(versions.get(LEVEL, Level.NORMAL))


class HandoffReason(StrEnum):
    """Why a person takes over. Escalation intents are reasons too."""

    NO_EVIDENCE = "no_evidence"
    CUSTOMER_REQUEST = "customer_request"
    SECRET = "secret"  # noqa: S105 - a reason, not a credential
    POLICY_BLOCK = "policy_block"
    CONFLICT = "conflict"
    REGION = "region"
    UNAVAILABLE = "unavailable"
    ATO = "ATO"
    THEFT = "THEFT"
    SELFHARM = "SELFHARM"
    MINOR = "MINOR"
    THREAT = "THREAT"
    LEA = "LEA"
    SCAM = "SCAM"
    DURESS = "DURESS"
    PRESS = "PRESS"
    COMPLAINT = "COMPLAINT"
    DSR = "DSR"
    BEREAVE = "BEREAVE"
    ACCOUNT_REVIEW = "ACCOUNT_REVIEW"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's message with what came before it.

    Attributes:
        turns: the customer's messages, oldest first; the last one is answered.
        locale: the language the customer chose, if they did; otherwise it is detected.
        jurisdiction: ISO 3166 code of the customer's residence; `None` = unknown, the strict pack applies.
        as_of: answer from what was valid on this day; `None` = today.
        exclude: ids of documents that must not be used: somebody said that they are the wrong ones.
        screened: the turns come from the firewall already (they were stored); its tokens stand in them and are kept.
        level: how the draft is to be worded; `None` = as the customer's own words ask for it.
    """

    id: str
    turns: tuple[str, ...]
    locale: str | None = None
    jurisdiction: str | None = None
    as_of: date | None = None
    channel: str = "web"
    exclude: tuple[str, ...] = ()
    screened: bool = False
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One numbered passage with frozen text: re-indexing never changes what a reviewer saw."""

    n: int
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a draft may cite. The first item belongs to the main document."""

    items: tuple[EvidenceItem, ...]
    snapshot_id: str


class SentenceRole(StrEnum):
    """Where a sentence's facts come from, which is what the fact-lock holds it to."""

    SUBSTANCE = "substance"
    """From the knowledge base: cites, and every fact stands in a cited span."""
    STEP = "step"
    """A numbered instruction; as substance."""
    COMPUTED = "computed"
    """From the customer's own values and a cited one, with the operands recorded."""
    CONNECTIVE = "connective"
    """A reviewed template without facts (acknowledgement, question, next step)."""


class Layout(StrEnum):
    """How rendering sets a sentence: running on, or on a line of its own."""

    INLINE = "inline"
    PARAGRAPH = "paragraph"
    STEP = "step"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Operand:
    """A value a computed sentence rests on: the customer's words, or a cited cell."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft. `text` has no citation marks; rendering adds them from `citations`."""

    text: str
    role: SentenceRole
    citations: tuple[int, ...] = ()
    operands: tuple[Operand, ...] = ()
    quote: str = ""
    """The stretch of the cited passage that the sentence renders; empty = found by the resolver."""
    layout: Layout = Layout.INLINE


@dataclass(frozen=True, slots=True)
class Draft:
    """What a drafter proposes, before notices."""

    sentences: tuple[Sentence, ...]
    language: str
    model: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A resolved citation. `span` holds code-point offsets of `quote` in the passage text."""

    n: int
    document_id: str
    passage_id: str
    title: str
    quote: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a text. `span` holds code-point offsets in the screened text; `None` = the whole."""

    rule: str
    severity: Severity
    span: tuple[int, int] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A fixed, reviewed text that code appends; neither model nor agent can alter it."""

    id: str
    text: str
    locale: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of the chain: what the customer would get and everything a reviewer needs to judge it.

    Attributes:
        text: exactly what the customer would get, notices included.
        sentences: the draft, its citations numbered as in `text`; empty for a fixed text.
        body: the draft without its notices, citation marks in it; empty for a fixed text.
        proposal: for an escalation, the answer that the agent may start from, with its own evidence; never sent as it
            stands.
        confidence: probability that the evidence answers the question, 0 to 1; 0 when nothing was searched.
        stage_ms: milliseconds per stage.
        versions: `snapshot`, `policy`, `prompt`, `model`, and `level` where it is not the normal one.
    """

    id: str
    action: Action
    disposition: Disposition
    handoff_reason: HandoffReason | None
    text: str
    language: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    body: str = ""
    proposal: Answer | None = None
    stage_ms: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
