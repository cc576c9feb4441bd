"""Changes of the knowledge: tried on known questions first, then in force as a whole, with a name and a reason."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.audit_event import Value
from assistant.curation.cases import Case, approved_cases, golden_cases
from assistant.curation.guard import Curation, reason_of
from assistant.curation.impact import compare
from assistant.curation.jobs import Jobs, Progress
from assistant.curation.replay import Replay
from assistant.curation.views import Change, ChangeKind, ImpactReport, JobView
from assistant.desk.errors import DeskError, Refusal
from assistant.errors import ProofdeskError
from assistant.user import User
from corpus.catalog import Catalog
from corpus.edition import Edits
from corpus.errors import DocumentError

_LOG = logging.getLogger(__name__)

MAX_CHANGES = 200
_REPORTS = 20
"""Reports that can still be published; older ones have to be made anew."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A report and what it was made on: it may be published only while that stands."""

    report: ImpactReport
    fingerprint: str
    by: str


class Publishing:
    """Checks and publishes changes."""

    def __init__(
        self,
        curation: Curation,
        jobs: Jobs,
        replay: Replay,
        *,
        golden: Callable[[], tuple[Case, ...]] = golden_cases,
        published: Callable[[], object] = lambda: None,
    ) -> None:
        self._curation = curation
        self._jobs = jobs
        self._replay = replay
        self._golden = golden
        self._published = published
        self._checked: dict[str, _Checked] = {}
        self._lock = threading.Lock()

    def check(self, user: User, changes: Sequence[Change]) -> JobView:
        """Asks every known question before and after the changes, in the background. Nothing is published.

        Raises:
            DeskError: `FORBIDDEN`, `EMPTY` without changes, `TOO_LONG` for more than 200.
        """
        self._curation.admit(user)
        wanted = tuple(dict.fromkeys(changes))
        if not wanted:
            raise DeskError(Refusal.EMPTY)
        if len(wanted) > MAX_CHANGES:
            raise DeskError(Refusal.TOO_LONG, limit=str(MAX_CHANGES))
        job_id = self._curation.new_id()
        return self._jobs.start("impact", 0, lambda progress: self._check(job_id, user, wanted, progress), job_id)

    def impact(self, user: User, job_id: str) -> ImpactReport | None:
        """The report of a check; `None` while it is being made.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`.
        """
        self._curation.admit(user)
        with self._lock:
            checked = self._checked.get(job_id)
        if checked is None and self._jobs.get(job_id) is None:
            raise DeskError(Refusal.NOT_FOUND)
        return checked.report if checked else None

    def publish(self, user: User, report_id: str, *, override: str = "") -> JobView:
        """Puts the changes of a report in force, in the background.

        Args:
            user: who publishes.
            report_id: what was checked.
            override: why answers may get worse; needed if the report says that some do.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`, `NEEDS_REASON` for a drop without a reason, `STALE` when the documents
                have changed since the check.
        """
        self._curation.admit(user)
        with self._lock:
            checked = self._checked.get(report_id)
        if checked is None:
            raise DeskError(Refusal.NOT_FOUND)
        reason = reason_of(override) if checked.report.drops else override.strip()[:1000]
        self._refuse_stale(checked)
        return self._jobs.start("publish", 1, lambda progress: self._publish(user, checked, reason, progress))

    def try_out(self, changes: Sequence[Change]) -> ImpactReport:
        """What changes would do, for an operator at the command line; it cannot be published.

        Raises:
            ProofdeskError: a change cannot be made, or an index cannot be built.
        """
        return self._report("", tuple(changes), lambda _done, _total: None)

    def _check(self, job_id: str, user: User, changes: tuple[Change, ...], progress: Progress) -> None:
        fingerprint = self._curation.catalog.fingerprint()
        report = self._report(job_id, changes, progress.at)
        with self._lock:
            self._checked[job_id] = _Checked(report, fingerprint, user.id)
            while len(self._checked) > _REPORTS:
                del self._checked[next(iter(self._checked))]

    def _report(self, report_id: str, changes: tuple[Change, ...], told: Callable[[int, int], None]) -> ImpactReport:
        base = self._curation.knowledge.build().id
        with self._curation.catalog.trial() as trial:
            apply_changes(trial, changes)
            candidate = self._curation.knowledge.candidate(trial).id
        cases = self._cases()
        total = 2 * len(cases)
        before = self._replay.outcomes(base, cases, lambda done: told(done, total))
        after = self._replay.outcomes(candidate, cases, lambda done: told(len(cases) + done, total))
        return compare(
            report_id,
            changes,
            base=base,
            candidate=candidate,
            cases=cases,
            before=before,
            after=after,
            made_at=self._curation.clock(),
        )

    def _publish(self, user: User, checked: _Checked, reason: str, progress: Progress) -> None:
        self._refuse_stale(checked)
        report = checked.report
        data: dict[str, Value] = {
            "changes": len(report.changes),
            "right_before": report.right_before,
            "right_after": report.right_after,
            "cases": report.total,
            "drops": report.drops,
            "override": reason,
        }
        for change in report.changes:
            subject = f"document:{change.document_id}"
            step: dict[str, Value] = {"kind": change.kind.value, "locale": change.locale, "report": report.id}
            if change.number is not None:
                step["number"] = change.number
            if change.day is not None:
                step["day"] = change.day.isoformat()
            self._curation.record(user, "knowledge.changed", subject, step)
        self._curation.record(user, "knowledge.published", f"index:{report.candidate}", data)
        apply_changes(self._curation.catalog, report.changes)
        self._curation.knowledge.build()
        with self._lock:
            self._checked.pop(report.id, None)
        progress.at(1, 1)
        self._curation.changed()
        try:
            self._published()
        except ProofdeskError as error:  # what was asked for is done
            _LOG.warning("the contradictions of the new knowledge were not looked for: %s", error)

    def _refuse_stale(self, checked: _Checked) -> None:
        try:
            now = self._curation.catalog.fingerprint()
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        if now != checked.fingerprint:
            raise DeskError(Refusal.STALE)

    def _cases(self) -> tuple[Case, ...]:
        with self._curation.database.reading() as records:
            return (*self._golden(), *approved_cases(records))


