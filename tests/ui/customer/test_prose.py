from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.rendering import render_body
from assistant.firewall.model import KINDS as FIREWALL_KINDS
from assistant.firewall.model import SpanAction
from assistant.model import Layout, Sentence, SentenceRole
from assistant.ui.customer.prose import Block, has_masked, marked, message_html, parse_blocks, reply_html
from tests.ui.customer.pages import ALLOWLIST, read, wording

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=200)
MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", "&", '"', "'", "<script>", "</p>", "<!--", "]]>", "&lt;", "[1]", "[2]", "1. ", "- ", "\n", "\n\n",
         "https://cloudbridge.example/", "https://evil.example/", "javascript:", " onload=", "**b**", "# h", "`c`",
         "⟦PHONE_1⟧", "⟦", "⟧", "文"]
    ),
    max_size=30,
).map("".join)  # fmt: skip
LAYOUTS = st.sampled_from([Layout.INLINE, Layout.PARAGRAPH, Layout.STEP, Layout.BULLET])


def cite(n: int) -> str | None:
    return f"<b>{n}</b>" if n == 1 else None


def plain(text: str) -> str:
    return "".join(text.split())


def test_a_reply_is_paragraphs_steps_and_bullets() -> None:
    blocks = parse_blocks("先看这里。\n再看这里。\n1. 打开\n2. 核对\n\n请准备：\n- 编号\n- 时间\n\n完。")
    assert blocks == (
        Block("text", ((0, "先看这里。"), (0, "再看这里。"))),
        Block("step", ((1, "打开"), (2, "核对"))),
        Block("text", ((0, "请准备："),)),
        Block("bullet", ((0, "编号"), (0, "时间"))),
        Block("text", ((0, "完。"),)),
    )


@given(st.lists(st.tuples(LAYOUTS, st.sampled_from(["甲", "乙丙", "one two", "3.5 USDT"])), max_size=8))
def test_what_the_desk_renders_comes_back_as_its_layouts(sentences: list[tuple[Layout, str]]) -> None:
    body = render_body([Sentence(text, SentenceRole.CONNECTIVE, layout=layout) for layout, text in sentences], "en")
    blocks = parse_blocks(body)
    assert sum(len(block.lines) for block in blocks if block.kind == "step") == sum(
        layout is Layout.STEP for layout, _ in sentences
    )
    assert sum(len(block.lines) for block in blocks if block.kind == "bullet") == sum(
        layout is Layout.BULLET for layout, _ in sentences
    )


def test_steps_keep_the_numbers_that_were_approved() -> None:
    items = read(reply_html("3. 三\n7. 七", cite, ALLOWLIST)).of("li")
    assert [(item.attributes["value"], item.text) for item in items] == [("3", "三"), ("7", "七")]


@pytest.mark.parametrize("text", ["3.5 USDT 起", "2026. 年", "-5 元", "1.", "- ", "（1）先"])
def test_what_only_looks_like_a_list_stays_a_line(text: str) -> None:
    assert read(reply_html(text, cite, ALLOWLIST)).of("li") == []


def test_a_mark_with_a_source_is_a_chip_and_one_without_stays_text() -> None:
    html = read(reply_html("到账 [1] 与 [2] 和 [12345]", cite, ALLOWLIST))
    assert [element.text for element in html.of("b")] == ["1"]
    assert html.of("p")[0].text == "到账1 与 [2] 和 [12345]"


