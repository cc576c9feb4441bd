"""Site maps (sitemaps.org 0.9): the pages a site names, read without trusting the XML."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from urllib.parse import urldefrag, urlsplit

from corpus.errors import DocumentError
from corpus.web import Page

MAX_PAGES = 10_000
MAX_MAPS = 100
MAX_UNPACKED = 50 * 1024 * 1024
"""The protocol's own limit for one map."""


def is_sitemap(page: Page) -> bool:
    """Whether an answer is a site map or an index of them, by its content."""
    head = page.content[:2000]
    if head.startswith(b"\x1f\x8b"):
        return urlsplit(page.url).path.endswith(".gz")
    return b"<urlset" in head or b"<sitemapindex" in head


def page_urls(first: Page, get: Callable[[str], Page], origin: str) -> tuple[str, ...]:
    """The pages of a site map, those of the maps that it names included, each once, in order.

    Args:
        first: a map or an index of maps.
        get: fetches further maps.
        origin: pages and maps of other origins (see `origin_of`) are passed over.

    Raises:
        DocumentError: a map is broken or cannot be fetched, or there are more than `MAX_MAPS` maps or `MAX_PAGES`
            pages.
    """
    pages: dict[str, None] = {}
    seen = {first.url}
    pending = [first]
    while pending:
        page = pending.pop(0)
        maps, found = _read(page)
        pages.update(dict.fromkeys(url for url in found if origin_of(url) == origin))
        if len(pages) > MAX_PAGES:
            raise DocumentError(f"{first.url}: more than {MAX_PAGES:,} pages.", hint="Name a smaller site map.")
        for url in maps:
            if url in seen or origin_of(url) != origin:
                continue
            seen.add(url)
            if len(seen) > MAX_MAPS:
                raise DocumentError(f"{first.url}: more than {MAX_MAPS} site maps.", hint="Name a smaller one.")
            answer = get(url)
            if answer.status != 200:
                raise DocumentError(f"{url}: the site map is gone ({answer.status}).", hint="Check the site.")
            pending.append(answer)
    return tuple(pages)


def origin_of(url: str) -> str:
    """Scheme, host and port; `""` for what is no http(s) address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}" if port and parts.hostname else ""


def _read(page: Page) -> tuple[list[str], list[str]]:
    """The maps and the pages that a map names."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(_unpacked(page), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise DocumentError(f"{page.url}: not a usable site map ({error}).", hint="Check the site.") from error
    found: dict[str, list[str]] = {"sitemap": [], "url": []}
    for entry in root:
        kind = str(entry.tag).rpartition("}")[2]
        for item in entry:
            if kind in found and str(item.tag).rpartition("}")[2] == "loc" and item.text:
                found[kind].append(urldefrag(item.text.strip()).url)
    return found["sitemap"], found["url"]


def _unpacked(page: Page) -> bytes:
    if not page.content.startswith(b"\x1f\x8b"):
        return page.content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(page.content)) as file:
            content = file.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DocumentError(f"{page.url}: its compression is broken.", hint="Check the site.") from error
    if len(content) > MAX_UNPACKED:
        raise DocumentError(f"{page.url}: unpacks to more than 50 MB.", hint="Check the site.")
    return content
