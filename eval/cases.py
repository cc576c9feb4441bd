"""The rows of the committed datasets: cases of the smoke suite and questions for calibration."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.model import Action, HandoffReason
from eval.jsonl import read_rows

Text = Annotated[str, StringConstraints(min_length=1)]
Kind = Literal["in_domain", "near_miss", "out_of_scope", "other_company", "nonsense"]


class Case(BaseModel):
    """One conversation with everything that would be right for it.

    Attributes:
        turns: the customer's messages, oldest first.
        action: the allowed actions.
        topics: document ids, any of which is right as the first citation.
        handoff_reason: the allowed reasons when a person takes over.
        secrets: strings of the turns that must occur nowhere afterwards.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Text
    lang: Text
    turns: list[Text] = Field(min_length=1)
    action: list[Action] = Field(min_length=1)
    topics: list[Text]
    handoff_reason: list[HandoffReason]
    secrets: list[Text]
    note: str

    @property
    def answerable(self) -> bool:
        """Whether the knowledge base holds the answer: there is an article that ought to come first."""
        return not self.for_person and bool(self.topics)

    @property
    def for_person(self) -> bool:
        """Whether only a hand-off or an escalation is right."""
        return not {Action.ANSWER, Action.CLARIFY} & set(self.action)

    @model_validator(mode="after")
    def _is_consistent(self) -> Case:
        if self.for_person and not self.handoff_reason:
            raise ValueError("a case for a person needs a handoff_reason")
        if self.for_person and self.topics:
            raise ValueError("a case for a person has no topics: nothing is cited")
        if not all(any(secret in turn for turn in self.turns) for secret in self.secrets):
            raise ValueError("every one of secrets must occur in a turn")
        return self


class LabelledQuestion(BaseModel):
    """A question for calibration.

    Attributes:
        answerable: whether the seed knowledge holds the answer.
        topics: for an answerable one, the documents that hold it.
        kind: why it is in the set; what the report is broken down by.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Text
    lang: Text
    text: Text
    answerable: bool
    topics: list[Text]
    kind: Kind

    @model_validator(mode="after")
    def _is_consistent(self) -> LabelledQuestion:
        if self.answerable != bool(self.topics):
            raise ValueError("an answerable question has topics, an unanswerable one has none")
        return self


def load_cases(path: Path | None = None) -> tuple[Case, ...]:
    """The cases of `path`, by default those of the smoke suite.

    Raises:
        DatasetError: the file is not a list of cases; the message names the line.
    """
    return read_rows(path or dataset("smoke.jsonl"), Case, lambda case: case.id)


def load_questions(path: Path | None = None) -> tuple[LabelledQuestion, ...]:
    """The labelled questions of `path`, by default those that calibrate the shipped confidence.

    Raises:
        DatasetError: the file is not a list of labelled questions; the message names the line.
    """
    return read_rows(path or dataset("calibration.jsonl"), LabelledQuestion, lambda question: question.id)


def dataset(name: str) -> Path:
    """Where a committed dataset lies."""
    return Path(str(files("eval"))) / "datasets" / name
