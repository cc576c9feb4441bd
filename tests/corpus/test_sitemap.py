from __future__ import annotations

import gzip

import pytest

from corpus.errors import DocumentError
from corpus.sitemap import MAX_MAPS, MAX_PAGES, is_sitemap, origin_of, page_urls
from corpus.web import Page

ROOT = "https://help.example.com"
ORIGIN = origin_of(ROOT)


def page(xml: str | bytes, url: str = f"{ROOT}/sitemap.xml") -> Page:
    return Page(url, 200, xml.encode() if isinstance(xml, str) else xml)


def urlset(*urls: str) -> str:
    return f"<urlset>{''.join(f'<url><loc> {url} </loc><lastmod>2026-01-01</lastmod></url>' for url in urls)}</urlset>"


def index(*urls: str) -> str:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f"<sitemapindex {space}>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"


def never(url: str) -> Page:
    raise AssertionError(url)


def test_pages_of_the_site_once_and_in_order() -> None:
    first = page(
        urlset(
            f"{ROOT}/b", f"{ROOT}/a#part", "http://help.example.com/c", "https://evil.example/d", f"{ROOT}:443/e",
            f"{ROOT}/b", "javascript:alert(1)", "https://[bad", f"{ROOT}/?a=1&amp;b=2",
        )
    )  # fmt: skip
    assert page_urls(first, never, ORIGIN) == (f"{ROOT}/b", f"{ROOT}/a", f"{ROOT}:443/e", f"{ROOT}/?a=1&b=2")


def test_an_index_leads_to_further_maps() -> None:
    maps = {
        f"{ROOT}/1.xml": page(urlset(f"{ROOT}/a"), f"{ROOT}/1.xml"),
        f"{ROOT}/2.xml.gz": page(gzip.compress(index(f"{ROOT}/1.xml", f"{ROOT}/3.xml").encode()), f"{ROOT}/2.xml.gz"),
        f"{ROOT}/3.xml": page(urlset(f"{ROOT}/b"), f"{ROOT}/3.xml"),
    }
    first = page(index(f"{ROOT}/1.xml", f"{ROOT}/2.xml.gz", "https://evil.example/4.xml", f"{ROOT}/sitemap.xml"))
    assert page_urls(first, maps.__getitem__, ORIGIN) == (f"{ROOT}/a", f"{ROOT}/b")
    with pytest.raises(DocumentError, match=r"1\.xml: the site map is gone \(404\)"):
        page_urls(first, lambda url: Page(url, 404), ORIGIN)


def test_limits() -> None:
    many = page(urlset(*(f"{ROOT}/{n}" for n in range(MAX_PAGES + 1))))
    with pytest.raises(DocumentError, match="more than 10,000 pages"):
        page_urls(many, never, ORIGIN)
    maps = page(index(*(f"{ROOT}/{n}.xml" for n in range(MAX_MAPS + 1))))
    with pytest.raises(DocumentError, match="more than 100 site maps"):
        page_urls(maps, lambda url: page(urlset(), url), ORIGIN)
    bomb = page(gzip.compress(b" " * (51 * 1024 * 1024)), f"{ROOT}/s.xml.gz")
    with pytest.raises(DocumentError, match="unpacks to more than 50 MB"):
        page_urls(bomb, never, ORIGIN)


@pytest.mark.parametrize(
    "xml",
    [
        "<urlset><url>",
        "",
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><url><loc>&a;</loc></url></urlset>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><urlset/>',
        b"\x1f\x8b broken",
    ],
)
def test_broken_and_hostile_maps(xml: str | bytes) -> None:
    with pytest.raises(DocumentError, match=r"sitemap\.xml"):
        page_urls(page(xml), never, ORIGIN)


def test_what_is_a_map() -> None:
    assert is_sitemap(page(urlset()))
    assert is_sitemap(page('<?xml version="1.0"?>\n' + index()))
    assert is_sitemap(page(gzip.compress(b"<urlset/>"), f"{ROOT}/sitemap.xml.gz"))
    assert not is_sitemap(page("<html><body>urlset</body></html>"))


def test_origins() -> None:
    assert origin_of("HTTPS://Help.Example.com/x") == origin_of("https://help.example.com:443/")
    assert origin_of("http://help.example.com") != origin_of("https://help.example.com")
    assert origin_of("mailto:x@y.example") == origin_of("https://[bad") == origin_of("") == ""
