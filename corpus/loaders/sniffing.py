"""What a file really is, by its first bytes: a file that is something else than its name says is refused."""

from __future__ import annotations

import re
from pathlib import PurePath

from corpus.errors import DocumentError

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an encrypted or old office file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
_OFFICE = {"word/": "a Word document", "xl/": "an Excel workbook", "ppt/": "a presentation"}
_EXPECTED = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".xlsx": "an Excel workbook",
    ".pptx": "a presentation",
    ".zip": "a ZIP archive",
}
_COMPOUND = "an encrypted or old office file"
"""Left to the loaders of office files, which say what to do."""
_HTML = re.compile(rb"\A\s{0,200}(?:<\?xml[^>]{0,100}>\s{0,20})?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MARKUP = frozenset({".html", ".htm", ".xhtml", ".md", ".markdown"})


def kind_of(content: bytes) -> str:
    """What the first bytes say that a file is (`a PDF`); `""` when they say nothing, as text does."""
    kind = next((name for signature, name in _SIGNATURES if content.startswith(signature)), "")
    if kind == "a ZIP archive":
        # Office files name their parts at the beginning of each member and again in the directory at the end.
        names = content[:4096] + content[-65536:]
        if b"[Content_Types].xml" in names:
            return next((name for folder, name in _OFFICE.items() if folder.encode() in names), kind)
    return kind or ("an HTML page" if _HTML.match(content) else "")


def check_kind(name: str, content: bytes) -> None:
    """Refuses a file whose bytes contradict its suffix.

    Raises:
        DocumentError: it is something else; the message says what.
    """
    if not content.strip():
        return  # the loader says that it is empty
    suffix = PurePath(name).suffix.lower()
    kind = kind_of(content)
    if suffix in _EXPECTED:
        expected = _EXPECTED[suffix]
        if kind == expected or (kind == _COMPOUND and expected in _OFFICE.values()):
            return
        what = f"is really {kind}" if kind else f"is not {expected}"
        raise DocumentError(f"{name}: {what}.", hint="Give it the suffix of what it is, or export it again.")
    if kind and not (kind == "an HTML page" and suffix in _MARKUP):
        raise DocumentError(f"{name}: is really {kind}, not text.", hint="Give it the suffix of what it is.")
