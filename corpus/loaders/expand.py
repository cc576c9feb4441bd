"""Files into documents' files: archives are opened, attachments taken out, lists of articles taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from corpus.errors import DocumentError
from corpus.loaders import unknown_type
from corpus.loaders.archive import Budget, members
from corpus.loaders.part import Part
from corpus.loaders.sniffing import check_kind
from corpus.loaders.source import Source
from corpus.loaders.split import split_documents

MAX_DEPTH = 2
"""An archive (or mail) in an archive (or mail) is opened, one in that is not."""


def expand(name: str, content: bytes) -> Iterator[Part]:
    """The documents in a file, each as a file of its own (see `Part`).

    A ZIP archive gives its members (`kb.zip/fees/btc.md`), a mail its text and its attachments (`news.eml/fees.pdf`), a
    list of articles its articles; any other file is one part, itself. What cannot be used is a part with a fault, which
    never stops the rest. Nothing is raised, and nothing is written to disk.
    """
    return _expand(name, content, Budget(), 0)


def _expand(name: str, content: bytes, budget: Budget, depth: int) -> Iterator[Part]:
    suffix = PurePath(name).suffix.lower()
    if suffix not in {".zip", ".eml"}:
        yield from _split(name, content)
        return
    try:
        check_kind(name, content)
        if suffix == ".zip":
            yield from _archive(name, content, budget, depth)
        else:
            yield from _mail(name, content, budget, depth)
    except DocumentError as error:
        yield Part(name, b"", str(error))


def _archive(name: str, content: bytes, budget: Budget, depth: int) -> Iterator[Part]:
    if not content:
        raise DocumentError(f"{name}: empty.", hint="Put files in it.")
    _check_depth(name, depth)
    found = False
    for member in members(name, content, budget):
        found = True
        inner = f"{name}/{member.name}"
        fault = member.fault or unknown_type(inner)
        if fault:
            yield Part(inner, b"", fault)
        else:
            yield from _expand(inner, member.content, budget, depth + 1)
    if not found:
        raise DocumentError(f"{name}: empty.", hint="There are no files in it, or only hidden ones.")


def _mail(name: str, content: bytes, budget: Budget, depth: int) -> Iterator[Part]:
    from corpus.loaders.eml import attachments, has_text, read_message

    message = read_message(Source(name, content))
    attached = [
        (f"{name}/{PurePath(label.replace(chr(92), '/')).name or 'attachment'}", data)
        for label, data in attachments(message, name)
    ]
    if has_text(message) or not attached:
        yield Part(name, content)
    for inner, data in attached:
        budget.members -= 1
        budget.size -= len(data)
        fault = unknown_type(inner)
        if fault or budget.members < 0 or budget.size < 0:
            yield Part(inner, b"", fault or f"{inner}: the mail holds too many files. Split it.")
            continue
        try:
            _check_depth(inner, depth)
        except DocumentError as error:
            yield Part(inner, b"", str(error))
        else:
            yield from _expand(inner, data, budget, depth + 1)


def _split(name: str, content: bytes) -> Iterator[Part]:
    """A file's documents; their names keep the place of the file."""
    folder, slash, _ = name.rpartition("/")
    for part in split_documents(name, content):
        placed = part.name if not slash or part.name.startswith(f"{folder}/") else f"{folder}/{part.name}"
        yield Part(placed, part.content, part.fault)


def _check_depth(name: str, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise DocumentError(f"{name}: an archive too deep in others.", hint="Ingest it as a file of its own.")
