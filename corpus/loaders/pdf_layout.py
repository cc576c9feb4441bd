"""Reads the layout of a PDF in a process of its own: `python -I pdf_layout.py BYTES SECONDS < file.pdf`.

A PDF may be made to exhaust its reader: a few kilobytes unpack to gigabytes, and no Python library bounds that. So the
file is read in a process with limits on memory and time, which the loader can lose. It imports nothing of the project.

It writes a JSON object a line. Every page is `{"page", "width", "height", "images", "blocks"}`. A block is a line of
text (`text`, `size` in points, `bold`, `x0`, `x1`, `top`, `bottom`, and the `left` and `right` edge of its column) or a
table (`rows`, `top`; one without rules is `aligned`, and `headed` when its first row is bold). What cannot be read is
`{"fault": "password" | "damaged" | "pages" | "text", "detail"}`.
"""

from __future__ import annotations

import io
import json
import re
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table

MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000
MAX_EDGES = 5_000
"""A page with more lines than this is a drawing; nobody draws a table so."""

_BOLD = re.compile(r"bold|black|heavy|semibold|hei(?:ti)?\b|黑", re.IGNORECASE)
_SPACE = 0.15
"""A gap this wide, in letters' sizes, parts two words; justified text has hardly more."""
_GAP = 1.8
"""Two pieces of a line that are further apart than this many characters stand in different columns."""

Block: TypeAlias = dict[str, Any]


def main() -> None:
    """Reads the PDF on standard input and writes its layout to standard output."""
    _limit(*map(int, sys.argv[1:3]))
    try:
        for page in read_pages(sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(page) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"fault": "damaged", "detail": "it needs too much memory"}) + "\n")


def read_pages(content: bytes) -> Iterator[Block]:
    """The pages of a PDF, or one fault."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                yield {"fault": "pages", "detail": str(len(pdf.pages))}
                return
            characters = 0
            for page in pdf.pages:
                found = _page(page)
                characters += sum(len(block.get("text", "")) for block in found["blocks"])
                if characters > MAX_CHARACTERS:
                    yield {"fault": "text", "detail": ""}
                    return
                yield found
                page.close()
    except MemoryError:
        raise
    except Exception as error:  # a damaged file raises whatever the first wrong byte leads to
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, MemoryError):
            raise cause from error
        locked = isinstance(cause, PDFPasswordIncorrect)
        detail = " ".join(str(cause).split())[:120] or type(cause).__name__
        yield {"fault": "password" if locked else "damaged", "detail": detail}


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _page(page: Page) -> Block:
    # Text that is not level is a watermark or a note in the margin; some programs write bold letters twice.
    upright = page.filter(lambda item: item["object_type"] != "char" or _is_level(item)).dedupe_chars()
    tables = _tables(upright)
    boxes = [box for box, _ in tables]
    words = upright.filter(lambda item: item["object_type"] != "char" or not _inside(item, boxes)).extract_words(
        use_text_flow=False, return_chars=True, x_tolerance_ratio=_SPACE
    )
    left, right = float(page.bbox[0]), float(page.bbox[2])
    lines = [_segments(words_of_line) for words_of_line in _lines(words)]
    blocks = [*_ordered(lines, left, right), *({"rows": rows, "top": box[1]} for box, rows in tables)]
    return {
        "page": page.page_number,
        "width": float(page.width),
        "height": float(page.height),
        "images": len(page.images),
        "blocks": _with_tables_in_place(blocks),
    }


def _with_tables_in_place(blocks: list[Block]) -> list[Block]:
    """Drawn tables go before the first line that is below them; lines keep the order in which they are read."""
    lines = [block for block in blocks if "text" in block or block.get("aligned")]
    for table in sorted((b for b in blocks if "rows" in b and not b.get("aligned")), key=lambda b: float(b["top"])):
        at = next((n for n, line in enumerate(lines) if line["top"] > table["top"]), len(lines))
        lines.insert(at, table)
    return lines


def _is_level(character: dict[str, Any]) -> bool:
    across, up = character["matrix"][:2]
    return bool(across > 0 and abs(up) < 0.05 * across)


def _inside(item: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)


def _tables(page: Page) -> list[tuple[tuple[float, float, float, float], list[list[str]]]]:
    if len(page.edges) > MAX_EDGES:
        return []
    found = ((table.bbox, _rows(table)) for table in page.find_tables())
    return [(box, rows) for box, rows in found if len(rows) > 1 and len(rows[0]) > 1 and any(map(any, rows))]


def _rows(table: Table) -> list[list[str]]:
    """The cells by row and column, the text of a merged cell in every place that it covers."""
    texts = {
        box: text or ""
        for row, line in zip(table.rows, table.extract(), strict=True)
        for box, text in zip(row.cells, line, strict=True)
        if box is not None
    }
    lefts = sorted({box[0] for box in texts})
    tops = sorted({box[1] for box in texts})
    return [
        [next((t for (x0, y0, x1, y1), t in texts.items() if x0 <= x < x1 and y0 <= y < y1), "") for x in lefts]
        for y in tops
    ]


def _lines(words: list[Block]) -> Iterator[list[Block]]:
    """Words that stand on one line, from left to right."""
    line: list[Block] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"]) / 2):
        if line:
            middle = (word["top"] + word["bottom"]) / 2
            highest = max(line, key=lambda other: float(other["bottom"] - other["top"]))
            if not highest["top"] <= middle <= highest["bottom"]:
                yield sorted(line, key=lambda word: float(word["x0"]))
                line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda word: float(word["x0"]))


def _segments(words: list[Block]) -> list[Block]:
    """A line's pieces: words further apart than a space stand in different columns."""
    pieces: list[list[Block]] = []
    for word in words:
        if pieces and word["x0"] - pieces[-1][-1]["x1"] < _GAP * _size(word["chars"]):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [_segment(piece) for piece in pieces]


