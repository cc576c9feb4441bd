"""Excel workbooks (.xlsx) into a document. Nothing in them is run: of a formula, the value last shown is read."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import DocumentError
from corpus.loaders.grid import Row, check_cell, check_size
from corpus.loaders.number_format import displayed
from corpus.loaders.package import check_prologs
from corpus.loaders.part import Part
from corpus.loaders.source import Source
from corpus.loaders.tabular import Contents, Sheet, document_of, read_sheets
from corpus.loaders.tabular import split as split_contents
from corpus.model import Document

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook.workbook import Workbook

MAX_UNPACKED = 200 * 1024 * 1024
MAX_SHEETS = 100
MAX_MERGED_CELLS = 1_000_000

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""What encrypted workbooks and .xls files begin with."""

_Area = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1."""


@dataclass(slots=True)
class _Layout:
    """What a sheet says about its cells besides their values."""

    merged: list[_Area] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    uncalculated: str = ""


def load(source: Source) -> Document:
    """The document in a workbook: pairs of questions and answers, and tables with their sheet as the part.

    Numbers, percentages and days read as the cells show them. A merged area counts for each of its cells. Hidden
    sheets, columns and rows are left out, but not rows that only a filter hides.

    Raises:
        DocumentError: encrypted, damaged, empty or too large; a formula that no program has calculated yet; or a
            broken pair; the message names the sheet and the row.
        FactError: a placeholder cannot be rendered.
    """
    return document_of(_contents(source), source)


def split(source: Source) -> tuple[Part, ...]:
    """The documents of a workbook whose pairs belong to several, as files; empty when it is one.

    Raises:
        DocumentError: as `load`.
    """
    return split_contents(_contents(source), source)


def _contents(source: Source) -> Contents:
    _check_archive(source)
    try:
        sheets = list(_sheets(source))
    except DocumentError:
        raise
    except Exception as error:  # a damaged workbook raises whatever the first wrong byte leads to
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentError(
            f"{source.name}: a damaged workbook ({reason}).", hint="Open it in a spreadsheet program and save it anew."
        ) from error
    return read_sheets(sheets, source.name)


def _check_archive(source: Source) -> None:
    if source.content.startswith(_COMPOUND_FILE):
        raise DocumentError(
            f"{source.name}: encrypted, or a workbook of the old .xls kind.",
            hint="Save it as .xlsx without a password.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            is_workbook = "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise DocumentError(f"{source.name}: not a workbook.", hint="Save it as .xlsx.") from error
    if not is_workbook:
        raise DocumentError(f"{source.name}: not a workbook but another archive.", hint="Rename it to .zip.")
    if unpacked > MAX_UNPACKED:
        raise DocumentError(f"{source.name}: unpacks to {unpacked / 1024 / 1024:,.0f} MB.", hint="Split it.")


def _sheets(source: Source) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(source.content)) as archive:
        check_prologs(archive, source.name)
        warnings.simplefilter("ignore")  # features that openpyxl drops (validation, drawings) are no text
        workbook = load_workbook(io.BytesIO(source.content), read_only=True, data_only=True, keep_links=False)
        try:
            yield from _visible(workbook, archive, source.name)
        finally:
            workbook.close()


def _visible(workbook: Workbook, archive: zipfile.ZipFile, name: str) -> Iterator[Sheet]:
    if len(workbook.sheetnames) > MAX_SHEETS:
        raise DocumentError(f"{name}: more than {MAX_SHEETS} sheets.", hint="Split it.")
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # Read-only sheets know no merged areas; their own part of the archive does.
        layout = _layout(archive, str(sheet._worksheet_path))  # type: ignore[attr-defined]
        if layout.uncalculated:
            raise DocumentError(
                f"{name}: sheet {sheet.title}, cell {layout.uncalculated} is a formula that was never calculated.",
                hint="Open it in a spreadsheet program and save it.",
            )
        sheet.reset_dimensions()  # a wrong size in the file would cut cells off
        cells = _cells(sheet.iter_rows(), f"{name}: sheet {sheet.title}")
        yield Sheet(sheet.title, _rows(cells, layout, f"{name}: sheet {sheet.title}"))


def _cells(rows: Iterable[Sequence[Cell | MergedCell]], where: str) -> list[list[str]]:
    found: list[list[str]] = []
    for number, row in enumerate(rows, start=1):
        check_size(number, len(row), where)
        found.append(
            [
                check_cell(_shown(cell), f"{where}, cell {cell.coordinate}") if cell.value is not None else ""
                for cell in row
            ]
        )
    return found


def _shown(cell: Cell | MergedCell) -> str:
    # "#N/A" and its like are no knowledge.
    return "" if cell.data_type == "e" else displayed(cell.value, cell.number_format or "General")


def _rows(cells: list[list[str]], layout: _Layout, where: str) -> list[Row]:
    width = max(map(len, cells), default=0)
    joined, deep, repeated = _spread(cells, layout.merged, width, where)
    shown = [at for at in range(width) if not any(low <= at + 1 <= high for low, high in layout.hidden_columns)]
    place = {at: new for new, at in enumerate(shown)}
    return [
        Row(
            number,
            tuple(row[at] if at < len(row) else "" for at in shown),
            banner=_is_banner(row, joined.get(number, set())),
            joined=frozenset(place[at] for at in joined.get(number, ()) if at in place),
            deep=deep.get(number, 1),
        )
        for number, row in enumerate(cells, start=1)
        if number not in layout.hidden_rows and number not in repeated
    ]


def _spread(
    cells: list[list[str]], merged: list[_Area], width: int, where: str
) -> tuple[dict[int, set[int]], dict[int, int], set[int]]:
    """Writes the text of every merged area into all its cells.

    Returns:
        By row: the columns that continue an area, and how many rows the tallest area that begins there has; and the
        rows that only repeat the banner above.

    Raises:
        DocumentError: the areas together are larger than any sheet that people made.
    """
    joined: dict[int, set[int]] = {}
    deep: dict[int, int] = {}
    repeated: set[int] = set()
    written = 0
    for left, top, right, bottom in merged:
        if top > len(cells) or left > len(cells[top - 1]):
            continue
        text, wide = cells[top - 1][left - 1], right > left
        right, bottom = min(right, width), min(bottom, len(cells))  # noqa: PLW2901 (the part that is in use)
        written += (right - left + 1) * (bottom - top + 1)
        if written > MAX_MERGED_CELLS:
            raise DocumentError(f"{where}: too many merged cells.", hint="Unmerge them.")
        for number in range(top, bottom + 1):
            row = cells[number - 1]
            row.extend([""] * (right - len(row)))
            if number > top and wide and not any(row[: left - 1] + row[right:]):
                repeated.add(number)
            row[left - 1 : right] = [text] * (right - left + 1)
            joined.setdefault(number, set()).update(range(left, right))
        deep[top] = max(deep.get(top, 1), bottom - top + 1)
    return joined, deep, repeated


def _is_banner(row: list[str], joined: set[int]) -> bool:
    filled = [at for at, cell in enumerate(row) if cell]
    return len(filled) > 1 and set(filled[1:]) <= joined and len({row[at] for at in filled}) == 1


def _layout(archive: zipfile.ZipFile, path: str) -> _Layout:
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils.cell import range_boundaries

    layout = _Layout()
    filtered = False
    with archive.open(path) as file:
        for _, element in iterparse(file):
            match element.tag.rpartition("}")[2]:
                case "mergeCell":
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    if left and top and right and bottom:
                        layout.merged.append((left, top, right, bottom))
                case "col" if element.get("hidden") in {"1", "true"}:
                    layout.hidden_columns.append((int(element.get("min", 0)), int(element.get("max", 0))))
                case "row":
                    if element.get("hidden") in {"1", "true"}:
                        layout.hidden_rows.add(int(element.get("r", 0)))
                    element.clear()
                case "c":
                    held = {child.tag.rpartition("}")[2]: child.text for child in element}
                    if "f" in held and not held.get("v") and element.get("t") != "str":
                        layout.uncalculated = layout.uncalculated or element.get("r", "?")
                case "filterColumn":
                    filtered = True
    if filtered:
        layout.hidden_rows.clear()
    return layout
