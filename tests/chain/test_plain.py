"""Drafts in plain words: the same answer, every term explained, nothing that no passage says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap import App
from assistant.chain.glossary import Glossary, load_glossary
from assistant.chain.level import load_level_reader
from assistant.chain.plain import PlainWords, is_glossed
from assistant.chain.shortening import cut_at_semicolons
from assistant.chain.vocabulary import load_vocabulary
from assistant.messages import load_messages
from assistant.model import Action, Answer, Draft, Inquiry, Layout, Level, Sentence, SentenceRole
from assistant.presenter import answer_json
from corpus.model import PassageKind, SectionKind
from corpus.structured import GLOSSARY
from eval.cases import Case, load_cases
from tests.builders import evidence, passage
from tests.chain.contract import assert_answered

DELAYED = "提现没到账怎么办"
QUESTIONS = [
    DELAYED,
    "充错网络了还能找回吗",
    "合约在什么情况下会被强平",
    "怎么开启两步验证",
    "助记词应该怎么保管",
    "VIP 手续费率是多少",
    "資金費率怎麼收",
    "忘記登入密碼怎麼重設",
    "My deposit has not been credited, what should I do?",
    "How do I withdraw bitcoin to my own wallet?",
]


def ask(app: App, *turns: str, level: Level | None = None) -> Answer:
    return app.chain.answer(Inquiry("q", turns, level=level))


def as_json(answer: Answer) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(answer_json(answer)))
    return loaded


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_plain_draft_keeps_the_contract_and_explains_every_term(app: App, glossary: Glossary, question: str) -> None:
    answer = ask(app, question, level=Level.PLAIN)
    assert_answered(app, as_json(answer), [question])
    finder = glossary.finder(answer.language)
    assert finder is not None
    terms = glossary.terms(answer.language)
    cited = {citation.passage_id for citation in answer.citations}
    cited_terms = {p.part for p in app.retriever.document_passages(GLOSSARY) if p.id in cited}
    found: dict[str, bool] = {}
    for sentence in answer.sentences:
        mentions = finder.mentions(sentence.text)
        for mention in mentions:
            explained = is_glossed(sentence.text, mention, mentions) or terms[mention.term].short in sentence.text
            found[mention.term] = found.get(mention.term, mention.term in cited_terms) or explained
    assert found
    assert [terms[term].term for term, explained in found.items() if not explained] == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_stands_first(app: App, question: str) -> None:
    normal, plain = ask(app, question), ask(app, question, level=Level.PLAIN)
    assert normal.sentences[0].text.startswith(plain.sentences[0].text.rstrip("。."))
    assert normal.citations[0].document_id == plain.citations[0].document_id != GLOSSARY
    assert normal.confidence == plain.confidence
    assert (normal.action, normal.disposition) == (plain.action, plain.disposition)


def test_the_level_is_on_record_only_where_it_is_not_the_normal_one(app: App) -> None:
    assert "level" not in ask(app, DELAYED).versions
    assert ask(app, DELAYED, level=Level.PLAIN).versions["level"] == "plain"


@pytest.mark.parametrize("case", [case for case in load_cases() if not case.secrets], ids=lambda case: case.id)
def test_without_a_wish_nothing_changes(app: App, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smoke set asks for no plain words: the composer's draft is what comes out, byte for byte."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a draft was reworded")

    monkeypatch.setattr(PlainWords, "reword", refuse)
    inquiry = Inquiry(case.id, tuple(case.turns))
    asked = load_level_reader().read(inquiry, inquiry.turns)
    assert (asked.level, asked.turns) == (Level.NORMAL, inquiry.turns)
    answer = app.chain.answer(inquiry)
    assert answer.body == app.chain.answer(replace(inquiry, level=Level.NORMAL)).body
    assert "level" not in answer.versions


def test_an_explanation_is_a_sentence_of_its_own_that_cites_the_glossary(app: App) -> None:
    answer = ask(app, DELAYED, level=Level.PLAIN)
    assert "（提现：把资产转出云桥交易所账户。）" in answer.body
    assert "- 区块浏览器：查询链上转账的公开网站。" in answer.body
    (sentence,) = [one for one in answer.sentences if one.text.startswith("（提现：")]
    (number,) = sentence.citations
    (citation,) = [one for one in answer.citations if one.n == number]
    assert citation.document_id == GLOSSARY
    (item,) = [one for one in answer.evidence if one.n == number]
    assert item.passage.text[slice(*citation.span)] == citation.quote
    assert "提现" in item.passage.text


def test_each_term_is_explained_once(app: App) -> None:
    answer = ask(app, DELAYED, level=Level.PLAIN)
    explained = [citation.passage_id for citation in answer.citations if citation.document_id == GLOSSARY]
    assert len(explained) == len(set(explained)) > 3
    assert answer.body.count("把资产转出云桥交易所账户") == 1


def test_side_matter_goes_and_the_steps_stay(app: App) -> None:
    normal, plain = ask(app, DELAYED), ask(app, DELAYED, level=Level.PLAIN)
    steps = [one.quote for one in normal.sentences if one.layout is Layout.STEP]
    assert [one.quote for one in plain.sentences if one.layout is Layout.STEP] == steps != []
    assert "联系客服前请准备" in normal.body
    assert "联系客服前请准备" not in plain.body


def test_what_the_customer_asks_for_decides_and_the_request_overrides_it(app: App) -> None:
    wished = ask(app, DELAYED, "看不懂，能用大白话讲吗")
    assert wished.body == ask(app, DELAYED, level=Level.PLAIN).body
    together = ask(app, f"{DELAYED}？请用大白话讲")
    assert together.versions["level"] == "plain"
    assert together.citations[0].document_id == "wd-delayed"
    overruled = ask(app, DELAYED, "看不懂，能用大白话讲吗", level=Level.NORMAL)
    assert overruled.body == ask(app, DELAYED).body


def test_a_wish_about_nothing_is_asked_back(app: App) -> None:
    answer = ask(app, "能用大白话讲吗")
    assert answer.action is Action.CLARIFY
    assert answer.citations == ()


def test_a_plain_draft_explains_nothing_where_the_glossary_is_out_of_reach(app: App) -> None:
    draft = Draft((Sentence("提现已发出。", SentenceRole.SUBSTANCE, (1,), quote="提现已发出。"),), "zh-CN", "m")
    source = evidence(passage("提现已发出。"))
    words = PlainWords(load_glossary(), load_messages(), load_vocabulary())
    assert words.reword(draft, source, (), frozenset()) == (draft, source)
    korean = Draft((Sentence("출금", SentenceRole.SUBSTANCE, (1,), quote="출금"),), "ko", "m")
    assert words.reword(korean, source, (), frozenset()) == (korean, source)


def test_an_approved_answer_stays_whole(app: App) -> None:
    text = "提现已发出；网络拥堵时会更慢，所以请您再耐心等待一会儿，我们会在状态有变化时通知您。"
    sentence = Sentence(text, SentenceRole.SUBSTANCE, (1,), quote=text)
    source = evidence(passage(text, kind=PassageKind.ANSWER, section=SectionKind.PAIR))
    words = PlainWords(load_glossary(), load_messages(), load_vocabulary())
    passages = app.retriever.document_passages(GLOSSARY)
    draft, found = words.reword(Draft((sentence,), "zh-CN", "m"), source, passages, frozenset())
    assert draft.sentences[0] == sentence
    assert any("把资产转出" in one.text for one in draft.sentences[1:])
    assert [item.n for item in found.items] == list(range(1, len(found.items) + 1))


class TestGlossed:
    @pytest.mark.parametrize(
        ("text", "glossed"),
        [
            ("请用区块浏览器（查询链上转账的公开网站）查询。", True),
            ("请用区块浏览器查询。", False),
            ("交易哈希（TxID）", False),
            ("点「复制」（TxID，链上转账的唯一编号）。", True),
            ("Look it up on a block explorer (a public website for transfers).", True),
            ("Look it up on a block explorer (soon).", False),
            ("Copy the memo/tag (an extra number that tells recipients apart).", True),
        ],
    )
    def test_a_bracket_explains_if_it_says_something(self, glossary: Glossary, text: str, glossed: bool) -> None:
        finder = glossary.finder("zh-CN" if text[0] > "z" else "en")
        assert finder is not None
        mentions = finder.mentions(text)
        assert is_glossed(text, mentions[0], mentions) is glossed


class TestSemicolons:
    def cut(self, text: str, layout: Layout = Layout.INLINE, role: SentenceRole = SentenceRole.SUBSTANCE) -> list[str]:
        return [one.text for one in cut_at_semicolons([Sentence(text, role, (1,), quote=text, layout=layout)])]

    def test_halves_become_sentences(self) -> None:
        assert self.cut("请在记录中查看状态；超过两小时请联系我们。") == [
            "请在记录中查看状态。",
            "超过两小时请联系我们。",
        ]
        assert self.cut("Open the page; the status changes.") == ["Open the page.", "The status changes."]

    def test_a_step_stays_one_step(self) -> None:
        assert self.cut("Open the page; the status changes.", Layout.STEP, SentenceRole.STEP) == [
            "Open the page. The status changes."
        ]
        assert self.cut("打开资产页面；状态会变。", Layout.STEP, SentenceRole.STEP) == ["打开资产页面；状态会变。"]

    @pytest.mark.parametrize(
        "text",
        [
            "分两种：链上转账不能撤销；站内转账可以。",
            "请点「确认；完成一半」按钮再等待结果。",
            "Two kinds: one is on-chain; the other is not.",
        ],
    )
    def test_what_a_colon_or_a_bracket_holds_stays(self, text: str) -> None:
        assert self.cut(text) == [text]

    def test_connectives_and_what_is_computed_stay(self) -> None:
        for role in (SentenceRole.CONNECTIVE, SentenceRole.COMPUTED):
            assert self.cut("请在记录中查看状态；超过两小时请联系我们。", role=role) == [
                "请在记录中查看状态；超过两小时请联系我们。"
            ]

    @given(st.text(alphabet="提现a B；;。.：「」（） ", max_size=40))
    def test_no_letter_is_lost_or_added(self, text: str) -> None:
        def letters(value: str) -> str:
            return "".join(c for c in value if c.isalpha()).lower()

        parts = self.cut(text)
        assert letters("".join(parts)) == letters(text)
        assert parts
