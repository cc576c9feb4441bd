from __future__ import annotations

import time
from threading import Event

import pytest

from assistant.llm.deadline import within


def test_what_is_in_time_comes_back() -> None:
    assert within(5, lambda: 42) == 42


def test_an_error_is_the_caller_s() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_what_is_late_is_left_behind() -> None:
    released = Event()
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: released.wait(30))
    assert time.monotonic() - start < 5
    released.set()
