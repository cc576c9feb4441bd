"""The nouns of retrieval: a query, its hits and the trace that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from corpus.model import Passage


@dataclass(frozen=True, slots=True)
class Query:
    """One stand-alone search.

    Attributes:
        k: how many passages to return.
        locales: only passages in these locales; empty = all.
        as_of: only passages valid on this day; `None` = today.
        audience: audiences the asker belongs to.
        jurisdiction: ISO 3166 code; only passages meant for it (or for `*`).
        product: only passages about it (or about `*`); `None` = all.
        avoid: categories that the wording rules out; their passages are ranked lower.
        problem: whether something does not work: documents that name causes are then ranked a little higher, and for
            `False` (a plain how-to) those that name none; `None` = neither.
        prefer: categories that the wording points to; their passages are ranked a little higher, none is left out.
        exclude: ids of documents whose passages are left out.
    """

    text: str
    k: int = 10
    locales: tuple[str, ...] = ()
    as_of: date | None = None
    audience: tuple[str, ...] = ("public",)
    jurisdiction: str | None = None
    product: str | None = None
    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    problem: bool | None = None
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage.

    Attributes:
        score: fused score; comparable within one search only. Confidence is decided elsewhere.
        retrievers: rank (from 1) in each retriever that found it, e.g. `{"dense": 1, "lexical": 4}`.
        scores: raw score per retriever (cosine for `dense`, BM25 with larger = better for `lexical`).
        matched: terms of the query that the found text holds, in the query's order.
        question: the example question that led to the passage; empty if its own text did.
    """

    passage: Passage
    score: float
    retrievers: Mapping[str, int]
    scores: Mapping[str, float]
    matched: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits, best first, with what is needed to explain and to judge them.

    Attributes:
        features: inputs of the confidence estimate (margins, overlap, agreement), by name.
        stage_ms: milliseconds per step: `embed`, `dense`, `lexical`, `fuse`.
    """

    query: Query
    hits: tuple[Hit, ...]
    snapshot_id: str
    features: Mapping[str, float] = field(default_factory=dict)
    stage_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of. Written as `manifest.json`; readers refuse a snapshot that disagrees with it.

    A snapshot is *full*, or a *tail*: the whole difference to one full snapshot, its base, which it needs for good.

    Attributes:
        embedder: specification and version of the embedder, e.g. `bundled:multilingual-e5-small-q4`.
        corpus_digest: SHA-256 over the keys and digests of all documents, whatever their order.
        documents: how many documents have passages in force; a document in three locales is one.
        passages: how many passages are in force, base included.
        checksums: SHA-256 of each file, by file name.
        created: ISO 8601, UTC.
        quick: XXH3-128 of each file, by file name: what is checked whenever a snapshot is opened.
        base: id of the full snapshot that a tail adds to; empty for a full one.
        added: passages in the tail.
        tombstones: passages of the base that are no longer in force.
        format: version of the files; another one is refused.
    """

    id: str
    created: str
    embedder: str
    dimension: int
    chunker: str
    corpus_digest: str
    documents: int
    passages: int
    checksums: Mapping[str, str]
    quick: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    added: int = 0
    tombstones: int = 0
    format: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is.

    Attributes:
        stage: `cut` counts documents, `embed` counts passages with a vector, `write` has one step.
    """

    stage: str
    done: int
    total: int
