"""Known questions asked of one snapshot of the index: what the desk would draft.

The drafter is always the extractive one: it is deterministic, so that a difference is the knowledge's doing. Answers
are kept per snapshot, because each check compares with the one in force, whose answers are known from the last check.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.chain.answer import AnswerChain
from assistant.curation.cases import Case
from assistant.curation.views import Outcome
from assistant.model import Action, Answer, Inquiry

log = logging.getLogger(__name__)

_KEPT = 4
"""Snapshots whose answers are kept on disk."""
_OUTCOMES: TypeAdapter[dict[str, Outcome]] = TypeAdapter(dict[str, Outcome])


class Replay:
    """Answers cases from a snapshot.

    Args:
        chain_at: the answer chain over one snapshot; the context closes what it opened.
        folder: where answers are kept.
        version: of everything but the snapshot that decides an answer: the policy pack, the release.
        today: the day on which documents have to hold.
    """

    def __init__(
        self,
        *,
        chain_at: Callable[[str], AbstractContextManager[AnswerChain]],
        folder: Path,
        version: Callable[[], str],
        today: Callable[[], date],
    ) -> None:
        self._chain_at = chain_at
        self._folder = folder
        self._version = version
        self._today = today

    def outcomes(
        self, snapshot_id: str, cases: Sequence[Case], progress: Callable[[int], None] = lambda _: None
    ) -> tuple[Outcome, ...]:
        """What the desk would draft for each case, in their order. `progress` hears how many are answered.

        Raises:
            ProofdeskError: the snapshot cannot be opened.
        """
        path = self._folder / f"{snapshot_id}.json"
        known = _read(path)
        keys = [self._key(case) for case in cases]
        missing = {key: case for key, case in zip(keys, cases, strict=True) if key not in known}
        if missing:
            with self._chain_at(snapshot_id) as chain:
                for done, (key, case) in enumerate(missing.items(), start=1):
                    known[key] = _outcome(chain.answer(_inquiry(case)))
                    progress(len(cases) - len(missing) + done)
            self._keep(path, known)
        progress(len(cases))
        return tuple(known[key] for key in keys)

    def _key(self, case: Case) -> str:
        parts = [self._version(), self._today().isoformat(), case.locale, case.jurisdiction, *case.turns]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def _keep(self, path: Path, known: dict[str, Outcome]) -> None:
        """Best effort: answers can always be made again."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".new")
            temporary.write_bytes(_OUTCOMES.dump_json(known))
            temporary.replace(path)
            for old in sorted(self._folder.glob("*.json"))[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the answers of snapshot %s are not kept: %s", path.stem, error.strerror)


def _read(path: Path) -> dict[str, Outcome]:
    try:
        return _OUTCOMES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError):
        log.warning("the kept answers %s cannot be read; the questions are asked again", path.name)
        return {}


def _inquiry(case: Case) -> Inquiry:
    return Inquiry(
        case.id, case.turns, locale=case.locale, jurisdiction=case.jurisdiction, screened=case.source == "approved"
    )


def _outcome(answer: Answer) -> Outcome:
    """An escalation counts with the draft that the agent gets beside it."""
    cited = answer.proposal if answer.proposal is not None else answer
    document_id = cited.citations[0].document_id if cited.citations else ""
    return Outcome(answer.action.value, document_id, cited.text)


def is_right(case: Case, outcome: Outcome) -> bool:
    """Whether the outcome cites what it should first, or hands off where it should."""
    if not case.expected:
        return outcome.action in (Action.HANDOFF, Action.ESCALATE) and not outcome.document_id
    return outcome.document_id == case.expected


def count_right(cases: Iterable[Case], outcomes: Iterable[Outcome]) -> int:
    """How many outcomes are right."""
    return sum(is_right(case, outcome) for case, outcome in zip(cases, outcomes, strict=True))
