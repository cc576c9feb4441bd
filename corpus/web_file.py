"""Pages of the web as files: the name that says how to read one, and its content."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.errors import DocumentError
from corpus.web import Page

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
"""Content type -> suffix. Servers that say nothing of use (`application/octet-stream`) leave it to the address."""
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")
_TEXTS = frozenset({".html", ".txt", ".md", ".csv", ".tsv"})


def file_name(url: str, page: Page) -> str:
    """The name of a page: its host, path and query; the suffix says how to read it.

    Raises:
        DocumentError: it is of a kind that is no document (an image).
    """
    parts = urlsplit(url)
    path = PurePosixPath(unquote(parts.path))
    ending = path.suffix.lower()
    suffix = _SUFFIXES.get(page.content_type)
    if suffix is None:
        if page.content_type not in _UNSAID:
            raise DocumentError(f"{url}: is {page.content_type[:80]}, which is no document.", hint="Leave it out.")
        suffix = ending if ending in _SUFFIXES.values() else ".html"
    stem = path.with_suffix("") if ending in {suffix, ".html", ".htm"} else path
    words = [parts.hostname or "", *(word for word in stem.parts if word != "/"), unquote(parts.query)]
    return "-".join(_UNSAFE.sub("-", word) for word in words if word) + suffix


def file_content(page: Page, suffix: str) -> bytes:
    """The bytes of a page; a text whose encoding only the server named is written in UTF-8 with its mark."""
    if suffix not in _TEXTS or not page.charset or page.charset.replace("-", "") == "utf8":
        return page.content
    try:
        return codecs.BOM_UTF8 + page.content.decode(page.charset).encode("utf-8")
    except (LookupError, UnicodeError):  # the server is wrong: what the file itself says decides
        return page.content
