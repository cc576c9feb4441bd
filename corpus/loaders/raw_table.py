"""Tables as programs draw them into tables with headers; what is a table only for its layout, into paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.loaders.grid import MAX_COLUMNS, Row, blocks, check_size
from corpus.loaders.outline import Outline
from corpus.model import Table


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell that may cover several columns (`wide`) and rows (`deep`)."""

    text: str
    wide: int = 1
    deep: int = 1


def spread(lines: Iterable[Sequence[RawCell]], name: str) -> list[Row]:
    """Rows that are all as wide as the widest, the text of a merged cell in every place that it covers.

    Raises:
        DocumentError: the table is too large; `name` names the file.
    """
    rows: list[Row] = []
    below: dict[int, RawCell] = {}  # by column: what still reaches into the next rows
    for number, line in enumerate(lines, start=1):
        texts: list[str] = []
        joined: set[int] = set()
        pending = list(line)[::-1]
        above, below = below, {}
        while pending or any(at >= len(texts) for at in above):
            at = len(texts)
            check_size(number, at + 1, name)
            if at in above:
                cell, wide = above[at], 1
            elif pending:
                cell = pending.pop()
                wide = min(cell.wide, MAX_COLUMNS - at)
            else:
                cell, wide = RawCell(""), 1
            joined.update(range(at + 1, at + wide))
            if cell.deep > 1:
                below.update(dict.fromkeys(range(at, at + wide), RawCell(cell.text, 1, cell.deep - 1)))
            texts.extend([cell.text] * wide)
        deep = max((cell.deep for cell in line), default=1)
        rows.append(Row(number, tuple(texts), joined=frozenset(joined), deep=deep))
    width = max((len(row.cells) for row in rows), default=0)
    return [
        replace(
            row,
            cells=(*row.cells, *("",) * (width - len(row.cells))),
            banner=len(row.joined) == width - 1 > 0,
        )
        for row in rows
    ]


def add_table(outline: Outline, rows: Sequence[Row], headers: int | None = None) -> None:
    """Adds a table to an outline.

    Args:
        outline: where it goes.
        rows: its rows, merged cells repeated.
        headers: how many rows at the top are headers; `None` = to be found, as in a sheet.
    """
    filled = [row for row in rows if any(row.cells)]
    width = max((len(row.cells) for row in filled), default=0)
    if width < 2:
        outline.paragraph(*(cell for row in filled for cell in row.cells if cell))
        return
    if headers is None:
        for block in blocks([_on_one_line(row) for row in filled]):
            outline.paragraph(*block.lines)
            if block.table:
                outline.table(block.table)
            outline.paragraph(*block.notes)
        return
    cells = [(*row.cells, *("",) * (width - len(row.cells))) for row in filled]
    if len(cells) <= headers:
        outline.paragraph(*("；".join(filter(None, row)) for row in cells))
        return
    columns = zip(*cells[:headers], strict=True)
    names = tuple(" / ".join(dict.fromkeys(filter(None, map(_line, column)))) for column in columns)
    outline.table(Table(names or ("",) * width, tuple(tuple(map(_line, row)) for row in cells[headers:])))


def _on_one_line(row: Row) -> Row:
    return replace(row, cells=tuple(map(_line, row.cells)))


def _line(cell: str) -> str:
    return " ".join(cell.split())
