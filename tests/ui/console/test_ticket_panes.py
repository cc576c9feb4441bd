from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.desk.views import ArticleView, EntryKind, FactMark, HistoryEntry, SearchHit, TicketView
from assistant.model import Disposition, EvidenceItem, Finding, HandoffReason, Notice, Severity
from assistant.ticket import DraftOrigin, Rating, TicketState, Urgency
from assistant.ui.console.actions import actions_html, may_approve
from assistant.ui.console.article import article_html
from assistant.ui.console.checks import checks_html, history_html
from assistant.ui.console.conversation import conversation_html
from assistant.ui.console.draft import draft_html
from assistant.ui.console.evidence import evidence_html, hits_html, quoted
from assistant.ui.console.head import head_html
from corpus.model import Section, SectionKind, Table
from tests.builders import passage
from tests.ui.console.views import (
    AGENT,
    BLOCKED,
    HOSTILE,
    LOCALES,
    NOW,
    SUPERVISOR,
    Parsed,
    assert_harmless,
    draft,
    mine,
    said,
    ticket,
    view,
    words,
)

UNSURE = FactMark("10 天", (0, 2), False)
STATES: dict[str, TicketView] = {
    "unclaimed": view(made=draft()),
    "mine": mine(draft()),
    "drafting": view(ticket(drafted_seq=0, draft_id=None)),
    "no draft": mine(),
    "hand-off": mine(
        of=ticket(state=TicketState.CLAIMED, title="", reason=HandoffReason.ATO, urgency=Urgency.EMERGENCY)
    ),
    "stale": mine(draft(), stale=True),
    "redrafting": mine(draft(), stale=True, of=ticket(state=TicketState.CLAIMED, message_seq=2)),
    "blocked": mine(draft(disposition=Disposition.BLOCK, findings=BLOCKED), blocked_by=("GEN-GUARANTEE",)),
    "unconfirmed": mine(draft(), unconfirmed=1, facts=(UNSURE,)),
    "supervisor": mine(draft(disposition=Disposition.SUPERVISOR), needs_supervisor=True),
    "edited": mine(draft(origin=DraftOrigin.EDITED, author_id="u1"), base=draft()),
    "written": mine(draft(origin=DraftOrigin.WRITTEN, author_id="u1", confidence=0.0)),
    "taken": view(ticket(state=TicketState.CLAIMED), draft(), assignee="李雷", may_claim=False),
    "out of role": view(made=draft(), may_claim=False, needs_supervisor=True),
    "overdue complaint": view(ticket(complaint=True), draft(), overdue=True),
    "answered": view(ticket(state=TicketState.ANSWERED), draft(), may_claim=False),
    "awaiting": view(ticket(state=TicketState.AWAITING, draft_id=None), may_claim=False),
    "closed": view(ticket(state=TicketState.CLOSED), draft(), may_claim=False),
    "nobody said anything": view(entries=(), history=(), jurisdiction=None),
}
PANES = (head_html, conversation_html, draft_html, evidence_html, checks_html, history_html)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_renders_in_every_language(state: str, locale: str) -> None:
    shown = STATES[state]
    for pane in PANES:
        assert "con_" not in assert_harmless(pane(shown, words(locale))).text
    for user in (AGENT, SUPERVISOR):
        assert assert_harmless(actions_html(shown, user, words(locale))).text


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("unclaimed", {"claim"}),
        ("mine", {"approve", "send", "check", "revert", "edit", "reject", "escalate", "release", "close"}),
        ("no draft", {"approve", "send", "check", "revert", "edit", "escalate", "release", "close"}),
        ("taken", set()),
        ("out of role", set()),
        ("answered", {"next"}),
        ("awaiting", {"next"}),
        ("closed", {"next"}),
    ],
)
def test_the_bar_offers_what_can_be_done(state: str, acts: set[str]) -> None:
    assert assert_harmless(actions_html(STATES[state], AGENT, words())).acts() == acts


def test_a_supervisor_may_give_back_what_another_holds() -> None:
    assert assert_harmless(actions_html(STATES["taken"], SUPERVISOR, words())).acts() == {"release"}


