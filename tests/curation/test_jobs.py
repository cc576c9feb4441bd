"""Background work: queued, watched, and never silent about a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from assistant.curation.jobs import Jobs, Progress
from assistant.curation.views import FileResult, JobState
from corpus.errors import DocumentError


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def jobs(told: list[int]) -> Iterator[Jobs]:
    numbers = count()
    made = Jobs(lambda: f"j{next(numbers)}", lambda: told.append(1))
    yield made
    made.close()


def finished(jobs: Jobs, job_id: str) -> JobState:
    done = threading.Event()
    jobs.start("wait", 0, lambda _: done.set())  # one worker: it runs after all that was queued before
    assert done.wait(10)
    job = jobs.get(job_id)
    assert job is not None
    return job.state


def test_progress_and_results_are_seen_while_it_runs(jobs: Jobs, told: list[int]) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        progress.at(1, 3, "b.md")
        progress.result(FileResult("a.md", "added"))
        reached.set()
        assert go_on.wait(10)
        progress.at(3, 3)

    job = jobs.start("upload", 3, work)
    assert (job.state, job.done, job.total) == (JobState.RUNNING, 0, 3)
    assert reached.wait(10)
    now = jobs.get(job.id)
    assert now is not None
    assert (now.done, now.current, [r.name for r in now.results]) == (1, "b.md", ["a.md"])
    assert [running.id for running in jobs.running()] == [job.id]
    go_on.set()
    assert finished(jobs, job.id) is JobState.DONE
    assert len(told) >= 4


def test_a_failure_says_what_an_operator_can_use(jobs: Jobs) -> None:
    def known(progress: Progress) -> None:
        raise DocumentError("The disk is full.", hint="Free some space.")

    def unknown(progress: Progress) -> None:
        raise ValueError("quotes a customer")

    first, second = jobs.start("upload", 1, known), jobs.start("upload", 1, unknown)
    assert finished(jobs, second.id) is JobState.FAILED
    messages = [job.message for job in (jobs.get(first.id), jobs.get(second.id)) if job]
    assert messages == ["The disk is full. Free some space.", "unexpected error (ValueError)"]


def test_jobs_run_one_after_the_other_and_old_ones_are_forgotten(jobs: Jobs) -> None:
    order: list[int] = []
    started = [jobs.start("x", 0, lambda _, n=n: order.append(n)) for n in range(120)]  # type: ignore[misc]
    finished(jobs, started[-1].id)
    assert order == list(range(120))
    jobs.start("x", 0, lambda _: None)
    assert jobs.get(started[0].id) is None
    assert jobs.get(started[-1].id) is not None


def test_an_unknown_job_is_none(jobs: Jobs) -> None:
    assert jobs.get("nope") is None
