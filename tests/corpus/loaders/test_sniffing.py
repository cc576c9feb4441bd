from __future__ import annotations

import pytest

from corpus.errors import DocumentError
from corpus.loaders.sniffing import check_kind, kind_of
from tests.corpus.loaders import files

WORD = files.docx(lambda document: None)
SLIDES = files.pptx(lambda slides: None)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "a PDF"),
        (WORD, "a Word document"),
        (SLIDES, "a presentation"),
        (files.with_member(WORD, "xl/workbook.xml", lambda _: b"x").replace(b"word/", b"what/"), "an Excel workbook"),
        (files.archive({"a.md": b"x"}), "a ZIP archive"),
        (OLD, "an encrypted or old office file"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"  <!DOCTYPE HTML>", "an HTML page"),
        (b'<?xml version="1.0"?>\n<html>', "an HTML page"),
        (b"<p>text", ""),
        (b"# Title", ""),
        (b"", ""),
    ],
)
def test_what_a_file_is(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.md", b"%PDF-1.7", "is really a PDF, not text"),
        ("a.TXT", WORD, "is really a Word document, not text"),
        ("a.csv", b"<html>", "is really an HTML page, not text"),
        ("a.json", b"\x89PNG\r\n\x1a\n", "is really a PNG picture, not text"),
        ("a.html", b"\x1f\x8b\x08", "is really a gzip archive, not text"),
        ("a.pdf", b"<html>", "is really an HTML page"),
        ("a.pdf", b"hello", "is not a PDF"),
        ("a.docx", SLIDES, "is really a presentation"),
        ("a.docx", b"{\\rtf1", "is really an RTF document"),
        ("a.pptx", files.archive({"a.md": b"x"}), "is really a ZIP archive"),
        ("a.xlsx", b"a,b", "is not an Excel workbook"),
        ("a.zip", WORD, "is really a Word document"),
        ("a.zip", OLD, "is really an encrypted or old office file"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^{name}: {message}\. .*suffix"):
        check_kind(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<!doctype html>"),
        ("a.md", b"<html>in Markdown</html>"),
        ("a.docx", WORD),
        ("a.docx", OLD),
        ("a.xlsx", OLD),
        ("a.pdf", b"%PDF-1.4"),
        ("a.pdf", b""),
        ("a.txt", "PK 赛开始".encode()),
    ],
)
def test_what_it_says_it_is(name: str, content: bytes) -> None:
    check_kind(name, content)
