from __future__ import annotations

import pytest

from corpus.errors import DocumentError
from corpus.loaders.source import Source
from corpus.web import Page
from corpus.web_file import file_content, file_name

HOST = "https://help.example.com"


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        (f"{HOST}/", "text/html", "help.example.com.html"),
        (f"{HOST}/fees/", "text/html", "help.example.com-fees.html"),
        (f"{HOST}/fees.html", "text/html", "help.example.com-fees.html"),
        (f"{HOST}/en/fees-v1.2", "text/html", "help.example.com-en-fees-v1.2.html"),
        (f"{HOST}/%E8%B4%B9%E7%8E%87", "text/html", "help.example.com-费率.html"),
        (f"{HOST}/a%2Fb/..%5C%00c", "text/html", "help.example.com-a-b-..--c.html"),
        (f"{HOST}/page?id=3&lang=zh", "text/html", "help.example.com-page-id=3&lang=zh.html"),
        (f"{HOST}/fees.pdf", "application/pdf", "help.example.com-fees.pdf"),
        (f"{HOST}/fees.aspx", "application/pdf", "help.example.com-fees.aspx.pdf"),
        (f"{HOST}/fees.pdf", "application/octet-stream", "help.example.com-fees.pdf"),
        (f"{HOST}/fees.exe", "", "help.example.com-fees.exe.html"),
        (f"{HOST}/fees", "text/plain", "help.example.com-fees.txt"),
    ],
)
def test_names(url: str, kind: str, name: str) -> None:
    assert file_name(url, Page(url, 200, content_type=kind)) == name


def test_versions_of_a_path_have_ids_of_their_own() -> None:
    names = [file_name(f"{HOST}/v1.{n}", Page("", 200)) for n in (1, 2)]
    assert len({Source(name, b"").inferred_id() for name in names}) == 2


def test_what_is_no_document() -> None:
    with pytest.raises(DocumentError, match=r"/logo: is image/png, which is no document"):
        file_name(f"{HOST}/logo", Page("", 200, content_type="image/png"))


def test_an_encoding_that_only_the_server_names() -> None:
    page = Page("", 200, "提现".encode("gb18030"), "text/html", "gb18030")
    assert file_content(page, ".html").decode("utf-8-sig") == "提现"
    assert file_content(page, ".pdf") == page.content
    for charset in ("utf-8", "utf8", "", "nonsense", "ascii"):
        assert file_content(Page("", 200, page.content, "text/html", charset), ".html") == page.content