@pytest.mark.parametrize(
    ("state", "allowed", "why"),
    [
        ("mine", True, ""),
        ("unconfirmed", True, ""),
        ("stale", False, "客户发来了新消息"),
        ("redrafting", False, "客户发来了新消息"),
        ("blocked", False, "合规规则不允许"),
        ("supervisor", False, "要由主管通过"),
        ("no draft", False, "没有草稿"),
    ],
)
def test_a_draft_that_must_not_go_out_has_a_dead_button_and_a_reason(state: str, allowed: bool, why: str) -> None:
    shown = STATES[state]
    parsed = assert_harmless(actions_html(shown, AGENT, words()))
    assert may_approve(shown) is allowed
    assert ("disabled" in parsed.act("approve")) is not allowed
    assert why in parsed.text


def test_unconfirmed_facts_have_a_box_that_counts_them_and_are_named() -> None:
    shown = STATES["unconfirmed"]
    parsed = assert_harmless(actions_html(shown, AGENT, words()))
    assert any(attributes.get("id") == "con-confirm" for _, attributes in parsed.elements)
    assert "我已核实 1 处没有出处的事实" in parsed.text
    assert "10 天" in Parsed(draft_html(shown, words())).text
    assert "没有出处 10 天" in Parsed(checks_html(shown, words())).text


@pytest.mark.parametrize(
    ("state", "words_shown"),
    [
        ("drafting", "正在起草"),
        ("hand-off", "账户被盗"),
        ("no draft", "没有草稿，请您来写"),
        ("stale", "已过时"),
        ("redrafting", "正在按新内容重新起草"),
        ("blocked", "GEN-GUARANTEE"),
        ("edited", "人工改过"),
        ("written", "人工撰写"),
        ("awaiting", "已请客户补充信息"),
    ],
)
def test_the_draft_card_says_what_is_the_matter(state: str, words_shown: str) -> None:
    assert words_shown in Parsed(draft_html(STATES[state], words())).text


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_a_finished_ticket_shows_no_draft_to_decide_on(state: str) -> None:
    assert draft_html(STATES[state], words()) == ""


def test_notices_are_shown_byte_for_byte_as_locked() -> None:
    text = " 两个  空格\n和换行 "
    shown = mine(draft(notices=(Notice("X-1", text, "zh-CN", ""),)))
    assert text in Parsed(draft_html(shown, words())).text


def test_evidence_marks_what_is_quoted_and_folds_what_is_not_cited() -> None:
    parsed = assert_harmless(evidence_html(mine(draft()), words()))
    assert [card["data-n"] for card in parsed.with_class("con-evidence")] == ["1", "2", "3"]
    assert "<mark>30 分钟内到账</mark>" in evidence_html(mine(draft()), words())
    assert "另有 1 段没有引用" in parsed.text


@given(st.text("提现ab<&", max_size=30), st.lists(st.text("提现ab<&", max_size=6), max_size=4))
def test_quotes_mark_a_text_without_changing_it(text: str, quotes: list[str]) -> None:
    html = quoted(text, quotes)
    assert assert_harmless(html).text == text
    marked = re.findall(r"<mark>", html)
    expected = [quote for quote in quotes if quote and quote != text and quote in text]
    assert bool(marked) == bool(expected)


def test_findings_come_strictest_first_with_the_words_they_are_about() -> None:
    findings = (
        Finding("GEN-NOTE", Severity.APPEND, None, "Adds."),
        Finding("GEN-STOP", Severity.BLOCK, (0, 2), "Promises."),
    )
    parsed = Parsed(checks_html(mine(draft(findings=findings)), words()))
    assert parsed.text.index("GEN-STOP") < parsed.text.index("GEN-NOTE")
    assert "阻止" in parsed.text
    assert "提现" in parsed.text


