from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.model import Passage
from index.builder import build
from index.embedders.base import Vectors
from index.embedders.bundled import BundledEmbedder
from index.embedders.hashing import HashingEmbedder
from index.features import FEATURES
from index.model import Query
from index.retriever import Retriever, utc_today
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.conftest import TODAY, Build, documents
from tests.index.samples import DESK, many, passage, question


class Counting(HashingEmbedder):
    queries = 0

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.queries += len(texts)
        return super().embed_queries(texts)


def test_hits_come_best_first_with_their_reasons(retriever: Retriever) -> None:
    result = retriever.search(Query("fee of a USDT-TRC20 withdrawal", k=3))
    assert len(result.hits) == 3
    best = result.hits[0]
    assert (best.passage, best.retrievers) == (DESK[3], {"dense": 1, "lexical": 1})
    assert 0.2 < best.scores["dense"] <= 1.0
    assert best.scores["lexical"] > 0
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert set(result.stage_ms) == {"embed", "dense", "lexical", "fuse"}
    assert all(ms >= 0 for ms in result.stage_ms.values())


def test_a_passage_found_by_meaning_only_has_no_lexical_score(retriever: Retriever) -> None:
    hits = retriever.search(Query("phishing", k=8)).hits
    assert {tuple(sorted(hit.retrievers)) for hit in hits} == {("dense",), ("dense", "lexical")}
    assert all(set(hit.scores) == set(hit.retrievers) for hit in hits)


def test_features_are_complete_and_tell_a_hit_from_a_miss(retriever: Retriever) -> None:
    good = retriever.search(Query("Lost your authenticator? Reset it with your backup key.")).features
    bad = retriever.search(Query("zebra migration in kenya")).features
    assert set(good) == set(bad) == set(FEATURES)
    assert good["lexical_coverage"] == pytest.approx(1.0)
    assert good["lexical_coverage_best"] == pytest.approx(1.0)
    assert (good["agreement"], good["language_match"]) == (1.0, 1.0)
    assert good["dense_top1"] > bad["dense_top1"]
    assert good["dense_z"] > bad["dense_z"]
    assert good["dense_margin"] > bad["dense_margin"] >= 0
    assert good["fused_margin"] > bad["fused_margin"]
    assert bad["lexical_coverage_best"] < 0.5


def test_margin_is_to_another_document(make: Build, index_dir: Path) -> None:
    make([passage("a", "withdrawal fee", ordinal=n) for n in range(2)] + [passage("b", "something else")])
    retriever = Retriever(index_dir, HashingEmbedder())
    found = retriever.search(Query("withdrawal fee"))
    dense = {hit.passage.id: hit.scores["dense"] for hit in found.hits}
    assert found.features["dense_margin"] == pytest.approx(dense["a/en/0"] - dense["b/en/0"])
    only = retriever.search(Query("withdrawal fee", locales=("en",), k=1))
    assert only.features["dense_margin"] == found.features["dense_margin"]
    retriever.close()


@pytest.mark.parametrize("text", ["", "   \n", "\u3000"])
def test_a_blank_query_costs_no_embedding(make: Build, index_dir: Path, text: str) -> None:
    manifest = make()
    embedder = Counting()
    retriever = Retriever(index_dir, embedder)
    result = retriever.search(Query(text))
    assert (result.hits, dict(result.features), result.snapshot_id) == ((), {}, manifest.id)
    assert embedder.queries == 0
    retriever.close()


def test_a_query_of_signs_only_is_searched_by_meaning(retriever: Retriever) -> None:
    result = retriever.search(Query("???"))
    assert {name for hit in result.hits for name in hit.retrievers} == {"dense"}
    assert result.features["agreement"] == 0.0


def test_locales_filter(retriever: Retriever) -> None:
    hits = retriever.search(Query("提现 USDT", k=50, locales=("zh-CN",))).hits
    assert {hit.passage.locale for hit in hits} == {"zh-CN"}
    assert len(hits) == 3
    assert documents(retriever, "提现", locales=("fr",)) == []
    assert len(documents(retriever, "提现", k=50, locales=("fr", "en", "zh-CN"))) == len(DESK)


