from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from assistant.events import DESK, EventHub, Hint, customer_topic

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 20))


def test_a_hint_reaches_every_reader_of_its_topic_and_nobody_else() -> None:
    async def work() -> list[Hint]:
        hub = EventHub()
        with hub.subscribe(DESK) as one, hub.subscribe(DESK) as two, hub.subscribe(customer_topic("c")) as other:
            hub.publish(DESK)
            return [await one.next(1), await two.next(1), await other.next(0.05)]

    assert run(work()) == [Hint.CHANGED, Hint.CHANGED, Hint.QUIET]


def test_a_slow_reader_finds_one_hint_however_many_came() -> None:
    async def work() -> list[Hint]:
        hub = EventHub()
        with hub.subscribe(DESK) as reader:
            for _ in range(1000):
                hub.publish(DESK)
            return [await reader.next(1), await reader.next(0.05)]

    assert run(work()) == [Hint.CHANGED, Hint.QUIET]


def test_threads_publish_while_a_reader_reads_and_the_last_hint_is_never_lost() -> None:
    """Each round, the reader has to see the value written before the last publish."""
    value = 0

    async def work() -> int:
        nonlocal value
        hub = EventHub()
        seen = 0

        def write() -> None:
            nonlocal value
            for _ in range(5000):
                value += 1
                hub.publish(DESK)

        with hub.subscribe(DESK) as reader:
            thread = threading.Thread(target=write)
            thread.start()
            while await reader.next(2) is Hint.CHANGED:
                seen = value
                if seen == 5000:
                    break
            thread.join()
        return seen

    assert run(work()) == 5000


def test_publishing_waits_for_nobody() -> None:
    async def work() -> float:
        hub = EventHub()
        with hub.subscribe(DESK):
            started = time.perf_counter()
            for _ in range(10_000):
                hub.publish(DESK)
            return time.perf_counter() - started

    assert run(work()) < 1.0


def test_who_leaves_is_forgotten() -> None:
    async def work() -> tuple[int, int]:
        hub = EventHub()
        with hub.subscribe(DESK), hub.subscribe("x"):
            inside = len(hub)
        hub.publish(DESK)
        return inside, len(hub)

    assert run(work()) == (2, 0)


def test_a_cancelled_reader_is_forgotten() -> None:
    async def work() -> int:
        hub = EventHub()

        async def read() -> None:
            with hub.subscribe(DESK) as reader:
                await reader.next(60)

        task = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return len(hub)

    assert run(work()) == 0


def test_closing_wakes_readers_and_turns_later_ones_away() -> None:
    async def work() -> list[Hint]:
        hub = EventHub()
        with hub.subscribe(DESK) as reader:
            threading.Timer(0.05, hub.close).start()
            first = await reader.next(10)
            again = await reader.next(10)
            with hub.subscribe(DESK) as late:
                return [first, again, await late.next(10)]

    assert run(work()) == [Hint.CLOSED] * 3


def test_a_reader_whose_event_loop_has_ended_stops_nobody() -> None:
    hub = EventHub()

    async def leave_open() -> None:
        hub.subscribe(DESK).__enter__()

    asyncio.run(leave_open())
    hub.publish(DESK)
    hub.close()
