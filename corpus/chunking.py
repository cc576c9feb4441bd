"""Documents cut into passages: small enough to embed, whole enough to quote.

The unit of meaning decides, not the length: an approved answer and a list of steps stay whole, a table row goes with
its headers, and paragraphs are packed within their section without cutting a sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from corpus.locales import is_unspaced
from corpus.model import Document, Passage, PassageKind, Section, SectionKind, Table
from corpus.rows import row_text
from corpus.sentences import sentence_spans
from corpus.tokens import TokenCounter

CHUNKER = "sections-4"
"""Changes whenever the same document may be cut into other passages: an index built by another version is stale."""

MAX_ANSWER_TOKENS = 1200
"""An approved answer up to this long stays whole; beyond it no model reads it in one piece, and it becomes prose."""

_LEAST_TOKENS = 16
_CHARACTERS_PER_TOKEN = 12
"""More than any ordinary text has: bounds how much of an endless sentence is measured at once."""


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A document's passages before its questions are added.

    Attributes:
        passages: what may be quoted, in reading order, each id once.
        sections: per section of the document, the ids of the texts it holds, those it shares with an earlier one
            included.
    """

    document: Document
    passages: tuple[Passage, ...]
    sections: tuple[tuple[str, ...], ...]

    def asked(self, counter: TokenCounter, *, hidden: Collection[str] = ()) -> tuple[Passage, ...]:
        """The questions as passages that stand for an answer, numbered on from the last passage.

        A pair's heading and questions stand for its answer, a section's questions for its first passage, and those of
        the document (with its title) for the short answer, or for the beginning without one. What only passages of
        `hidden` could answer is left out.
        """
        visible = {passage.id: passage for passage in self.passages if passage.id not in hidden}
        found: dict[str, Passage] = {}
        for answer_id, question in (*self._of_sections(visible), *self._of_document(visible)):
            key = question_id(answer_id, question)
            if key not in found:
                found[key] = replace(
                    visible[answer_id],
                    id=key,
                    kind=PassageKind.QUESTION,
                    ordinal=len(self.passages) + len(found),
                    text=question,
                    tokens=counter.count(question),
                    cells={},
                    stands_for=answer_id,
                )
        return tuple(found.values())

    def _of_sections(self, visible: Mapping[str, Passage]) -> Iterator[tuple[str, str]]:
        for section, ids in zip(self.document.sections, self.sections, strict=True):
            answer = next((key for key in ids if key in visible), None)
            if answer is None:
                continue
            # The heading of a pair is its question; of another section it is a label.
            asked = (section.heading, *section.questions) if section.kind is SectionKind.PAIR else section.questions
            yield from ((answer, question) for question in asked if question.strip())

    def _of_document(self, visible: Mapping[str, Passage]) -> Iterator[tuple[str, str]]:
        shown = list(visible.values())
        answer = next((p.id for p in shown if p.section is SectionKind.SHORT_ANSWER), shown[0].id if shown else None)
        if answer is None or not self.document.questions:
            return
        # The title is one more question, but alone it adds nothing: every passage is indexed with it.
        yield from ((answer, asked) for asked in (self.document.title, *self.document.questions) if asked.strip())


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: PassageKind
    text: str
    cells: Mapping[str, str] = field(default_factory=dict)


def chunk(document: Document, counter: TokenCounter, max_tokens: int = 320) -> tuple[Passage, ...]:
    """The passages of `document` in reading order, then its questions.

    Paragraphs of a section share a passage, one a line, as long as they fit in `max_tokens`; a sentence is cut only if
    it alone is too long. An ordered list is one passage with numbered lines (consecutive ones if too long). Every table
    row is a passage with its headers and, in `cells`, its values; a row that is too long becomes prose. The answer of a
    pair is one passage of up to `MAX_ANSWER_TOKENS`. A passage whose id occurred before in the document is left out.

    Raises:
        ValueError: `max_tokens` is below 16, too few for any sentence.
    """
    found = cut(document, counter, max_tokens)
    return (*found.passages, *found.asked(counter))


