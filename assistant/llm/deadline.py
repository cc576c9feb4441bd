"""A call with an end: the limit of a socket starts anew with every byte, a customer's patience does not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises, if it does so in time. It runs in a thread of its own, which is abandoned if late.

    Raises:
        TimeoutError: `seconds` are over.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # whatever it is, it belongs to the caller
            outcome.set_exception(error)

    Thread(target=run, name="deadline", daemon=True).start()
    return outcome.result(timeout=seconds)
