"""Lines of pages into headings, paragraphs and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.loaders.grid import Row
from corpus.loaders.numbering import numbered
from corpus.loaders.outline import Outline
from corpus.loaders.plain import SUPERSCRIPT
from corpus.loaders.raw_table import add_table
from corpus.loaders.source import join_lines

_EDGE = 0.12
"""Running headers and footers are within this part of the page's height."""
_PAGE_NUMBER = re.compile(
    r"[-–—·|\s]*(?:page|p\.|第)?\s*#\s*(?:页|頁|ページ)?(?:\s*(?:/|of|共|，)\s*(?:共|of)?\s*#\s*(?:页|頁)?)?[-–—·|\s]*",
    re.IGNORECASE,
)
_AT_ENDS = re.compile(r"\A(\d{1,4})(?=\s|$)|(?<![\d.,])(\d{1,4})\Z")
_LEADER = re.compile(r"(?:\.\s?|…|·\s?){5,}\s*\d{1,4}\s*$")
"""A line of a table of contents."""
_LARGER = 1.12
"""A heading's letters are larger than the text's by this factor."""
_HEADING_LENGTH = 90
_LEVELS = 6
_BOLD_LEVEL = 8
_BULLET = re.compile(r"\A\s*[•●○■□▪▫◦◆◇➢✓\uf0b7\uf06c\uf0d8-]\s*(?=\S)")
_END = re.compile(r"[。.！!？?；;：:…”’」』）)]\s*$")
_HYPHEN = re.compile(r"(\w[\w-]*)-\n([a-z]\w*)")
_COMPOUNDS = "anti cold cross day double first high hot long low multi non off on one peer real self short stop take"
_PREFIXES = frozenset([*_COMPOUNDS.split(), "third", "three", "two", "well"])
"""First words of compounds that keep their hyphen when it ends a line."""
_WIDE = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_STRAY_SPACE = re.compile(rf"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_MARKED = re.compile(r"\x01(\d)")


@dataclass(slots=True)
class _Line:
    """A line of text with where it stands (points from the top left corner) and how it looks."""

    text: str
    page: int
    size: float
    bold: bool
    x0: float
    x1: float
    top: float
    bottom: float
    left: float
    right: float


@dataclass(slots=True)
class _Table:
    """A table; `headers` is how many of its rows are known to be headers."""

    rows: list[list[str]]
    page: int
    headers: int | None = None


class PdfReader:
    """Reads pages into an outline.

    Args:
        pages: as `pdf_layout` describes them.
    """

    def __init__(self, pages: Sequence[dict[str, Any]]) -> None:
        running = _Running(pages)
        self._blocks = [
            block
            for page in pages
            for block in _blocks(page)
            if isinstance(block, _Table) or not (running.includes(block, page["height"]) or _LEADER.search(block.text))
        ]
        lines = [block for block in self._blocks if isinstance(block, _Line)]
        letters: Counter[float] = Counter()
        for line in lines:
            letters[line.size] += len(line.text)
        self._size = letters.most_common(1)[0][0] if letters else 0.0
        sizes = sorted({line.size for line in lines if self._is_large(line)}, reverse=True)
        self._level = {size: min(at, _LEVELS) for at, size in enumerate(sizes, start=1)}
        # Where most lines are bold, they head nothing.
        self._bold_is_rare = 3 * sum(line.bold for line in lines) < len(lines)
        self._words = Counter(re.findall(r"[\w-]+", "\n".join(line.text for line in lines).lower()))

    def read(self, outline: Outline) -> str:
        """Fills the outline; the title, or `""` when nothing looks like one."""
        title = ""
        headers: list[str] = []
        for number, run in enumerate(self._runs()):
            first = run[0]
            if isinstance(first, _Table):
                outline.place(page=first.page)
                headers = _add(outline, first, headers)
                continue
            outline.place(page=first.page)
            level = self._heading_level(first)
            if level is None:
                headers = []
                outline.paragraph(self._joined([line for line in run if isinstance(line, _Line)]))
                continue
            text = self._joined([line for line in run if isinstance(line, _Line)]).replace("\n", " ")
            if number == 0 and level == 1:
                title = text
            else:
                headers = []
                outline.heading(level, text)
        return title

    def _runs(self) -> Iterator[list[_Line | _Table]]:
        """Blocks that belong together: the lines of one paragraph or heading, or one table."""
        run: list[_Line | _Table] = []
        for block in self._blocks:
            last = run[-1] if run else None
            if isinstance(block, _Line) and isinstance(last, _Line) and self._goes_on(run, last, block):
                run.append(block)
                continue
            if run:
                yield run
            run = [block]
        if run:
            yield run

    def _goes_on(self, run: list[_Line | _Table], last: _Line, line: _Line) -> bool:
        """Whether a line continues the paragraph or heading that `last` is part of."""
        heading = self._heading_level(last)
        if heading != self._heading_level(line) or abs(last.size - line.size) > 0.6:
            return False
        if heading is not None:
            short = sum(len(other.text) for other in run if isinstance(other, _Line)) + len(line.text)
            return last.page == line.page and line.top - last.bottom < last.size and short <= _HEADING_LENGTH
        if numbered(line.text) or _BULLET.match(line.text):
            return False
        ended = bool(_END.search(last.text))
        filled = last.x1 > last.right - 2.5 * last.size
        if last.page != line.page or line.top < last.top:  # over a page, or into the next column
            return not ended and filled
        if line.top - last.bottom > 0.9 * last.size:
            return False
        first = run[0]
        item = isinstance(first, _Line) and (numbered(first.text) or _BULLET.match(first.text))
        indented = line.x0 > line.left + 0.8 * line.size and not item
        if indented and line.x0 > last.x0 + 0.8 * line.size:  # the first line of a paragraph is set in
            return False
        return filled or not ended

    def _heading_level(self, line: _Line) -> int | None:
        if len(line.text) > _HEADING_LENGTH:
            return None
        if self._is_large(line):
            return self._level[line.size]
        plain = line.bold and line.size >= self._size and not _END.search(line.text) and not _BULLET.match(line.text)
        return _BOLD_LEVEL if plain and self._bold_is_rare else None

    def _is_large(self, line: _Line) -> bool:
        return line.size >= _LARGER * self._size and line.size >= self._size + 0.9

    def _joined(self, lines: Sequence[_Line]) -> str:
        """One paragraph: words that were parted at the end of a line are whole again."""
        text = "\n".join(line.text for line in lines).replace("\u00ad\n", "").replace("\u00ad", "")
        text = _HYPHEN.sub(self._rejoin, text)
        text = _STRAY_SPACE.sub("", join_lines(_BULLET.sub("", text, count=1)))
        return _MARKED.sub(lambda match: match[1].translate(SUPERSCRIPT), text)

    def _rejoin(self, match: re.Match[str]) -> str:
        """What the end of a line parted: `withdrawal` is one word, `two-factor` two, as the rest of the text tells."""
        joined, parted = f"{match[1]}{match[2]}", f"{match[1]}-{match[2]}"
        known = self._words[parted.lower()] - self._words[joined.lower()]
        return parted if known > 0 or (known == 0 and match[1].lower() in _PREFIXES) else joined


def _blocks(page: dict[str, Any]) -> Iterator[_Line | _Table]:
    number = page["page"]
    for block in page["blocks"]:
        if "rows" in block:
            rows = [[_MARKED.sub(lambda m: m[1].translate(SUPERSCRIPT), cell) for cell in row] for row in block["rows"]]
            headers = None
            if block.get("aligned"):  # two columns without rules are as often names with their meanings
                headers = 1 if block["headed"] else 0 if len(rows[0]) == 2 else None
            yield _Table([[_STRAY_SPACE.sub("", join_lines(cell)) for cell in row] for row in rows], number, headers)
        elif block["text"].strip():
            looks = {key: block[key] for key in ("size", "bold", "x0", "x1", "top", "bottom", "left", "right")}
            yield _Line(block["text"].strip(), number, **looks)


def _add(outline: Outline, table: _Table, above: list[str]) -> list[str]:
    """Adds a table; one that goes on from the page before gets its headers. Returns them, for the next page."""
    rows, known = table.rows, table.headers
    if above and len(rows[0]) == len(above) and rows[0] != above and known is None:
        rows = [above, *rows]
    add_table(outline, [Row(number, tuple(row)) for number, row in enumerate(rows, start=1)], known)
    return rows[0] if known != 0 else []


class _Running:
    """What runs along the edges of pages: lines that many pages have, and lines with the page's number.

    Args:
        pages: as `pdf_layout` describes them.
    """

    def __init__(self, pages: Sequence[dict[str, Any]]) -> None:
        shapes: Counter[tuple[str, float]] = Counter()
        offsets: Counter[int] = Counter()
        self._outermost: set[tuple[int, float]] = set()
        for page in pages:
            written = [block for block in page["blocks"] if "text" in block]
            first, last = (choose((line["top"] for line in written), default=0.0) for choose in (min, max))
            lines = [line for line in written if _at_edge(line["top"], line["bottom"], page["height"])]
            # The title on the first page may run along the others in smaller letters.
            shapes.update({(_shape(line["text"]), line["size"]) for line in lines})
            outermost = [line for line in lines if line["top"] in {first, last}]
            self._outermost.update((page["page"], line["top"]) for line in outermost)
            offsets.update({page["page"] - number for line in outermost for number in _page_numbers(line["text"])})
        many = max(2, round(0.4 * len(pages)))
        self._shapes = {shape for shape, count in shapes.items() if count >= many}
        # The pages of a chapter share a line that the others do not have, but the numbers go on.
        offset, count = offsets.most_common(1)[0] if offsets else (0, 0)
        self._offset = offset if count >= max(3, many) else None

    def includes(self, line: _Line, height: float) -> bool:
        """Whether a line is such a one."""
        if not _at_edge(line.top, line.bottom, height):
            return False
        shape = _shape(line.text)
        numbered_page = (
            self._offset is not None
            and (line.page, line.top) in self._outermost
            and line.page - self._offset in _page_numbers(line.text)
        )
        return (shape, line.size) in self._shapes or numbered_page or bool(_PAGE_NUMBER.fullmatch(shape))


def _page_numbers(text: str) -> list[int]:
    """The numbers that may be a page's: at the end of a line, or at its beginning where no list item is."""
    if len(text) > _HEADING_LENGTH:
        return []
    return [int(n) for pair in _AT_ENDS.findall(text.strip()) for n in pair if n]


def _at_edge(top: float, bottom: float, height: float) -> bool:
    return bottom < _EDGE * height or top > (1 - _EDGE) * height


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split()))
