"""Tail generations: the difference to a full snapshot, searched as if all had been built anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.model import Passage, SectionKind
from index import snapshots
from index.builder import build
from index.difference import _limit
from index.embedders.base import Vectors
from index.embedders.hashing import HashingEmbedder
from index.errors import SnapshotCorrupt
from index.maintenance import rollback, verify
from index.manifest import read_manifest
from index.model import Query
from index.open_files import SnapshotFiles
from index.open_snapshot import OpenSnapshot
from index.retriever import Retriever
from index.source import DocumentSource, sources_of
from index.vector_cache import VectorCache
from tests.index.conftest import Build
from tests.index.samples import many, passage, question

TODAY = date(2026, 3, 2)
CROWD = tuple(many("crowd", 60))
FEES = (
    passage("fees", "A withdrawal of USDT over TRC20 costs 1 USDT.", title="Fees", ordinal=0),
    passage("fees", "A withdrawal of bitcoin costs 0.0001 BTC.", title="Fees", ordinal=1),
    passage("fees", "Deposits are free of charge.", title="Fees", ordinal=2),
)
ASKED = question(FEES[0], "what does it cost to take my tethers out")
START = (*CROWD, *FEES, ASKED)


@contextmanager
def searching(index_dir: Path, **options: str) -> Iterator[Retriever]:
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY, **options)
    try:
        yield retriever
    finally:
        retriever.close()


def ids(index_dir: Path, text: str, **options: object) -> list[str]:
    with searching(index_dir) as retriever:
        return [hit.passage.id for hit in retriever.search(Query(text, **options)).hits]  # type: ignore[arg-type]


def changed(*passages: Passage) -> tuple[Passage, ...]:
    """The crowd with these passages instead of those on fees."""
    return (*CROWD, *passages)


EDITED = replace(FEES[1], id="fees/en/1b", text="A withdrawal of bitcoin costs 0.0002 BTC since May.")
CHANGES = {
    "added": (*START, passage("new", "How to stake ether", title="Staking")),
    "edited": changed(FEES[0], EDITED, FEES[2], ASKED),
    "passage removed": changed(FEES[0], FEES[2], ASKED),
    "document removed": CROWD,
    "question added": (*START, question(FEES[2], "is putting money in free", 1)),
    "answer moved": changed(replace(FEES[0], ordinal=5), *FEES[1:], ASKED),
    "answer removed": changed(*FEES[1:], ASKED),
    "validity": changed(replace(FEES[0], effective_until=date(2026, 1, 1)), *FEES[1:], ASKED),
    "audience": changed(replace(FEES[0], audience="vip"), *FEES[1:], ASKED),
    "another locale": (*START, passage("fees", "提现手续费为 1 USDT。", locale="zh-CN", title="手续费")),
    "causes": changed(
        *FEES, ASKED, replace(FEES[1], id="why", ordinal=3, section=SectionKind.WHY, text="Networks charge it.")
    ),
    "nothing but order": (*FEES, ASKED, *CROWD),
}
QUERIES = (
    Query("withdrawal of bitcoin costs", k=30),
    Query("what does it cost to take my tethers out", k=30),
    Query("free deposits", k=30, exclude=("crowd-3",)),
    Query("stake ether", k=30),
    Query("手续费", k=30, locales=("zh-CN",)),
    Query("withdrawal of USDT", k=30, audience=("public", "vip")),
    Query("withdrawal of USDT", k=30, as_of=date(2025, 6, 1)),
    Query("crowd passage 7 says", k=30, problem=True),
    Query("crowd passage 7 says", k=30, prefer=("test",), avoid=("other",)),
    Query("free", k=30, exclude=("fees", "new")),
)


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_tail_finds_what_a_full_build_finds(make: Build, index_dir: Path, tmp_path: Path, name: str) -> None:
    """Same passages, same questions behind them, same order; scores move a little with the base's statistics."""
    base = make(START)
    manifest = make(CHANGES[name])
    if name == "nothing but order":
        assert manifest == base
        return
    assert (manifest.base, manifest.added <= 4, manifest.tombstones <= 4) == (base.id, True, True)
    full_dir = tmp_path / "full"
    full = build(sources_of(CHANGES[name]), HashingEmbedder(), full_dir, VectorCache(tmp_path / "cache", shipped=None))
    assert not full.base
    assert (manifest.passages, manifest.documents) == (full.passages, full.documents)
    assert manifest.corpus_digest != base.corpus_digest
    with searching(index_dir) as tail, searching(full_dir) as whole:
        for query in QUERIES:
            ours, theirs = tail.search(query), whole.search(query)
            mine = {hit.passage.id: hit for hit in ours.hits}
            other = {hit.passage.id: hit for hit in theirs.hits}
            affected = {id_ for id_ in mine.keys() | other.keys() if not id_.startswith("crowd")}
            for id_ in affected:
                assert mine[id_].passage == other[id_].passage
                assert (mine[id_].question, mine[id_].matched) == (other[id_].question, other[id_].matched)
                assert mine[id_].scores["dense"] == pytest.approx(other[id_].scores["dense"], abs=1e-6)
                assert mine[id_].score == pytest.approx(other[id_].score, abs=0.6)
            if theirs.hits:
                assert ours.hits[0].passage == theirs.hits[0].passage
            assert set(ours.features) == set(theirs.features)
        vector = HashingEmbedder().embed_queries(["withdrawal"])[0]
        exact = HashingEmbedder().embed_passages([found.indexed_text for found in CHANGES[name]]) @ vector
        with_tail = OpenSnapshot(index_dir / manifest.id)
        assert with_tail.background(vector) == pytest.approx((exact.mean(), exact.std()), abs=1e-3)
        with_tail.close()
        for document in ("fees", "new", "crowd-5", "nothing"):
            assert tail.document_passages(document) == whole.document_passages(document)
    opened = OpenSnapshot(index_dir / manifest.id)
    assert sorted(found.id for found in opened.in_force()) == sorted(found.id for found in CHANGES[name])
    assert opened.sources() == {source.key: source.digest for source in sources_of(CHANGES[name])}
    opened.close()
    assert verify(index_dir).ok


