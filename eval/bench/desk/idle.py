"""What a desk costs while nobody does anything: memory, and processor time with and without open pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from eval.bench.desk.office import Office
from eval.bench.desk.server import Server
from eval.bench.desk.start import WARM, ask
from eval.bench.desk.visitors import Agent, Customer, Visitor
from eval.bench.quiet import OtherLoad
from eval.errors import MeasurementError

CUSTOMERS = 40
AGENTS = 10
SECONDS = 20.0
"""How long processor time is counted: a stream shows a sign of life once in that time."""
_SETTLE_S = 5.0


def measure_idle(
    office: Office, *, seconds: float, timer: Callable[[], float], say: Callable[[str], None]
) -> dict[str, Any]:
    """Memory in MB (10^6 bytes) after the warm-up, and shares of one processor over `seconds`.

    Raises:
        MeasurementError: the server failed, or the system has no /proc.
    """
    load = OtherLoad()
    with ExitStack() as stack:
        server = stack.enter_context(office.serve())
        for _ in range(WARM):
            ask(office, server, timer)
        time.sleep(_SETTLE_S)
        say(f"Idle: {seconds:.0f} seconds without a page, then as long with {CUSTOMERS + AGENTS}.")
        found: dict[str, Any] = {
            "rss_mb": server.rss_mb(),
            "torch": server.has_mapped("torch"),
            "seconds": seconds,
            "cpu_share": cpu_share(server, seconds, timer),
        }
        pages = open_pages(office, server, customers=CUSTOMERS, agents=AGENTS)
        for page in pages:
            stack.callback(page.close)
        time.sleep(_SETTLE_S)
        found["streams"] = len(pages)
        found["cpu_share_streams"] = cpu_share(server, seconds, timer)
        found["rss_mb_streams"] = server.rss_mb()
        check_open(pages)
    return {"other_load": load.share(), **found}


def cpu_share(server: Server, seconds: float, timer: Callable[[], float]) -> float:
    """The share of one processor that the server takes over the next `seconds`."""
    begin, spent = timer(), server.cpu_seconds()
    time.sleep(seconds)
    return round((server.cpu_seconds() - spent) / (timer() - begin), 4)


def open_pages(office: Office, server: Server, *, customers: int, agents: int) -> list[Visitor]:
    """Pages by so many customers and agents, each with its own cookie and event stream."""
    pages: list[Visitor] = [Customer(server) for _ in range(customers)]
    pages += [Agent(server, token) for token in office.agents(agents)]
    for page in pages:
        page.listen()
    return pages


def check_open(pages: list[Visitor]) -> None:
    """Whether all pages still listen.

    Raises:
        MeasurementError: one does not: what was measured is not what was to be measured.
    """
    lost = sum(not page.open for page in pages)
    if lost:
        raise MeasurementError(f"{lost} of {len(pages)} event streams broke off meanwhile.")
