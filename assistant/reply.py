"""The one way to a reply: an approving decision on exactly these bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import ProofdeskError
from assistant.model import Disposition
from assistant.ticket import Decision, DecisionKind, DraftRecord


class ReplyRefusedError(ProofdeskError):
    """A text that nobody approved as it stands was about to become a reply."""


def text_hash(text: str) -> str:
    """Hexadecimal SHA-256 of the UTF-8 bytes: what an approval binds to."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a customer receives. Exists only from an approval of its draft, whether made now or read from storage.

    Raises:
        ReplyRefusedError: the decision does not approve this draft, policy blocks it, or its bytes are not those
            that were approved.
    """

    id: str
    draft: DraftRecord
    decision: Decision
    sent_at: datetime

    def __post_init__(self) -> None:
        draft, decision = self.draft, self.decision
        if decision.kind is not DecisionKind.APPROVE or decision.draft_id != draft.id:
            raise ReplyRefusedError("No decision approves this draft.")
        if decision.ticket_id != draft.ticket_id:
            raise ReplyRefusedError("The decision belongs to another ticket.")
        if draft.disposition is Disposition.BLOCK:
            raise ReplyRefusedError("Policy blocks this draft.")
        if text_hash(draft.text) != draft.sha256:
            raise ReplyRefusedError("The text is not the one that was approved.")

    @property
    def text(self) -> str:
        """The bytes that were approved."""
        return self.draft.text

    @property
    def sha256(self) -> str:
        """Their hash."""
        return self.draft.sha256
