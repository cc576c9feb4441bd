"""A sheet of cells read as people read it: titles, notes, and tables under their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.errors import DocumentError
from corpus.model import Table

MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
"""A sheet beyond these is data, not knowledge that an answer may quote."""

_HEADER_LENGTH = 60
_FIGURE = re.compile(
    r"(?!(?:19|20)\d\d$)[-+]?[$¥€£]?\s?\d[\d,.]*(?:\s?%|\s[A-Za-z]{1,5})?|\d{4}[-/年].*|\d{1,2}:\d\d.*"
)
"""A number, an amount, a day or a time; a bare year and `2FA` may well be headers."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet.

    Attributes:
        number: where it stands in the file, from 1.
        cells: as shown; the cells of a merged area all hold its text.
        banner: it is a single area merged across the sheet.
        joined: columns (from 0) whose text comes from the column before, by a merged area.
        deep: how many rows the tallest merged area that begins here covers.
    """

    number: int
    cells: tuple[str, ...]
    banner: bool = False
    joined: frozenset[int] = frozenset()
    deep: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """Rows between empty ones.

    Attributes:
        lines: text above the table, or all there is.
        table: `None` when the block holds only text.
        numbers: the row numbers of the table's rows.
        notes: text below the table.
    """

    lines: tuple[str, ...] = ()
    table: Table | None = None
    numbers: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def check_size(rows: int, columns: int, name: str) -> None:
    """Refuses a sheet that is too large.

    Raises:
        DocumentError: too many rows or columns.
    """
    if rows > MAX_ROWS:
        raise DocumentError(f"{name}: more than {MAX_ROWS:,} rows.", hint="Split it.")
    if columns > MAX_COLUMNS:
        raise DocumentError(f"{name}: {columns} columns; {MAX_COLUMNS} is the most.", hint="Remove or split some.")


def check_cell(text: str, where: str) -> str:
    """The text itself.

    Raises:
        DocumentError: it is too long for a cell; `where` names it.
    """
    if len(text) > MAX_CELL:
        raise DocumentError(
            f"{where}: a cell of {len(text):,} characters; {MAX_CELL:,} is the most.",
            hint="Long texts belong in a document.",
        )
    return text


def blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """The blocks of a sheet in reading order: a block ends at an empty row or before a row merged across it.

    The first row with more than one text is the table's header unless a figure stands in it; a header of merged areas
    takes the rows below it as well (`费用 / TRC20`), and holds on after a merged row. Lines of one text above and below
    a table are its notes.
    """
    for filled, group in groupby(rows, key=lambda row: any(row.cells)):
        if filled:
            yield from _split(_without_empty_columns(list(group)))


def _split(rows: list[Row]) -> Iterator[Block]:
    held: list[Row] = []
    headers: tuple[str, ...] = ()
    for row in rows:
        if row.banner and any(not _is_line(other) for other in held):
            block = _block(held, headers)
            headers = block.table.headers if block.table else ()
            yield block
            held = []
        held.append(row)
    yield _block(held, headers)


def _block(rows: list[Row], above: tuple[str, ...]) -> Block:
    first = next((at for at, row in enumerate(rows) if not _is_line(row)), len(rows))
    lines = tuple(_line(row) for row in rows[:first])
    rest = rows[first:]
    # A single text in the first column below a table may be its last row; in another column, it certainly is.
    last = next((at for at in range(len(rest), 0, -1) if not _is_note(rest[at - 1])), 0)
    notes = tuple(_line(row) for row in rest[last:])
    rest = rest[:last]
    if not rest:
        return Block(lines + notes)
    depth = _header_depth(rest)
    if len(rest) == depth:  # headers of nothing, or one row of texts
        return Block((*lines, *("；".join(filter(None, row.cells)) for row in rest), *notes))
    headers = _headers(rest[:depth], len(rest[0].cells)) if depth or not above else above
    body = rest[depth:]
    table = Table(headers, tuple(row.cells for row in body))
    return Block(lines, table, tuple(row.number for row in body), notes)


def _is_line(row: Row) -> bool:
    return row.banner or sum(map(bool, row.cells)) == 1


def _is_note(row: Row) -> bool:
    return row.banner or (_is_line(row) and bool(row.cells[0]) and len(row.cells) > 1 and len(row.cells[0]) > 20)


def _line(row: Row) -> str:
    return next(filter(None, row.cells))


def _header_depth(rows: list[Row]) -> int:
    """How many rows the header takes: 0 when the first row holds a figure."""
    first = rows[0]
    if any(_FIGURE.fullmatch(cell) or len(cell) > _HEADER_LENGTH for cell in first.cells if cell):
        return 0
    if first.joined:
        return min(max(2, first.deep), len(rows))
    return min(first.deep, len(rows))


def _headers(rows: list[Row], width: int) -> tuple[str, ...]:
    columns = ([row.cells[at] for row in rows] for at in range(width))
    return tuple(" / ".join(dict.fromkeys(" ".join(cell.split()) for cell in column if cell)) for column in columns)


def _without_empty_columns(rows: list[Row]) -> list[Row]:
    width = max(len(row.cells) for row in rows)
    padded = [(*row.cells, *("",) * (width - len(row.cells))) for row in rows]
    kept = [at for at in range(width) if any(cells[at] for cells in padded)]
    place = {at: new for new, at in enumerate(kept)}
    return [
        replace(
            row,
            cells=tuple(cells[at] for at in kept),
            joined=frozenset(place[at] for at in row.joined if at in place),
        )
        for row, cells in zip(rows, padded, strict=True)
    ]
