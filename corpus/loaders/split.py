"""Files that hold several documents, taken apart: one file each, so that every document is kept with its own source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from corpus.errors import DocumentError
from corpus.loaders.part import Part
from corpus.loaders.source import Source


def split_documents(name: str, content: bytes) -> tuple[Part, ...]:
    """The documents in one file: articles of a list, pairs that differ in language or topic; most files are one.

    A file that cannot be read is returned as it is: its loader says why. A document that is no use has its fault.
    """
    splitter = _splitter(PurePath(name).suffix.lower())
    if splitter is None:
        return (Part(name, content),)
    try:
        return splitter(Source(name, content)) or (Part(name, content),)
    except DocumentError:
        return (Part(name, content),)


def _splitter(suffix: str) -> Callable[[Source], tuple[Part, ...]] | None:
    # Imported when needed: each brings its format's library.
    match suffix:
        case ".csv" | ".tsv":
            from corpus.loaders import delimited

            return delimited.split
        case ".xlsx":
            from corpus.loaders import spreadsheet

            return spreadsheet.split
        case ".json" | ".jsonl":
            from corpus.loaders import records

            return records.split
        case _:
            return None
