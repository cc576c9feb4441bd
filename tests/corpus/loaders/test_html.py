from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders.html import load
from corpus.loaders.source import Source
from corpus.model import Document, SectionKind, Table
from tests.corpus.loaders.files import used_or_refused


def read(body: str, head: str = "", lang: str = "", name: str = "page.html") -> Document:
    return load(Source(name, f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body>".encode()))


def paragraphs(document: Document) -> list[str]:
    return [text for section in document.sections for text in section.paragraphs]


def test_the_content_without_what_is_around_it() -> None:
    document = read(
        """
        <header><a href="/">Exchange</a></header>
        <nav><ul><li><a href="/a">Deposits</a></ul></nav>
        <main>
          <div class="breadcrumbs"><a href="/">Home</a> &gt; Help</div>
          <h1>How to withdraw</h1>
          <p>Open the <b>wallet</b>
             page.</p>
          <script>track("script")</script><style>p { color: red }</style><template><p>template</p></template>
          <svg><text>drawing</text></svg><noscript>noscript</noscript><button>Was this helpful?</button>
          <p hidden>hidden</p><p style="display: none">unseen</p><p aria-hidden="true">aria</p>
          <!-- comment -->
          <section class="related-articles"><h2>Related</h2><p>Other</p></section>
        </main>
        <aside>Advert</aside><footer>© 2026</footer>
        """,
        head="<title>How to withdraw | Exchange</title>",
    )
    assert (document.title, document.id, document.locale) == ("How to withdraw", "page", "en")
    assert [(s.heading, s.paragraphs) for s in document.sections] == [("", ("Open the wallet page.",))]


def test_without_landmarks_menus_are_known_by_their_links() -> None:
    links = "".join(f"<li><a href='/{n}'>Category number {n}</a></li>" for n in range(5))
    document = read(f"<header>Logo</header><ul>{links}</ul><div><p>Text.</p><ul><li>See <a href='/x'>x</a></ul></div>")
    assert paragraphs(document) == ["Text.", "See x"]
    # Inside the content, a list of links is part of it.
    assert len(paragraphs(read(f"<main><p>Text.</p><ul>{links}</ul></main>"))) == 6


def test_the_article_is_the_content_only_if_most_of_the_text_is_in_it() -> None:
    whole = read("<main><p>Long enough to be the content of the page.</p><article>Teaser</article></main>")
    assert paragraphs(whole) == ["Long enough to be the content of the page.", "Teaser"]
    assert paragraphs(read("<p>Menu</p><article><p>Long enough to be the content.</p></article>")) == [
        "Long enough to be the content."
    ]
    # A layout that is called so is no sidebar.
    assert paragraphs(read("<div class='with-sidebar'><p>Everything is in here.</p></div>")) == [
        "Everything is in here."
    ]


def test_headings_steps_and_kinds() -> None:
    document = read(
        """
        <h1>提现指南</h1><p>引言。</p>
        <h2>步骤</h2>
        <ol><li>打开 App<ul><li>iOS</li><li>安卓</li></ul></li><li>点击<br>提现</li></ol>
        <h3>网页</h3><ol start="1"><li><p>登录</p><p>验证</p></li><li>确认</li></ol>
        <p>完成。</p><ol start="3"><li>查看记录</li></ol>
        <h2>例外</h2><p>无。</p>
        """
    )
    assert [(s.kind, s.heading, s.steps, s.paragraphs) for s in document.sections] == [
        (SectionKind.BODY, "", (), ("引言。",)),
        (SectionKind.STEPS, "步骤", ("打开 App\n- iOS\n- 安卓", "点击\n提现"), ()),
        (SectionKind.STEPS, "步骤 › 网页", ("登录\n验证", "确认", "查看记录"), ("完成。",)),
        (SectionKind.EXCEPTIONS, "例外", (), ("无。",)),
    ]


def test_steps_that_are_numbered_by_hand() -> None:
    document = read(
        "<h2>How</h2><p>1. Open it.</p><p>Wait.</p><p>2. Close it.</p><div>① One<br>② Two</div><p>3.5 %</p>"
    )
    first, second = document.sections
    assert (first.steps, first.paragraphs) == (("Open it.\nWait.", "Close it."), ("3.5 %",))
    assert (second.heading, second.steps) == ("How", ("One", "Two"))


def test_entries_that_fold_out_are_sections() -> None:
    document = read(
        """<main><h2>FAQ</h2><details><summary><b>多久到账？</b></summary><p>半小时。</p></details>
        <details><summary>为什么失败？</summary>网络错误。</details><p>更多请看公告。</p>
        <h3><button aria-expanded="false">能撤销吗？</button></h3><div>不能。</div></main>"""
    )
    assert [(s.heading, s.paragraphs) for s in document.sections] == [
        ("FAQ › 多久到账？", ("半小时。",)),
        ("FAQ › 为什么失败？", ("网络错误。",)),
        ("FAQ", ("更多请看公告。",)),
        ("FAQ › 能撤销吗？", ("不能。",)),
    ]


def test_a_heading_with_nothing_under_it_is_kept() -> None:
    document = read("<h2>A</h2><p>a</p><h2>Call 400 at any time</h2><h2>B</h2><h3>C</h3><p>c</p><h2>The end</h2>")
    assert [(s.heading, s.paragraphs) for s in document.sections] == [
        ("A", ("a",)),
        ("Call 400 at any time", ("Call 400 at any time",)),
        ("B › C", ("c",)),
        ("The end", ("The end",)),
    ]


def test_tables() -> None:
    document = read(
        """<table><caption>费率</caption><thead><tr><th>网络</th><th>费用</th></tr></thead>
        <tr><td>TRC20</td><td>1</td></tr><tr><td rowspan="2">ERC20</td><td>5</td></tr><tr><td>6</td></tr></table>
        <table><tr><th>最低</th><td>10</td></tr><tr><th>最高</th><td>90</td></tr></table>
        <table><tr><td>等级</td><td>挂单</td></tr><tr><td>VIP 0</td><td>0.1%</td></tr></table>
        <table><tr><th colspan="2">限额</th></tr><tr><th>日</th><th>月</th></tr><tr><td>1</td><td>2</td></tr></table>
        <table role="presentation"><tr><td><p>左边</p></td><td>右边</td></tr></table>
        <table><tr><td>框</td></tr></table>"""
    )
    (section,) = document.sections
    assert section.tables == (
        Table(("网络", "费用"), (("TRC20", "1"), ("ERC20", "5"), ("ERC20", "6"))),
        Table(("", ""), (("最低", "10"), ("最高", "90"))),
        Table(("等级", "挂单"), (("VIP 0", "0.1%"),)),
        Table(("限额 / 日", "限额 / 月"), (("1", "2"),)),
    )
    assert section.paragraphs == ("费率", "左边", "右边", "框")


def test_words_keep_their_meaning() -> None:
    document = read(
        """<p>上限 10<sup>8</sup>，H<sub>2</sub>O，费用 <del>2</del><s>3</s> 1 USDT。
        点击<img alt="设置" src="x">，<img alt="shot.png" src="y">见<a href="https://x.example/a">公告</a>、<a
        href="/b">这里</a>、<a href="javascript:alert(1)">那里</a>。</p>
        <dl><dt>Gas</dt><dd>矿工费</dd><dt>TXID</dt></dl><pre>a
  b</pre><blockquote>引用</blockquote><ruby>出<rt>で</rt></ruby><a href="/c"><div>卡片</div></a>"""
    )
    assert paragraphs(document) == [
        "上限 10⁸，H₂O，费用 1 USDT。点击设置，见公告（https://x.example/a）、这里、那里。",
        "Gas：矿工费",
        "TXID",
        "a\n  b",
        "引用",
        "出",
        "卡片",
    ]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A | Site</title>", "<h1>B</h1><p>x", "B"),
        ("<title>A | Site</title>", "<p>x", "A"),
        ("<title>A - Site</title><meta property='og:site_name' content='Site'>", "<p>x", "A"),
        ("<title>A - B</title>", "<p>x", "A - B"),
        ("<meta property='og:title' content='C'><title>A</title>", "<p>x", "C"),
        ("", "<div><h1>B</h1></div><main>x</main>", "B"),
        ("<title>Fees - Site</title>", "<div><h1>Site news</h1></div><main>x</main>", "Fees - Site"),
        ("", "<p>x", "page"),
    ],
)
def test_titles(head: str, body: str, title: str) -> None:
    assert read(body, head).title == title