def test_only_the_changed_document_is_cut_and_only_its_new_text_embedded(index_dir: Path, tmp_path: Path) -> None:
    class Counting(HashingEmbedder):
        embedded: list[str] = []  # noqa: RUF012

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            self.embedded.extend(texts)
            return super().embed_passages(texts)

    cut: list[str] = []

    def noted(passages: Sequence[Passage]) -> list[DocumentSource]:
        def watch(source: DocumentSource) -> DocumentSource:
            def told() -> Sequence[Passage]:
                cut.append(source.key)
                return source.cut()

            return replace(source, cut=told)

        return [watch(source) for source in sources_of(passages)]

    def run(passages: Sequence[Passage], cache: str) -> None:
        build(noted(passages), Counting(), index_dir, VectorCache(tmp_path / cache, shipped=None))

    run(START, "cache")
    assert len(cut) == 61
    cut.clear()
    Counting.embedded.clear()
    run(changed(FEES[0], replace(EDITED, ordinal=1), replace(FEES[2], ordinal=9), ASKED), "another cache")
    assert cut == ["fees|en"]
    assert Counting.embedded == [EDITED.indexed_text], "a passage that only moved keeps its vector without any cache"
    cut.clear()
    Counting.embedded.clear()
    run([*changed(FEES[0], EDITED, FEES[2], ASKED), passage("new", "new")], "another cache")
    assert cut == ["fees|en", "new|en"]
    assert Counting.embedded == ["new"]
    cut.clear()
    run([*changed(FEES[0], EDITED, FEES[2], ASKED), passage("new", "new"), passage("other", "other")], "third")
    assert cut == ["other|en"], "what is in the tail already is not cut again"
    assert Counting.embedded == ["new", "other"]


def test_tails_never_form_a_chain(make: Build, index_dir: Path) -> None:
    base = make(START)
    state = list(START)
    for number in range(6):
        state.append(passage(f"new-{number}", f"brand new text {number}"))
        manifest = make(state)
        assert (manifest.base, manifest.added) == (base.id, number + 1)
        assert ids(index_dir, f"brand new text {number}")[0] == f"new-{number}/en/0"
    assert base.id in snapshots.snapshot_ids(index_dir), "tails that are kept need it"
    assert len(snapshots.snapshot_ids(index_dir)) == 4
    assert verify(index_dir).ok


def test_back_to_the_base_is_an_empty_tail(make: Build, index_dir: Path) -> None:
    base = make(START)
    make(CROWD)
    back = make(START)
    assert (back.base, back.added, back.tombstones) == (base.id, 0, 0)
    assert back.corpus_digest == base.corpus_digest
    assert ids(index_dir, ASKED.text)[0] == FEES[0].id


