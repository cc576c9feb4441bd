from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.views import ArticleView
from assistant.ui.customer.article import article_html
from corpus.model import Section, SectionKind, Table
from tests.ui.customer.pages import Read, read, wording

STEPS = Section(SectionKind.STEPS, "步骤", steps=("打开「提现记录」。", "核对地址与网络。"))
FEES = Section(
    SectionKind.TIMES_FEES, "费用", tables=(Table(("币种", "网络"), (("USDT", "TRC20"), ("BTC", "Bitcoin"))),)
)
SAFETY = Section(SectionKind.SAFETY, "安全", paragraphs=("我们绝不会索要验证码。",))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60)


def shown(quote: str, *sections: Section, current: bool = True, title: str = "提现延迟") -> Read:
    return read(article_html(ArticleView("wd", title, "zh-CN", sections, quote, current), wording()))


def test_the_quoted_step_is_marked_where_it_stands() -> None:
    html = shown("核对地址与网络。", STEPS, SAFETY)
    assert [mark.text for mark in html.of("mark")] == ["核对地址与网络。"]
    assert html.of("blockquote")[0].text == "核对地址与网络。"
    assert html.of(id="cust-article-find") != []
    assert [item.text for item in html.of("li")] == list(STEPS.steps)


def test_the_row_behind_a_quote_is_marked() -> None:
    html = shown("币种：USDT；网络：TRC20", FEES)
    assert [mark.text for mark in html.of("mark")] == ["USDT", "TRC20"]
    assert html.of(role="region")[0].attributes["tabindex"] == "0"


def test_a_quote_over_several_paragraphs_marks_each_of_its_sentences() -> None:
    html = shown("打开「提现记录」。\n核对地址与网络。", STEPS)
    assert [mark.text for mark in html.of("mark")] == list(STEPS.steps)


def test_an_article_that_changed_shows_the_approved_words_only() -> None:
    html = shown("旧的说法。", current=False)
    assert html.of("blockquote")[0].text == "旧的说法。"
    assert html.of(cls="cust-changed") != []
    assert html.of(id="cust-article-find") == []
    assert html.of("section") == []


def test_a_safety_section_has_a_sign_and_a_word() -> None:
    (section,) = shown("x", SAFETY).of("section", kind="safety")
    assert section.text.startswith("安全")


@given(TEXT, TEXT, TEXT)
def test_nothing_in_an_article_is_markup(title: str, text: str, quote: str) -> None:
    section = Section(SectionKind.BODY, title, (text,), (quote,), (Table((title, text), ((text, quote),)),))
    html = shown(quote, section, title=title)
    known = {"h2", "h3", "p", "ol", "li", "section", "figure", "figcaption", "blockquote", "button", "mark", "div",
             "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert {element.tag for element in html.elements} <= known
    assert html.of("h2")[0].text == title
    assert html.of("section")[0].text.count(text) >= 1
