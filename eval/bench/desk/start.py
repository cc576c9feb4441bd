"""From the process to the first page, beside an empty page of Gradio; the first question beside warm ones."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from eval.bench.desk.figure import ratio
from eval.bench.desk.office import Office
from eval.bench.desk.server import Server, running
from eval.bench.desk.visitors import Customer
from eval.bench.quiet import OtherLoad

RUNS = 5
READING_S = 5.0
"""How long somebody looks at the page before they have asked: it has to load in the browser, and they have to type."""
WARM = 5
"""Questions to a process that has answered one."""
QUESTION = "USDT 提现一般多久到账？"
_EMPTY = """
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    pass
page.launch(server_name="127.0.0.1", server_port={port}, quiet=True, ssr_mode=False)
"""
_OFFLINE = {"GRADIO_ANALYTICS_ENABLED": "False"}
"""Else it would ask the network for a newer release, and the yardstick would depend on that."""


def measure_start(
    office: Office, *, runs: int, timer: Callable[[], float], say: Callable[[str], None]
) -> dict[str, Any]:
    """Seconds to the first page and to a draft, `runs` processes of each kind in turns, one round to warm up.

    `at_once` asks when the first page has come; `after_reading` asks `READING_S` later.

    Raises:
        MeasurementError: a server failed.
    """
    say("Starts: one of either kind to warm up.")
    _empty_page(office, timer)
    _desk(office, 0.0, timer)
    desk: list[float] = []
    empty: list[float] = []
    questions: dict[str, list[tuple[float, float]]] = {"at_once": [], "after_reading": []}
    load = OtherLoad()
    for run in range(runs):
        say(f"Starts: round {run + 1} of {runs}.")
        empty.append(_empty_page(office, timer))
        seconds, *first = _desk(office, 0.0, timer)
        desk.append(seconds)
        questions["at_once"].append((first[0], first[1]))
        _, *first = _desk(office, READING_S, timer)
        questions["after_reading"].append((first[0], first[1]))
    return {
        "other_load": load.share(),
        "start": {"runs": runs, **ratio(desk, empty, ("desk", "empty_page"))},
        "question": {
            "runs": runs,
            "warm_questions": WARM,
            "reading_s": READING_S,
            **{kind: _first_and_warm(pairs) for kind, pairs in questions.items()},
        },
    }


def _first_and_warm(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return ratio([first for first, _ in pairs], [warm for _, warm in pairs], ("first", "warm"))


def _empty_page(office: Office, timer: Callable[[], float]) -> float:
    with running(["-c", _EMPTY], office.folder, timer=timer, variables=_OFFLINE) as server:
        return server.seconds


def _desk(office: Office, reading_s: float, timer: Callable[[], float]) -> tuple[float, float, float]:
    """Seconds to the first page, of the first question, and of a warm question (the median)."""
    with office.serve() as server:
        time.sleep(reading_s)
        first = ask(office, server, timer)
        warm = statistics.median(ask(office, server, timer) for _ in range(WARM))
        return server.seconds, first, warm


def ask(office: Office, server: Server, timer: Callable[[], float]) -> float:
    """Seconds from sending a question, on a page that is open, to its draft in the database."""
    customer = Customer(server)
    begin = timer()
    customer.ask(QUESTION)
    office.wait_for_drafts()
    return timer() - begin
