"""From the text of a reply back to its sentences: the other direction of `rendering.py`, for what a person wrote."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.model import Layout, Sentence, SentenceRole
from corpus.sentences import sentence_spans

MARK = re.compile(r"\[([1-9][0-9]{0,2})\]")
_MARKS = re.compile(rf"{MARK.pattern}(?:[^\S\n]?{MARK.pattern})*")
_GAP = re.compile(rf"[^\S\n]?{_MARKS.pattern}[^\S\n]?")
# A step is `1. ` as rendering writes it, or what people write for it; a digit behind any other sign is a value.
_STEP = re.compile(r"([0-9]{1,3})(?:\. +|[.．、)）][^\S\n]*(?![\s0-9]))")
_BULLET = re.compile(r"[-*•] +")
_SKIPPED = re.compile(rf"(?:\s|{MARK.pattern})*")
_HEAD = "，,、；;。.!！?？：:… \t"
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence and where it stands: `body[start:end]` is its text, code points."""

    sentence: Sentence
    start: int
    end: int


def parse_body(body: str, known: Sequence[Sentence] = ()) -> tuple[Placed, ...]:
    """The sentences of a reply without its notices, in order, with layouts and the numbers of their marks.

    Outside of them stand only marks, list numbers that count on from the one before, signs and white space. A mark
    belongs to the sentence before it, at the head of a line to the one behind it. It ends a sentence; so do a line
    break and what `split_sentences` says. A line of a list is one sentence up to its first mark.

    Args:
        body: with the line feed as its only line break.
        known: sentences that keep together, with their role, operands and quote, wherever their text stands again.
    """
    found: list[Placed] = []
    texts = {sentence.text for sentence in known}
    expected, start = 1, 0
    for line in body.split("\n"):
        layout, begin, expected = _line_head(line, expected)
        found += _line(body, start + begin, start + len(line), layout, texts, found)
        start += len(line) + 1
    return tuple(replace(placed, sentence=_recognised(placed.sentence, known)) for placed in found)


def place(sentences: Sequence[Sentence], body: str) -> tuple[Placed, ...]:
    """Where the sentences of a draft stand in its body.

    Raises:
        ValueError: they are not of this body.
    """
    placed: list[Placed] = []
    at = 0
    for sentence in sentences:
        at = _find(sentence, body, at)
        placed.append(Placed(sentence, at, at + len(sentence.text)))
        at += len(sentence.text)
    return tuple(placed)


def runs_on(body: str, left: Placed, right: Placed) -> bool:
    """Whether only marks part two neighbours inside one phrase, so that a reader reads across them (`1[2]0 USDT`).

    Sentences that quote an article end where it ends them.
    """
    if left.sentence.quote and right.sentence.quote:
        return False
    if not _GAP.fullmatch(body, left.end, right.start):
        return False
    last = next((c for c in reversed(left.sentence.text) if unicodedata.category(c) != "Cf"), "")
    first = next((c for c in right.sentence.text if unicodedata.category(c) != "Cf"), "")
    return bool(_WORD.match(last) and _WORD.match(first))


@dataclass(frozen=True, slots=True)
class Reading:
    """A body without the marks that stand inside phrases. `offsets[i]` is the place of `text[i]` in the body."""

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Code-point offsets in the body of a non-empty stretch of the text."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def reading(self, start: int, end: int) -> tuple[int, int]:
        """The other direction."""
        return bisect_left(self.offsets, start), bisect_left(self.offsets, end)


def as_read(body: str, placed: Sequence[Placed]) -> Reading:
    """The body as a reader takes it in, to whom a mark is no part of a number or a phrase."""
    gaps = [(left.end, right.start) for left, right in pairwise(placed) if runs_on(body, left, right)]
    offsets: list[int] = []
    at = 0
    for start, end in gaps:
        offsets += range(at, start)
        offsets += [i for i in range(start, end) if body[i].isspace()][:1]
        at = end
    offsets += range(at, len(body))
    return Reading("".join(body[i] for i in offsets), offsets) if gaps else Reading(body, range(len(body)))


