"""The scripts that decide something, alone in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.chromium import browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ENGLISH = "abandon ability able about above absent absorb abstract absurd abuse access accident"
CHINESE = "的 一 是 在 不 了 有 和 人 这 中 大"
HEX = "4c0883a69102937d6231471b5dbb6204fe512961708279f2e3e8a5d4b8e3e3f1"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    scripts = [resources.files("assistant.ui.customer").joinpath(f"{name}.js") for name in ("secrets", "morph")]
    with browsing(tmp_path_factory.mktemp("profile"), locale="zh-CN") as context:
        page = context.new_page()
        page.add_script_tag(content="\n".join(script.read_text(encoding="utf-8") for script in scripts))
        yield page


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ENGLISH, "words"),
        (f"我的助记词：{ENGLISH.replace(' ', ', ')}", "words"),
        ("\n".join(f"{n}. {word}" for n, word in enumerate(ENGLISH.split(), 1)), "words"),
        (CHINESE, "words"),
        (" ".join(ENGLISH.split()[:11]), ""),
        ("where is the money that sent from other wallet since last week when will come back", ""),
        ("I would like to know why my withdrawal has been pending since yesterday evening", ""),
        ("我的密码是Abc12345", "value"),
        ("密码：hunter2hunter2", "value"),
        ("驗證碼 483920", "value"),
        ("verification code is 483920", "value"),
        ("my password is p@ssword", "value"),
        ("password is incorrect, please help", ""),
        ("密码重置后 24 小时不能提现吗", ""),
        ("密码忘了怎么办，验证码一直收不到", ""),
        ("验证码 5 分钟没到", ""),
        ("API secret: 9f8e7d6c5b4a", "value"),
        (HEX, "hex"),
        (f"0x{HEX}", "hex"),
        (f"私钥 {HEX}", "value"),
        (f"交易哈希：0x{HEX}", ""),
        (f"交易雜湊 {HEX}", ""),
        (f"TxID: {HEX}", ""),
        (f"transaction hash {HEX}", ""),
        (HEX[:63], ""),
        ("0x52908400098527886E0F7030069857D2E4169EE7", ""),
        ("", ""),
    ],
)
def test_a_secret_is_noticed_before_it_is_sent(page: Page, text: str, kind: str) -> None:
    assert page.evaluate("text => secretKind(text)", text) == kind


def test_a_long_text_is_looked_at_quickly(page: Page) -> None:
    for text in ("密码" * 2000, "a" * 4000, "password is " * 400, "0x" * 2000, "ab " * 1400):
        spent: Any = page.evaluate(
            "t => { const s = performance.now(); secretKind(t); return performance.now() - s; }", text
        )
        assert spent < 50, text[:10]


def morphed(page: Page, before: str, after: str, then: str) -> Any:
    return page.evaluate(
        "([before, after]) => { document.body.innerHTML = `<div id=r>${before}</div>`;"
        " const root = document.getElementById('r'); const nodes = [...root.querySelectorAll('[data-key]')];"
        " root.querySelector('textarea')?.focus(); if (root.querySelector('textarea'))"
        " root.querySelector('textarea').value = 'typed';"
        f" const fresh = morph(root, after).map((n) => n.id || n.dataset.key || n.tagName); return {then}; }}",
        [before, after],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "<p>a</p>"),
        ("<p>a</p>", ""),
        ("<p>a</p><p>b</p>", "<p>a</p><p>c</p><p>d</p>"),
        ("<p class='x' title='t'>a</p>", "<p class='y'>a<b>c</b></p>"),
        ("<section>a</section>", "<div data-key='log'>b</div>"),
        (
            "<i data-key='1'>a</i><i data-key='2'>b</i><i data-key='3'>c</i>",
            "<i data-key='2'>B</i><i data-key='4'>d</i>",
        ),
        ("text<b>x</b>", "<b>y</b>text"),
        ("<p data-own='hidden' hidden>a</p>", "<p data-own='hidden' hidden>b</p>"),
    ],
)
def test_the_page_becomes_what_the_server_rendered(page: Page, before: str, after: str) -> None:
    wanted = page.evaluate(
        "html => { const t = document.createElement('div'); t.innerHTML = html; return t.innerHTML; }", after
    )
    assert morphed(page, before, after, "root.innerHTML") == wanted


def test_what_is_new_is_told_and_what_was_there_stays_the_same_node(page: Page) -> None:
    before = "<p data-key='a'>1</p><p data-key='b'>2</p>"
    after = "<p data-key='a'>1</p><p data-key='b'>3</p><p data-key='c'>4</p>"
    assert morphed(page, before, after, "[fresh, nodes.every((n) => n.isConnected)]") == [["c"], True]


def test_what_is_being_written_survives(page: Page) -> None:
    before = "<p>old</p><form data-own='hidden'><textarea id='t' data-own='children style'></textarea></form>"
    after = "<h2>new</h2><form data-own='hidden' hidden><textarea id='t' data-own='children style'>x</textarea></form>"
    kept = morphed(
        page,
        before,
        after,
        "[root.querySelector('textarea').value, document.activeElement.id, root.querySelector('form').hidden]",
    )
    assert json.dumps(kept) == json.dumps(["typed", "t", False])
