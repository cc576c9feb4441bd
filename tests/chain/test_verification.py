from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.composer import ExtractiveComposer
from assistant.chain.triage import triage
from assistant.chain.verification import CheckedText, Verified, Verifier
from assistant.chain.vocabulary import load_vocabulary
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.errors import PolicyError
from assistant.errors import InquiryError
from assistant.messages import load_messages
from assistant.model import (
    Disposition,
    Draft,
    Evidence,
    EvidenceItem,
    Inquiry,
    Layout,
    Operand,
    Sentence,
    SentenceRole,
    Severity,
)
from corpus.chunking import chunk
from corpus.model import PassageKind
from corpus.seed import load_seed
from corpus.tokens import TiktokenCounter
from tests.builders import evidence, passage, row

TODAY = date(2026, 11, 25)
VOCABULARY = load_vocabulary()
POLICY = PolicyEngine.load()
VERIFIER = Verifier(POLICY, VOCABULARY)
FEE = passage("提现手续费 1 USDT，通常 30 分钟到账。到账前请勿重复提交。", notices=("SAFETY",))
ROW = row({"币种": "USDT", "网络": "TRC20", "手续费": "1 USDT"})
LIMIT = passage("每日限额 10 USDT。", document_id="wd-limits", notices=("IRREVERSIBLE",))
EVIDENCE = evidence(FEE, ROW, LIMIT)
TURNS = ("我提了 500U，两个小时没到，电话 ⟦PHONE_1⟧",)


def check(body: str, **values: object) -> CheckedText:
    options: dict[str, object] = {
        "evidence": EVIDENCE.items,
        "language": "zh-CN",
        "jurisdiction": None,
        "turns": TURNS,
        "ai": True,
    }
    return VERIFIER.check_text(body, **(options | values))  # type: ignore[arg-type]


def rules(checked: CheckedText) -> list[str]:
    return [finding.rule for finding in checked.findings]


def unconfirmed(checked: CheckedText) -> list[str]:
    spans = [f.span for f in checked.findings if f.rule == "FACT-UNCONFIRMED"]
    assert spans == [fact.span for fact in checked.facts if not fact.supported]
    return [checked.body[slice(*span)] for span in spans if span]


@pytest.fixture(scope="module")
def drafts() -> list[Verified]:
    """What the composer makes of every seed article, asked as customers ask."""
    counter = TiktokenCounter()
    composer = ExtractiveComposer(load_messages(), VOCABULARY)
    made = []
    for document in load_seed():
        passages = [p for p in chunk(document, counter) if p.kind is not PassageKind.QUESTION]
        given = Evidence(tuple(EvidenceItem(n, p, 1.0) for n, p in enumerate(passages, start=1)), "s")
        for question in (*document.questions[:1], "TRC20 怎么还没到，等了三个小时", "手續費是多少", "Why is it stuck?"):
            asked = triage(Inquiry("q", (question,)), VOCABULARY, "zh-CN", today=TODAY)
            draft = composer.compose(asked, given).draft
            made.append(VERIFIER.verify(draft, given, turns=(question,), jurisdiction=None))
    return made


def plain(sentences: tuple[Sentence, ...]) -> list[Sentence]:
    """Without what a text does not show: the first sentence of a paragraph is one whether it says so or not."""
    shown = []
    listed = True
    for sentence in sentences:
        starts = listed and sentence.layout is Layout.INLINE
        shown.append(replace(sentence, layout=Layout.PARAGRAPH) if starts else sentence)
        listed = sentence.layout in (Layout.STEP, Layout.BULLET)
    return shown


@pytest.mark.slow
def test_an_unchanged_draft_of_any_article_is_read_as_it_was_made(drafts: list[Verified]) -> None:
    for verified in drafts:
        draft = verified.resolution.draft
        items = verified.resolution.evidence.items
        checked = VERIFIER.check_text(
            verified.body,
            evidence=items,
            language=draft.language,
            jurisdiction=None,
            turns=("您好",),
            known=draft.sentences,
            keep_notices=[notice.id for notice in verified.notices],
            ai=True,
        )
        assert (checked.body, checked.text) == (verified.body, verified.text)
        assert plain(checked.sentences) == plain(draft.sentences)
        assert checked.citations == verified.resolution.citations
        assert set(checked.findings) <= set(verified.findings)
        assert all(fact.supported for fact in checked.facts)
    assert len(drafts) > 100


@pytest.mark.slow
def test_facts_of_a_draft_of_the_desk_are_marked_without_the_conversation(drafts: list[Verified]) -> None:
    for verified in drafts:
        items, body = verified.resolution.evidence.items, verified.body
        facts = VERIFIER.check_facts(verified.resolution.draft.sentences, items, body)
        assert all(fact.supported and body[slice(*fact.span)] == fact.text for fact in facts)
        assert list(facts) == sorted(facts, key=lambda fact: fact.span)


