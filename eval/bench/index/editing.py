"""One document of many is edited: what is embedded, and what everything else costs beside copying the snapshot."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.bench.index.counting import CountedApp
from eval.bench.index.figure import multiple
from eval.bench.index.library import Article
from eval.errors import MeasurementError
from index import snapshots
from index.manifest import read_manifest

ROUNDS = 30


def measure_edits(
    app: CountedApp, articles: Sequence[Article], *, rounds: int, timer: Callable[[], float]
) -> dict[str, Any]:
    """Milliseconds from an edited file to the index that knows it, embedding excluded, beside a copy of the snapshot.

    Each round edits another article, takes its file in as `proofdesk ingest` does, and copies the folders that the
    snapshot consists of, forced to the disk. `embedded` and `changed` count passages over all rounds; `wrong` counts
    the rounds in which exactly the changed passages were not what was embedded.

    Raises:
        MeasurementError: an edit did not go in.
    """
    spent: list[float] = []
    copied: list[float] = []
    embedded = changed = wrong = 0
    for number in range(rounds + 1):
        article = articles[number * len(articles) // (rounds + 1)]
        before = _texts(app, article.id)
        article.revise(number + 1)
        app.counter.reset()
        begin = timer()
        report = app.knowledge.ingest([article.path])
        seconds = timer() - begin - app.counter.seconds
        if report.failed or not report.changed:
            raise MeasurementError(f"The edit of {article.path.name} did not go in.")
        copy = _copy(folders_of(app), app.settings.data_dir / "copy", timer)
        if number == 0:  # to warm up
            continue
        new = _texts(app, article.id) - before
        spent.append(seconds)
        copied.append(copy)
        embedded += len(app.counter.texts)
        changed += len(new)
        wrong += sorted(app.counter.texts) != sorted(new)
    manifest = app.knowledge.status()
    return {
        **multiple(spent, copied, ("rest", "copy")),
        "bytes": sum(path.stat().st_size for folder in folders_of(app) for path in folder.iterdir()),
        "embedded": embedded,
        "changed": changed,
        "wrong": wrong,
        "tail_passages": manifest.added if manifest is not None else 0,
    }


def folders_of(app: CountedApp) -> list[Path]:
    """The folders of the snapshot that is served: its own, and that of its base if it is a tail."""
    index_dir = app.settings.index_dir
    current = index_dir / snapshots.current_id(index_dir)
    base = read_manifest(current).base
    return [current, *([index_dir / base] if base else [])]


def _texts(app: CountedApp, document_id: str) -> set[str]:
    """What retrieval sees of a document, in all its languages."""
    documents = (found for found in app.catalog.documents() if found.id == document_id)
    return {passage.indexed_text for document in documents for passage in app.knowledge.cut(document)}


def _copy(folders: Iterable[Path], target: Path, timer: Callable[[], float]) -> float:
    """Seconds to copy the folders and force the copies to the disk; they are removed again."""
    begin = timer()
    for folder in folders:
        copy = target / folder.name
        shutil.copytree(folder, copy)
        for path in (*copy.iterdir(), copy):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    seconds = timer() - begin
    shutil.rmtree(target)
    return seconds
