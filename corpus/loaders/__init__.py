"""Files into documents, one module per format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import markdown, text
from corpus.loaders.source import MAX_BYTES, Source
from corpus.model import Document

LOADERS: dict[str, Callable[[Source], Document]] = {
    ".md": markdown.load,
    ".markdown": markdown.load,
    ".txt": text.load,
}
"""The loader of each file suffix."""


def load_document(path: Path, facts: FactsTable | None = None, *, name: str | None = None) -> Document:
    """The document in a file.

    Args:
        path: the file.
        facts: renders its fact placeholders; without it a document that holds any is refused.
        name: the name to go by when the file is kept under another one; default: the file's own.

    Raises:
        DocumentError: the file cannot be read, or what it holds is no usable document.
    """
    return parse_document(name or path.name, read_content(path, name or path.name), facts)


def parse_document(name: str, content: bytes, facts: FactsTable | None = None) -> Document:
    """The document in `content`; the suffix of `name` decides the format.

    Raises:
        DocumentError: the format is unknown, or the content is no usable document.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in LOADERS:
        raise DocumentError(f'{name}: unknown file type "{suffix}".', hint=f"Known types: {', '.join(LOADERS)}.")
    return LOADERS[suffix](Source(name, content, facts))


def read_content(path: Path, name: str) -> bytes:
    """The bytes of the file at `path`, called `name` in messages.

    Raises:
        DocumentError: it is missing, not a regular file (a pipe would never end), too large or unreadable.
    """
    try:
        if not path.is_file():
            reason = "not a regular file" if path.exists() else "no such file"
            raise DocumentError(f"{name}: {reason}.", hint="Check the path.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read ({error.strerror}).", hint="Check its permissions.") from error
