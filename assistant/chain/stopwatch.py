"""Milliseconds per stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up the time of named stages. `timer` returns seconds, like `time.perf_counter`."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._elapsed: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times the block."""
        start = self._timer()
        try:
            yield
        finally:
            self.add(name, (self._timer() - start) * 1000)

    def add(self, name: str, milliseconds: float) -> None:
        """Adds a time measured elsewhere."""
        self._elapsed[name] = self._elapsed.get(name, 0.0) + milliseconds

    @property
    def elapsed_ms(self) -> dict[str, float]:
        """Milliseconds by stage, rounded to a microsecond, in order of first use."""
        return {name: round(value, 3) for name, value in self._elapsed.items()}