class TestFacts:
    def test_what_a_cited_passage_says_is_supported(self) -> None:
        checked = check("提现手续费 1 USDT，30 分钟到账。[1]")
        assert checked.findings == ()
        assert [(fact.text, fact.supported) for fact in checked.facts] == [("1 USDT", True), ("30 分钟", True)]
        assert checked.disposition is Disposition.REVIEW

    def test_a_changed_digit_is_left_to_a_person(self) -> None:
        checked = check("提现手续费 2 USDT，30 分钟到账。[1]")
        assert unconfirmed(checked) == ["2 USDT"]
        assert checked.findings[0].severity is Severity.WARN
        assert checked.disposition is Disposition.REVIEW

    def test_without_its_citation_nothing_is_confirmed(self) -> None:
        checked = check("提现手续费 1 USDT，30 分钟到账。")
        assert rules(checked) == ["FACT-UNCONFIRMED", "FACT-UNCONFIRMED"]
        assert checked.citations == ()

    def test_another_citation_does_not_confirm(self) -> None:
        assert unconfirmed(check("提现手续费 1 USDT，30 分钟到账。[3]")) == ["1 USDT", "30 分钟"]

    def test_the_customers_own_values_are_confirmed_and_remembered(self) -> None:
        checked = check("您提了 500 USDT，已等两个小时。")
        assert checked.findings == ()
        assert [operand.source for operand in checked.sentences[0].operands] == ["customer", "customer"]
        again = VERIFIER.check_facts(checked.sentences, EVIDENCE.items, checked.body)
        assert [(fact.span, fact.supported) for fact in again] == [(fact.span, True) for fact in checked.facts]

    def test_the_number_of_a_token_is_no_value_of_the_customer(self) -> None:
        assert unconfirmed(check("请等 1 天。")) == ["1 天"]
        assert unconfirmed(check("编号 1。")) == ["1"]

    def test_a_kept_sentence_keeps_its_operands(self) -> None:
        operands = (Operand("三个小时", "customer"),)
        known = Sentence("您已等待三个小时，超过 30 分钟。", SentenceRole.COMPUTED, (1,), operands, quote="30 分钟")
        checked = check(f"{known.text}[1]", known=(known,))
        assert checked.findings == ()
        assert checked.sentences == (replace(known, layout=Layout.PARAGRAPH),)
        assert checked.citations[0].quote == "30 分钟"
        assert unconfirmed(check("您已等待四个小时，超过 30 分钟。[1]", known=(known,))) == ["四个小时"]

    def test_spans_are_of_the_body_whatever_stands_before(self) -> None:
        checked = check("好的…⑩😀é\u200b\n\n手续费 ９ USDT。[1]")
        assert unconfirmed(checked)[-1] == "９ USDT"

    @pytest.mark.parametrize(
        ("body", "fact"),
        [
            ("手续费 1[2]0 USDT。", "1[2]0 USDT"),
            ("手续费 1\u200b0 USDT。[1]", "1\u200b0 USDT"),
            ("手续费 1[3] USDT。", "1[3] USDT"),
            ("31. 天内到账。[1]", "31"),
            ("2. USDT 手续费。[3]", "2"),
            ("1、5 天内到账。[1]", "5 天"),
            ("手续费五 USDT。[1]", "五 USDT"),
            ("费率百分之五。[1]", "百分之五"),
            ("Wait five hours. [1]", "five hours"),
            ("手续费 9u。[1]", "9u"),
            ("请升级到 vip9x。[1]", "vip9x"),
            ("手续费 ٣ USDT。[1]", "٣ USDT"),
            ("请用 ERC20 提现。[1]", "ERC20"),
        ],
    )
    def test_no_disguise_hides_a_value(self, body: str, fact: str) -> None:
        assert fact in unconfirmed(check(body))

    @given(st.integers(min_value=2, max_value=10_000).filter(lambda n: n not in (30, 500)))
    def test_any_changed_number_is_found(self, number: int) -> None:
        assert unconfirmed(check(f"提现手续费 {number} USDT。[1]")) == [f"{number} USDT"]


