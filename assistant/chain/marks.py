"""Citation marks in what a person wrote: each names a passage that was there, and none can be mistaken for another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from assistant.chain.citations import RULE, locate
from assistant.chain.parsing import MARK, Placed
from assistant.compliance.normalise import normalised
from assistant.model import Citation, EvidenceItem, Finding, Sentence, Severity
from corpus.model import Passage
from corpus.sentences import sentence_spans

# On the folded text: ［１］, 【1】 and [1, 2] look like marks to a reader, and no page opens an article for them.
_MARK_LIKE = re.compile(r"[\[【〔〖〚❲⁅]\s*[0-9]+(?:\s*[,、;~-]\s*[0-9]+)*\s*[\]】〕〗〛❳⁆]")
_INSIDE = re.compile(r"(?<=[a-z0-9])(?:\[[0-9]+\])+(?=[a-z0-9]|(?P<sign>,[0-9]{3}(?![0-9])|[.:@/_-][a-z0-9]))")
_STRETCH = 4
"""The most sentences of a passage that one sentence of a reply may render."""
_RESEMBLES = 40.0
"""Least likeness, of 100, for a stretch to count as what a sentence renders; below it the whole passage is shown."""


def check_marks(body: str, placed: Sequence[Placed], evidence: Sequence[EvidenceItem]) -> tuple[Finding, ...]:
    """A block finding for every mark that no evidence has, that is written otherwise, or that stands inside a word."""
    numbers = {item.n for item in evidence}
    copy = normalised(body)
    exact = {match.span(): int(match[1]) for match in MARK.finditer(body)}
    findings = []
    for match in _MARK_LIKE.finditer(copy.text):
        span = copy.original(*match.span())
        if span not in exact:
            findings.append(_finding(span, f"{body[slice(*span)]} is no mark; write [1]"))
        elif exact[span] not in numbers:
            findings.append(_finding(span, f"unknown citation [{exact[span]}]"))
    for match in _INSIDE.finditer(copy.text):
        span = copy.original(*match.span())
        ends_clause = match["sign"] and not body[span[1]].isascii()  # ，and ： part what , and : join
        if not ends_clause and not _parts_quotes(span, placed):
            findings.append(_finding(span, "a mark stands inside a word or a number"))
    return tuple(sorted(findings, key=lambda finding: finding.span or (0, 0)))


def cite(body: str, placed: Sequence[Placed], evidence: Sequence[EvidenceItem]) -> tuple[Citation, ...]:
    """One citation for every passage that is marked in the body, by number.

    Its quote is that of the first sentence it stands on, or the stretch of the passage most like that sentence.
    """
    marked = {int(match[1]) for match in MARK.finditer(body)}
    return tuple(
        _citation(item, next((p.sentence for p in placed if item.n in p.sentence.citations), None))
        for item in sorted(evidence, key=lambda item: item.n)
        if item.n in marked
    )


def best_stretch(text: str, passage: str) -> tuple[int, int]:
    """Code-point offsets of the sentences of `passage` most like `text`; the whole of it when none is like it.

    Likeness is the normalised indel similarity of the folded texts, so that a traditional reply finds its simplified
    source.
    """
    wanted = normalised(text).text
    best, span = _RESEMBLES, (0, len(passage))
    for start, end in _windows(passage):
        score = fuzz.ratio(wanted, normalised(passage[start:end]).text)
        if score > best:
            best, span = score, (start, end)
    return span


def _windows(passage: str) -> Iterator[tuple[int, int]]:
    spans = sentence_spans(passage)
    for length in range(1, _STRETCH + 1):
        for first in range(len(spans) - length + 1):
            yield spans[first][0], spans[first + length - 1][1]


def _citation(item: EvidenceItem, sentence: Sentence | None) -> Citation:
    passage: Passage = item.passage
    span = (0, len(passage.text))
    if sentence is not None:
        quoted = locate(sentence.quote, passage.text) if sentence.quote else None
        span = quoted or best_stretch(sentence.text, passage.text)
    return Citation(item.n, passage.document_id, passage.id, passage.title, passage.text[slice(*span)], span)


def _parts_quotes(span: tuple[int, int], placed: Sequence[Placed]) -> bool:
    """Whether both sentences beside the marks quote articles, which end sentences without a sign."""
    return any(
        left.end <= span[0] and span[1] <= right.start and bool(left.sentence.quote and right.sentence.quote)
        for left, right in pairwise(placed)
    )


def _finding(span: tuple[int, int], message: str) -> Finding:
    return Finding(RULE, Severity.BLOCK, span, message)