def test_validity_filter_uses_the_day_or_today(make: Build, index_dir: Path) -> None:
    make(
        [
            passage("old", "fee is 2 USDT", effective_until=date(2026, 3, 2)),
            passage("new", "fee is 1 USDT", effective_from=date(2026, 3, 2)),
        ]
    )
    days = iter([date(2026, 3, 1), date(2026, 3, 2)])
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: next(days))
    assert documents(retriever, "fee") == ["old"]
    assert documents(retriever, "fee") == ["new"]
    assert documents(retriever, "fee", as_of=date(2020, 1, 1)) == ["old"]
    assert documents(retriever, "fee", as_of=date(2027, 1, 1)) == ["new"]
    retriever.close()


def test_audience_filter(make: Build, index_dir: Path) -> None:
    make([passage("all", "fee"), passage("staff", "fee for staff", audience="internal")])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert documents(retriever, "fee for staff") == ["all"]
    assert set(documents(retriever, "fee for staff", audience=("public", "internal"))) == {"all", "staff"}
    assert documents(retriever, "fee", audience=()) == []
    retriever.close()


def test_jurisdiction_filter(make: Build, index_dir: Path) -> None:
    make([passage("all", "fee"), passage("asia", "fee here", jurisdictions=("HK", "SG"))])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert set(documents(retriever, "fee here", jurisdiction="HK")) == {"all", "asia"}
    assert documents(retriever, "fee here", jurisdiction="US") == ["all"]
    assert set(documents(retriever, "fee here")) == {"all", "asia"}, "unknown: not filtered"
    retriever.close()


def test_a_question_is_found_and_its_answer_shown_once(make: Build, index_dir: Path) -> None:
    answer, other = DESK[0], DESK[3]
    asked = [question(answer, f"my payout is stuck since {n} hours", n) for n in range(5)]
    make([*asked[:3], *DESK, *asked[3:]])
    retriever = Retriever(index_dir, HashingEmbedder())
    result = retriever.search(Query("my payout is stuck since 4 hours", k=50))
    assert {hit.passage.id for hit in result.hits} == {passage.id for passage in DESK}
    best = result.hits[0]
    assert (best.passage, best.retrievers) == (answer, {"dense": 1, "lexical": 1})
    assert best.scores["dense"] == pytest.approx(1.0, abs=1e-3)
    assert result.features["by_question"] == 1.0
    assert result.features["lexical_coverage"] == pytest.approx(1.0)
    assert result.features["dense_margin"] > 0.1, "the margin is to another document, not to another question"
    ranks = [hit.retrievers["dense"] for hit in result.hits]
    assert sorted(ranks) == list(range(1, len(DESK) + 1)), "repetitions take no rank"
    assert retriever.search(Query(other.text)).features["by_question"] == 0.0
    assert retriever.document_passages("wd-delayed") == (DESK[0], DESK[1], DESK[2])
    retriever.close()


def test_a_question_without_its_answer_is_never_found(make: Build, index_dir: Path) -> None:
    make([question(DESK[0], "my payout is stuck"), *DESK[3:]])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert "wd-delayed" not in documents(retriever, "my payout is stuck", k=50)
    retriever.close()


def test_a_filter_does_not_eat_the_candidates(make: Build, index_dir: Path) -> None:
    """The only allowed passage is the worst of 200 for both retrievers, and is found all the same."""
    crowd = [passage(f"c{n}", "withdrawal fee withdrawal fee") for n in range(200)]
    make([*crowd, passage("mine", "a long text in which the fee occurs once among many words", locale="zh-CN")])
    retriever = Retriever(index_dir, HashingEmbedder())
    (hit,) = retriever.search(Query("withdrawal fee", locales=("zh-CN",))).hits
    assert (hit.passage.document_id, hit.retrievers) == ("mine", {"dense": 1, "lexical": 1})
    retriever.close()


def test_more_hits_than_usual_can_be_asked_for(make: Build, index_dir: Path) -> None:
    make(many("x", 300))
    retriever = Retriever(index_dir, HashingEmbedder())
    assert len(retriever.search(Query("passage says", k=120)).hits) == 120
    assert retriever.search(Query("passage says", k=0)).hits == ()
    retriever.close()


