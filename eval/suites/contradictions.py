"""The contradictions suite: documents planted beside the seed, and which of them are found to contradict it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.bootstrap import App
from assistant.chain.contradictions import Contradiction, Embed, contradictions_by_meaning
from corpus.chunking import chunk
from corpus.loaders import parse_document
from corpus.model import Document, Passage
from corpus.seed import load_facts, load_seed
from eval.bench.answer import shipped_settings
from eval.errors import MeasurementError
from eval.jsonl import read_rows
from eval.metrics.interval import Proportion
from eval.provenance import git_revision

DATASET = Path(str(files("eval"))) / "datasets" / "contradictions.jsonl"
"""Held out: written by somebody who had not seen the method, and never read while it was made."""

BARS = {"recall": 0.9, "precision": 0.9}
_SAME_START = 12
"""Code points of a planted sentence by which it is recognised when it was cut into passages."""


class Row(BaseModel):
    """One planted document.

    Attributes:
        kind: whether it contradicts a seed article.
        against: the id of that article; `planted` is the sentence that does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Literal["contradiction", "compatible"]
    locale: str
    title: str
    category: str
    text: str
    against: str = ""
    planted: str = ""

    def states(self, sentence: str) -> bool:
        """Whether a sentence of the document is the planted one."""
        planted, sentence = self.planted, sentence.strip()
        return bool(planted) and (sentence in planted or planted in sentence or planted[:_SAME_START] in sentence)


@dataclass(frozen=True, slots=True)
class ContradictionsReport:
    """What was found: planted contradictions, and pairs of documents that were reported without being one.

    Attributes:
        false_pairs: ids of documents.
        by_language: locale -> planted contradictions found.
    """

    recall: Proportion
    precision: Proportion
    compatible: int
    missed: tuple[str, ...]
    false_pairs: tuple[tuple[str, str], ...]
    by_language: dict[str, Proportion]
    provenance: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        values = {"recall": self.recall.value, "precision": self.precision.value}
        return all((value := values[name]) is not None and value >= bar for name, bar in BARS.items())

    def to_json(self) -> dict[str, Any]:
        """What `proofdesk-eval run contradictions --json` prints: figures, never the rows."""
        return {
            "suite": "contradictions",
            "passed": self.passed,
            "contradictions": self.recall.n,
            "compatible": self.compatible,
            "metrics": {
                "recall": self.recall.to_json(),
                "precision": self.precision.to_json(),
                **{f"recall_{locale}": share.to_json() for locale, share in sorted(self.by_language.items())},
            },
            "bars": BARS,
            "provenance": self.provenance,
        }


def load_rows(path: Path = DATASET) -> tuple[Row, ...]:
    """The rows of a dataset.

    Raises:
        DatasetError: it cannot be read; the message names the line.
    """
    return read_rows(path, Row, lambda row: row.id)


def measure_contradictions(rows: Sequence[Row] | None = None, *, say: Callable[[str], None]) -> ContradictionsReport:
    """Run the suite as the product is shipped, in a data directory of its own; `rows`: other ones than the held-out."""
    with tempfile.TemporaryDirectory(prefix="proofdesk-contradictions-") as folder, closing(_app(Path(folder))) as app:
        return run_contradictions(app, load_rows() if rows is None else rows, say=say)


def _app(folder: Path) -> App:
    return App(shipped_settings(folder))


def run_contradictions(app: App, rows: Sequence[Row], *, say: Callable[[str], None]) -> ContradictionsReport:
    """Plant the rows beside the whole seed and compare. Precision is of pairs of documents.

    Raises:
        MeasurementError: the embedder is not the one that the comparison was fitted on.
    """
    started, begin = datetime.now(UTC), perf_counter()
    say(f"Planting {len(rows)} documents beside the seed.")
    embed = app.claim_meaning
    if embed is None:
        raise MeasurementError("Contradictions are compared by meaning with the embedder `bundled` only.")
    found = find(rows, app, embed)
    made = {  # no index is asked: it needs none
        "revision": git_revision(Path(__file__).resolve().parents[2]),
        "embedder": app.embedder.name,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(perf_counter() - begin, 2),
    }
    return score(rows, found, made)


def find(rows: Sequence[Row], app: App, embed: Embed) -> tuple[Contradiction, ...]:
    """Contradictions among the seed and the planted documents."""
    facts = load_facts()
    documents = list(load_seed())
    settled = {(document.id, document.locale) for document in documents}
    documents += [parse_document(f"{row.id}.md", _source(row), facts) for row in rows]
    return contradictions_by_meaning(_passages(documents, app), app.vocabulary, embed, settled)


def _passages(documents: Sequence[Document], app: App) -> list[Passage]:
    return [passage for document in documents for passage in chunk(document, app.token_counter)]


def _source(row: Row) -> bytes:
    title = json.dumps(row.title, ensure_ascii=False)
    return (
        f"---\nid: {row.id}\nlocale: {row.locale}\ntitle: {title}\ncategory: {row.category}\n---\n{row.text}\n".encode()
    )


def score(rows: Sequence[Row], found: Sequence[Contradiction], provenance: dict[str, Any]) -> ContradictionsReport:
    """A row is found if its planted sentence is reported against the article that it contradicts.

    Every other reported pair is a false one; but of a row that was found, pairs of the planted sentence with further
    articles count neither way: the same figure stands in several.
    """
    planted = {row.id: row for row in rows}
    hit: set[str] = set()
    elsewhere: list[tuple[str, str]] = []
    false: set[tuple[str, str]] = set()
    for item in found:
        sides = (item.first, item.second)
        stated = [
            (row, other.passage.document_id)
            for claim, other in (sides, sides[::-1])
            if (row := planted.get(claim.passage.document_id)) and row.states(claim.text)
        ]
        hit |= {row.id for row, other in stated if other == row.against}
        elsewhere += [(row.id, other) for row, other in stated if other != row.against]
        if not stated:
            one, other = sorted(claim.passage.document_id for claim in sides)
            false.add((one, other))
    false |= {(min(pair), max(pair)) for pair in elsewhere if pair[0] not in hit}
    wanted = [row for row in rows if row.kind == "contradiction"]
    locales = dict.fromkeys(row.locale for row in wanted)
    return ContradictionsReport(
        recall=Proportion.of(row.id in hit for row in wanted),
        precision=Proportion(len(hit), len(hit) + len(false)),
        compatible=len(rows) - len(wanted),
        missed=tuple(row.id for row in wanted if row.id not in hit),
        false_pairs=tuple(sorted(false)),
        by_language={
            locale: Proportion.of(row.id in hit for row in wanted if row.locale == locale) for locale in locales
        },
        provenance=provenance,
    )