def _line_head(line: str, expected: int) -> tuple[Layout, int, int]:
    """Layout, where the text begins, and the number that the next step must have."""
    begin = len(line) - len(line.lstrip())
    step = _STEP.match(line, begin)
    # Any other number is part of the text: "30. 分钟" must not hide its figure as a list number.
    if step and int(step[1]) in (1, expected):
        return Layout.STEP, step.end(), int(step[1]) + 1
    bullet = _BULLET.match(line, begin)
    if bullet:
        return Layout.BULLET, bullet.end(), expected
    return Layout.PARAGRAPH, begin, expected


def _line(body: str, start: int, end: int, layout: Layout, known: set[str], before: list[Placed]) -> list[Placed]:
    found: list[Placed] = []
    waiting: tuple[int, ...] = ()
    for begin, stop, numbers in _chunks(body, start, end):
        whole = layout in (Layout.STEP, Layout.BULLET) and not found
        spans = _spans(body, begin, stop, known, whole=whole)
        for index, (left, right) in enumerate(spans):
            role = SentenceRole.STEP if layout is Layout.STEP and not found else SentenceRole.SUBSTANCE
            cited = waiting + (numbers if index == len(spans) - 1 else ())
            sentence = Sentence(body[left:right], role, cited, layout=Layout.INLINE if found else layout)
            found.append(Placed(sentence, left, right))
            waiting = ()
        if not spans:
            waiting = _cite(found, numbers) if found else waiting + numbers
    if waiting:  # a line of marks alone
        _cite(before, waiting)
    return found


def _cite(placed: list[Placed], numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Adds numbers to the last sentence; returns those that are left, which is none."""
    if placed:
        last = placed[-1]
        placed[-1] = replace(last, sentence=replace(last.sentence, citations=last.sentence.citations + numbers))
    return ()


def _chunks(body: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Stretches of a line between marks, each with the numbers directly behind it."""
    begin = start
    for match in _MARKS.finditer(body, start, end):
        yield begin, match.start(), tuple(int(n) for n in MARK.findall(match[0]))
        begin = match.end()
    yield begin, end, ()


def _spans(body: str, start: int, end: int, known: set[str], *, whole: bool) -> list[tuple[int, int]]:
    """The sentences of a stretch; signs that follow a mark (`[1]。`) belong to none."""
    if start and body[start - 1] == "]":
        start += len(body[start:end]) - len(body[start:end].lstrip(_HEAD))
    inner = body[start:end]
    spans = [(start + left, start + right) for left, right in sentence_spans(inner)]
    if whole and spans:
        spans = [(spans[0][0], spans[-1][1])]
    return [(left, right) for left, right in _kept_together(body, spans, known) if _WORD.search(body, left, right)]


def _kept_together(body: str, spans: list[tuple[int, int]], known: set[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(spans):
        start = spans[at][0]
        last = next((j for j in range(len(spans) - 1, at, -1) if body[start : spans[j][1]] in known), at)
        yield start, spans[last][1]
        at = last + 1


def _recognised(sentence: Sentence, known: Sequence[Sentence]) -> Sentence:
    same = [candidate for candidate in known if candidate.text == sentence.text]
    if not same:
        return sentence
    origin = next((candidate for candidate in same if candidate.citations == sentence.citations), same[0])
    return replace(sentence, role=origin.role, operands=origin.operands, quote=origin.quote)


def _find(sentence: Sentence, body: str, at: int) -> int:
    """Where a sentence stands at or behind `at`: right there if it does, so that "1" is found in no mark or number."""
    text = sentence.text
    skipped = _SKIPPED.match(body, at)
    near = skipped.end() if skipped else at
    head = _STEP.match(body, near) or _BULLET.match(body, near)
    behind_head = head.end() if head else near
    listed = sentence.layout in (Layout.STEP, Layout.BULLET)
    for candidate in (behind_head, near) if listed else (near, behind_head):
        if body.startswith(text, candidate):
            return candidate
    found = MARK.sub(lambda mark: "\0" * len(mark[0]), body).find(text, at)
    if found < 0:
        raise ValueError("These are not the sentences of this body.")
    return found
