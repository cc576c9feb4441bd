"""A file on its way into a document: its name, its bytes, and what is inferred when it says nothing about itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from corpus.errors import DocumentError, FactError
from corpus.facts import FactsTable
from corpus.loaders.encoding import decode

MAX_BYTES = 20 * 1024 * 1024
"""Larger files are refused: a whole manual should be split."""

_COMMON = frozenset({"index", "readme", "default"})
_ID_LENGTH = 60
"""Short enough for a file name of Chinese characters (three bytes each, 255 in all)."""
_WIDE = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\s*\n\s*(?=[{_WIDE}])")
_PLACEHOLDER = re.compile(r"\{\{[ \t]*(fact|table)\b")


@dataclass(frozen=True, slots=True)
class Source:
    """One file.

    Attributes:
        name: the file's name as people know it; the id and the title may be inferred from it.
        facts: what its placeholders are rendered with; `None` = it may hold none.
        charset: the encoding that whoever sent it names (a web server, a mail); `""` = none.
    """

    name: str
    content: bytes
    facts: FactsTable | None = None
    charset: str = ""

    def text(self, declared: str = "") -> str:
        r"""The content as text, without a byte order mark, lines ended by `\n`.

        Args:
            declared: the encoding that the content itself names; what the sender names goes before it.

        Raises:
            DocumentError: too large, empty, binary, or of an encoding that cannot be told.
        """
        self.check_size()
        text = decode(self.content, self.name, self.charset or declared)
        if not text.strip():
            raise DocumentError(f"{self.name}: empty.", hint="Write something in it.")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def check_size(self) -> None:
        """Refuses what is empty or too large.

        Raises:
            DocumentError: it is.
        """
        if not self.content:
            raise DocumentError(f"{self.name}: empty.", hint="Write something in it.")
        if len(self.content) > MAX_BYTES:
            megabytes = len(self.content) / 1024 / 1024
            raise DocumentError(f"{self.name}: too large ({megabytes:.1f} MB).", hint="Split it; 20 MB is the most.")

    def render(self, text: str, locale: str) -> str:
        """`text` with its fact placeholders replaced.

        Raises:
            FactError: a placeholder cannot be rendered; the message names this file.
        """
        if self.facts is None:
            if _PLACEHOLDER.search(text):
                raise FactError(f"{self.name}: quotes facts, but there is no facts table.", hint="Load it with one.")
            return text
        try:
            return self.facts.render(text, locale)
        except FactError as error:
            raise FactError(f"{self.name}: {error.args[0]}", hint=error.hint) from error

    def inferred_id(self) -> str:
        """An id made of the file's name: lower case, words joined by `-`, the same for the same name."""
        path = PurePath(self.name)
        # Every folder of an exported site has an index.
        name = f"{path.parent.name}-{path.stem}" if path.stem.lower() in _COMMON else path.stem
        slug = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
        if slug and len(slug) <= _ID_LENGTH:
            return slug
        digest = hashlib.sha256(self.name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return f"{slug[: _ID_LENGTH - 9].rstrip('-') or 'document'}-{digest}"

    def inferred_title(self) -> str:
        """A title made of the file's name."""
        return re.sub(r"[\s_-]+", " ", PurePath(self.name).stem).strip() or self.name


def digest(text: str) -> str:
    """SHA-256 of the text, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def join_lines(text: str) -> str:
    """Lines of one paragraph as one line: no space where Chinese or Japanese runs on, one space elsewhere."""
    return re.sub(r"\s*\n\s*|[ \t]{2,}", " ", _WIDE_BREAK.sub("", text)).strip()
