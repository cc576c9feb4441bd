"""An index folder with the small desk in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from corpus.model import Passage
from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.model import Manifest, Query
from index.retriever import Retriever
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.samples import DESK

Build = Callable[..., Manifest]
TODAY = date(2026, 3, 2)


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "an index"


@pytest.fixture
def make(index_dir: Path, tmp_path: Path) -> Build:
    """Build with the hashing embedder; every call is a second later than the one before."""
    seconds = count()

    def call(passages: Sequence[Passage] = DESK, **options: object) -> Manifest:
        moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(seconds=next(seconds))
        settings: dict[str, object] = {"chunker": "test-1", "clock": lambda: moment, **options}
        cache = VectorCache(tmp_path / "cache", shipped=None)
        return build(sources_of(passages), HashingEmbedder(), index_dir, cache, **settings)  # type: ignore[arg-type]

    return call


@pytest.fixture
def retriever(make: Build, index_dir: Path) -> Iterator[Retriever]:
    make()
    made = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    yield made
    made.close()


def documents(retriever: Retriever, text: str, **options: object) -> list[str]:
    query = Query(text, **options)  # type: ignore[arg-type]
    return [hit.passage.document_id for hit in retriever.search(query).hits]
