"""Which passages may be cited, and in which language."""

from __future__ import annotations

import pytest

from assistant.chain.grounding import gather_evidence
from corpus.model import Passage, PassageKind, SectionKind
from index.model import Hit, Query, Retrieval
from tests.builders import passage

ARTICLE = passage("充值需本人账户。")
ENGLISH = passage("Deposits come from your own account.", locale="en")
PAIR = passage("不可以。", section=SectionKind.PAIR, kind=PassageKind.ANSWER, part="qa-1")
PAIR_EN = passage("No.", locale="en", section=SectionKind.PAIR, kind=PassageKind.ANSWER, part="qa-1")
OTHER_EN = passage("Yes.", locale="en", section=SectionKind.PAIR, kind=PassageKind.ANSWER, part="qa-2")
FAQ = passage("可以。", document_id="faq", section=SectionKind.PAIR, kind=PassageKind.ANSWER)


class Source:
    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    def document_passages(self, document_id: str, query: Query | None = None) -> tuple[Passage, ...]:
        return tuple(item for item in self._passages if item.document_id == document_id)


SOURCE = Source(ARTICLE, ENGLISH, PAIR, PAIR_EN, OTHER_EN, FAQ)


def gathered(*found: Passage, language: str = "zh-CN", budget: int = 1000) -> list[str]:
    hits = tuple(Hit(item, 1.0 - 0.1 * rank, {"dense": rank + 1}, {"dense": 0.9}) for rank, item in enumerate(found))
    retrieval = Retrieval(Query("x"), hits, "s")
    items = gather_evidence(retrieval, SOURCE, language=language, token_budget=budget).items
    assert [item.n for item in items] == list(range(1, len(items) + 1))
    return [item.passage.text for item in items]


def test_an_article_comes_whole_without_the_approved_answers_beside_it() -> None:
    assert gathered(ARTICLE) == ["充值需本人账户。"]
    assert gathered(ARTICLE, language="en") == ["Deposits come from your own account."]


@pytest.mark.parametrize(
    ("language", "text"), [("zh-CN", "不可以。"), ("zh-TW", "不可以。"), ("en", "No."), ("ja", "No.")]
)
def test_an_approved_answer_found_first_stands_alone_in_the_nearest_language(language: str, text: str) -> None:
    assert gathered(PAIR, ARTICLE, language=language) == [text]
    assert gathered(PAIR_EN, ARTICLE, language=language) == [text]


def test_an_answer_without_a_name_has_no_twin() -> None:
    assert gathered(FAQ, language="en") == ["可以。"]


def test_an_answer_found_later_does_not_take_over() -> None:
    assert gathered(ARTICLE, PAIR) == ["充值需本人账户。"]
    assert gathered(ARTICLE, FAQ) == ["充值需本人账户。", "可以。"], "a document of nothing but answers keeps them"


def test_further_documents_fit_the_budget() -> None:
    assert gathered(ARTICLE, FAQ, budget=8) == ["充值需本人账户。"]
