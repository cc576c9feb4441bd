from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.rendering import render_body
from assistant.desk.views import FactMark
from assistant.model import Finding, Layout, Sentence, SentenceRole, Severity
from assistant.ui.console.draft_text import body_html, placed
from tests.ui.console.views import BODY, HOSTILE, SENTENCES, Parsed, assert_harmless, words

TEXT = st.text(alphabet=st.sampled_from("提现到账。；<>&\"'[]123 ⟦⟧ab\n"), min_size=1, max_size=40)
SPANS = st.tuples(st.integers(-2, 60), st.integers(-2, 60))


def lines(html: str) -> str:
    """The text that a reader sees, a line for each paragraph."""
    return "\n".join(Parsed(f"<p{part}").text for part in html.split("<p")[1:])


@given(
    body=TEXT,
    texts=st.lists(TEXT, max_size=4),
    facts=st.lists(st.builds(FactMark, TEXT, SPANS, st.booleans()), max_size=4),
    findings=st.lists(st.builds(Finding, TEXT, st.sampled_from(Severity), st.none() | SPANS, TEXT), max_size=4),
)
def test_whatever_is_marked_the_text_is_the_body_and_nothing_else(
    body: str, texts: list[str], facts: list[FactMark], findings: list[Finding]
) -> None:
    sentences = [Sentence(text, SentenceRole.SUBSTANCE, (1, 2), quote=text) for text in texts]
    html = body_html(body, sentences, facts, findings, words())
    assert_harmless(html)
    assert lines(html) == body


@given(
    st.lists(
        st.builds(
            Sentence,
            st.text(alphabet="提现到账。ab1", min_size=1, max_size=12).map(lambda text: text + "。"),
            st.just(SentenceRole.SUBSTANCE),
            st.lists(st.integers(1, 9), max_size=2).map(tuple),
            layout=st.sampled_from(Layout),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["zh-CN", "en"]),
)
def test_every_sentence_of_the_desk_is_found_in_the_body_it_renders(sentences: list[Sentence], language: str) -> None:
    body = render_body(sentences, language)
    found = list(placed(body, sentences))
    assert [sentence for sentence, _, _ in found] == sentences
    assert all(body[start:end].startswith(sentence.text) for sentence, start, end in found)
    assert all(body[start:end].count("[") == len(sentence.citations) for sentence, start, end in found)


def test_a_sentence_points_to_its_evidence_and_can_be_reached_by_keyboard() -> None:
    parsed = assert_harmless(body_html(BODY, SENTENCES, (), (), words()))
    first, second = parsed.with_class("con-s")
    assert (first["data-cites"], first["data-quote"], first["tabindex"]) == ("1", "30 分钟内到账", "0")
    assert second["data-cites"] == "2"
    assert [mark["data-n"] for mark in parsed.with_class("con-cite")] == ["1", "2"]


@pytest.mark.parametrize(("supported", "state"), [(True, "yes"), (False, "no")])
def test_a_fact_carries_its_mark(supported: bool, state: str) -> None:
    parsed = assert_harmless(body_html(BODY, SENTENCES, (FactMark("30 分钟", (6, 11), supported),), (), words()))
    assert [fact["data-fact"] for fact in parsed.with_class("con-fact")] == [state]


def test_a_finding_is_marked_where_it_stands() -> None:
    finding = Finding("GEN-1", Severity.BLOCK, (0, 2), "")
    parsed = assert_harmless(body_html(BODY, SENTENCES, (), (finding,), words()))
    assert parsed.with_class("con-found")[0]["data-severity"] == "block"
    assert "GEN-1" in str(parsed.with_class("con-found")[0]["title"])


def test_steps_and_blank_lines_keep_their_lines() -> None:
    parsed = assert_harmless(body_html("先看。\n\n1. 打开\n2. 查看", (), (), (), words()))
    assert ["data-blank" in a for tag, a in parsed.elements if tag == "p"] == [False, True, False, False]
    assert ["data-listed" in a for tag, a in parsed.elements if tag == "p"] == [False, False, True, True]


def test_markup_in_a_body_is_text() -> None:
    assert lines(body_html(HOSTILE, (), (), (), words())) == HOSTILE