def cut(document: Document, counter: TokenCounter, max_tokens: int = 320) -> CutDocument:
    """The passages of `document` as `chunk` makes them, without its questions.

    Raises:
        ValueError: `max_tokens` is below 16, too few for any sentence.
    """
    if max_tokens < _LEAST_TOKENS:
        raise ValueError(f"max_tokens must be at least {_LEAST_TOKENS}, not {max_tokens}")
    cutter = _Cutter(counter, max_tokens, wide=is_unspaced(document.locale))
    passages: dict[str, Passage] = {}
    sections: list[tuple[str, ...]] = []
    for section, parent in zip(document.sections, section_ids(document), strict=True):
        ids: list[str] = []
        for piece in cutter.pieces(section):
            # Two pairs may have the same answer ("No."): they remain two, so the question counts as well.
            asked = section.heading if piece.kind is PassageKind.ANSWER else ""
            key = passage_id(document.id, document.locale, section.kind, piece.text, asked)
            ids.append(key)
            if key not in passages:
                tokens = counter.count(piece.text)
                passages[key] = _passage(document, section, piece, key, parent, ordinal=len(passages), tokens=tokens)
        sections.append(tuple(ids))
    return CutDocument(document, tuple(passages.values()), tuple(sections))


def passage_id(document_id: str, locale: str, section: SectionKind, text: str, question: str = "") -> str:
    """The first 16 hex digits of the SHA-256 of `[document_id, locale, section, text]` as canonical JSON.

    The answer of a pair has its question as a fifth item.
    """
    return _short_hash([document_id, locale, section.value, text, *([question] if question else [])])


def question_id(answer_id: str, question: str) -> str:
    """The first 16 hex digits of the SHA-256 of the answer's id and the question, a line each."""
    return hashlib.sha256(f"{answer_id}\n{question}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def section_ids(document: Document) -> Iterator[str]:
    """One id per section, the `parent` of its passages.

    Sections are told apart by kind and heading; only namesakes are counted. So a section keeps its id in the next
    version of the document, whatever is inserted before it.
    """
    seen: Counter[tuple[SectionKind, str]] = Counter()
    for section in document.sections:
        name = (section.kind, section.heading)
        yield _short_hash([document.id, document.locale, seen[name], *name])
        seen[name] += 1


def _short_hash(items: list[str | int]) -> str:
    canonical = json.dumps(items, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


def _passage(
    document: Document, section: Section, piece: _Piece, key: str, parent: str, *, ordinal: int, tokens: int
) -> Passage:
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
        products=document.products,
        notices=document.notices,
        effective_from=document.effective_from,
        effective_until=document.effective_until,
        version=document.version,
        parent=parent,
        page=section.page,
        part=section.part,
    )


class _Cutter:
    def __init__(self, counter: TokenCounter, max_tokens: int, *, wide: bool) -> None:
        self._counter = counter
        self._max = max_tokens
        self._wide = wide

    def pieces(self, section: Section) -> Iterator[_Piece]:
        steps = tuple(f"{number}. {step}" for number, step in enumerate(section.steps, start=1))
        if section.kind is SectionKind.PAIR:
            yield from self._answer((*section.paragraphs, *steps, *self._lines(section.tables)))
            return
        for text in self._packed(section.paragraphs):
            yield _Piece(PassageKind.PROSE, text)
        for text in self._packed(steps):
            yield _Piece(PassageKind.STEPS, text)
        for table in section.tables:
            yield from self._rows(table)

    def _answer(self, blocks: tuple[str, ...]) -> Iterator[_Piece]:
        text = "\n".join(filter(str.strip, blocks))
        if text and self._counter.count(text) <= max(self._max, MAX_ANSWER_TOKENS):
            yield _Piece(PassageKind.ANSWER, text)
        else:
            yield from (_Piece(PassageKind.PROSE, part) for part in self._packed(blocks))

    def _lines(self, tables: tuple[Table, ...]) -> Iterator[str]:
        for table in tables:
            yield from (row_text(table.headers, row, wide=self._wide) for row in table.rows)

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
