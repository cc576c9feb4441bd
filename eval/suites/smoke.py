"""The smoke suite: every case through the real chain in a data directory of its own, scored against fixed bars."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.bootstrap import App
from assistant.errors import InquiryError
from assistant.model import Answer, Inquiry
from assistant.presenter import answer_json
from assistant.settings import load_settings
from eval.cases import Case
from eval.leaks import Leak, captured_logs, find_leaks, read_files
from eval.metrics.interval import Proportion
from eval.provenance import provenance

BARS = {"right_article_first": 0.80, "handoff_right": 0.90, "no_secret": 1.0}
"""The least share of each figure with which the suite passes. A figure that nothing was measured for fails its bar."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what came out: the JSON of `proofdesk ask`, or the message with which the question was refused."""

    case: Case
    output: dict[str, Any]
    error: str = ""

    @property
    def first_document(self) -> str | None:
        """The document of the first citation."""
        citations = self.output.get("citations")
        return citations[0]["document_id"] if citations else None

    @property
    def action_right(self) -> bool:
        """Whether the action is an allowed one."""
        return self.output.get("action") in self.case.action

    @property
    def article_right(self) -> bool:
        """Whether an article that holds the answer is cited first."""
        return self.first_document in self.case.topics

    @property
    def handoff_right(self) -> bool:
        """Whether a person takes over, for an allowed reason."""
        return self.action_right and self.output.get("handoff_reason") in self.case.handoff_reason

    @property
    def language_right(self) -> bool:
        """Whether the reply is in the language of the case."""
        return bool(self.output.get("language") == self.case.lang)


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """Everything the suite found; `to_json` is what `proofdesk-eval run smoke --json` prints."""

    outcomes: tuple[Outcome, ...]
    leaks: tuple[Leak, ...]
    provenance: dict[str, Any]

    @property
    def metrics(self) -> dict[str, Proportion]:
        """The figures by name."""
        leaking = {leak.case for leak in self.leaks}
        answerable = [outcome for outcome in self.outcomes if outcome.case.answerable]
        for_person = [outcome for outcome in self.outcomes if outcome.case.for_person]
        return {
            "right_article_first": Proportion.of(outcome.article_right for outcome in answerable),
            "handoff_right": Proportion.of(outcome.handoff_right for outcome in for_person),
            "action_right": Proportion.of(outcome.action_right for outcome in self.outcomes),
            "language_right": Proportion.of(outcome.language_right for outcome in self.outcomes),
            "no_secret": Proportion.of(
                outcome.case.id not in leaking for outcome in self.outcomes if outcome.case.secrets
            ),
        }

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        values = {name: metric.value for name, metric in self.metrics.items()}
        return all(value is not None and value >= BARS[name] for name, value in values.items() if name in BARS)

    def to_json(self) -> dict[str, Any]:
        """`{suite, n, metrics, bars, passed, failures, leaks, provenance}`."""
        return {
            "suite": "smoke",
            "n": len(self.outcomes),
            "metrics": {name: metric.to_json() for name, metric in self.metrics.items()},
            "bars": dict(BARS),
            "passed": self.passed,
            "failures": [failure for outcome in self.outcomes if (failure := self._failure(outcome))],
            "leaks": [{"case": leak.case, "place": leak.place} for leak in self.leaks],
            "provenance": self.provenance,
        }

    def _failure(self, outcome: Outcome) -> dict[str, Any] | None:
        """What was wanted and what came out, for a case that fails any figure."""
        case, output = outcome.case, outcome.output
        failed = {
            "right_article_first": case.answerable and not outcome.article_right,
            "handoff_right": case.for_person and not outcome.handoff_right,
            "action_right": not outcome.action_right,
            "language_right": not outcome.language_right,
            "no_secret": any(leak.case == case.id for leak in self.leaks),
        }
        if not any(failed.values()):
            return None
        got = {key: output.get(key) for key in ("action", "handoff_reason", "language", "confidence", "text")}
        return {
            "id": case.id,
            "failed": [name for name, is_failed in failed.items() if is_failed],
            "note": case.note,
            "expected": case.model_dump(mode="json", include={"lang", "action", "topics", "handoff_reason"}),
            "got": {**got, "first_document": outcome.first_document, "error": outcome.error},
        }


def run_smoke(
    cases: Sequence[Case],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    timer: Callable[[], float] = perf_counter,
    say: Callable[[str], None] = lambda _: None,
) -> SmokeReport:
    """Asks every case of the desk as it is configured, in a temporary data directory, and looks for leaked secrets.

    Args:
        cases: what to ask.
        clock: for the provenance.
        timer: seconds, for the provenance.
        say: takes progress messages.

    Raises:
        ProofdeskError: the desk cannot start, or fails on something other than a question it refuses.
    """
    started, begin = clock(), timer()
    with tempfile.TemporaryDirectory(prefix="proofdesk-smoke-") as folder, captured_logs() as logs:
        data_dir = Path(folder)
        app = App(load_settings(data_dir=data_dir))
        say("Building an index in a temporary data directory.")
        chain = app.chain
        say(f"Asking {len(cases)} cases.")
        outcomes = tuple(_ask(chain.answer, case) for case in cases)
        places = {f"output of {outcome.case.id}": _as_bytes(outcome.output) for outcome in outcomes}
        places |= {f"refusal of {outcome.case.id}": outcome.error.encode() for outcome in outcomes}
        places |= read_files(data_dir)
        places["logs"] = logs.getvalue().encode()
        leaks = find_leaks({case.id: case.secrets for case in cases}, places)
        source = provenance(app, started, timer() - begin)
        app.retriever.close()
    return SmokeReport(outcomes, leaks, source)


def _ask(answer: Callable[[Inquiry], Answer], case: Case) -> Outcome:
    try:
        return Outcome(case, answer_json(answer(Inquiry(case.id, tuple(case.turns), channel="eval"))))
    except InquiryError as error:
        return Outcome(case, {}, str(error))


def _as_bytes(output: dict[str, Any]) -> bytes:
    return json.dumps(output, ensure_ascii=False).encode("utf-8", "replace")
