"""Writes real files of every format for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from docx import Document as Word
from docx.document import Document as WordDocument
from pptx import Presentation
from pptx.presentation import Presentation as Slides
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from corpus.errors import DocumentError

SONG = "STSong-Light"
"""Chinese letters that every PDF reader has: the PDF holds no font."""

T = TypeVar("T")


def used_or_refused(name: str, use: Callable[[], T]) -> T | None:
    """What `use` returns; `None` when it refuses the file by its name. Anything else that it raises is a failure."""
    try:
        return use()
    except DocumentError as error:
        if not str(error).startswith(f"{name}: "):
            raise AssertionError(f"does not name the file: {error}") from error
        return None


def pdf(story: Sequence[Flowable], *, header: str = "", footer: str = "", password: str | None = None) -> bytes:
    """A PDF; `footer` may hold `{page}`."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))

    def decorate(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.setFont(SONG, 8)
        canvas.drawString(72, A4[1] - 40, header)
        canvas.drawCentredString(A4[0] / 2, 30, footer.format(page=template.page))

    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, encrypt=password).build(
        list(story), onFirstPage=decorate, onLaterPages=decorate
    )
    return file.getvalue()


def text(words: str, size: float = 10.5, *, font: str = SONG, chinese: bool = True) -> Flowable:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    wrap = "CJK" if chinese else None
    style = ParagraphStyle("p", fontName=font, fontSize=size, leading=size * 1.5, spaceAfter=6, wordWrap=wrap)
    return Paragraph(words, style)


def grid(rows: Sequence[Sequence[str]], *, ruled: bool = True, spans: Sequence[tuple[object, ...]] = ()) -> Flowable:
    style: Any = [("FONTNAME", (0, 0), (-1, -1), SONG), *spans]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    return Table([list(row) for row in rows], style=style, colWidths=110, spaceAfter=8)


def page_break() -> Flowable:
    return PageBreak()


def space(points: float) -> Flowable:
    return Spacer(1, points)


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    """A PDF drawn by hand."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def docx(write: Callable[[WordDocument], object]) -> bytes:
    document = Word()
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pptx(write: Callable[[Slides], object]) -> bytes:
    slides = Presentation()
    write(slides)
    file = io.BytesIO()
    slides.save(file)
    return file.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def with_member(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An office file in which one part is changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {info.filename: packed.read(info) for info in packed.infolist()}
    members[name] = change(members.get(name, b""))
    return archive(members)
