"""Comma- and tab-separated text (.csv, .tsv) into a document."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from corpus.errors import DocumentError
from corpus.loaders.grid import MAX_CELL, Row, check_cell, check_size
from corpus.loaders.part import Part
from corpus.loaders.source import Source
from corpus.loaders.tabular import Contents, Sheet, document_of, read_sheets
from corpus.loaders.tabular import split as split_contents
from corpus.model import Document

_DELIMITERS = ",;\t|"
_SAMPLE = 20_000
_DECLARED = re.compile(r"sep=(.)\n")


def load(source: Source) -> Document:
    r"""The document in a delimited text file: pairs of questions and answers, or tables.

    The delimiter (`,`, `;`, tab or `|`) is found by its pattern; a first line `sep=;` declares it.

    Raises:
        DocumentError: not text, too large, a quotation mark that is not closed, a row with more cells than the header,
            or a broken pair; the message names the line.
        FactError: a placeholder cannot be rendered.
    """
    return document_of(_contents(source), source)


def split(source: Source) -> tuple[Part, ...]:
    """The documents of a file of pairs that belong to several, as files; empty when it is one.

    Raises:
        DocumentError: as `load`.
    """
    return split_contents(_contents(source), source)


def _contents(source: Source) -> Contents:
    text = source.text()
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _delimiter(body)
    rows = list(_rows(body, delimiter, source.name, offset=1 if declared else 0))
    _check_widths(rows, source.name)
    return read_sheets((Sheet("", rows),), source.name, row="line")


def _rows(text: str, delimiter: str, name: str, *, offset: int) -> Iterator[Row]:
    # Strict: a quotation mark that is never closed would swallow the rest of the file.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for count, cells in enumerate(reader, start=1):
            check_size(count, len(cells), name)
            at = line + offset
            yield Row(at, tuple(check_cell(cell.strip(), f"{name}: line {at}") for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        long = "field larger" in str(error)
        raise DocumentError(
            f"{name}: line {line + offset}: {f'a cell of more than {MAX_CELL:,} characters' if long else error}.",
            hint="Is a quotation mark missing? Inside a quoted cell, write it twice.",
        ) from error


def _check_widths(rows: list[Row], name: str) -> None:
    """A row that is wider than the header has a delimiter that was meant as text: its cells are off by one."""
    header = next((row for row in rows if sum(map(bool, row.cells)) > 1), None)
    if header is None:
        return
    for row in rows:
        if any(row.cells[len(header.cells) :]):
            raise DocumentError(
                f"{name}: line {row.number} has {len(row.cells)} cells, but the header has {len(header.cells)}.",
                hint="Put a text that holds the delimiter in quotation marks.",
            )


def _delimiter(text: str) -> str:
    from clevercsv import Sniffer
    from clevercsv.exceptions import Error, NoDetectionResult

    # Whole lines only: a cell cut in two would look like another pattern.
    sample = text if len(text) <= _SAMPLE else text[: text.rfind("\n", 0, _SAMPLE) + 1] or text[:_SAMPLE]
    try:
        found = Sniffer().sniff(sample, delimiters=list(_DELIMITERS))
    except (Error, NoDetectionResult):
        found = None
    return (found.delimiter if found else None) or ","
