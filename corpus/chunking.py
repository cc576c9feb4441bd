"""Documents cut into passages: small enough to embed, whole enough to quote.

The unit of meaning decides, not the length: a list of steps stays whole, a table row goes with its headers, and
paragraphs are packed within their section without cutting a sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from corpus.locales import is_unspaced
from corpus.model import Document, Passage, PassageKind, Section, SectionKind, Table
from corpus.rows import row_text
from corpus.sentences import sentence_spans
from corpus.tokens import TokenCounter

CHUNKER = "sections-3"
"""Changes whenever the same document may be cut into other passages: an index built by another version is stale."""

_LEAST_TOKENS = 16
_CHARACTERS_PER_TOKEN = 12
"""More than any ordinary text has: bounds how much of an endless sentence is measured at once."""


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: PassageKind
    text: str
    cells: Mapping[str, str] = field(default_factory=dict)


def chunk(document: Document, counter: TokenCounter, max_tokens: int = 320) -> tuple[Passage, ...]:
    """The passages of `document` in reading order, each at most `max_tokens` long.

    Paragraphs of a section share a passage, one a line, as long as they fit; a sentence is cut only if it alone is too
    long. An ordered list is one passage with numbered lines (consecutive ones if too long). Every table row is a
    passage with its headers and, in `cells`, its values; a row that is too long becomes prose. A passage whose id
    occurred before in the document is left out. The document's questions follow, each standing for the short answer.

    Raises:
        ValueError: `max_tokens` is below 16, too few for any sentence.
    """
    if max_tokens < _LEAST_TOKENS:
        raise ValueError(f"max_tokens must be at least {_LEAST_TOKENS}, not {max_tokens}")
    cutter = _Cutter(counter, max_tokens, wide=is_unspaced(document.locale))
    passages: dict[str, Passage] = {}
    for section in document.sections:
        for piece in cutter.pieces(section):
            key = passage_id(document.id, document.locale, section.kind, piece.text)
            if key not in passages:
                tokens = counter.count(piece.text)
                passages[key] = _passage(document, section, piece, key, ordinal=len(passages), tokens=tokens)
    return (*passages.values(), *_questions(document, tuple(passages.values()), counter))


def _questions(document: Document, passages: tuple[Passage, ...], counter: TokenCounter) -> Iterator[Passage]:
    """The title and the questions as passages that stand for the short answer, or for the beginning without one."""
    answers = [passage for passage in passages if passage.section is SectionKind.SHORT_ANSWER] or list(passages[:1])
    if not answers:
        return
    # The title is one more question, but alone it adds nothing: every passage is indexed with it.
    asked = (document.title, *document.questions) if document.questions else ()
    for number, question in enumerate(dict.fromkeys(asked)):
        key = hashlib.sha256(f"{answers[0].id}\n{question}".encode()).hexdigest()[:16]
        yield replace(
            answers[0],
            id=key,
            kind=PassageKind.QUESTION,
            ordinal=len(passages) + number,
            text=question,
            tokens=counter.count(question),
            stands_for=answers[0].id,
        )


def passage_id(document_id: str, locale: str, section: SectionKind, text: str) -> str:
    """The first 16 hex digits of the SHA-256 of `[document_id, locale, section, text]` as canonical JSON."""
    canonical = json.dumps([document_id, locale, section.value, text], separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


def _passage(document: Document, section: Section, piece: _Piece, key: str, *, ordinal: int, tokens: int) -> Passage:
    return Passage(
        id=key,
        document_id=document.id,
        locale=document.locale,
        title=document.title,
        category=document.category,
        section=section.kind,
        kind=piece.kind,
        heading=section.heading,
        ordinal=ordinal,
        text=piece.text,
        tokens=tokens,
        cells=piece.cells,
        audience=document.audience,
        jurisdictions=document.jurisdictions,
        notices=document.notices,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
        version=document.version,
    )


class _Cutter:
    def __init__(self, counter: TokenCounter, max_tokens: int, *, wide: bool) -> None:
        self._counter = counter
        self._max = max_tokens
        self._wide = wide

    def pieces(self, section: Section) -> Iterator[_Piece]:
        for text in self._packed(section.paragraphs):
            yield _Piece(PassageKind.PROSE, text)
        for text in self._packed(tuple(f"{number}. {step}" for number, step in enumerate(section.steps, start=1))):
            yield _Piece(PassageKind.STEPS, text)
        for table in section.tables:
            yield from self._rows(table)

    def _rows(self, table: Table) -> Iterator[_Piece]:
        names = _distinct(table.headers)
        for row in table.rows:
            text = row_text(table.headers, row, wide=self._wide)
            if self._fits(text):
                if text.strip():
                    yield _Piece(PassageKind.ROW, text, dict(zip(names, row, strict=True)))
            else:
                for part in self._packed((text,)):
                    yield _Piece(PassageKind.PROSE, part)

    def _packed(self, blocks: tuple[str, ...]) -> Iterator[str]:
        """The blocks, as many to a text as fit, one a line; a block that does not fit by itself is split."""
        held = ""
        for block in filter(str.strip, blocks):
            together = f"{held}\n{block}" if held else block
            if self._fits(together):
                held = together
                continue
            if held:
                yield held
            held = ""
            *whole, held = [block] if self._fits(block) else self._split(block)
            yield from whole
        if held:
            yield held

    def _split(self, block: str) -> list[str]:
        """A block that is too long, as runs of sentences, each exactly as it stands in the block."""
        parts: list[tuple[int, int]] = []
        for begin, end in sentence_spans(block):
            if parts and self._fits(block[parts[-1][0] : end]):
                parts[-1] = (parts[-1][0], end)
            else:
                parts.extend(self._cut_sentence(block, begin, end))
        return [block[begin:end].strip() for begin, end in parts]

    def _cut_sentence(self, block: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
        while begin < end:
            stop = min(end, begin + self._max * _CHARACTERS_PER_TOKEN)
            if not (stop == end and self._fits(block[begin:stop])):
                stop = _last_pause(block, begin, self._longest(block, begin, stop))
            yield begin, stop
            begin = stop
            while begin < end and block[begin].isspace():
                begin += 1

    def _longest(self, block: str, begin: int, stop: int) -> int:
        """The furthest end of a text from `begin` that fits (at least one character, at most four tokens, does)."""
        low, high = begin + 1, stop
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(block[begin:middle]):
                low = middle
            else:
                high = middle - 1
        return low

    def _fits(self, text: str) -> bool:
        return self._counter.count(text) <= self._max


def _last_pause(block: str, begin: int, stop: int) -> int:
    """The end of the last clause or word before `stop`, unless it leaves less than half."""
    for marks in ("，；、,;", " \t\n"):
        at = max(block.rfind(mark, begin, stop) for mark in marks)
        if at > (begin + stop) // 2:
            return at + 1
    return stop


def _distinct(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Column names that a mapping can hold: a repeated or empty header gets its column's number."""
    return tuple(
        header if header and headers.index(header) == at else f"{header} {at + 1}".strip()
        for at, header in enumerate(headers)
    )
