"""What an answer costs besides embedding its question, as a multiple of that embedding, in one run.

Embedding is the part that no retrieval design can avoid, so it is the yardstick: the ratio stays when the machine
changes. Everything else counts against the product: screening, triage, search, grounding, drafting, verification,
policy and the JSON. Nothing is written to a database.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap import App
from assistant.model import Inquiry
from assistant.presenter import answer_json
from assistant.settings import Settings, load_settings
from eval.bench.quiet import OtherLoad, verdict
from eval.cases import Case
from eval.errors import MeasurementError
from eval.metrics.discrimination import SEED, bootstrap_interval
from eval.provenance import provenance

ROUNDS = 5
THREADS = 2

Floats = NDArray[np.float64]


def bench_answer(
    cases: Sequence[Case],
    *,
    rounds: int = ROUNDS,
    timer: Callable[[], float] = perf_counter,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Milliseconds and ratios over `rounds` rounds of all cases, each in another order, after one warm-up round.

    A hand-off that never searches is quick, so the ratio is also given over the questions that were searched for
    alone (`searched`). Intervals: 95 %, bootstrap over questions. `other_load` is the share of the processors that
    other processes used meanwhile.

    Raises:
        MeasurementError: there is no case.
        ProofdeskError: the desk cannot start.
    """
    if not cases:
        raise MeasurementError("There is nothing to time.")
    started, begin = datetime.now(UTC), timer()
    with tempfile.TemporaryDirectory(prefix="proofdesk-bench-") as folder:
        app = App(shipped_settings(Path(folder)))
        say("Building an index in a temporary data directory.")
        run = _Run(app, timer)
        say(f"Timing {len(cases)} questions: one round to warm up, {rounds} to count.")
        order = random.Random(SEED)  # noqa: S311 - an order, not a secret
        for case in cases:
            run.time(case)
        load = OtherLoad()
        rest, embed = np.zeros((len(cases), rounds)), np.zeros((len(cases), rounds))
        searched = np.zeros(len(cases), np.bool_)
        for turn in range(rounds):
            for i in order.sample(range(len(cases)), len(cases)):
                rest[i, turn], embed[i, turn], searched[i] = run.time(cases[i])
        others = load.share()
        source = provenance(app, started, timer() - begin)
        app.retriever.close()
    if warning := verdict(others):
        say(warning)
    return {
        "bench": "answer",
        "n": len(cases),
        "rounds": rounds,
        "threads": THREADS,
        "other_load": others,
        **figures(rest, embed),
        "searched": {"n": int(searched.sum()), **(figures(rest[searched], embed[searched]) if searched.any() else {})},
        "provenance": source,
    }


def shipped_settings(data_dir: Path) -> Settings:
    """The settings of a desk out of the box, whatever this machine's environment says."""
    return load_settings(data_dir=data_dir, embedder="bundled", chat_model="extractive")


class _Run:
    """The parts under the stopwatch."""

    def __init__(self, app: App, timer: Callable[[], float]) -> None:
        self._chain = app.chain
        self._embedder = app.embedder
        self._timer = timer

    def time(self, case: Case) -> tuple[float, float, bool]:
        """Milliseconds apart from embedding, milliseconds of embedding, and whether the chain searched."""
        start = self._timer()
        self._embedder.embed_queries([case.turns[-1]])
        middle = self._timer()
        answer = self._chain.answer(Inquiry(case.id, tuple(case.turns), channel="eval"))
        json.dumps(answer_json(answer), ensure_ascii=False)
        total = (self._timer() - middle) * 1000
        inside = answer.stage_ms.get("embed", 0.0)
        return total - inside, (middle - start) * 1000, "embed" in answer.stage_ms


def figures(rest: Floats, embed: Floats) -> dict[str, Any]:
    """Percentiles in milliseconds and their ratios with intervals; both arrays of shape `(questions, rounds)`."""
    return {
        "rest_p50_ms": _percentile(rest, 50),
        "rest_p95_ms": _percentile(rest, 95),
        "embed_p50_ms": _percentile(embed, 50),
        "ratio_p50": _ratio(rest, embed, 50),
        "ratio_p95": _ratio(rest, embed, 95),
    }


def _percentile(values: Floats, q: int) -> float:
    return round(float(np.percentile(values, q)), 3)


def _ratio(rest: Floats, embed: Floats, q: int) -> dict[str, Any]:
    """Percentile `q` of `rest` over the median of `embed`, with its interval.

    The bootstrap draws questions, not single times: the rounds of one question hang together.
    """

    def statistic(rows: NDArray[np.int64]) -> float:
        return float(np.percentile(rest[rows], q) / np.median(embed[rows]))

    everything = np.arange(len(rest))
    # A bootstrap of one question would only repeat it.
    interval = bootstrap_interval((everything,), statistic, paired=False) if len(rest) > 1 else None
    return {
        "value": round(statistic(everything), 3),
        "ci": [round(bound, 3) for bound in interval] if interval else None,
    }