def test_what_code_found_is_told_in_the_reader_s_language_and_keeps_its_details() -> None:
    findings = (
        Finding("CITATION", Severity.BLOCK, None, "unknown citation [9]: <b>x</b>"),
        Finding("FIREWALL", Severity.BLOCK, None, "The text holds a password, a code or a key."),
        Finding("GEN-STOP", Severity.BLOCK, None, "不能承诺收益。"),
    )
    text = assert_harmless(checks_html(mine(draft(findings=findings)), words())).text
    assert "引用有问题" in text
    assert "unknown citation [9]: <b>x</b>" in text
    assert "密码、验证码或密钥" in text
    assert "password" not in text
    assert "不能承诺收益。" in text
    assert "A citation does not hold." in Parsed(checks_html(mine(draft(findings=findings)), words("en"))).text


@pytest.mark.parametrize(("state", "verdict"), [("mine", "都有出处"), ("unconfirmed", "没有出处")])
def test_a_verdict_on_facts_gives_way_while_the_editor_holds_another_text(state: str, verdict: str) -> None:
    html = draft_html(STATES[state], words())
    (old,) = re.findall(r'<p class="con-bar"[^>]*data-mode="review">.*?</p>', html)
    (now,) = re.findall(r'<p class="con-bar"[^>]*data-mode="edit">.*?</p>', html)
    assert verdict in Parsed(old).text
    assert "还没有检查" in Parsed(now).text


@pytest.mark.parametrize("state", ["stale", "blocked"])
def test_what_stops_a_draft_is_told_while_it_is_edited_too(state: str) -> None:
    bars = Parsed(draft_html(STATES[state], words())).with_class("con-bar")
    assert [bar.get("data-mode") for bar in bars] == [None]


def test_history_is_newest_first_with_names_and_codes_in_words() -> None:
    steps = (
        HistoryEntry(NOW, "ticket.claimed", "李雷", ""),
        HistoryEntry(NOW, "draft.rejected", "李雷", "讲的是充值 · wrong_article"),
        HistoryEntry(NOW, "something.new", "", "handoff:ATO"),
    )
    text = Parsed(history_html(view(history=steps), words())).text
    assert text.index("something.new") < text.index("驳回草稿 · 李雷") < text.index("领取 · 李雷")
    assert "讲的是充值 · 依据不对" in text
    assert "账户被盗" in text


def test_kept_tokens_can_be_revealed_by_the_holder_only() -> None:
    entry = said(
        "电话 ⟦PHONE_1⟧ 和 ⟦PHONE_2⟧，助记词 ⟦SECRET:MNEMONIC⟧", tokens=("⟦PHONE_1⟧", "⟦PHONE_2⟧"), secret=True
    )
    held = assert_harmless(conversation_html(mine(draft(), entries=(entry,)), words()))
    chips = [attributes for _, attributes in held.elements if attributes.get("data-act") == "reveal"]
    assert [(chip["data-message"], chip["data-token"]) for chip in chips] == [("m1", "⟦PHONE_1⟧"), ("m1", "⟦PHONE_2⟧")]
    assert "手机号 2" in held.text
    assert "助记词 · 已销毁" in held.text
    assert "已当场销毁" in held.text
    assert not assert_harmless(conversation_html(view(made=draft(), entries=(entry,)), words())).acts()


@pytest.mark.parametrize("token", ["HEX64", "BASE58_64", "SECRET:OTP", "NEW_KIND_3"])
def test_every_token_has_a_word(token: str) -> None:
    text = Parsed(conversation_html(view(entries=(said(f"x ⟦{token}⟧ y"),)), words())).text
    assert "已销毁" in text
    assert "⟦" not in text


def test_replies_say_who_approved_them_and_how_they_were_rated() -> None:
    rating = Rating("r1", False, ("unclear", "slow"), "看不懂 ⟦EMAIL_1⟧", NOW)
    entry = said("答复", kind=EntryKind.REPLY, by="李雷", notices=("声明",), rating=rating, ticket_number="OLD12")
    text = Parsed(conversation_html(view(entries=(entry, said())), words())).text
    for shown in ("回复 · 李雷 通过", "没解决 · 看不懂、太慢", "客户说： 看不懂 [邮箱]", "声明", "#OLD12 · 之前的工单"):
        assert shown in text


