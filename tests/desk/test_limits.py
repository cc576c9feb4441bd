from __future__ import annotations

import threading

import pytest

from assistant.desk import limits
from assistant.desk.limits import MessageLimiter


def test_of_many_that_come_at_once_no_more_than_allowed_pass() -> None:
    limiter = MessageLimiter(5)
    start = threading.Barrier(16)
    passed: list[bool] = []

    def come() -> None:
        start.wait()
        passed.append(limiter.allows("c1"))

    threads = [threading.Thread(target=come) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 5


def test_customers_of_long_ago_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MANY", 100)
    limiter = MessageLimiter(5)
    for number in range(150):
        limiter.allows(f"old {number}")
    for entries in limiter._storage.events.values():
        entries.clear()  # as the library does a minute later
    limiter.allows("new")
    assert len(limiter._storage.events) == 1