@pytest.mark.parametrize(
    ("lang", "text", "locale"),
    [
        ("en-US", "提现需要多久", "zh-CN"),
        ("zh-TW", "提現需要多久", "zh-TW"),
        ("zh-Hant-HK", "提現需要多久", "zh-TW"),
        ("zh", "提现需要多久", "zh-CN"),
        ("fr-CA", "Combien de temps", "fr"),
        ("zh", "How long", "en"),
        ("", "How long", "en"),
        ("x'y", "How long", "en"),
    ],
)
def test_the_language_that_is_said_counts_if_the_script_agrees(lang: str, text: str, locale: str) -> None:
    assert read(f"<p>{text}</p>", lang=lang.replace("'", "&apos;")).locale == locale


def test_the_encoding_that_a_page_says() -> None:
    for head, codec in (
        ('<meta charset="gb2312">', "gbk"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=big5">', "big5"),
        ("", "gbk"),
    ):
        content = f"<html><head>{head}</head><body><p>用戶中心的說明文件</p></body></html>".encode(codec)
        assert load(Source("p.html", content)).sections[0].paragraphs == ("用戶中心的說明文件",)


def test_placeholders_are_rendered() -> None:
    facts = FactsTable.parse({"facts": {"fee": {"value": 50000, "unit": "USDT"}}})
    document = load(Source("p.html", b"<h2>Fee</h2><ol><li>Pay {{fact:fee}}</li></ol>", facts))
    assert document.sections[0].steps == ("Pay 50,000 USDT",)
    with pytest.raises(DocumentError, match=r"p\.html: .*gone"):
        load(Source("p.html", b"<p>{{fact:gone}}</p>", facts))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"<html><body><div id='root'></div><script>app()</script></body></html>", "empty.*as a browser shows it"),
        (b"<p>\x00</p>", "binary"),
        (b"<div>" * 20_000 + b"x", "nested too deeply"),
        (b"<b class=a>" * 4_000 + b"<p>x" * 4_000, "nested too deeply"),
        (b"<table><tr>" + b"<td>x</td>" * 201 + b"</table>", "201 columns"),
    ],
)
def test_refusals(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^p\.html: .*{message}"):
        load(Source("p.html", content))


def test_deep_pages_are_read_and_hostile_ones_take_no_time() -> None:
    begin = time.monotonic()
    assert paragraphs(read("<div>" * 4_000 + "deep" + "</div>" * 4_000)) == ["deep"]
    assert read("<ul><li>" * 400 + "deep").sections
    with pytest.raises(DocumentError, match="201 columns"):
        read("<table>" + "<tr><td colspan=99999 rowspan=99999>x" * 30_000 + "</table>")
    assert read("<p class=toc>x</p>" * 20_000 + "<p>y</p>").sections
    assert time.monotonic() - begin < 20


NAMES = "p div b a h1 h2 ol ul li table tr td th details summary br dl dt dd pre span script main article nav sup"
TAGS = st.sampled_from(NAMES.split())


@settings(deadline=None)
@given(st.lists(st.one_of(TAGS.map("<{}>".format), TAGS.map("</{}>".format), st.sampled_from(["1. x", "提现 ", "\n"]))))
def test_any_markup_is_a_document_or_refused_by_name(pieces: list[str]) -> None:
    document = used_or_refused("p.html", lambda: load(Source("p.html", "".join(pieces).encode())))
    if document is not None:
        assert all(len(row) == len(t.headers) for s in document.sections for t in s.tables for row in t.rows)
        assert all(text.strip() for s in document.sections for text in (*s.paragraphs, *s.steps))
