from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assistant.health import Health
from assistant.messages import load_messages
from assistant.ui.status_page import status_html

WELL = Health(
    version="1.2.3",
    snapshot="20260302T093000Z-abc",
    documents=24,
    passages=2989,
    embedder="bundled",
    chat_model="extractive",
    policy="base 1",
)
ILL = replace(WELL, snapshot="", problem="There is no index.")


def shown(health: Health, locale: str = "zh-CN", desk_name: str = "云桥客服") -> str:
    return status_html(health, load_messages(), locale, desk_name)


@pytest.mark.parametrize(
    ("locale", "state", "documents"),
    [("zh-CN", "可以回答问题", "文档"), ("en", "Ready to answer", "Documents"), ("zh-TW", "可以回答問題", "文件")],
)
def test_the_state_is_a_word_in_the_page_s_language(locale: str, state: str, documents: str) -> None:
    html = shown(WELL, locale)
    assert state in html
    assert f"<dt>{documents}</dt><dd>24</dd>" in html
    assert f'lang="{locale}"' in html


@pytest.mark.parametrize(("locale", "state"), [("zh-CN", "暂时不能回答问题"), ("en", "Cannot answer at the moment")])
def test_a_problem_is_told_with_what_to_do(locale: str, state: str) -> None:
    html = shown(ILL, locale)
    assert state in html
    assert '<p lang="en">There is no index.</p>' in html
    assert 'class="state ok"' not in html


def test_a_missing_value_is_a_dash_and_large_numbers_are_grouped() -> None:
    assert "<dd>—</dd>" in shown(ILL)
    assert "<dd>2,989</dd>" in shown(WELL)


@pytest.mark.parametrize("field", ["version", "snapshot", "embedder", "chat_model", "policy", "problem"])
def test_every_value_is_escaped(field: str) -> None:
    html = shown(replace(WELL, **{field: "<img src=x onerror=alert(1)>&\"'"}))  # type: ignore[arg-type]
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#x27;" in html
    assert set(re.findall(r"<(\w+)", html)) <= {
        "a",
        "section",
        "header",
        "div",
        "h1",
        "span",
        "p",
        "strong",
        "dl",
        "dt",
        "dd",
    }


@pytest.mark.parametrize(
    ("locale", "console"), [("zh-CN", "客服审核台"), ("zh-TW", "客服審核台"), ("en", "Review console")]
)
def test_it_names_the_desk_and_leads_back_to_the_console(locale: str, console: str) -> None:
    html = shown(WELL, locale)
    assert re.findall(r'<a href="([^"]*)">.*? ([^<]+)</a>', html) == [("/agent/", console)]
    assert "<p>云桥客服</p>" in html
    assert "<p>&lt;b&gt;</p>" in shown(WELL, locale, "<b>")
    assert "<p></p>" not in shown(WELL, locale, "")


def test_there_is_one_heading_and_one_live_region() -> None:
    html = shown(ILL)
    assert html.count("<h1>") == 1
    assert html.count('role="status"') == 1


def test_an_unknown_locale_reads_english() -> None:
    assert "Ready to answer" in shown(WELL, "ru")