def apply_changes(catalog: Catalog, changes: Sequence[Change]) -> None:
    """Makes the changes, as one: all of them hold afterwards, or none.

    Raises:
        DocumentError: one of them cannot be made.
    """
    with catalog.together():
        for change in changes:
            _apply(catalog, change)


def _apply(catalog: Catalog, change: Change) -> None:
    key = (change.document_id, change.locale)
    edits = catalog.edits(*key)
    match change.kind:
        case ChangeKind.PUBLISH:
            catalog.publish(*key, _needed(change.number, "version"), effective_from=change.day)
        case ChangeKind.EXPIRE:
            if change.day is None:
                raise DocumentError("A last day is needed.")
            catalog.expire(change.document_id, change.day, locale=change.locale)
        case ChangeKind.REMOVE:
            catalog.remove(change.document_id, locale=change.locale)
        case ChangeKind.RESTORE:
            catalog.restore(*key, change.number)
        case ChangeKind.HIDE:
            catalog.set_edits(*key, Edits(edits.questions, tuple(dict.fromkeys((*edits.hidden, change.passage_id)))))
        case ChangeKind.SHOW:
            hidden = tuple(passage for passage in edits.hidden if passage != change.passage_id)
            catalog.set_edits(*key, Edits(edits.questions, hidden))
        case ChangeKind.QUESTIONS:
            catalog.set_edits(*key, Edits(change.questions, edits.hidden))


def _needed(number: int | None, what: str) -> int:
    if number is None:
        raise DocumentError(f"A {what} is needed.")
    return number