def test_the_article_marks_the_quoted_words_and_says_when_it_has_changed() -> None:
    sections = (
        Section(SectionKind.SHORT_ANSWER, "简短回答", ("一般 30 分钟内到账。",)),
        Section(SectionKind.STEPS, "步骤", (), ("打开", "查看"), (Table(("币种", "费用"), (("USDT", "1"),)),)),
    )
    article = ArticleView("wd-delayed", "提现", "zh-CN", sections, "30 分钟内到账", True)
    html = article_html(article, words())
    assert_harmless(html)
    assert "一般 <mark>30 分钟内到账</mark>。" in html
    assert "有改动" not in html
    assert "有改动" in article_html(replace(article, sections=(), current=False), words())


def hostile_view() -> TicketView:
    evil = draft(
        body=HOSTILE,
        findings=(Finding(HOSTILE, Severity.WARN, (0, 5), HOSTILE),),
        notices=(Notice(HOSTILE, HOSTILE, HOSTILE, ""),),
        evidence=(EvidenceItem(1, passage(HOSTILE, title=HOSTILE, document_id=HOSTILE, locale=HOSTILE), 0.5),),
        language=HOSTILE,
    )
    rating = Rating("r1", False, (HOSTILE,), HOSTILE, NOW)
    return mine(
        evil,
        of=ticket(state=TicketState.CLAIMED, number=HOSTILE, title=HOSTILE, language=HOSTILE),
        entries=(
            said(HOSTILE + "⟦PHONE_1⟧", tokens=("⟦PHONE_1⟧",), id=HOSTILE, ticket_number=HOSTILE),
            said(HOSTILE, kind=EntryKind.REPLY, by=HOSTILE, notices=(HOSTILE,), rating=rating),
            said(HOSTILE, kind=EntryKind.NOTICE),
        ),
        facts=(FactMark(HOSTILE, (0, 4), False),),
        blocked_by=(HOSTILE,),
        jurisdiction=HOSTILE,
        history=(HistoryEntry(NOW, HOSTILE, HOSTILE, HOSTILE),),
    )


def test_nothing_that_anybody_wrote_becomes_markup() -> None:
    shown = hostile_view()
    for pane in PANES:
        assert HOSTILE in assert_harmless(pane(shown, words())).text
    held = replace(shown, mine=False, assignee=HOSTILE, may_claim=False)
    assert HOSTILE in assert_harmless(actions_html(held, AGENT, words())).text
    hit = SearchHit(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0)
    assert HOSTILE in assert_harmless(hits_html((hit,), words())).text
    sections = (Section(SectionKind.BODY, HOSTILE, (HOSTILE,), (HOSTILE,), (Table((HOSTILE,), ((HOSTILE,),)),)),)
    assert (
        HOSTILE in assert_harmless(article_html(ArticleView("a", HOSTILE, HOSTILE, sections, "x", False), words())).text
    )


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_a_message_of_any_characters_is_shown_as_it_is(text: str) -> None:
    text = text.replace("\r", "").replace("\x00", "").replace("⟦", "")
    parsed = assert_harmless(conversation_html(view(entries=(said(text),)), words()))
    assert text in parsed.text


@pytest.mark.parametrize(
    ("versions", "offered", "marked"), [({}, "plain", False), ({"level": "plain"}, "normal", True)]
)
def test_the_holder_sees_the_level_and_may_have_the_other(versions: dict[str, str], offered: str, marked: bool) -> None:
    html = Parsed(draft_html(mine(draft(versions=versions)), words()))
    buttons = [
        attributes for tag, attributes in html.elements if attributes.get("id") == "con-level" and tag == "button"
    ]
    assert [(button["data-act"], button["data-level"]) for button in buttons] == [("level", offered)]
    assert ("大白话" in html.text) is marked


def test_who_does_not_hold_the_ticket_sees_the_level_only() -> None:
    html = Parsed(draft_html(view(made=draft(versions={"level": "plain"})), words()))
    assert "大白话" in html.text
    assert not [1 for _, attributes in html.elements if attributes.get("id") == "con-level"]