def test_marks_stay_with_the_stop_before_them_and_with_each_other() -> None:
    html = read(reply_html("到账。[1][9] 见 https://cloudbridge.example/a.[1]", cite, ALLOWLIST))
    assert [element.text for element in html.of("span", cls="cust-tie")] == ["。1[9]", ".1"]
    assert [element.text for element in html.of("a")] == ["https://cloudbridge.example/a"]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("见 https://cloudbridge.example/a?b=1&c=2。", "https://cloudbridge.example/a?b=1&c=2"),
        ("见 https://help.cloudbridge.example 。", "https://help.cloudbridge.example"),
        ('"https://cloudbridge.example/x"onclick="a', "https://cloudbridge.example/x"),
        ("http://cloudbridge.example/a", None),
        ("cloudbridge.example", None),
        ("https://evil.example/cloudbridge.example", None),
        ("https://cloudbridge.example.evil.example/", None),
        ("https://cloudbridge.example@evil.example/", None),
        ("https://evil.example\\@cloudbridge.example/", None),
        ("ｈttps://cloudbridge.example/", None),
        ("https://cloudbridge\u200b.example/", None),
        ("javascript:alert(1)//https://cloudbridge.example", "https://cloudbridge.example"),
        ("[帮助](https://evil.example)", None),
    ],
)
def test_only_our_own_hosts_become_links(text: str, link: str | None) -> None:
    links = read(reply_html(text, cite, ALLOWLIST)).of("a")
    assert [element.attributes["href"] for element in links] == ([link] if link else [])
    for element in links:
        assert element.attributes["rel"] == "noopener noreferrer"
        assert element.text == link


@given(ANY | MARKUP)
def test_nothing_in_a_reply_is_markup_but_what_we_make(text: str) -> None:
    html = read(f"<main>{reply_html(text, cite, ALLOWLIST)}</main>")
    assert {element.tag for element in html.elements} <= {"main", "p", "br", "ol", "ul", "li", "a", "b", "span"}
    assert all(set(e.attributes) <= {"value", "href", "target", "rel", "class"} for e in html.elements)
    assert all(e.attributes["href"].startswith("https://cloudbridge.example/") for e in html.of("a"))


@given(ANY | MARKUP)
def test_a_reply_loses_no_word(text: str) -> None:
    shown = read(f"<main>{reply_html(text, lambda n: None, ALLOWLIST)}</main>").elements[0].text
    items = [line for block in parse_blocks(text) for _, line in block.lines]
    assert plain(shown) == plain("".join(items))
    written = [line.strip() for line in text.split("\n") if line.strip()]
    assert len(items) == len(written)
    assert all(line.endswith(item) for line, item in zip(written, items, strict=True))


@given(ANY | MARKUP)
def test_a_message_is_all_text(text: str) -> None:
    html = read(f"<main>{message_html(text.replace('⟦', '['), wording())}</main>")
    assert html.elements[0].text == text.replace("⟦", "[")
    assert len(html.elements) == 1


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
def test_every_token_of_the_firewall_has_a_word(locale: str) -> None:
    other = wording(locale).plain("kind_other")
    for name, kind in FIREWALL_KINDS.items():
        if kind.action is SpanAction.KEEP:
            continue
        masked = kind.action is SpanAction.MASK
        token = f"⟦{kind.stem}_2⟧" if masked else f"⟦{kind.stem}⟧"
        (chip,) = read(f"<p>x {message_html(token, wording(locale))} y</p>").of("span")
        assert chip.attributes["data-kind"] == ("masked" if masked else "deleted")
        assert "⟦" not in chip.text
        assert other not in chip.text, name
        assert has_masked(token) is masked


def test_the_chip_says_what_was_hidden() -> None:
    assert read(f"<p>{message_html('电话 ⟦PHONE_1⟧', wording())}</p>").elements[0].text == "电话 [电话已隐藏]"
    assert (
        read(f"<p>{message_html('⟦SECRET:MNEMONIC⟧', wording('en'))}</p>").elements[0].text == "[seed phrase deleted]"
    )
    assert read(f"<p>{message_html('⟦NEW_KIND_9⟧', wording())}</p>").elements[0].text == "[内容已隐藏]"


@given(ANY | MARKUP, ANY)
def test_marking_changes_no_character(text: str, quote: str) -> None:
    html = read(f"<p>{marked(text, [quote, text[:5]])}</p>")
    assert html.elements[0].text == text
    assert {element.tag for element in html.elements} <= {"p", "mark"}


def test_a_quote_is_found_across_line_breaks() -> None:
    assert marked("a <b>  c\n d", ["<b> c d"]) == "a <mark>&lt;b&gt;  c\n d</mark>"