class TestMarks:
    @pytest.mark.parametrize(
        "mark", ["[9]", "[0]", "[01]", "[1000]", "［1］", "[１]", "【1】", "[\u200b1]", "[1,2]", "[1-3]"]
    )
    def test_what_is_no_mark_of_a_passage_blocks(self, mark: str) -> None:
        checked = check(f"请查看提现记录。{mark}")
        (finding,) = [f for f in checked.findings if f.rule == "CITATION"]
        assert finding.severity is Severity.BLOCK
        assert finding.span == (8, 8 + len(mark))
        assert checked.disposition is Disposition.BLOCK

    @pytest.mark.parametrize("body", ["手续费 1[2]0 USDT。", "见 ev[1]il.com。", "1[1],000 USDT", "138[1][2]12345678"])
    def test_a_mark_inside_a_word_blocks(self, body: str) -> None:
        assert "CITATION" in rules(check(body))

    @pytest.mark.parametrize(
        "body",
        [
            "手续费 1 USDT[1]，30 分钟[1]。",
            "手续费 1 USDT[1], 30 分钟[1].",
            "手续费 1 USDT[1],30 分钟。[1]",
            "手续费 1[1] USDT。",
        ],
    )
    def test_a_mark_behind_a_clause_stands(self, body: str) -> None:
        assert check(body).findings == ()

    def test_marks_of_an_article_without_full_stops_stand(self) -> None:
        quotes = [Sentence(text, SentenceRole.SUBSTANCE, (1,), quote=text) for text in ("热线 123", "30 分钟到账")]
        given = evidence(passage("热线 123\n30 分钟到账"))
        body = "热线 123[1]30 分钟到账[1]"
        assert check(body, known=quotes, evidence=given.items).findings == ()

    def test_marks_keep_the_numbers_of_the_evidence(self) -> None:
        checked = check("每日限额 10 USDT。[3]提现手续费 1 USDT。[1]")
        assert [(c.n, c.document_id) for c in checked.citations] == [(1, "wd-delayed"), (3, "wd-limits")]
        assert [sentence.citations for sentence in checked.sentences] == [(3,), (1,)]

    def test_a_quote_is_the_stretch_most_like_the_sentence(self) -> None:
        checked = check("款项到账以前，请勿重复提交。[1]")
        (citation,) = checked.citations
        assert citation.quote == "到账前请勿重复提交。" == FEE.text[slice(*citation.span)]

    def test_a_traditional_sentence_finds_its_simplified_source(self) -> None:
        checked = check("到帳前請勿重複提交。[1]", language="zh-TW")
        assert checked.citations[0].quote == "到账前请勿重复提交。"

    def test_unlike_anything_the_whole_passage_is_the_quote(self) -> None:
        checked = check("Please wait for the transfer to arrive. [1]", language="en")
        assert checked.citations[0].quote == FEE.text

    def test_a_moved_mark_takes_no_quote_along(self) -> None:
        known = Sentence("到账前请勿重复提交。", SentenceRole.SUBSTANCE, (1,), quote="到账前请勿重复提交。")
        checked = check("到账前请勿重复提交。[3]", known=(known,))
        assert checked.sentences[0].quote == ""
        assert checked.citations[0].quote in LIMIT.text

    def test_every_mark_has_a_citation(self) -> None:
        assert [c.n for c in check("[1]\n请查看提现记录。").citations] == [1]


class TestPolicy:
    @pytest.mark.parametrize(
        "body", ["建议您现在买入比特币。", "稳赚不赔。", "稳[1]赚[1]不赔。", "稳\u200b赚不赔。", "稳[1] 赚不赔。"]
    )
    def test_forbidden_words_block(self, body: str) -> None:
        checked = check(body)
        assert checked.disposition is Disposition.BLOCK
        (finding, *_) = [f for f in checked.findings if f.severity is Severity.BLOCK]
        assert finding.span is not None
        assert 0 <= finding.span[0] < finding.span[1] <= len(body)

    @pytest.mark.parametrize(
        "body",
        [
            "请转到 TJRabPrwbZy45sbavfcjinPJC18kjpRTv8。",
            "请转到 TJRabPrwbZy45s[1]bavfcjinPJC18kjpRTv8。",
            "请打开 https://evil.example/login。",
            "请拨打 +1 415 555 2671。",
        ],
    )
    def test_a_contact_from_nowhere_blocks(self, body: str) -> None:
        assert "STR-001" in rules(check(body))

    def test_an_address_of_the_customer_may_be_repeated(self) -> None:
        address = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
        assert "STR-001" not in rules(check(f"您的地址是 {address}。", turns=(f"我转到了 {address}",)))

    @pytest.mark.parametrize("token", ["⟦PHONE_1⟧", "⟦PHONE_1", "⟦\u200bPHONE_1⟧"])
    def test_a_token_blocks(self, token: str) -> None:
        assert "STR-005" in rules(check(f"联系 {token}。"))

    def test_another_language_is_noticed_with_and_without_citations(self) -> None:
        assert "LANGUAGE" in rules(check("Please wait for your transfer."))
        assert "LANGUAGE" in rules(check("Please wait for your transfer. [1]"))
        assert "LANGUAGE" not in rules(check("请等待。"))


