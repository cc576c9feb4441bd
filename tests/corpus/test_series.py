from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunking import chunk
from corpus.model import Document, Passage, PassageKind, Section, SectionKind, Table
from corpus.series import passages_of


class Words:
    def count(self, text: str) -> int:
        return len(text.split())


def edition(
    begin: date,
    until: date | None,
    *texts: str,
    version: int = 1,
    questions: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
) -> Document:
    sections = tuple(Section(SectionKind.BODY, text[:1], (text,)) for text in texts)
    return Document(
        "d",
        "en",
        "Title",
        "c",
        sections,
        questions=questions,
        notices=notices,
        effective_from=begin,
        effective_until=until,
        version=version,
    )


JAN, MAR, MAY, JUL = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)


def validity(passages: tuple[Passage, ...]) -> list[tuple[str, date, date | None]]:
    return [(p.text, p.effective_from, p.effective_until) for p in passages]


def test_what_did_not_change_is_one_passage_for_all_its_days() -> None:
    old, new = edition(JAN, MAR, "A one", "B old", "C one"), edition(MAR, None, "A one", "B new", "C one", version=2)
    passages = passages_of((new, old), Words())
    assert validity(passages) == [("A one", JAN, None), ("B old", JAN, MAR), ("B new", MAR, None), ("C one", JAN, None)]
    assert [p.version for p in passages] == [2, 1, 2, 2]
    assert [p.ordinal for p in passages] == [0, 1, 2, 3]
    assert {p.id for p in passages} == {p.id for d in (old, new) for p in chunk(d, Words())}


def test_a_text_that_comes_back_is_another_passage_and_the_first_keeps_its_id() -> None:
    editions = (edition(JAN, MAR, "A"), edition(MAR, MAY, "B"), edition(MAY, JUL, "A"), edition(JUL, None, "A"))
    passages = passages_of(editions, Words())
    assert sorted(validity(passages)) == [("A", JAN, MAR), ("A", MAY, None), ("B", MAR, MAY)]
    by_day = {p.effective_from: p.id for p in passages if p.text == "A"}
    (alone,) = passages_of(editions[:1], Words())
    assert by_day[JAN] == alone.id != by_day[MAY]
    # A gap between the editions themselves counts as well.
    apart = passages_of((edition(JAN, MAR, "A"), edition(MAY, None, "A")), Words())
    assert sorted(validity(apart)) == [("A", JAN, MAR), ("A", MAY, None)]
    assert {p.id for p in apart} == set(by_day.values())


def test_other_notices_make_another_passage() -> None:
    passages = passages_of((edition(JAN, MAR, "A"), edition(MAR, None, "A", notices=("RISK",))), Words())
    assert [(p.notices, p.effective_from) for p in sorted(passages, key=lambda p: p.effective_from)] == [
        ((), JAN),
        (("RISK",), MAR),
    ]
    assert len({p.id for p in passages}) == 2


def test_the_newest_edition_gives_title_heading_and_place() -> None:
    old = edition(JAN, MAR, "A")
    new = replace(
        old,
        title="New title",
        sections=(Section(SectionKind.BODY, "New heading", ("First.",)), *old.sections),
        effective_from=MAR,
        effective_until=None,
        version=2,
    )
    first, kept = passages_of((old, new), Words())
    assert (first.text, first.effective_from, first.ordinal) == ("First.", MAR, 0)
    assert (kept.text, kept.title, kept.effective_from, kept.ordinal, kept.version) == ("A", "New title", JAN, 1, 2)


def test_a_table_whose_columns_are_renamed_is_cut_anew() -> None:
    def table(header: str, begin: date, until: date | None) -> Document:
        rows = Table((header,), (("1",),))
        return replace(edition(begin, until), sections=(Section(SectionKind.BODY, "", tables=(rows,)),))

    passages = passages_of((table("Fee", JAN, MAR), table("Cost", MAR, None)), Words())
    assert validity(passages) == [("Fee: 1", JAN, MAR), ("Cost: 1", MAR, None)]


def test_questions_follow_their_answer_through_time() -> None:
    editions = (
        edition(JAN, MAR, "A", questions=("how?",)),
        edition(MAR, MAY, "B", questions=("how?",)),
        edition(MAY, None, "A", questions=("how?",)),
    )
    passages = passages_of(editions, Words())
    by_id = {p.id: p for p in passages}
    asked = [p for p in passages if p.kind is PassageKind.QUESTION and p.text == "how?"]
    assert [(by_id[q.stands_for].text, q.effective_from, q.effective_until) for q in asked] == [
        ("A", JAN, MAR),
        ("B", MAR, MAY),
        ("A", MAY, None),
    ]
    for question in asked:
        answer = by_id[question.stands_for]
        assert (answer.effective_from, answer.effective_until) == (question.effective_from, question.effective_until)