def test_documents_by_id(retriever: Retriever) -> None:
    assert retriever.document_passages("wd-delayed") == (DESK[0], DESK[1], DESK[2])
    assert retriever.document_passages("wd-delayed", Query("x", locales=("zh-CN",))) == (DESK[2],)
    assert retriever.document_passages("nothing") == ()


def test_a_document_shows_a_query_only_what_it_may_see(make: Build, index_dir: Path) -> None:
    internal = replace(DESK[2], audience="internal")
    make([DESK[0], DESK[1], internal, *DESK[3:]])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert retriever.document_passages("wd-delayed", Query("x")) == (DESK[0], DESK[1])
    assert internal in retriever.document_passages("wd-delayed", Query("x", audience=("public", "internal")))
    retriever.close()


def test_everything_but_the_embedding_is_quick(make: Build, index_dir: Path) -> None:
    make(many("passage", 1000))
    retriever = Retriever(index_dir, HashingEmbedder())
    retriever.warm()
    times = []
    for number in range(30):
        stages = retriever.search(Query(f"passage {number} says what")).stage_ms
        times.append(sum(ms for name, ms in stages.items() if name != "embed"))
    assert np.median(times) < 25, "10 ms on a quiet machine; every passage matches this query"
    retriever.close()


def test_today_is_a_date() -> None:
    assert abs((utc_today() - date.today()).days) <= 1  # noqa: DTZ011


@pytest.mark.slow
def test_the_real_model_finds_across_wordings_and_languages(index_dir: Path, tmp_path: Path) -> None:
    embedder = BundledEmbedder()
    build(sources_of(DESK), embedder, index_dir, VectorCache(tmp_path / "cache"))
    retriever = Retriever(index_dir, embedder, today=lambda: TODAY)
    retriever.warm()
    expected = {
        "my withdrawal still has not arrived": "wd-delayed",
        "提了币好几个小时了还没收到": "wd-delayed",
        "提幣手續費多少": "wd-fee",
        "TRC20 网络要多少钱": "wd-fee",
        "сколько стоит вывод USDT": "wd-fee",
        "I lost my phone with the code app": "acc-2fa",
        "someone from support asked for my 12 words": "sec-phishing",
    }
    found = {text: documents(retriever, text, k=1)[0] for text in expected}
    assert found == expected
    sure = retriever.search(Query("How long is my withdrawal delayed?")).features
    lost = retriever.search(Query("recipe for a chocolate cake")).features
    assert sure["dense_z"] > lost["dense_z"]
    assert sure["lexical_coverage_best"] > lost["lexical_coverage_best"]
    retriever.close()


def test_excluded_documents_are_left_out_before_ranking(retriever: Retriever) -> None:
    text = "fee of a USDT-TRC20 withdrawal"
    all_of = set(documents(retriever, text, k=50))
    wrong = documents(retriever, text)[0]
    rest = documents(retriever, text, k=50, exclude=(wrong, "no-such-document"))
    assert wrong not in rest
    assert set(rest) == all_of - {wrong}
    assert len(documents(retriever, text, k=3, exclude=(wrong,))) == 3
    query = Query(text, exclude=(wrong,))
    assert retriever.document_passages(wrong, query) == ()
    assert documents(retriever, text, k=50, exclude=tuple(all_of)) == []


def test_questions_of_an_excluded_document_lead_nowhere(make: Build, index_dir: Path) -> None:
    asked = question(DESK[0], "where has my money gone")
    make((*DESK, asked))
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    try:
        assert documents(retriever, asked.text)[0] == DESK[0].document_id
        assert DESK[0].document_id not in documents(retriever, asked.text, k=50, exclude=(DESK[0].document_id,))
    finally:
        retriever.close()


def test_passages_by_id_in_the_order_asked(make: Build, index_dir: Path) -> None:
    asked = question(DESK[0], "where has my money gone")
    make((*DESK, asked))
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    try:
        wanted = [DESK[2].id, "no-such-id", asked.id, DESK[0].id, DESK[2].id]
        assert retriever.passages(wanted) == (DESK[2], DESK[0])
        assert retriever.passages(()) == ()
    finally:
        retriever.close()


