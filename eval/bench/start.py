"""What a first start costs: building the index from the shipped vectors, against a start that finds one.

Whole processes are timed, in turns and in one run, so that caches and neighbours meet both alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.bootstrap import App
from eval.bench.answer import shipped_settings
from eval.bench.quiet import OtherLoad, verdict
from eval.errors import MeasurementError
from eval.provenance import provenance

RUNS = 5
_TIMEOUT_S = 600
_CHILD = """
import json, sys, time
from assistant.bootstrap import App
from assistant.settings import load_settings
imported = time.perf_counter()
app = App(load_settings(data_dir=sys.argv[1], embedder="bundled", chat_model="extractive"))
built = app.knowledge.ensure_index()
app.chain
snapshot = app.retriever.snapshot_id
json.dump({"built": built, "seconds": time.perf_counter() - imported, "snapshot": snapshot}, sys.stdout)
"""


def bench_start(
    *, runs: int = RUNS, timer: Callable[[], float] = perf_counter, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Median seconds of a first and of a later start, `runs` processes each, and their ratio.

    `process` is the whole process, `opening` what it does after its imports.

    Raises:
        MeasurementError: a process failed, or did not do what it was to do.
        ProofdeskError: the desk cannot start.
    """
    started, begin = datetime.now(UTC), timer()
    first: list[tuple[float, float]] = []
    later: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="proofdesk-bench-") as folder:
        base = Path(folder)
        say("Warming up: one start of either kind.")
        _start(base / "kept", builds=True, timer=timer)
        _start(base / "kept", builds=False, timer=timer)
        load = OtherLoad()
        for run in range(runs):
            say(f"Round {run + 1} of {runs}.")
            first.append(_start(base / f"new-{run}", builds=True, timer=timer))
            later.append(_start(base / "kept", builds=False, timer=timer))
        others = load.share()
        app = App(shipped_settings(base / "kept"))
        source = provenance(app, started, timer() - begin)
        app.retriever.close()
    if warning := verdict(others):
        say(warning)
    return {
        "bench": "start",
        "runs": runs,
        "other_load": others,
        "process": compare([whole for whole, _ in first], [whole for whole, _ in later]),
        "opening": compare([inside for _, inside in first], [inside for _, inside in later]),
        "provenance": source,
    }


def compare(first: Sequence[float], later: Sequence[float]) -> dict[str, Any]:
    """Medians in seconds, the ratio of the medians, and the range of the ratios of each round's pair."""
    ratios = [a / b for a, b in zip(first, later, strict=True)]
    medians = statistics.median(first), statistics.median(later)
    return {
        "first_s": round(medians[0], 3),
        "later_s": round(medians[1], 3),
        "ratio": round(medians[0] / medians[1], 3),
        "ratio_range": [round(min(ratios), 3), round(max(ratios), 3)],
    }


def _start(data_dir: Path, *, builds: bool, timer: Callable[[], float]) -> tuple[float, float]:
    """Seconds of one whole process, and of what it did after its imports."""
    data_dir.mkdir(exist_ok=True)
    root = Path(__file__).resolve().parent.parent.parent
    # The child must find the packages from a folder without a .env, and see no setting of this shell.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PROOFDESK_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), environment.get("PYTHONPATH")]))
    begin = timer()
    done = subprocess.run(  # noqa: S603 - this interpreter, a fixed script
        [sys.executable, "-c", _CHILD, str(data_dir)],
        cwd=data_dir,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    seconds = timer() - begin
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise MeasurementError(f"A start of the desk failed: {last}")
    said = json.loads(done.stdout)
    if said["built"] is not builds:
        raise MeasurementError("A start found an index where there was to be none, or none where there was to be one.")
    if any(data_dir.glob("vectors/*.db")):
        # The cache holds only what was not shipped: embedding was timed, not a start.
        raise MeasurementError(
            "The shipped vectors lack passages of the articles.", hint="Run `python -m index.seed_cache` first."
        )
    return seconds, float(said["seconds"])
