from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import pytest

from corpus.web import FetchError, WebFetcher
from tests.corpus.site import Answer, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[WebFetcher]:
    with WebFetcher(private_hosts=["127.0.0.1"], pause_s=0.01, timeout_s=2) as fetcher:
        yield fetcher


def test_a_page_with_what_its_server_says(site: Site, fetcher: WebFetcher) -> None:
    headers = {"Content-Type": "Text/HTML; charset=GB18030", "Last-Modified": "Wed, 25 Nov 2026 00:00:00 GMT"}
    site.pages["/a"] = Answer("提现".encode("gb18030"), headers=headers, tagged=True)
    page = fetcher.get(site.url("/a"))
    assert (page.url, page.status, page.content.decode("gb18030")) == (site.url("/a"), 200, "提现")
    assert (page.content_type, page.charset) == ("text/html", "gb18030")
    assert page.etag.startswith('"')
    assert page.last_modified == headers["Last-Modified"]
    again = fetcher.get(site.url("/a"), etag=page.etag, last_modified=page.last_modified)
    assert (again.status, again.content) == (304, b"")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone(site: Site, fetcher: WebFetcher, status: int) -> None:
    site.pages["/a"] = Answer(status=status)
    assert fetcher.get(site.url("/a")).status == status


def test_compressed_pages(site: Site, fetcher: WebFetcher) -> None:
    site.pages["/a"] = Answer(gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})
    assert fetcher.get(site.url("/a")).content == b"text"
    site.pages["/b"] = Answer(b"no gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="its compression is broken"):
        fetcher.get(site.url("/b"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_failures_that_may_pass_are_tried_again(site: Site, fetcher: WebFetcher, status: int) -> None:
    site.pages["/a"] = [Answer(status=status), Answer(status=status), Answer(b"text")]
    assert fetcher.get(site.url("/a")).content == b"text"
    assert [code for _, code in site.log] == [status, status, 200]
    site.pages["/a"] = Answer(status=status)
    with pytest.raises(FetchError, match=f"the server answers {status}"):
        fetcher.get(site.url("/a"))
    assert len(site.log) == 6


def test_a_page_that_breaks_off_is_tried_again(site: Site, fetcher: WebFetcher) -> None:
    site.pages["/a"] = [Answer(b"te", cut=True), Answer(b"text")]
    assert fetcher.get(site.url("/a")).content == b"text"


@pytest.mark.parametrize("status", [400, 401, 403, 206, 501])
def test_other_failures_are_not(site: Site, fetcher: WebFetcher, status: int) -> None:
    site.pages["/a"] = Answer(status=status)
    with pytest.raises(FetchError, match=f"the server answers {status}"):
        fetcher.get(site.url("/a"))
    assert len(site.log) == 1


def test_a_server_that_cannot_be_reached(fetcher: WebFetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(FetchError, match="cannot be reached"):
        fetcher.get(f"http://127.0.0.1:{port}/")


def redirect(target: str) -> Answer:
    return Answer(status=302, headers={"Location": target})


def test_redirects_are_followed_five_times(site: Site, fetcher: WebFetcher) -> None:
    for number in range(6):
        site.pages[f"/{number}"] = redirect(f"/{number + 1}")
    site.pages["/6"] = Answer(b"text")
    page = fetcher.get(site.url("/1"))
    assert (page.content, page.url) == (b"text", site.url("/6"))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher.get(site.url("/0"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://user:pass@8.8.8.8/",
        "http://8.8.8.8:22/",
        "file:///etc/passwd",
        "ftp://8.8.8.8/",
        "gopher://8.8.8.8/",
        "http:///nowhere",
        "nonsense",
        "",
    ],
)
def test_what_the_guard_refuses(url: str) -> None:
    with WebFetcher(pause_s=0.01) as fetcher, pytest.raises(FetchError):
        fetcher.get(url)


@pytest.mark.parametrize("name", ["rebound.example", "0x7f.1"])
def test_a_public_name_of_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    # Stands in for a hostile name server; there is no public one in a test.
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address])
    with WebFetcher(private_hosts=["127.0.0.1"], pause_s=0.01) as fetcher, pytest.raises(FetchError, match="refused"):
        fetcher.get(f"http://{name}/")
    assert site.log == []


def test_a_private_host_must_be_named(site: Site) -> None:
    site.pages["/"] = Answer(b"text")
    with WebFetcher(pause_s=0.01) as fetcher, pytest.raises(FetchError, match=r"refused.*allow it by name"):
        fetcher.get(site.url())
    with WebFetcher(private_hosts=["localhost"], pause_s=0.01) as fetcher:
        assert fetcher.get(f"http://localhost:{site.port}/").content == b"text"
        with pytest.raises(FetchError, match="refused"):
            fetcher.get(site.url())
    assert site.log == [("/", 200)]


@pytest.mark.parametrize("target", ["http://localhost:{port}/secret", "http://169.254.169.254/", "file:///etc/passwd"])
def test_a_redirect_is_checked_like_an_address(site: Site, fetcher: WebFetcher, target: str) -> None:
    site.pages["/a"] = redirect(target.format(port=site.port))
    site.pages["/secret"] = Answer(b"secret")
    with pytest.raises(FetchError, match="refused"):
        fetcher.get(site.url("/a"))
    assert site.log == [("/a", 302)]


def test_even_a_named_host_is_not_reached_at_a_link_local_address() -> None:
    with WebFetcher(private_hosts=["169.254.169.254"]) as fetcher, pytest.raises(FetchError, match="refused"):
        fetcher.get("http://169.254.169.254/")


def test_sizes_and_times_are_limited(site: Site) -> None:
    site.pages["/large"] = Answer(b"x" * 5000)
    site.pages["/bomb"] = Answer(gzip.compress(b"x" * 5000), headers={"Content-Encoding": "gzip"})
    site.pages["/slow"] = Answer(b"x" * 4000, seconds=0.15)
    with WebFetcher(private_hosts=["127.0.0.1"], max_bytes=4096, page_s=0.3, attempts=1) as fetcher:
        for path in ("/large", "/bomb"):
            with pytest.raises(FetchError, match="larger than"):
                fetcher.get(site.url(path))
        with pytest.raises(FetchError, match="takes longer than"):
            fetcher.get(site.url("/slow"))
    site.pages["/silent"] = Answer(b"x" * 4000, seconds=1)
    with (
        WebFetcher(private_hosts=["127.0.0.1"], timeout_s=0.2, attempts=1) as fetcher,
        pytest.raises(FetchError, match=r"breaks off|cannot be reached"),
    ):
        fetcher.get(site.url("/silent"))