@pytest.mark.parametrize("change", ["too much new", "too much gone", "chunker", "damaged base"])
def test_when_a_tail_will_not_do_all_is_written_anew(make: Build, index_dir: Path, change: str) -> None:
    base = make(START)
    after, options = list(START), {}
    if change == "too much new":
        after += many("more", _limit(len(START)) + 1)
    elif change == "too much gone":
        after = after[: len(after) - _limit(len(START)) - 1]
    elif change == "chunker":
        options = {"chunker": "test-2"}
    else:
        (index_dir / base.id / "vectors.faiss").write_bytes(b"damaged")
        after.append(passage("new", "new"))
    manifest = make(after, **options)
    assert (manifest.base, manifest.passages) == ("", len(after))
    assert verify(index_dir).ok


def test_how_large_a_tail_may_grow() -> None:
    assert [_limit(n) for n in (0, 10, 900, 2000, 5000, 50_000)] == [0, 5, 450, 500, 500, 5000]


def test_a_full_build_after_a_tail_keeps_every_vector(make: Build, index_dir: Path) -> None:
    make(START)
    make((*START, passage("new", "brand new")))
    last = make((*START, passage("new", "brand new"), *many("more", 40)))
    assert not last.base
    opened = OpenSnapshot(index_dir / last.id)
    expected = HashingEmbedder().embed_passages([found.indexed_text for found in opened.in_force()])
    assert opened.vectors(range(opened.rows)) == pytest.approx(expected, abs=1e-3)
    opened.close()


def test_swapping_to_a_tail_of_the_open_base_does_not_open_the_base_again(
    make: Build, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = make(START)
    opened: list[str] = []
    real = SnapshotFiles.__init__

    def noted(self: SnapshotFiles, folder: Path) -> None:
        opened.append(folder.name)
        real(self, folder)

    with searching(index_dir) as retriever:
        retriever.warm()
        monkeypatch.setattr(SnapshotFiles, "__init__", noted)
        for number in range(3):
            manifest = make((*START, *many("new", number + 1)))
            opened.clear()
            assert retriever.search(Query(f"new passage {number} says")).snapshot_id == manifest.id
            assert opened == [manifest.id]
        assert manifest.base == base.id
        assert rollback(index_dir).base == base.id
        opened.clear()
        retriever.search(Query("says"))
        assert base.id not in opened
        assert retriever.search(Query("crowd passage 7 says")).hits, "the base was not closed by a swap"


def test_a_tail_needs_its_base(make: Build, index_dir: Path) -> None:
    base = make(START)
    tail = make((*START, passage("new", "new")))
    shutil.rmtree(index_dir / base.id)
    with pytest.raises(SnapshotCorrupt):
        OpenSnapshot(index_dir / tail.id)
    assert not verify(index_dir).ok
    assert not make((*START, passage("new", "new"))).base
    assert verify(index_dir).ok


def test_a_damaged_base_takes_its_tails_with_it(make: Build, index_dir: Path) -> None:
    base = make(START)
    make((*START, passage("new", "new")))
    (index_dir / base.id / "passages.db").write_bytes(b"damaged")
    last = make((*START, passage("newer", "newer")))
    assert snapshots.snapshot_ids(index_dir) == [last.id]
    assert verify(index_dir).ok


@pytest.mark.parametrize("name", ["vectors.faiss", "passages.db", "columns.npy", "manifest.json"])
def test_damage_of_a_tail_is_refused_and_mended(make: Build, index_dir: Path, name: str) -> None:
    base = make(START)
    tail = make((*START, passage("new", "new")))
    path = index_dir / tail.id / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(SnapshotCorrupt), searching(index_dir) as retriever:
        retriever.search(Query("x"))
    assert rollback(index_dir).id == base.id
    assert make((*START, passage("new", "new"))).base == base.id
    assert verify(index_dir).ok


def test_rollback_goes_from_tail_to_tail_to_base(make: Build, index_dir: Path) -> None:
    base = make(START)
    first = make((*START, passage("new", "new")))
    make((*START, passage("newer", "newer")))
    assert rollback(index_dir).id == first.id
    assert ids(index_dir, "new")[0] == "new/en/0"
    assert rollback(index_dir).id == base.id


def test_a_tails_folder_is_small(make: Build, index_dir: Path) -> None:
    def size(snapshot_id: str) -> int:
        return sum(path.stat().st_size for path in os.scandir(index_dir / snapshot_id))

    crowd = many("crowd", 1500)
    base = make(crowd)
    tail = make([*crowd, passage("new", "new")])
    assert read_manifest(index_dir / tail.id).base == base.id
    assert size(tail.id) < size(base.id) / 20
