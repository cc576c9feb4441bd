"""What the page sends: one JSON object in one hidden component. Everything in it may be forged."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import QueueTab
from assistant.ticket import RejectReason

Id = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
# The page writes it first; 15 digits stay below 2**53.
_NUMBER = re.compile(r'\{"n":\s?([0-9]{1,15})[,}]')


class Call(BaseModel):
    """One call. Fields that an event does not use stay empty; the service checks every id, version and role again.

    Attributes:
        n: the page's own number of the call, repeated in the answer.
        body: the editor's text.
        cite: passages that were found by search and cited, in the order of their numbers.
        mark: number of a piece of evidence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: int = Field(default=0, ge=0, le=2**53)
    ticket: Id = ""
    version: int = Field(default=0, ge=0, le=2**53)
    tab: str = Field(default=QueueTab.OPEN.value, max_length=20)
    search: str = Field(default="", max_length=500)
    body: str = Field(default="", max_length=20_000)
    cite: tuple[Id, ...] = Field(default=(), max_length=50)
    sha256: Id = ""
    confirmed: bool = False
    reason: str = Field(default="", max_length=40)
    comment: str = Field(default="", max_length=5_000)
    message: Id = ""
    token: str = Field(default="", max_length=64)
    mark: int = Field(default=0, ge=0, le=10_000)
    macro: Id = ""

    @property
    def queue_tab(self) -> QueueTab:
        """The tab, `OPEN` for one that does not exist."""
        return next((tab for tab in QueueTab if tab == self.tab), QueueTab.OPEN)

    @property
    def reject_reason(self) -> RejectReason:
        """Why a draft is refused.

        Raises:
            DeskError: `NEEDS_REASON`, none of the reasons.
        """
        for reason in RejectReason:
            if reason == self.reason:
                return reason
        raise DeskError(Refusal.NEEDS_REASON)


def number_of(payload: object) -> int:
    """The page's number of a call that may be unreadable otherwise; 0 where none stands at its beginning."""
    found = _NUMBER.match(payload) if isinstance(payload, str) else None
    return int(found[1]) if found else 0


def parse_call(payload: object) -> Call:
    """The call in `payload`.

    Raises:
        DeskError: `UNREADABLE`, no page of ours sent it.
    """
    if not isinstance(payload, str):
        raise DeskError(Refusal.UNREADABLE)
    try:
        return Call.model_validate_json(payload)
    except ValidationError:
        # Raised outside of the handler: the error of pydantic would show the text of a customer or an agent.
        pass
    raise DeskError(Refusal.UNREADABLE)
