from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import SnapshotCorrupt
from index.lexical import LexicalStore, TailLexical, coverage, found_terms, write_lexical
from index.read_only import ReadOnlyDatabase
from index.terms import terms

TEXTS = [
    "The fee of a USDT-TRC20 withdrawal is 1 USDT.",
    "TRC20 网络提现手续费为 1 USDT，费率 0.1%。",
    "提现未到账怎么办？",
    "How to deposit bitcoin",
    "bitcoin bitcoin bitcoin and more bitcoin in a long text about many other things that nobody asked for",
]

Make = Callable[[list[str]], LexicalStore]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    opened: list[ReadOnlyDatabase] = []

    def call(texts: list[str]) -> LexicalStore:
        path = tmp_path / f"a #{len(opened)}?.db"
        with closing(sqlite3.connect(path)) as connection:
            write_lexical(connection, texts)
            connection.commit()
        opened.append(ReadOnlyDatabase(path))
        return LexicalStore(opened[-1], len(texts))

    yield call
    for database in opened:
        database.close()


@pytest.fixture
def store(make: Make) -> LexicalStore:
    return make(TEXTS)


def found(store: LexicalStore, text: str, k: int = 10) -> list[int]:
    matches: list[int] = store.search(store.query(text), k).rows.tolist()
    return matches


def covered(store: LexicalStore, text: str, rows: list[int]) -> NDArray[np.float64]:
    present = found_terms(store.database, rows)
    return coverage(store.query(text), [present[row] for row in rows])


@pytest.mark.parametrize(
    ("text", "first"),
    [("trc20 withdrawals fee", 0), ("手續費", 1), ("0.1%", 1), ("提现没到账", 2), ("depositing", 3), ("USDT-TRC20", 0)],
)
def test_the_passage_with_the_words_comes_first(store: LexicalStore, text: str, first: int) -> None:
    assert found(store, text)[0] == first


def test_scores_fall_and_are_positive(store: LexicalStore) -> None:
    scores = store.search(store.query("usdt trc20 提现 bitcoin"), 10).scores
    assert len(scores) == 5
    assert np.all(np.diff(scores) <= 0)
    assert scores[0] > 0


def test_k_and_the_mask_limit_the_rows(store: LexicalStore) -> None:
    query = store.query("usdt bitcoin 提现")
    assert len(store.search(query, 2).rows) == 2
    allowed = np.array([False, False, True, False, True])
    assert set(store.search(query, 10, allowed).rows.tolist()) == {2, 4}
    assert store.search(query, 0).rows.size == 0


def test_a_query_without_words_finds_nothing(store: LexicalStore) -> None:
    assert found(store, "？！ ...") == []
    assert covered(store, "", [0, 1]).tolist() == [0.0, 0.0]


def test_rare_and_unknown_terms_weigh_more(store: LexicalStore) -> None:
    query = store.query("usdt deposit ethereum")
    weights = dict(zip(query.terms, query.weights.tolist(), strict=True))
    assert weights["usdt"] < weights["deposit"] < weights["ethereum"]


def test_coverage_is_the_matched_share_of_the_weight(store: LexicalStore) -> None:
    query = store.query("deposit ethereum")
    weights = dict(zip(query.terms, query.weights.tolist(), strict=True))
    share = weights["deposit"] / sum(weights.values())
    assert covered(store, "deposit ethereum", [0, 3]).tolist() == pytest.approx([0.0, share])
    assert covered(store, "deposit bitcoin", [3]).tolist() == pytest.approx([1.0])
    assert covered(store, "deposit", []).shape == (0,)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "AND OR NOT NEAR(",
        "terms:usdt",
        "usdt*",
        "-usdt",
        "^usdt",
        "'; DROP TABLE lexical; --",
        "{usdt}",
        "(((",
        "\0",
    ],
)
def test_query_syntax_means_nothing(store: LexicalStore, text: str) -> None:
    assert set(found(store, text)) <= set(range(len(TEXTS)))
    assert found(store, "usdt")


@given(text=st.text(min_size=1, max_size=40))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_finds_itself_by_each_of_its_terms(make: Make, tmp_path: Path, text: str) -> None:
    for path in tmp_path.glob("*.db"):
        path.unlink()
    store = make([text, "something else"])
    for term in set(terms(text)):
        assert 0 in found(store, term) or term not in terms(term)
    assert not terms(text) or 0 in found(store, text)
    expected = [1.0 if terms(text) else 0.0]
    assert covered(store, text, [0]).tolist() == pytest.approx(expected)


def test_a_very_long_query_works(store: LexicalStore) -> None:
    assert found(store, " ".join(f"word{n}" for n in range(5000)) + " usdt") == []
    assert found(store, "usdt " + " ".join(f"word{n}" for n in range(5000))) != []


def test_threads_share_the_store_and_it_can_be_closed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path)) as connection:
        write_lexical(connection, TEXTS)
        connection.commit()
    database = ReadOnlyDatabase(path)
    store = LexicalStore(database, len(TEXTS))
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(found, store, "trc20 withdrawals fee") for _ in range(200)]
        database.close()
        assert {tuple(result.result()) for result in results} == {tuple(found(store, "trc20 withdrawals fee"))}
    database.close()


def test_the_database_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path)) as connection:
        write_lexical(connection, TEXTS)
        connection.commit()
    database = ReadOnlyDatabase(path)
    with database.connection() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM term")
    database.close()


@given(
    base=st.lists(st.text("ab c提现", min_size=1, max_size=20), min_size=1, max_size=12),
    asked=st.text("ab c提现", min_size=1, max_size=12),
)
@example(base=["a", " "], asked="a")  # less than one term on average
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tail_scores_as_fts5_does(make: Make, tmp_path: Path, base: list[str], asked: str) -> None:
    """The same texts as base and as tail: with the base's statistics both give the same scores."""
    for path in tmp_path.glob("*.db"):
        path.unlink()
    store = make(base)
    lengths = np.array([len(terms(text)) for text in base], np.int64)
    tail = TailLexical(store.database, lengths, float(lengths.mean()))
    query, everything = store.query(asked), np.ones(len(base), np.bool_)
    theirs, ours = store.search(query, 20), tail.search(query, 20, everything)
    assert ours.rows.size == theirs.rows.size
    assert dict(zip(ours.rows.tolist(), ours.scores.tolist(), strict=True)) == pytest.approx(
        dict(zip(theirs.rows.tolist(), theirs.scores.tolist(), strict=True)), rel=1e-9
    )
    assert np.all(np.diff(ours.scores) <= 0)


def test_the_mask_and_k_limit_a_tail_too(store: LexicalStore) -> None:
    lengths = np.array([len(terms(text)) for text in TEXTS], np.int64)
    tail = TailLexical(store.database, lengths, 5.0)
    query = store.query("usdt bitcoin 提现")
    assert len(tail.search(query, 2, np.ones(5, np.bool_)).rows) == 2
    assert set(tail.search(query, 10, np.array([False, False, True, False, True])).rows.tolist()) == {2, 4}
    assert tail.search(store.query("..."), 10, np.ones(5, np.bool_)).rows.size == 0


def test_a_file_that_vanished_is_a_damaged_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotCorrupt, match=r"gone\.db of snapshot"):
        LexicalStore(ReadOnlyDatabase(tmp_path / "gone.db"), 1).query("bitcoin")
