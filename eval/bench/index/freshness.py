"""How soon an upload can be answered from, and a deletion no longer is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.bench.desk.figure import percentiles
from eval.bench.index.counting import CountedApp
from eval.bench.index.library import Article, write_article
from eval.errors import MeasurementError
from index.model import Query

ROUNDS = 30


def measure_freshness(
    app: CountedApp, articles: Sequence[Article], folder: Path, *, rounds: int, timer: Callable[[], float]
) -> dict[str, Any]:
    """Milliseconds from the upload of a document, and from its deletion, to the end of the search that shows it.

    Embedding the new passages and the question is included, since customers wait for it; `embed_p50_ms` is its share.

    Raises:
        MeasurementError: the search did not show it.
    """
    folder.mkdir(exist_ok=True)
    uploads: list[tuple[float, float]] = []
    deletions: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        like = articles[number * len(articles) // (rounds + 1)]
        word = f"freshness{number:04}"
        article = write_article(folder, like, f"fresh-{number:04}", f"## {word}\n\n{word} {word}.")
        query = Query(word)
        upload, deletion = partial(app.knowledge.ingest, [article.path]), partial(app.knowledge.remove, article.id)
        taken = _until(app, upload, query, article.id, timer)
        gone = _until(app, deletion, query, article.id, timer, found=False)
        if number:  # the first one warms up
            uploads.append(taken)
            deletions.append(gone)
    return {"upload": _figures(uploads), "deletion": _figures(deletions)}


def _until(
    app: CountedApp,
    change: Callable[[], object],
    query: Query,
    document_id: str,
    timer: Callable[[], float],
    *,
    found: bool = True,
) -> tuple[float, float]:
    """Seconds until the change is made and a search shows it, and how many of them went into embedding."""
    app.counter.reset()
    begin = timer()
    change()
    hits = app.retriever.search(query).hits
    seconds = timer() - begin
    if any(hit.passage.document_id == document_id for hit in hits) is not found:
        fault = "was not found right after its upload" if found else "was found right after its deletion"
        raise MeasurementError(f"{document_id} {fault}.")
    return seconds, app.counter.seconds


def _figures(measured: Sequence[tuple[float, float]]) -> dict[str, Any]:
    whole = percentiles([seconds for seconds, _ in measured])
    return {**whole, "embed_p50_ms": percentiles([inside for _, inside in measured])["p50_ms"]["value"]}
