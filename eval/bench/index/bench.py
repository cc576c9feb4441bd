"""The index of a large knowledge base, held against its bars: opening, editing, and how soon an answer knows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.bench.answer import shipped_settings
from eval.bench.desk.figure import bar
from eval.bench.index import editing, freshness, opening
from eval.bench.index.counting import CountedApp
from eval.bench.index.editing import folders_of, measure_edits
from eval.bench.index.freshness import measure_freshness
from eval.bench.index.library import write_library
from eval.bench.index.opening import measure_opening
from eval.bench.quiet import OtherLoad, verdict
from eval.errors import MeasurementError
from eval.provenance import provenance

DOCUMENTS = 1000
OPEN_RATIO = 3.0
MEMORY_RATIO = 3.0
EDIT_RATIO = 3.0


def bench_index(
    documents: int = DOCUMENTS,
    *,
    rounds: int | None = None,
    processes: int = opening.PROCESSES,
    timer: Callable[[], float] = perf_counter,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """What the index of so many documents costs, on this machine, with the default embedder.

    The knowledge base is made in a temporary folder of the sections of the articles that ship, beside these articles.

    Args:
        documents: how many files are taken in.
        rounds: of everything that is timed; default: that of each measurement.
        processes: for the memory of an open snapshot.
        timer: seconds by any clock.
        say: told what is going on.

    Raises:
        MeasurementError: there is no document, or something did not do what it was to do.
        ProofdeskError: the desk cannot start.
    """
    if documents < 1:
        raise MeasurementError("There is nothing to index.")
    started, begin = datetime.now(UTC), timer()
    with tempfile.TemporaryDirectory(prefix="proofdesk-bench-") as folder:
        base = Path(folder)
        app = CountedApp(shipped_settings(base / "data"), timer)
        try:
            say(f"Building an index of {documents} documents in a temporary data directory.")
            articles = write_library(base / "library", documents)
            if failed := app.knowledge.ingest([base / "library"]).failed:
                raise MeasurementError(f"{len(failed)} documents did not go in: {failed[0].message}")
            manifest = app.knowledge.build()
            prefilled = len(app.counter.texts)
            load = OtherLoad()
            say("Opening the snapshot.")
            opened = measure_opening(folders_of(app), rounds=rounds or opening.ROUNDS, processes=processes, timer=timer)
            say("Editing documents.")
            edits = measure_edits(app, articles, rounds=rounds or editing.ROUNDS, timer=timer)
            say("Uploading and deleting documents.")
            fresh = measure_freshness(app, articles, base / "fresh", rounds=rounds or freshness.ROUNDS, timer=timer)
            others, source = load.share(), provenance(app, started, timer() - begin)
        finally:
            app.close()
    if warning := verdict(others):
        say(warning)
    report = {"open": opened, "edit": edits, **fresh}
    return {
        "bench": "index",
        "documents": documents,
        "sources": manifest.documents,
        "passages": manifest.passages,
        "prefilled": prefilled,
        "other_load": others,
        **report,
        "bars": bars(report),
        "provenance": source,
    }


def bars(report: dict[str, Any]) -> dict[str, Any]:
    """Every figure that something is asked of, what that is, and whether it is met; the point estimates count."""
    opened, edit = report["open"], report["edit"]
    found = {
        "open_ratio": bar(opened["ratio"]["value"], OPEN_RATIO),
        "edit_ratio": bar(edit["ratio"]["value"], EDIT_RATIO),
        "edits_embedded_otherwise": bar(edit["wrong"], 0),
    }
    if "opened_ratio" in opened["memory"]:
        found["memory_ratio"] = bar(opened["memory"]["opened_ratio"], MEMORY_RATIO)
    return found
