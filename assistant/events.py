"""Tells open pages that something changed. In one process; the hint carries no content, pages read anew."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

DESK = "desk"
"""Whatever the staff sees changed."""


def customer_topic(customer_id: str) -> str:
    """The topic of one customer's page."""
    return f"customer:{customer_id}"


class Hint(StrEnum):
    """What a reader hears."""

    CHANGED = "changed"
    QUIET = "beat"
    """Nothing for a while: time to show the other end that the connection lives."""
    CLOSED = "closed"
    """The hub has closed; nothing comes any more."""


class Subscription:
    """One reader's mailbox. It holds at most one hint: a reader that is slow costs nothing and misses nothing."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._hint = asyncio.Event()
        self._noted = False
        self._closed = False

    async def next(self, within: float) -> Hint:
        """`CHANGED` as soon as something was published since the last call, `QUIET` after `within` seconds without."""
        if not self._closed:
            try:
                async with asyncio.timeout(within):
                    await self._hint.wait()
            except TimeoutError:
                return Hint.QUIET
        self._hint.clear()
        self._noted = False  # from here on a hint is a new one; the reader has not read yet, so none is lost before
        return Hint.CLOSED if self._closed else Hint.CHANGED

    def note(self) -> None:
        """Puts a hint into the mailbox, from any thread."""
        if not self._noted:
            self._noted = True
            self._wake()

    def close(self) -> None:
        """Ends the subscription, from any thread; who waits is woken."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # its event loop has ended, and the reader with it
            self._loop.call_soon_threadsafe(self._hint.set)


class EventHub:
    """Who listens to what."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, set[Subscription]] = {}
        self._closed = False

    def __len__(self) -> int:
        with self._lock:
            return sum(len(readers) for readers in self._topics.values())

    def publish(self, topic: str) -> None:
        """Tells every reader of `topic`, from any thread, without waiting for them."""
        with self._lock:
            readers = tuple(self._topics.get(topic, ()))
        for reader in readers:
            reader.note()

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """A subscription of the running event loop, until the block ends. A closed hub gives a closed one."""
        reader = Subscription()
        with self._lock:  # in one with `close`: a reader is either among those it ends, or closed from the start
            if self._closed:
                reader.close()
            self._topics.setdefault(topic, set()).add(reader)
        try:
            yield reader
        finally:
            with self._lock:
                self._topics[topic].discard(reader)
                if not self._topics[topic]:
                    del self._topics[topic]

    def close(self) -> None:
        """Ends every subscription and those to come: the server stops."""
        with self._lock:
            self._closed = True
            readers = [reader for topic in self._topics.values() for reader in topic]
        for reader in readers:
            reader.close()
