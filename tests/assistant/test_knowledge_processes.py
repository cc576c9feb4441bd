"""Many changes: what is looked at again, and processes that take documents in and build at the same time."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.knowledge import KnowledgeBase
from corpus.catalog import Catalog
from corpus.edition import Edits
from corpus.facts import FactsTable
from corpus.tokens import TiktokenCounter
from index.embedders.base import Vectors
from index.embedders.hashing import HashingEmbedder
from index.maintenance import verify
from index.model import Query
from index.open_snapshot import OpenSnapshot
from index.retriever import Retriever
from index.snapshots import current_id
from index.vector_cache import VectorCache

WORKERS = 8
CALLS = 5
FILES = 10
"""In each call, of the fifty of a worker."""


class OneAtATime(HashingEmbedder):
    """An embedder that fails if two processes embed at once: builds embed, and only one may be running."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._mark.touch(exist_ok=False)
        try:
            return super().embed_passages(texts)
        finally:
            self._mark.unlink()


def catalog(folder: Path) -> Catalog:
    return Catalog(folder, facts=FactsTable.parse({"facts": {}}), seed_root=folder / "seed")


def knowledge(folder: Path) -> KnowledgeBase:
    embedder = OneAtATime(folder / "embedding")
    return KnowledgeBase(
        catalog=catalog(folder),
        index_dir=folder / "index",
        embedder=lambda: embedder,
        cache=lambda: VectorCache(folder / "vectors", shipped=None),
        counter=TiktokenCounter(),
        passage_tokens=320,
        keep_snapshots=2,
        clock=lambda: datetime.now(UTC),
    )


def work(folder: Path, worker: int, start: Callable[[], object]) -> None:
    base = knowledge(folder)
    start()
    for call in range(CALLS):
        paths = [folder / "files" / f"w{worker}-{call}-{number}.txt" for number in range(FILES)]
        report = base.ingest(paths)
        assert [result.status for result in report.results] == ["added"] * FILES, report


@pytest.mark.slow
def test_eight_processes_take_four_hundred_files_in_and_build_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    (tmp_path / "files").mkdir()
    names = [f"w{worker}-{call}-{n}" for worker in range(WORKERS) for call in range(CALLS) for n in range(FILES)]
    for name in names:
        (tmp_path / "files" / f"{name}.txt").write_text(f"# Title of {name}\n\nWhat {name} says.", "utf-8")
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(WORKERS)
    workers = [context.Process(target=work, args=(tmp_path, worker, barrier.wait)) for worker in range(WORKERS)]
    for process in workers:
        process.start()
    for process in workers:
        process.join(timeout=300)
    assert [process.exitcode for process in workers] == [0] * WORKERS
    base = knowledge(tmp_path)
    documents = Counter(source.key for source in base.sources())
    assert len(documents) == len(names) == WORKERS * CALLS * FILES == sum(documents.values())
    report = verify(tmp_path / "index")
    assert report.ok, report
    assert report.leftovers == ()
    snapshot = OpenSnapshot(tmp_path / "index" / current_id(tmp_path / "index"))
    assert snapshot.sources() == {source.key: source.digest for source in base.sources()}
    held = Counter(passage.document_id for passage in snapshot.in_force())
    snapshot.close()
    assert held.keys() == set(names)
    assert set(held.values()) == {1}, "each once"
    retriever = Retriever(tmp_path / "index", HashingEmbedder())
    for name in names[:: WORKERS * FILES // 2]:
        assert retriever.search(Query(f"what {name} says")).hits[0].passage.document_id == name
    retriever.close()


def test_what_did_not_change_is_not_looked_at_again_and_what_did_is_another_source(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    for name in ("kept", "asked"):
        (tmp_path / f"{name}.md").write_text(f"---\nlocale: en\n---\n# {name}\n\nWhat {name} says.", "utf-8")
    base = knowledge(tmp_path)
    base.ingest([tmp_path / "kept.md", tmp_path / "asked.md"])
    before = {source.key: source for source in base.sources()}
    catalog(tmp_path).set_edits("asked", "en", Edits(questions=("Which question?",)))
    after = {source.key: source for source in base.sources()}
    assert before.keys() == after.keys() == {"kept|en", "asked|en"}
    assert after["kept|en"] is before["kept|en"]
    assert after["asked|en"].digest != before["asked|en"].digest
    assert [source.digest for source in after.values()] == [source.digest for source in knowledge(tmp_path).sources()]