def test_hidden_passages_and_more_questions() -> None:
    editions = (edition(JAN, MAR, "A", "B"), edition(MAR, None, "A", "B"))
    plain = passages_of(editions, Words())
    asked = passages_of(editions, Words(), questions=("what?", "what?"))
    assert [(p.text, p.stands_for) for p in asked[2:]] == [("Title", plain[0].id), ("what?", plain[0].id)]
    hidden = passages_of(editions, Words(), questions=("what?",), hidden={plain[0].id})
    assert [(p.text, p.ordinal) for p in hidden] == [("B", 0), ("Title", 1), ("what?", 2)]
    assert {p.stands_for for p in hidden[1:]} == {plain[1].id}
    assert passages_of(editions, Words(), hidden={p.id for p in plain}, questions=("what?",)) == ()
    without = passages_of(editions, Words(), questions=("what?",), hidden={asked[3].id})
    assert [p.text for p in without] == ["A", "B", "Title"]


def test_hiding_a_text_hides_it_when_it_comes_back() -> None:
    editions = (edition(JAN, MAR, "A"), edition(MAR, MAY, "B"), edition(MAY, None, "A"))
    passages = passages_of(editions, Words())
    first, back = sorted((p for p in passages if p.text == "A"), key=lambda p: p.effective_from)
    assert [p.text for p in passages_of(editions, Words(), hidden={first.id})] == ["B"]
    assert validity(passages_of(editions, Words(), hidden={back.id})) == [("A", JAN, MAR), ("B", MAR, MAY)]


def test_questions_are_in_the_order_of_the_newest_edition() -> None:
    editions = (
        edition(JAN, MAR, "A", questions=("how?", "gone?")),
        edition(MAR, None, "A", questions=("why?", "how?")),
    )
    asked = [p.text for p in passages_of(editions, Words()) if p.kind is PassageKind.QUESTION]
    assert asked == ["Title", "why?", "how?", "gone?"]


def test_no_editions_and_mistakes() -> None:
    assert passages_of((), Words()) == ()
    with pytest.raises(ValueError, match="different documents"):
        passages_of((edition(JAN, MAR, "A"), replace(edition(MAR, None, "A"), locale="zh-CN")), Words())
    with pytest.raises(ValueError, match="one day"):
        passages_of((edition(JAN, MAR, "A"), edition(JAN, None, "A")), Words())


texts = st.lists(st.sampled_from(["A one", "B two", "C three", "D four", "E five"]), max_size=5, unique=True)
versions = st.lists(
    st.tuples(
        texts,
        st.lists(st.sampled_from(["how", "why", "when"]), max_size=2),
        st.sampled_from([(), ("RISK",)]),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=6,
)


def series(drawn: list[tuple[list[str], list[str], tuple[str, ...], int, int]], *, is_open: bool) -> list[Document]:
    editions: list[Document] = []
    begin = JAN
    for number, (words, asked, notices, days, gap) in enumerate(drawn, start=1):
        until = begin + timedelta(days=days)
        editions.append(edition(begin, until, *words, version=number, questions=tuple(asked), notices=notices))
        begin = until + timedelta(days=gap)
    if is_open:
        editions[-1] = replace(editions[-1], effective_until=None)
    return editions


def seen(passages: tuple[Passage, ...]) -> list[tuple[object, ...]]:
    by_id = {p.id: p.text for p in passages}
    return [(p.text, p.kind, p.section, p.notices, by_id.get(p.stands_for, "")) for p in passages]


@settings(max_examples=150, deadline=None)
@given(versions, st.booleans())
def test_on_every_day_the_series_reads_as_its_edition(
    drawn: list[tuple[list[str], list[str], tuple[str, ...], int, int]], is_open: bool
) -> None:
    editions = series(drawn, is_open=is_open)
    passages = passages_of(editions, Words())
    assert len({p.id for p in passages}) == len(passages)
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    day = JAN - timedelta(days=1)
    while day <= editions[-1].effective_from + timedelta(days=5):
        expected = next((chunk(e, Words()) for e in editions if e.valid_on(day)), ())
        today = tuple(p for p in passages if p.valid_on(day))
        assert sorted(map(repr, seen(today))) == sorted(map(repr, seen(expected)))
        if is_open and editions[-1].valid_on(day):
            assert seen(today) == seen(expected)
        day += timedelta(days=1)


@settings(max_examples=100, deadline=None)
@given(versions)
def test_an_added_edition_changes_no_id_and_one_edition_is_as_cut(
    drawn: list[tuple[list[str], list[str], tuple[str, ...], int, int]],
) -> None:
    editions = series(drawn, is_open=True)
    assert passages_of(editions[-1:], Words()) == chunk(editions[-1], Words())
    before = passages_of(editions[:-1], Words())
    after = {p.id: p for p in passages_of(editions, Words())}
    for passage in before:
        assert after[passage.id].text == passage.text
        assert after[passage.id].effective_from == passage.effective_from


@settings(max_examples=100, deadline=None)
@given(versions)
def test_validity_is_the_longest_union(
    drawn: list[tuple[list[str], list[str], tuple[str, ...], int, int]],
) -> None:
    passages = passages_of(series(drawn, is_open=False), Words())
    ends = {(p.text, p.kind, p.notices, p.stands_for, p.effective_until) for p in passages}
    begins = {(p.text, p.kind, p.notices, p.stands_for, p.effective_from) for p in passages}
    assert not ends & begins