def _segment(words: list[Block]) -> Block:
    characters = [character for word in words for character in word["chars"]]
    size = _size(characters)
    bold = sum(bool(_BOLD.search(str(c.get("fontname", "")))) for c in characters)
    return {
        "text": " ".join(_raised(word, words, size) for word in words),
        "size": size,
        "bold": 2 * bold > len(characters),
        "x0": float(words[0]["x0"]),
        "x1": float(words[-1]["x1"]),
        "top": float(min(word["top"] for word in words)),
        "bottom": float(max(word["bottom"] for word in words)),
    }


def _raised(word: Block, words: list[Block], size: float) -> str:
    r"""A word's text; small raised figures are marked by `\x01` before each."""
    base = max(other["bottom"] for other in words)
    return "".join(
        f"\x01{c['text']}" if c["text"].isdecimal() and c["size"] < 0.8 * size and c["bottom"] < base - 0.2 * size
        else str(c["text"])
        for c in word["chars"]
    )  # fmt: skip


def _size(characters: list[Block]) -> float:
    return round(statistics.median(float(c["size"]) for c in characters) * 2) / 2


def _ordered(lines: list[list[Block]], left: float, right: float) -> list[Block]:
    """The pieces of all lines in reading order: column by column, or aligned ones as the rows of a table."""
    gutter = _gutter(lines, left, right)
    if gutter is not None:
        return _by_column(lines, gutter)
    blocks: list[Block] = []
    for aligned, group in groupby(_runs(lines), key=lambda run: len(run) > 2 and len(run[0]) > 1):
        for run in group:
            if aligned:
                rows = [[piece["text"] for piece in line] for line in run]
                headed = all(piece["bold"] for piece in run[0]) and not any(piece["bold"] for piece in run[1])
                blocks.append({"rows": rows, "top": run[0][0]["top"], "aligned": True, "headed": headed})
            else:
                blocks.extend(_whole(line) for line in run)
    return _with_edges(blocks)


def _runs(lines: list[list[Block]]) -> Iterator[list[list[Block]]]:
    """Consecutive lines whose pieces begin under each other."""
    run: list[list[Block]] = []
    for line in lines:
        fits = bool(run) and len(run[-1]) == len(line) and all(
            abs(one["x0"] - other["x0"]) < one["size"] or abs(one["x1"] - other["x1"]) < one["size"]
            for one, other in zip(run[-1], line, strict=True)
        )  # fmt: skip
        if run and not fits:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _gutter(lines: list[list[Block]], left: float, right: float) -> float | None:
    """Where the space between two columns of prose is; `None` when there is one column, or a table without rules."""
    middle, width = (left + right) / 2, right - left
    halves = [
        (line[0], line[1])
        for line in lines
        if len(line) == 2 and line[0]["x1"] < middle + 0.1 * width and line[1]["x0"] > middle - 0.1 * width
    ]
    if len(halves) < 8 or 2 * len(halves) < len(lines):
        return None
    inner_left = max(piece["x1"] for piece, _ in halves)
    inner_right = min(piece["x0"] for _, piece in halves)
    if inner_left >= inner_right:
        return None
    column = min(inner_left - min(p["x0"] for p, _ in halves), max(p["x1"] for _, p in halves) - inner_right)
    filled = statistics.median(piece["x1"] - piece["x0"] for pair in halves for piece in pair)
    return (inner_left + inner_right) / 2 if filled > 0.6 * column else None


def _by_column(lines: list[list[Block]], gutter: float) -> list[Block]:
    """What stands left of the gutter before what stands right of it, between lines that run across."""
    blocks: list[Block] = []
    columns: tuple[list[Block], list[Block]] = ([], [])

    def flush() -> None:
        for column in columns:
            blocks.extend(_with_edges(column))
            column.clear()

    for line in lines:
        if any(piece["x0"] < gutter < piece["x1"] for piece in line):
            flush()
            blocks.extend(_with_edges([_whole(line)]))
            continue
        for side, column in enumerate(columns):
            pieces = [piece for piece in line if (piece["x0"] > gutter) == bool(side)]
            if pieces:
                column.append(_whole(pieces))
    flush()
    return blocks


def _whole(line: list[Block]) -> Block:
    longest = max(line, key=lambda piece: len(piece["text"]))
    return {
        **longest,
        "text": " ".join(piece["text"] for piece in line),
        "x0": line[0]["x0"],
        "x1": line[-1]["x1"],
        "top": min(piece["top"] for piece in line),
        "bottom": max(piece["bottom"] for piece in line),
    }


def _with_edges(blocks: list[Block]) -> list[Block]:
    texts = [block for block in blocks if "text" in block]
    left = min((block["x0"] for block in texts), default=0.0)
    right = max((block["x1"] for block in texts), default=0.0)
    return [{**block, "left": left, "right": right} if "text" in block else block for block in blocks]


if __name__ == "__main__":
    main()
