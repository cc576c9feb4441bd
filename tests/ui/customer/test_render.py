from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from string import Formatter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.level import load_level_reader
from assistant.desk.ratings import REASONS
from assistant.desk.views import CitationView, CustomerView, Entry, EntryKind, Stage
from assistant.model import Inquiry, Level
from assistant.ticket import Rating
from assistant.ui.customer.prose import KINDS
from assistant.ui.customer.render import LANGUAGES, TOPICS, page_html
from assistant.ui.visitor import LOCALES
from tests.ui.customer.pages import NOW, PAGE, Read, message, read, reply, status, wording

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)> **b** [x](javascript:a) ' & ⟦PHONE_1⟧"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=80)
TAGS = {"header", "div", "h1", "h2", "h3", "h4", "p", "label", "span", "select", "option", "button", "svg", "path"} | {
    *("section", "article", "time", "ol", "ul", "li", "a", "br", "form", "fieldset", "legend", "input", "textarea"),
    *("strong", "dialog", "main"),
}


def page(*entries: Entry, stage: Stage | None = None, locale: str = "zh-CN", **values: object) -> Read:
    view = CustomerView(entries, status(stage, **values) if stage else None)
    return read(f"<main>{page_html(view, PAGE, wording(locale))}</main>")


def texts(locale: str) -> dict[str, str]:
    file = resources.files("assistant") / "locales" / "customer" / f"{locale}.yaml"
    loaded: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_text_with_the_same_values(locale: str) -> None:
    assert {key: fields(text) for key, text in texts(locale).items()} == {
        key: fields(text) for key, text in texts("en").items()
    }
    assert all(key.startswith("cust_") and text.strip() for key, text in texts(locale).items())
    assert all(f"cust_kind_{kind}" in texts(locale) for kind in KINDS)
    assert all(f"cust_rate_reason_{reason}" in texts(locale) for reason in REASONS)
    assert set(LANGUAGES) == set(LOCALES)


def test_the_first_screen_greets_and_offers_six_topics_that_ask() -> None:
    html = page()
    assert [e.attributes["data-topic"] for e in html.of("button", cls="cust-topic")] == list(TOPICS)
    assert len(TOPICS) == 6
    assert all(e.attributes["data-ask"] in e.text for e in html.of("button", cls="cust-topic"))
    assert html.of(id="cust-log") == []
    assert html.of(id="cust-status") == []
    assert [a.attributes["href"] for a in html.of("a")] == ["/help/", "/help/start"]


def test_the_frame_is_always_there() -> None:
    for html in (page(), page(message("你好"), stage=Stage.RECEIVED)):
        assert [element.text for element in html.of("h1")] == ["云桥 <客服>"]
        assert "回复由 AI 起草、人工审核后发送" in html.of("header")[0].text
        assert html.of(id="cust-person")[0].text == "转人工"
        assert html.of(id="cust-text")[0].attributes["data-limit"] == "4000"
        assert [o.text for o in html.of("option")] == list(LANGUAGES.values())
        assert [o.attributes["value"] for o in html.of("option") if "selected" in o.attributes] == ["zh-CN"]


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.DRAFTED, Stage.IN_REVIEW])
def test_a_person_is_asked_for_once(stage: Stage) -> None:
    assert page(message("你好"), stage=stage, person=True).of(id="cust-person")[0].attributes["aria-disabled"] == "true"
    assert page(message("你好"), stage=stage).of(id="cust-person")[0].attributes["aria-disabled"] == "false"


@pytest.mark.parametrize("stage", [Stage.SENT, Stage.YOUR_TURN, Stage.CLOSED])
def test_after_an_answer_a_person_can_be_asked_for_again(stage: Stage) -> None:
    button = page(message("你好"), stage=stage, person=True).of(id="cust-person")[0]
    assert button.attributes["aria-disabled"] == "false"
    assert button.text == "转人工"


