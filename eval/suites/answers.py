"""The answers suite: whether a draft says what somebody who asks in his own words has to be told.

Four sets, written from the topics by somebody who had not seen the retrieval: misconceptions, security questions,
delayed deposits and withdrawals, and single figures. They were looked at while retrieval was worked on, so they are
development sets now; their wording was never put into the articles.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.bootstrap import App
from assistant.model import Action, Answer, Inquiry
from eval.bench.answer import shipped_settings
from eval.cases import dataset
from eval.jsonl import read_rows
from eval.metrics.interval import Proportion
from eval.provenance import provenance

SETS = ("myths", "security", "delays", "values")
BARS = dict.fromkeys(SETS, 0.9)
_SPACE = re.compile(r"[\s,]+")


class Wanted(BaseModel):
    """A question and what an answer to it has to say.

    Attributes:
        documents: articles of which one must be cited; for `security`, first.
        fact, says, diagnosis: texts of which the answer must hold one, by set.
        myth: the id of the misconception.
        value: the figure that the answer must give; `None`: there is none, and the desk must not answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    locale: str
    text: str
    documents: list[str] = []
    myth: str = ""
    fact: list[str] = []
    says: list[str] = []
    diagnosis: list[str] = []
    value: str | None = ""

    def met_by(self, answer: Answer) -> bool:
        """Whether an answer says it, cited."""
        cited = [citation.document_id for citation in answer.citations]
        if self.value is None:
            return answer.action is not Action.ANSWER
        wanted = [*self.fact, *self.says, *self.diagnosis, *filter(None, [self.value])]
        if answer.action is not Action.ANSWER or not _holds_one(answer.text, wanted):
            return False
        if self.says:
            return bool(cited) and cited[0] in self.documents
        return bool(set(cited) & set(self.documents)) if self.documents else bool(cited)


def _holds_one(text: str, wanted: Iterable[str]) -> bool:
    folded = _folded(text)
    return any(_folded(each) in folded for each in wanted)


def _folded(text: str) -> str:
    return _SPACE.sub("", text).casefold()


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Shares of questions that were answered as they have to be, by set, and the ids of the others."""

    shares: Mapping[str, Proportion]
    missed: Mapping[str, tuple[str, ...]]
    provenance: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        return all((value := self.shares[name].value) is not None and value >= bar for name, bar in BARS.items())

    def to_json(self) -> dict[str, Any]:
        """What `proofdesk-eval run answers --json` prints."""
        return {
            "suite": "answers",
            "passed": self.passed,
            "metrics": {name: share.to_json() for name, share in self.shares.items()},
            "bars": BARS,
            "missed": {name: list(ids) for name, ids in self.missed.items()},
            "provenance": self.provenance,
        }


def load_wanted() -> dict[str, tuple[Wanted, ...]]:
    """The questions that ship, by set.

    Raises:
        DatasetError: a file cannot be read; the message names the line.
    """
    return {name: read_rows(dataset(f"{name}.jsonl"), Wanted, lambda row: row.id) for name in SETS}


def run_answers(
    questions: Mapping[str, Sequence[Wanted]], *, say: Callable[[str], None] = lambda _: None
) -> AnswersReport:
    """Asks every question as the product is shipped, in a temporary data directory.

    Raises:
        ProofdeskError: the desk cannot start.
    """
    started, begin = datetime.now(UTC), perf_counter()
    shares: dict[str, Proportion] = {}
    missed: dict[str, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory(prefix="proofdesk-answers-") as folder:
        app = App(shipped_settings(Path(folder)))
        for name, rows in questions.items():
            say(f"Asking {len(rows)} questions on {name}.")
            met = [
                row.met_by(app.chain.answer(Inquiry(row.id, (row.text,), row.locale, channel="eval"))) for row in rows
            ]
            shares[name] = Proportion.of(met)
            missed[name] = tuple(row.id for row, right in zip(rows, met, strict=True) if not right)
        source = provenance(app, started, perf_counter() - begin)
        app.close()
    return AnswersReport(shares, missed, source)
