from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders.eml import attachments, load, read_message
from corpus.loaders.source import Source
from corpus.model import Document, Table
from tests.corpus.loaders.files import used_or_refused


def read(content: bytes, facts: FactsTable | None = None) -> Document:
    return load(Source("公告.eml", content, facts))


def mail(body: str, subject: str = "提现公告", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ops <ops@x.example>"
    message["To"] = "desk@x.example"
    message["Subject"] = subject
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_a_plain_mail() -> None:
    document = read(
        mail(
            "各位同事：\n\n今天起调整手续费，\n请知悉。\n\n1. 打开后台\n2. 改费率\n\n"
            "> 引用的旧邮件\n\n在 2026年3月1日 张三 写道：\n> 旧\n后面都是旧的\n"
        ).as_bytes()
    )
    assert (document.title, document.id, document.locale) == ("提现公告", "公告", "zh-CN")
    (section,) = document.sections
    assert section.paragraphs == ("各位同事：", "今天起调整手续费，请知悉。")
    assert section.steps == ("打开后台", "改费率")
    assert "ops@" not in str(document)


def test_the_html_form_is_read_for_its_structure() -> None:
    html = """<h1>费率</h1><p>如下：</p><table><tr><th>网络</th><th>费用</th></tr>
        <tr><td>TRC20</td><td>1</td></tr></table>
        <blockquote type="cite">旧邮件</blockquote><div class="gmail_quote">更旧</div>"""
    (section,) = read(mail("纯文本", html=html).as_bytes()).sections
    assert (section.heading, section.paragraphs) == ("费率", ("如下：",))
    assert section.tables == (Table(("网络", "费用"), (("TRC20", "1"),)),)


@pytest.mark.parametrize("charset", ["gb2312", "big5", "iso-2022-jp", "utf-8"])
def test_encodings_that_mails_declare(charset: str) -> None:
    message = EmailMessage()
    message["Subject"] = "a"
    message.set_content("山田太郎", charset=charset)
    assert read(message.as_bytes()).sections[0].paragraphs == ("山田太郎",)


def test_bytes_that_nothing_declares() -> None:
    for codec in ("gbk", "big5", "utf-8"):
        content = b"Subject: " + "提現公告與說明".encode(codec) + b"\r\n\r\n" + "手續費今天調整了。".encode(codec)
        document = read(content)
        assert (document.title, document.sections[0].paragraphs) == ("提現公告與說明", ("手續費今天調整了。",))
    wrong = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "手续费今天调整了。".encode("gbk")
    assert read(wrong).sections[0].paragraphs == ("手续费今天调整了。",)


def test_a_mail_without_a_subject_is_called_by_its_file() -> None:
    assert read(b"From: a@x.example\n\nHello there.").title == "公告"


def test_placeholders_are_rendered_once() -> None:
    facts = FactsTable.parse({"facts": {"fee": {"value": 5, "unit": "USDT"}}})
    assert read(mail("收 {{fact:fee}}").as_bytes(), facts).sections[0].paragraphs == ("收 5 USDT",)
    html = mail("x", html="<p>收 {{fact:fee}}</p>").as_bytes()
    assert read(html, facts).sections[0].paragraphs == ("收 5 USDT",)


def test_attachments() -> None:
    message = mail("正文", html="<p>正文<img src='cid:logo'></p>")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="费率.csv")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="shot.png")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    message.add_attachment(b"..", maintype="application", subtype="octet-stream")
    message.add_attachment(mail("内层", "转发的"))
    found = list(attachments(read_message(Source("a.eml", message.as_bytes())), "a.eml"))
    assert [name for name, _ in found] == ["费率.csv", "shot.png", "attachment 6", "转发的.eml"]
    assert found[0][1] == b"a,b\n1,2\n"
    assert read(found[3][1]).sections[0].paragraphs == ("内层",)


def test_an_attachment_named_in_undeclared_bytes() -> None:
    content = (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n"
        b'Content-Disposition: attachment; filename="' + "费率说明表格.csv".encode("gbk") + b'"\n\na,b\n--b--\n'
    )
    assert [n for n, _ in attachments(read_message(Source("a.eml", content)), "a.eml")] == ["费率说明表格.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"just text", "not a mail"),
        (b"Subject: x\n\n", "empty"),
        (b"Subject: x\n\n> only a quotation\n", "empty"),
        (b"Subject: x\nContent-Type: text/html\n\n<div></div>", "empty"),
        (b"Subject: x\nContent-Type: image/png\n\nx", "empty"),
        (b"Subject: x\nContent-Type: application/pkcs7-mime\n\nx", "encrypted.*Save it decrypted"),
        (b"Subject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--", "encrypted"),
        (b"Subject: x\n\na\x00b", "binary"),
        (b"Subject: " + b"x" * 5_000 + b"\n\nx", "too long headers"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 600 + b"--b--", "too many parts"),
    ],
)
def test_refusals(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^公告\.eml: .*(?:{message})"):
        read(content)


def test_hostile_headers_take_no_time() -> None:
    begin = time.monotonic()
    for content in (
        b"Content-Type: text/plain; " + b'"' * 1_000_000 + b"\n\nx",
        b"Content-Type: text/plain; " + b"(" * 3_900 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_500)),
    ):
        used_or_refused("公告.eml", lambda content=content: read(content))  # type: ignore[misc]
    assert time.monotonic() - begin < 20


PIECES = st.sampled_from(
    [
        b"Subject: x\n", b"Content-Type: text/html; charset=gbk\n", b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename*=x''%ff\n", b"\n", b"--b\n",
        b"--b--\n", b"Content-Type: message/rfc822\n", b"<p>x", b"text\n", "提现".encode("gbk"), b"=?x?b?/?=",
        b"Content-Type: ;;;\n", b"\x00", b"Content-Transfer-Encoding: uuencode\n", b"begin 644 x\n",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_any_mail_is_a_document_or_refused_by_name(content: bytes) -> None:
    source = Source("a.eml", b"From: x\n" + content)
    used_or_refused("a.eml", lambda: load(source))
    used_or_refused("a.eml", lambda: list(attachments(read_message(source), source.name)))
