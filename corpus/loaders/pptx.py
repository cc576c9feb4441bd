"""Presentations (.pptx) into a document: a section for each slide, with its tables and its notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from corpus.errors import DocumentError
from corpus.loaders.outline import Outline, document_of
from corpus.loaders.package import check_package, damages_named
from corpus.loaders.plain import SUPERSCRIPT, linked
from corpus.loaders.raw_table import RawCell, add_table, spread
from corpus.loaders.source import Source, join_lines
from corpus.model import Document

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.text.text import TextFrame, _Paragraph, _Run

MAX_SLIDES = 2_000
NOTES = "notes"
"""The part of a slide that its speaker's notes are in."""

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SMART_ART = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DEEPEST = 20
_FURNITURE = frozenset({"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"})
"""Placeholders that say the same on every slide."""


def load(source: Source) -> Document:
    """The document in a presentation.

    A slide is a section under its title, with its number as the page; text boxes are read from top to bottom, numbered
    paragraphs are steps. The speaker's notes are a section of their own (`part="notes"`). Hidden slides, dates, footers
    and slide numbers are left out.

    Raises:
        DocumentError: encrypted, damaged, too large, or nothing to read in it.
        FactError: a placeholder cannot be rendered.
    """
    import pptx

    check_package(source, "ppt/presentation.xml", ".pptx")
    with damages_named(source, ".pptx"):
        slides = list(pptx.Presentation(io.BytesIO(source.content)).slides)
        if len(slides) > MAX_SLIDES:
            raise DocumentError(f"{source.name}: more than {MAX_SLIDES:,} slides.", hint="Split it.")
        shown = [
            (number, s) for number, s in enumerate(slides, start=1) if s._element.get("show") not in {"0", "false"}
        ]
        outline = Outline(by_hand=True)
        for number, slide in shown:
            _read_slide(outline, slide, number, source.name)
        sections = outline.sections()
        title = _title(shown[0][1]) if shown else ""
    if not sections:
        raise DocumentError(f"{source.name}: empty.", hint="Pictures of text cannot be read: type the text.")
    return document_of(source, title, sections)


def _read_slide(outline: Outline, slide: Slide, number: int, name: str) -> None:
    outline.place(page=number)
    heading = slide.shapes.title
    outline.heading(1, _title(slide))
    for shape in _in_reading_order(slide.shapes, 0):
        if heading is not None and shape.shape_id == heading.shape_id:
            continue
        if shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE:
            continue
        _read_shape(outline, shape, name)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        outline.place(page=number, part=NOTES)
        _read_text(outline, notes)


def _read_shape(outline: Outline, shape: Any, name: str) -> None:
    if shape.has_text_frame:
        _read_text(outline, shape.text_frame)
    elif getattr(shape, "has_table", False):
        table = shape.table
        lines = [
            [
                RawCell("\n".join(_texts(cell.text_frame)), cell.span_width, cell.span_height)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        add_table(outline, spread(lines, name), 1 if table.first_row else None)
    elif (uri := _graphic(shape)) and uri == _SMART_ART:
        outline.paragraph(*_smart_art(shape))


def _in_reading_order(shapes: Iterable[BaseShape], depth: int) -> Iterator[Any]:
    """Shapes from top to bottom and left to right; those of a group stay together."""
    # A shape without a place of its own has that of the layout: the title and the body come first.
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        inner = getattr(shape, "shapes", None)
        if inner is not None and depth < _DEEPEST:
            yield from _in_reading_order(inner, depth + 1)
        else:
            yield shape


def _read_text(outline: Outline, frame: TextFrame) -> None:
    """Paragraphs; those that the program numbers are steps, deeper ones are lines of what is above."""
    items: list[tuple[bool, list[str]]] = []
    for paragraph in frame.paragraphs:
        text = _text(paragraph)
        if not text:
            continue
        if paragraph.level and items:
            items[-1][1].append(f"- {text}")
        else:
            items.append((_is_numbered(paragraph), [text]))
    number = 0
    for ordered, lines in items:
        number = number + 1 if ordered else 0
        if ordered:
            outline.steps(["\n".join(lines)], number)
        else:
            outline.paragraph("\n".join(lines))


def _texts(frame: TextFrame) -> Iterator[str]:
    return filter(None, map(_text, frame.paragraphs))


def _text(paragraph: _Paragraph) -> str:
    parts: list[str] = []
    runs = {run._r: run for run in paragraph.runs}
    for child in paragraph._p:
        if child.tag == f"{_DRAWING}br":
            parts.append("\n")
        elif child in runs:
            parts.append(_run(runs[child]))
        elif child.tag == f"{_DRAWING}fld":
            parts.append(child.findtext(f"{_DRAWING}t") or "")
    return "\n".join(filter(None, map(join_lines, "".join(parts).replace("\v", "\n").split("\n"))))


def _run(run: _Run) -> str:
    properties = run._r.rPr
    if properties is not None and properties.get("strike", "noStrike") != "noStrike":
        return ""
    text = run.text
    if properties is not None and int(properties.get("baseline", "0").rstrip("%") or 0) > 0:
        text = text.translate(SUPERSCRIPT)
    target = run.hyperlink.address or ""
    return linked(text, target, wide=not text.isascii())


def _is_numbered(paragraph: _Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.find(f"{_DRAWING}buAutoNum") is not None


def _title(slide: Slide) -> str:
    title = slide.shapes.title
    return " ".join(" ".join(_texts(title.text_frame)).split()) if title is not None else ""


def _graphic(shape: Any) -> str:
    data = shape._element.find(f".//{_DRAWING}graphicData")
    return str(data.get("uri")) if data is not None else ""


def _smart_art(shape: Any) -> Iterator[str]:
    """The texts of a diagram, which are in a part of their own."""
    from pptx.oxml import parse_xml

    reference = shape._element.find(f".//{{{_SMART_ART}}}relIds")
    key = next((value for name, value in reference.attrib.items() if name.endswith("}dm")), "")
    root = parse_xml(shape.part.related_part(key).blob)
    for point in root.iter(f"{{{_SMART_ART}}}pt"):
        text = "".join(piece.text or "" for piece in point.iter(f"{_DRAWING}t")).strip()
        # Points of other types are the lines between those with text.
        if text and point.get("type", "node") == "node":
            yield text
