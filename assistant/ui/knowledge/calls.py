"""What the page sends: one JSON object in one hidden component. Everything in it may be forged."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.curation.publishing import MAX_CHANGES
from assistant.curation.views import Change, ChangeKind, Standing
from assistant.desk.errors import DeskError, Refusal

MAX_TEXT = 60_000
"""Characters of a text that the page's editor takes: in UTF-8 and JSON it fits the body that the gate lets through."""
_DocumentId = Annotated[str, Field(max_length=200)]
_Locale = Annotated[str, Field(max_length=35)]
_Day = Annotated[str, Field(pattern=r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
_Id = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_.:-]*$")]
_Number = Annotated[int, Field(ge=0, le=10**9)]
_FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True)
# The page writes it first; 15 digits stay below 2**53.
_CALL_NUMBER = re.compile(r'\{"n":\s?([0-9]{1,15})[,}]')


class ChangeCall(BaseModel):
    """One line of the basket as the browser keeps it. `about` only tells its reader which passage is meant."""

    model_config = _FROZEN

    kind: str = Field(max_length=20)
    document: _DocumentId
    locale: _Locale
    number: _Number | None = None
    day: _Day = ""
    passage: _Id = ""
    about: str = Field(default="", max_length=200)
    questions: tuple[Annotated[str, Field(max_length=500)], ...] = Field(default=(), max_length=200)

    def change(self) -> Change:
        """The change that is meant.

        Raises:
            DeskError: `UNREADABLE`, no kind of change or no day.
        """
        kind = next((kind for kind in ChangeKind if kind == self.kind), None)
        if kind is None:
            raise DeskError(Refusal.UNREADABLE)
        questions = tuple(question.strip() for question in self.questions if question.strip())
        return Change(kind, self.document, self.locale, self.number, day_of(self.day), self.passage, questions)


class Call(BaseModel):
    """One call. Fields that an event does not use stay empty; the service checks ids, versions and the role again.

    Attributes:
        n: the page's own number of the call, repeated in the answer.
        number: a version; `other` the one that it is compared with, or that an edit is based on.
        text: the editor's text, or a question of the bench.
        id: of a job, a report or a contradiction.
    """

    model_config = _FROZEN

    n: int = Field(default=0, ge=0, le=2**53)
    document: _DocumentId = ""
    locale: _Locale = ""
    number: _Number = 0
    other: _Number = 0
    text: str = Field(default="", max_length=4 * MAX_TEXT)
    name: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=500)
    day: _Day = ""
    owner: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=5_000)
    search: str = Field(default="", max_length=200)
    standing: str = Field(default="", max_length=20)
    category: str = Field(default="", max_length=100)
    product: str = Field(default="", max_length=60)
    jurisdiction: str = Field(default="", max_length=20)
    id: _Id = ""
    jobs: tuple[_Id, ...] = Field(default=(), max_length=50)
    changes: tuple[ChangeCall, ...] = Field(default=(), max_length=MAX_CHANGES)

    @property
    def wanted_standing(self) -> Standing | None:
        """The standing to filter by; `None` for all, and for one that does not exist."""
        return next((standing for standing in Standing if standing == self.standing), None)

    @property
    def body(self) -> str:
        """The editor's text.

        Raises:
            DeskError: `TOO_LONG`.
        """
        if len(self.text) > MAX_TEXT:
            raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_TEXT:,}")
        return self.text


def day_of(text: str) -> date | None:
    """The day in `text`; `None` for an empty one.

    Raises:
        DeskError: `UNREADABLE`, there is no such day.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DeskError(Refusal.UNREADABLE, f"There is no day {text}.") from None


def number_of(payload: object) -> int:
    """The page's number of a call that may be unreadable otherwise; 0 where none stands at its beginning."""
    found = _CALL_NUMBER.match(payload) if isinstance(payload, str) else None
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
        # Raised outside of the handler: the error of pydantic would show what somebody wrote.
        pass
    raise DeskError(Refusal.UNREADABLE)
