"""Work that takes longer than a click: one piece at a time, with its progress. Nothing of it survives a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from assistant.curation.views import FileResult, JobState, JobView
from assistant.errors import ProofdeskError

log = logging.getLogger(__name__)

_KEPT = 50
"""Finished jobs that can still be asked for; the oldest are forgotten."""


class Progress:
    """How a job says how far it is. Every call may be made from the job's own thread only."""

    def __init__(self, tell: Callable[[Callable[[JobView], JobView]], None]) -> None:
        self._tell = tell

    def at(self, done: int, total: int, current: str = "") -> None:
        """`done` of `total` is finished; `current` is being worked on."""
        self._tell(lambda job: replace(job, done=done, total=total, current=current))

    def result(self, *results: FileResult) -> None:
        """More files are finished."""
        self._tell(lambda job: replace(job, results=(*job.results, *results)))


class Jobs:
    """A queue of one worker, because every job ends at the one writer of the index.

    Args:
        new_id: a new unique id at each call.
        changed: called when a job has got further; pages read it anew.
    """

    def __init__(self, new_id: Callable[[], str], changed: Callable[[], None]) -> None:
        self._new_id = new_id
        self._changed = changed
        self._jobs: dict[str, JobView] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="curation")

    def start(self, kind: str, total: int, work: Callable[[Progress], None], job_id: str = "") -> JobView:
        """Queues `work` and returns its job at once; `job_id` = its id, by default a new one."""
        job = JobView(job_id or self._new_id(), kind, JobState.RUNNING, 0, total)
        with self._lock:
            self._jobs[job.id] = job
            self._forget()
        self._pool.submit(self._run, job.id, work)
        return job

    def get(self, job_id: str) -> JobView | None:
        """The job as it is now; `None` for one that never was or is forgotten."""
        with self._lock:
            return self._jobs.get(job_id)

    def running(self) -> Sequence[JobView]:
        """Jobs that are not finished, oldest first."""
        with self._lock:
            return [job for job in self._jobs.values() if job.state is JobState.RUNNING]

    def close(self) -> None:
        """Finishes the job that runs and starts no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job_id: str, work: Callable[[Progress], None]) -> None:
        def tell(change: Callable[[JobView], JobView]) -> None:
            with self._lock:
                self._jobs[job_id] = change(self._jobs[job_id])
            self._changed()

        try:
            work(Progress(tell))
        except ProofdeskError as error:
            reason = str(error)
            log.warning("job %s failed: %s", job_id, reason)
            tell(lambda job: replace(job, state=JobState.FAILED, message=reason))
        except Exception as error:
            name = type(error).__name__
            log.error("job %s failed with an unexpected %s", job_id, name)
            log.debug("unexpected error", exc_info=error)
            tell(lambda job: replace(job, state=JobState.FAILED, message=f"unexpected error ({name})"))
        else:
            tell(lambda job: replace(job, state=JobState.DONE, current=""))

    def _forget(self) -> None:
        finished = [job.id for job in self._jobs.values() if job.state is not JobState.RUNNING]
        for job_id in finished[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[job_id]
