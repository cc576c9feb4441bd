from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.citations import resolve
from assistant.model import Draft, Sentence, SentenceRole
from tests.builders import evidence, passage

PASSAGES = [passage(text) for text in ("提现通常 30 分钟到账。", "第二段在这里。", "第三段说别的。")]
EVIDENCE = evidence(*PASSAGES)


def draft(*sentences: Sentence) -> Draft:
    return Draft(sentences, "zh-CN", "test")


def substance(text: str, *citations: int, quote: str = "") -> Sentence:
    return Sentence(text, SentenceRole.SUBSTANCE, citations, quote=quote)


def test_citations_are_numbered_by_first_use() -> None:
    resolution = resolve(draft(substance("三", 3), substance("一", 1), substance("三又", 3)), EVIDENCE)
    assert [sentence.citations for sentence in resolution.draft.sentences] == [(1,), (2,), (1,)]
    assert [citation.passage_id for citation in resolution.citations] == [PASSAGES[2].id, PASSAGES[0].id]
    assert [item.passage.id for item in resolution.evidence.items] == [PASSAGES[2].id, PASSAGES[0].id, PASSAGES[1].id]
    assert resolution.findings == ()


def test_the_quote_is_located_in_the_passage() -> None:
    citation = resolve(draft(substance("通常 30 分钟到账", 1, quote="通常 30 分钟")), EVIDENCE).citations[0]
    assert PASSAGES[0].text[slice(*citation.span)] == citation.quote == "通常 30 分钟"


def test_uncited_unknown_and_misquoted_sentences_are_found() -> None:
    resolution = resolve(
        draft(substance("没有出处"), substance("未知", 9), substance("错引", 1, quote="不在其中")), EVIDENCE
    )
    assert len(resolution.findings) == 3
    assert resolution.citations == ()


def test_a_connective_needs_no_citation() -> None:
    assert resolve(draft(Sentence("请按以下步骤操作：", SentenceRole.CONNECTIVE)), EVIDENCE).findings == ()


@given(st.lists(st.lists(st.integers(-1, 5), max_size=3), max_size=6))
def test_resolution_never_invents(numbers: list[list[int]]) -> None:
    resolution = resolve(draft(*(substance("句", *ns) for ns in numbers)), EVIDENCE)
    known = [n for ns in numbers for n in ns if 1 <= n <= 3]
    assert [citation.n for citation in resolution.citations] == list(range(1, len(set(known)) + 1))
    by_number = {item.n: item.passage for item in resolution.evidence.items}
    for citation in resolution.citations:
        assert by_number[citation.n].text[slice(*citation.span)] == citation.quote
    bad = sum(1 for ns in numbers for n in ns if not 1 <= n <= 3) + sum(1 for ns in numbers if not ns)
    assert len(resolution.findings) == bad
