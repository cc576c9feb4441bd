"""Retrieval on a BEIR folder: the shipped builder, the shipped retrieval function, nothing fitted on the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.bootstrap import App
from corpus.chunking import CHUNKER, chunk
from corpus.locales import LOCALE, detect_locale
from corpus.model import Document, Passage, Section, SectionKind
from corpus.tokens import TiktokenCounter
from eval.beir_folder import BeirFolder, BeirText
from eval.errors import MeasurementError
from eval.metrics.interval import Proportion
from eval.metrics.ranking import hit, ndcg, recall, reciprocal_rank
from index.builder import build
from index.model import Query, Retrieval
from index.retriever import Retriever
from index.source import sources_of
from index.vector_cache import VectorCache

_DEPTH = 10
"""Distinct documents that the measures look at."""
_FIRST_K = 25
"""Passages asked for at first: few enough to leave the retriever's own candidate depth as it ships."""


@dataclass(frozen=True, slots=True)
class BeirReport:
    """Mean figures over the queries; `to_json` is the line of the command contract."""

    dataset: str
    n: int
    means: Mapping[str, float]
    hits_at_5: Proportion
    extra: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """One flat object: dataset, n, the figures, and what else is known."""
        interval = self.hits_at_5.interval
        return {
            "dataset": self.dataset,
            "n": self.n,
            **{name: round(value, 4) for name, value in self.means.items()},
            "hit@5_ci": [round(bound, 4) for bound in interval] if interval else None,
            **self.extra,
        }


def run_beir(app: App, folder: BeirFolder, *, say: Callable[[str], None] = lambda _: None) -> BeirReport:
    """Index the corpus, ask every judged query and average the figures.

    The index is kept below `<data_dir>/eval/beir`, the vectors in a cache by content, so a second run embeds only
    questions. A text of several passages takes the rank of its best one.

    Raises:
        MeasurementError: no query has a relevant document.
        ProofdeskError: the index cannot be built or searched.
    """
    queries = [query for query in folder.queries if folder.gains.get(query.id)]
    if not queries:
        raise MeasurementError(f"No query of {folder.name} has a relevant document.")
    passages = _passages(folder.corpus, app.settings.passage_tokens)
    if not passages:
        raise MeasurementError(f"The corpus of {folder.name} has no text.")
    say(f"Indexing {len(passages)} passages of {len(folder.corpus)} texts; known texts are not embedded again.")
    retriever, snapshot = _indexed(app, passages)
    say(f"Asking {len(queries)} queries.")
    rows = [_figures(_ranking(retriever.search, query.text), folder.gains[query.id]) for query in queries]
    retriever.close()
    means = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
    extra: dict[str, Any] = {"documents": len(folder.corpus), "passages": len(passages)}
    if folder.dangling:
        say(f"{len(folder.dangling)} relevant documents are not in the corpus; they count as never found.")
        extra["missing_documents"] = len(folder.dangling)
    extra |= {"embedder": app.embedder.name, "snapshot": snapshot}
    return BeirReport(folder.name, len(rows), means, Proportion.of(row["hit@5"] > 0 for row in rows), extra)


def _passages(corpus: Sequence[BeirText], passage_tokens: int) -> list[Passage]:
    counter = TiktokenCounter()
    return [passage for text in corpus for passage in chunk(_document(text), counter, max_tokens=passage_tokens)]


def _document(text: BeirText) -> Document:
    """The text as the product holds one: a single section of paragraphs."""
    # A text that is only a title would otherwise have nothing to be found by.
    title = (text.title or "").strip()
    body = text.text if text.text.strip() else title
    paragraphs = tuple(block for part in body.split("\n\n") if (block := part.strip()))
    return Document(
        id=text.id,
        locale=text.lang if text.lang and LOCALE.fullmatch(text.lang) else detect_locale(body),
        title=title,
        category="",
        sections=(Section(SectionKind.BODY, "", paragraphs),),
    )


def _indexed(app: App, passages: Sequence[Passage]) -> tuple[Retriever, str]:
    """A retriever over the passages' own index, and the snapshot's id."""
    base = app.settings.data_dir / "eval"
    key = hashlib.sha256("\n".join(passage.id for passage in passages).encode()).hexdigest()[:16]
    manifest = build(
        sources_of(passages),
        app.embedder,
        base / "beir" / key,
        VectorCache(base / "vectors"),
        chunker=CHUNKER,
        keep=1,
        clock=lambda: datetime.now(UTC),
    )
    return Retriever(base / "beir" / key, app.embedder), manifest.id


def _ranking(search: Callable[[Query], Retrieval], text: str) -> list[str]:
    """The first documents for a query, each once, best first."""
    k = _FIRST_K
    while True:
        hits = search(Query(text, k=k)).hits
        documents = list(dict.fromkeys(found.passage.document_id for found in hits))
        if len(documents) >= _DEPTH or len(hits) < k:
            return documents[:_DEPTH]
        k *= 2


def _figures(ranking: Sequence[str], gains: Mapping[str, int]) -> dict[str, float]:
    return dict(_named(ranking, gains))


def _named(ranking: Sequence[str], gains: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for k in (1, 5, 10):
        yield f"hit@{k}", hit(ranking, gains, k)
    yield "recall@5", recall(ranking, gains, 5)
    yield "mrr@10", reciprocal_rank(ranking, gains, 10)
    yield "ndcg@10", ndcg(ranking, gains, 10)
