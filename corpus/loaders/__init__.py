"""Files into documents, one module per format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path, PurePath
from typing import Protocol, cast

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders.sniffing import check_kind
from corpus.loaders.source import MAX_BYTES, Source
from corpus.model import Document

LOADERS: dict[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "spreadsheet",
    ".csv": "delimited",
    ".tsv": "delimited",
    ".json": "records",
    ".jsonl": "records",
    ".eml": "eml",
}
"""The module in this package that reads a file suffix; imported when it is needed, since each brings its library."""

ARCHIVES = (".zip",)
"""Suffixes of files that hold others: `expand` opens them."""

MAX_ARCHIVE_BYTES = 200 * 1024 * 1024
"""An archive may be larger than a document: its members are not."""

_SAVE_AS = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".odt", ".rtf", ".wps", ".pages"), ".docx"),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods", ".et", ".numbers"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pptm", ".pps", ".ppsx", ".odp", ".dps", ".key"), ".pptx"),
    **dict.fromkeys((".mht", ".mhtml"), ".html"),
    **dict.fromkeys((".msg",), ".eml"),
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz"), ".zip"),
}
"""What to make of files that are not read."""


class _Loader(Protocol):
    def load(self, source: Source) -> Document: ...


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
        DocumentError: the format is unknown or not what the bytes are, or the content is no usable document.
    """
    if fault := unknown_type(name):
        raise DocumentError(fault)
    suffix = PurePath(name).suffix.lower()
    if suffix in ARCHIVES:
        raise DocumentError(f"{name}: an archive, not a document.", hint="Ingest it: its files are taken out.")
    source = Source(name, content, facts)
    source.check_size()
    check_kind(name, content)
    return cast("_Loader", import_module(f"corpus.loaders.{LOADERS[suffix]}")).load(source)


def unknown_type(name: str) -> str:
    """Why a file of this name is not read, and what to do; `""` when its suffix is a known one."""
    suffix = PurePath(name).suffix.lower()
    if suffix in LOADERS or suffix in ARCHIVES:
        return ""
    known = ", ".join((*LOADERS, *ARCHIVES))
    hint = f"Save it as {_SAVE_AS[suffix]}." if suffix in _SAVE_AS else f"Known types: {known}."
    return f'{name}: unknown file type "{suffix}". {hint}'


def read_content(path: Path, name: str) -> bytes:
    """The bytes of the file at `path`, called `name` in messages.

    Raises:
        DocumentError: it is missing, not a regular file (a pipe would never end), too large or unreadable.
    """
    is_archive = PurePath(name).suffix.lower() in ARCHIVES
    try:
        if not path.is_file():
            reason = "not a regular file" if path.exists() else "no such file"
            raise DocumentError(f"{name}: {reason}.", hint="Check the path.")
        with path.open("rb") as file:
            return file.read((MAX_ARCHIVE_BYTES if is_archive else MAX_BYTES) + 1)
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read ({error.strerror}).", hint="Check its permissions.") from error
