"""The questions that a change of the knowledge is tried on: written ones, and those that people have answered."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ConfigurationError
from assistant.storage.records import Records
from assistant.ticket import DraftOrigin

GOLDEN = Path(str(files("assistant.curation") / "data" / "golden.jsonl"))
APPROVED = 500
"""How many of the newest approved answers are tried."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what should be cited first.

    Attributes:
        source: `golden` or `approved`.
        turns: the conversation after the firewall, oldest first; the last turn is the question.
        expected: id of a document; `""` = a hand-off is right.
    """

    id: str
    source: str
    turns: tuple[str, ...]
    locale: str
    expected: str
    jurisdiction: str | None = None


class _Golden(BaseModel):
    """One line of the file. `topic` is the document that should be cited first; `""` = the desk should hand off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    topic: str
    locale: str = Field(min_length=2)
    question: str = Field(min_length=1)


def golden_cases(path: Path = GOLDEN) -> tuple[Case, ...]:
    """The written questions.

    Raises:
        ConfigurationError: the file is missing or a line is not such a question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [_Golden.model_validate_json(line) for line in lines if line.strip()]
    except (OSError, ValidationError) as error:
        raise ConfigurationError(f"The golden questions {path.name} cannot be read.") from error
    return tuple(Case(row.id, "golden", (row.question,), row.locale, row.topic) for row in rows)


def approved_cases(records: Records, limit: int = APPROVED) -> tuple[Case, ...]:
    """Questions whose cited answer a person approved, newest first.

    What a person wrote without the desk is left out: no change of the knowledge would make the desk draft it.
    """
    cases = []
    for reply in records.replies.newest(limit):
        draft = reply.draft
        if not draft.citations or draft.origin is DraftOrigin.WRITTEN:
            continue
        ticket = records.tickets.get(draft.ticket_id)
        conversation = records.conversations.get(ticket.conversation_id) if ticket else None
        if ticket is None or conversation is None:
            continue
        said = records.messages.of_conversation(conversation.id)
        turns = tuple(m.text for m in said if m.ticket_id == ticket.id and m.seq <= draft.based_on)
        if turns:
            expected = draft.citations[0].document_id
            cases.append(
                Case(f"reply:{reply.id}", "approved", turns, draft.language, expected, conversation.jurisdiction)
            )
    return tuple(cases)