class TestNotices:
    def test_the_cited_documents_bring_theirs_and_kept_ones_stay(self) -> None:
        def ids(body: str, **values: object) -> list[str]:
            return [notice.id for notice in check(body, **values).notices]

        assert ids("好的。") == ["AI-LABEL"]
        assert ids("好的。[1]") == ["SAFETY", "AI-LABEL"]
        assert ids("好的。[3]", keep_notices=("GEN-RISK",), jurisdiction="GB") == [
            "GB-CRYPTO-FULL",
            "GEN-RISK",
            "IRREVERSIBLE",
            "AI-LABEL",
        ]
        assert ids("好的。", ai=False) == []
        assert ids("好的。[1]", ai=False, keep_notices=("AI-LABEL",)) == ["SAFETY"]

    def test_they_follow_the_body(self) -> None:
        checked = check("好的。[1]")
        assert checked.text == "\n\n".join(["好的。[1]", *(notice.text for notice in checked.notices)])
        assert check("好的。", ai=False).text == "好的。"

    def test_a_pasted_notice_stands_twice(self) -> None:
        (label,) = check("好的。").notices
        checked = check(f"好的。\n\n{label.text}")
        assert rules(checked) == ["STR-003"]
        assert checked.disposition is Disposition.BLOCK

    def test_an_unknown_notice_fails_closed(self) -> None:
        with pytest.raises(PolicyError):
            check("好的。", keep_notices=("NO-SUCH",))


class TestBody:
    def test_only_line_breaks_and_both_ends_are_touched(self) -> None:
        checked = check("  甲  乙。\r\n\r\n丙\u3000丁\t。\r戊\u2028己\n ")
        assert checked.body == "甲  乙。\n\n丙\u3000丁\t。\n戊\n己"

    @pytest.mark.parametrize("body", ["", " \n\t ", "\u200b", "[1]", "……", "\ufeff\n"])
    def test_nothing_to_read_is_refused(self, body: str) -> None:
        with pytest.raises(InquiryError, match="empty"):
            check(body)

    @pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x1b", "\x85", "\ud800", "\u202e", "\u2066"])
    def test_control_characters_are_refused_wherever_they_stand(self, odd: str) -> None:
        for body in (f"{odd}好的。", f"好{odd}的。", f"好的。{odd}"):
            with pytest.raises(InquiryError, match="control"):
                check(body)

    def test_the_limit_counts_what_is_sent(self) -> None:
        assert len(check("字" * 8_000 + " \r\n").body) == 8_000
        with pytest.raises(InquiryError, match="8,001"):
            check("字" * 8_001)

    def test_it_may_cite_nothing_at_all(self) -> None:
        checked = check("您好，我们正在核对。", evidence=(), turns=())
        assert (checked.findings, checked.citations, checked.facts) == ((), (), ())

    @pytest.mark.parametrize(
        "unit", ["一", "a", "[", "[1]", "1. ", "\n", "a1", "。", "百分之", "两", "\u200b", "é", "x "]
    )
    def test_no_text_keeps_the_desk_waiting(self, unit: str) -> None:
        body = ("字" + unit * 8_000)[:8_000]
        start = process_time()
        check(body)
        assert process_time() - start < 10


@given(st.text(alphabet="甲a1０.。，[]12【】\n -*、)⟦⟧UuSDT分钟天%\u200b\u3000", max_size=60))
def test_whatever_is_written_nothing_escapes_the_checks(text: str) -> None:
    try:
        checked = check(text)
    except InquiryError:
        return
    assert checked.text.startswith(checked.body)
    assert {c.n for c in checked.citations} <= {item.n for item in EVIDENCE.items}
    by_number = {item.n: item.passage.text for item in EVIDENCE.items}
    assert all(by_number[c.n][slice(*c.span)] == c.quote for c in checked.citations)
    assert all(checked.body[slice(*fact.span)] == fact.text for fact in checked.facts)
    again = VERIFIER.check_facts(checked.sentences, EVIDENCE.items, checked.body)
    assert [(f.span, f.supported) for f in again] == [(f.span, f.supported) for f in checked.facts]
    spans = [finding.span for finding in checked.findings if finding.span]
    assert all(0 <= start < end <= len(checked.text) for start, end in spans)


def test_every_cited_document_brings_its_notices() -> None:
    """A row of a second document binds as much as the first one's sentences."""
    given = evidence(
        passage("订单未成交。", document_id="trd-not-filled"),
        passage("价格会波动。", document_id="edu-volatility", notices=("GEN-RISK",)),
        passage("提现审核。", document_id="wd-how", notices=("SAFETY",)),
    )
    sentences = (
        Sentence("订单未成交。", SentenceRole.SUBSTANCE, (1,)),
        Sentence("价格会波动。", SentenceRole.SUBSTANCE, (2,)),
    )
    verified = VERIFIER.verify(Draft(sentences, "zh-CN", "test"), given, turns=("问题",), jurisdiction=None)
    assert {notice.id for notice in verified.notices} == {"AI-LABEL", "GEN-RISK"}
    assert not verified.blocked
