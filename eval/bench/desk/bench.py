"""The desk as people meet it, held against its bars: start, first question, idle cost, and how soon a page hears."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.bench.desk.chromium import find_chromium
from eval.bench.desk.delivery import ROUNDS, measure_delivery
from eval.bench.desk.figure import bar
from eval.bench.desk.idle import SECONDS, measure_idle
from eval.bench.desk.office import Office
from eval.bench.desk.start import RUNS, measure_start
from eval.bench.quiet import verdict
from eval.provenance import provenance

START_RATIO = 2.0
QUESTION_RATIO = 3.0
RSS_MB = 500.0
CPU_SHARE = 0.01
"""Of one processor: as good as nothing."""
DELIVERY_MS = 1000.0


def bench_desk(
    *,
    runs: int = RUNS,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
    timer: Callable[[], float] = perf_counter,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Everything about a desk out of the box, on this machine, and how it stands to its bars.

    Args:
        runs: processes of each kind for the start and the first question.
        seconds: how long idle processor time is counted.
        rounds: questions in the browser.
        timer: seconds by any clock.
        say: told what is going on.

    Raises:
        MeasurementError: Playwright or Chromium is missing, or a server or a page failed.
        ProofdeskError: the desk cannot start.
    """
    find_chromium()  # now, not in some minutes
    started, begin = datetime.now(UTC), timer()
    with tempfile.TemporaryDirectory(prefix="proofdesk-bench-") as folder:
        say("Building an index in a temporary data directory.")
        office = Office(Path(folder), timer)
        try:
            opening = measure_start(office, runs=runs, timer=timer, say=say)
            idle = measure_idle(office, seconds=seconds, timer=timer, say=say)
            delivery = measure_delivery(office, rounds=rounds, say=say)
            source = provenance(office.app, started, timer() - begin)
        finally:
            office.close()
    loads = {"start": opening["other_load"], "idle": idle.pop("other_load")}
    if warning := verdict(max((load for load in loads.values() if load is not None), default=None)):
        say(warning)
    # Chromium's processes are not waited for by anybody of ours, so their time counts as others': no verdict on it.
    loads["delivery_and_browser"] = delivery.pop("other_load")
    report = {"start": opening["start"], "question": opening["question"], "idle": idle, "delivery": delivery}
    return {"bench": "desk", "other_load": loads, **report, "bars": bars(report), "provenance": source}


def bars(report: dict[str, Any]) -> dict[str, Any]:
    """Every figure that something is asked of, what that is, and whether it is met; the point estimates count."""
    idle, delivery = report["idle"], report["delivery"]
    return {
        "start_ratio": bar(report["start"]["ratio"], START_RATIO),
        "first_question_ratio": bar(report["question"]["after_reading"]["ratio"], QUESTION_RATIO),
        "idle_rss_mb": bar(idle["rss_mb"], RSS_MB),
        "torch": bar(idle["torch"], limit=False),
        "idle_cpu_share": bar(idle["cpu_share"], CPU_SHARE),
        "idle_cpu_share_streams": bar(idle["cpu_share_streams"], CPU_SHARE),
        "ask_to_queue_p95_ms": bar(delivery["ask_to_queue"]["p95_ms"]["value"], DELIVERY_MS),
        "approve_to_customer_p95_ms": bar(delivery["approve_to_customer"]["p95_ms"]["value"], DELIVERY_MS),
    }
