"""PDF files (.pdf) into a document: headings by their letters, paragraphs made whole, tables, the page of everything.

`pdfplumber` reads the layout, in a process of its own (see `pdf_layout`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from corpus.errors import DocumentError, PassingError
from corpus.loaders import pdf_layout
from corpus.loaders.outline import Outline, document_of
from corpus.loaders.pdf_text import PdfReader
from corpus.loaders.source import Source
from corpus.model import Document

MEMORY = 3 * 1024**3
SECONDS = 900
"""What reading the layout may take."""

_TAIL = 64 * 1024
_BEGIN = re.compile(rb"\A\s{0,1024}%PDF-")
_FAULTS = {
    "password": ("encrypted", "Save it without a password."),
    "damaged": ("damaged ({detail})", "Open it in a PDF reader and print it to a new file."),
    "pages": (f"{{detail}} pages; {pdf_layout.MAX_PAGES:,} is the most", "Split it."),
    "text": ("too much text", "Split it."),
}
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_MOST_UNMAPPED = 0.05


def load(source: Source) -> Document:
    """The document in a PDF.

    Headings are lines in larger or bolder letters than the text; numbered paragraphs are steps. Lines that repeat at
    the edges of pages, and page numbers, are left out. Every section names its page; one that goes on over a page is
    cut there. Nothing in the file is run, and nothing it links to is fetched.

    Raises:
        DocumentError: encrypted, damaged, too large, pictures of text only, or its letters cannot be mapped to text.
        FactError: a placeholder cannot be rendered.
    """
    source.check_size()
    if not _BEGIN.match(source.content):
        raise DocumentError(f"{source.name}: not a PDF.", hint="Check where it comes from.")
    if b"%%EOF" not in source.content[-_TAIL:]:  # readers make do with what is there, and the rest would be missing
        raise _fault(source.name, "damaged", "its end is missing")
    pages = _layout(source)
    texts = [block["text"] for page in pages for block in page["blocks"] if "text" in block]
    tables = any("rows" in block for page in pages for block in page["blocks"])
    blank = sum(not page["blocks"] and page["images"] > 0 for page in pages)
    if not texts and not tables and not blank:
        raise DocumentError(f"{source.name}: empty.", hint="There is no text in it.")
    if 2 * blank > len(pages):
        raise DocumentError(
            f"{source.name}: {blank} of {len(pages)} pages are pictures without text.",
            hint="Run text recognition (OCR) on it, and check the result.",
        )
    unmapped = sum(len(_UNMAPPED.findall(text)) for text in texts)
    if unmapped > _MOST_UNMAPPED * sum(map(len, texts)):
        raise DocumentError(
            f"{source.name}: its letters cannot be mapped to text.", hint="Export it anew with its fonts embedded."
        )
    outline = Outline(by_hand=True)
    title = PdfReader(pages).read(outline)
    return document_of(source, title, outline.sections())


def _layout(source: Source) -> list[dict[str, Any]]:
    """The pages as `pdf_layout` describes them.

    Raises:
        PassingError: the process that reads it cannot be started, is exhausted or takes too long.
        DocumentError: the file cannot be read.
    """
    # -I: nothing of the environment, the working folder or this package's folder is on the path of the process.
    command = [sys.executable, "-I", str(Path(pdf_layout.__file__)), str(MEMORY), str(SECONDS)]
    try:
        done = subprocess.run(command, input=source.content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 (a fixed command)
    except subprocess.TimeoutExpired as error:
        raise _not_now(source.name, "damaged", "it takes too long to read") from error
    except OSError as error:
        raise _not_now(source.name, "damaged", f"its reader cannot be started: {error}") from error
    pages: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()] if not done.returncode else []
    if not pages:
        detail = "it has no pages" if not done.returncode else "it exhausts its reader"
        raise (_not_now if done.returncode else _fault)(source.name, "damaged", detail)
    for page in pages:
        if "fault" in page:
            raise _fault(source.name, page["fault"], page["detail"])
    return pages


def _fault(name: str, kind: str, detail: str, error: type[DocumentError] = DocumentError) -> DocumentError:
    message, hint = _FAULTS[kind]
    return error(f"{name}: {message.format(detail=detail)}.", hint=hint)


_not_now = partial(_fault, error=PassingError)