def test_product_filter(make: Build, index_dir: Path) -> None:
    make([passage("all", "fee"), replace(passage("futures", "fee of futures"), products=("futures", "options"))])
    retriever = Retriever(index_dir, HashingEmbedder())
    assert set(documents(retriever, "fee", product="futures")) == {"all", "futures"}
    assert documents(retriever, "fee of futures", product="spot") == ["all"]
    assert set(documents(retriever, "fee")) == {"all", "futures"}, "unknown: not filtered"
    retriever.close()


def test_a_hit_says_which_words_and_which_question_led_to_it(make: Build, index_dir: Path) -> None:
    asked = question(DESK[0], "my payout is stuck")
    make((*DESK, asked))
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    (hit,) = retriever.search(Query("why is my payout stuck forever", k=1)).hits
    assert (hit.passage, hit.question) == (DESK[0], "my payout is stuck")
    assert hit.matched == ("is", "my", "payout", "stuck"), "the query's order, not the question's"
    (own,) = retriever.search(Query("fee of a USDT-TRC20 withdrawal", k=1)).hits
    assert (own.passage, own.question) == (DESK[3], "")
    assert {"fee", "usdt-trc20", "withdraw"} <= set(own.matched)
    assert all(not hit.matched for hit in retriever.search(Query("zzz", k=3)).hits)
    retriever.close()


def cut(document: str, section: str, ordinal: int, text: str, **options: object) -> Passage:
    made = passage(document, text, ordinal=ordinal, **options)  # type: ignore[arg-type]
    return replace(made, parent=section, id=f"{made.id}/{made.effective_from}")


def test_a_section_is_read_whole_and_in_order(make: Build, index_dir: Path) -> None:
    steps = [cut("a", "steps", n, f"step {n}") for n in (3, 2, 4)]
    why = cut("a", "why", 1, "because")
    twin = cut("b", "steps", 0, "another document")
    make([*steps, why, twin, question(steps[0], "how do I do it"), *DESK])
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    assert [found.text for found in retriever.section(steps[2].id)] == ["step 2", "step 3", "step 4"]
    assert retriever.section(why.id) == (why,)
    assert retriever.section(twin.id) == (twin,), "sections of different documents never mix"
    assert retriever.section(DESK[0].id) == (DESK[0],), "a passage without a section stands for itself"
    assert retriever.section("nothing") == ()
    retriever.close()


def test_neighbours_of_a_passage(make: Build, index_dir: Path) -> None:
    rows = [cut("a", "s", n, f"text {n}") for n in (0, 1, 2, 5, 6)]
    other = cut("a", "s", 1, "文", locale="zh-CN")
    make([*rows, other, question(rows[2], "how")])
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    assert [found.ordinal for found in retriever.neighbours(rows[2].id)] == [1, 5]
    assert [found.ordinal for found in retriever.neighbours(rows[2].id, 2)] == [0, 1, 5, 6]
    assert [found.ordinal for found in retriever.neighbours(rows[0].id, 2)] == [1, 2]
    assert retriever.neighbours(other.id, 3) == ()
    assert retriever.neighbours(rows[0].id, 0) == retriever.neighbours("nothing") == ()
    retriever.close()


def test_a_section_holds_together_in_time(make: Build, index_dir: Path) -> None:
    change = date(2026, 3, 1)
    old = [cut("a", "s", 0, "costs 2", effective_until=change), cut("a", "s", 1, "really 2", effective_until=change)]
    new = [cut("a", "s", 0, "costs 1", effective_from=change), cut("a", "s", 1, "really 1", effective_from=change)]
    inside = replace(cut("a", "s", 2, "for staff"), audience="internal")
    make([*old, *new, inside])
    retriever = Retriever(index_dir, HashingEmbedder(), today=lambda: TODAY)
    assert retriever.section(new[0].id) == (*new, inside)
    assert retriever.section(old[0].id) == (*old, inside), "what held then, not what holds today"
    assert retriever.neighbours(old[0].id) == (old[1],)
    assert retriever.section(new[0].id, Query("x")) == tuple(new)
    assert retriever.section(new[0].id, Query("x", as_of=date(2026, 1, 1))) == tuple(old)
    retriever.close()