def test_every_button_and_field_has_a_name() -> None:
    html = page(reply("到账。[1]", "标题", notices=("风险",)), stage=Stage.SENT)
    labelled = {element.attributes.get("for") for element in html.of("label")}
    for button in html.of("button"):
        assert button.text.strip() or button.attributes.get("aria-label")
    for box in html.of("textarea"):
        assert box.attributes["id"] in labelled
    ids = [element.attributes["id"] for element in html.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_days_are_separated_on_the_reader_s_calendar() -> None:
    entries = [message("一", id="a", at=NOW - timedelta(hours=30)), message("二", id="b", at=NOW - timedelta(hours=15))]
    html = page(*entries, message("三", id="c"), message("四", id="d"))
    assert [element.text for element in html.of(cls="cust-day")] == ["昨天", "今天"]
    assert [e.attributes["data-id"] for e in html.of("article")] == ["a", "b", "c", "d"]


def test_a_reply_has_its_sources_notices_and_rating_in_the_open() -> None:
    html = page(reply("到账。[1]\n\n再看 [2] 和 [3]", "甲 <b>", "乙", notices=("风险\n提示", "安全")), stage=Stage.SENT)
    (entry,) = html.of("article", kind="reply")
    assert "已由人工审核" in entry.text
    chips = html.of("button", cls="cust-cite")[:2]
    assert [(c.text, c.attributes["data-cite"], c.attributes["data-reply"]) for c in chips] == [
        ("1", "1", "r1"),
        ("2", "2", "r1"),
    ]
    assert chips[0].attributes["aria-label"] == "依据 1：甲 <b>"
    assert "[3]" in entry.text
    assert [source.text for source in html.of("button", cls="cust-source")] == ["甲 <b>", "乙"]
    assert [legal.text for legal in html.of(cls="cust-legal")] == ["风险提示", "安全"]
    assert not any("hidden" in legal.attributes for legal in html.of(cls="cust-legal"))
    assert html.of("details") == []
    assert [b.attributes["data-rate"] for b in html.of("button", cls="cust-choice")] == ["yes", "no"]


@pytest.mark.parametrize(("locale", "wish"), [("zh-CN", "讲简单点"), ("zh-TW", "講簡單點"), ("en", "Explain simply")])
def test_under_the_last_reply_one_click_asks_for_plain_words(locale: str, wish: str) -> None:
    html = page(message("怎么提现"), reply("甲"), stage=Stage.SENT, locale=locale)
    assert [(b.text, b.attributes["data-ask"]) for b in html.of("button", cls="cust-simpler")] == [(wish, wish)]
    assert load_level_reader().read(Inquiry("q", ("怎么提现", wish)), ("怎么提现", wish)).level is Level.PLAIN


def test_plain_words_are_offered_neither_twice_nor_under_an_older_reply_nor_while_one_waits() -> None:
    older = replace(reply("甲"), id="older")
    html = page(message("怎么提现"), older, message("手续费多少", id="m2"), reply("乙"), stage=Stage.SENT)
    assert len(html.of("button", cls="cust-simpler")) == 1
    assert page(message("讲简单点"), reply("甲"), stage=Stage.SENT).of("button", cls="cust-simpler") == []
    assert page(message("怎么提现"), reply("甲"), stage=Stage.RECEIVED).of("button", cls="cust-simpler") == []


def test_an_article_that_is_cited_twice_is_listed_once_with_both_marks() -> None:
    twice = tuple(CitationView(n, "wd", "提现", f"句 {n}") for n in (1, 2))
    html = page(replace(reply("甲 [1] 乙 [2]"), citations=twice), stage=Stage.SENT)
    assert [item.text for item in html.of("li") if "提现" in item.text] == ["提现12"]
    assert [chip.attributes["data-cite"] for chip in html.of("button", cls="cust-cite")] == ["1", "2", "1", "2"]


def test_what_was_said_of_a_reply_is_shown_and_can_be_changed() -> None:
    said = Rating("r1", False, ("unclear", "made-up"), HOSTILE, NOW)
    html = page(replace(reply("x"), rating=said), stage=Stage.SENT)
    (rated,) = html.of(cls="cust-rated")
    assert rated.attributes["data-solved"] == "false"
    assert rated.text == "您的评价：还没解决看不明白"
    assert html.of("button", rate="change") != []
    assert [i.attributes["value"] for i in html.of("input") if "checked" in i.attributes] == ["unclear"]
    assert html.of("textarea", name="comment")[0].text == HOSTILE
    solved = page(replace(reply("x"), rating=Rating("r1", True, (), "", NOW)), stage=Stage.CLOSED)
    assert solved.of(cls="cust-rated")[0].text == "您的评价：已解决"


def test_a_redacted_message_says_so() -> None:
    assert page(message("你好")).of(cls="cust-redacted") == []
    (hint,) = page(message("电话 ⟦PHONE_1⟧")).of(cls="cust-redacted")
    assert "个人信息已隐藏" in hint.text
    (hint,) = page(message("助记词 ⟦SECRET:MNEMONIC⟧", secret=True)).of(cls="cust-redacted")
    assert "没有保存" in hint.text


def notices() -> Iterator[tuple[str, str, str]]:
    yield "handoff:customer_request", "person", "人工处理"
    yield "handoff:ATO", "safety", "安全提醒"
    yield "handoff:secret", "safety", "安全提醒"
    yield "ask", "question", "需要您补充"
    yield "stage:escalated", "general", "服务通知"


@pytest.mark.parametrize(("key", "tone", "word"), list(notices()))
def test_a_notice_says_what_kind_it_is_by_sign_and_word(key: str, tone: str, word: str) -> None:
    notice = Entry(EntryKind.NOTICE, "n1", NOW, "请现在就做：\n1. 冻结账户", "A7K2Q", key=key)
    html = page(message("x"), notice, stage=Stage.DRAFTED)
    (entry,) = html.of("article", kind="notice")
    assert entry.attributes["data-tone"] == tone
    assert word in entry.text
    assert [item.attributes["value"] for item in html.of("li") if item.text == "冻结账户"] == ["1"]


def test_scripts_and_markdown_are_shown_as_they_were_typed() -> None:
    entries = [
        message(HOSTILE, id=HOSTILE),
        Entry(EntryKind.NOTICE, "n", NOW, HOSTILE, "A"),
        reply(HOSTILE, HOSTILE, id='r"<', notices=(HOSTILE,)),
    ]
    html = page(*entries, stage=Stage.SENT)
    assert html.of("script") == []
    assert html.of("img") == []
    assert html.of("b") == []
    shown = HOSTILE.replace("⟦PHONE_1⟧", "[电话已隐藏]")
    assert html.of(cls="cust-bubble")[0].text == shown
    assert html.of(cls="cust-legal")[0].text == HOSTILE
    assert html.of("button", cls="cust-source")[0].text == HOSTILE
    assert html.of("article", kind="customer")[0].attributes["data-id"] == HOSTILE


@given(TEXT, TEXT, TEXT, TEXT, st.sampled_from(LOCALES))
def test_no_text_makes_an_element(said: str, body: str, title: str, notice: str, locale: str) -> None:
    entries = [message(said, id=title), reply(f"{body}[1]", title, id=notice, notices=(notice,))]
    html = page(*entries, stage=Stage.SENT, locale=locale)
    assert {element.tag for element in html.elements} <= TAGS
    assert not any(name.startswith("on") for element in html.elements for name in element.attributes)
    assert len(html.of("article")) == 2
    assert len(html.of(cls="cust-legal")) == 1
