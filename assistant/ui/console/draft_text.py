"""The body of a draft as HTML: sentences that point to their evidence, facts with their marks, stretches with findings.

Every character of the body is in the result, in order, and nothing else is: what is approved is what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from assistant.desk.views import FactMark
from assistant.model import Finding, Sentence
from assistant.ui.console.marks import attribute
from assistant.ui.console.words import Words

_MARK = re.compile(r"\[(\d{1,3})\]")
_LISTED = re.compile(r"(?:\d{1,3}[.)、]|[-•]) ?")
_BEHIND = re.compile(r" ?\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the body with what is to be said of it. `start`, `end`: code points."""

    start: int
    end: int
    open: str
    close: str


def body_html(
    body: str, sentences: Sequence[Sentence], facts: Sequence[FactMark], findings: Sequence[Finding], words: Words
) -> str:
    """One `<p>` for each line, blank lines as space between them."""
    inner = [*_cites(body, words), *_facts(facts, len(body), words), *_findings(findings, len(body), words)]
    inner = list(_apart(sorted(inner, key=lambda each: (each.start, -each.end))))
    outer = [
        Stretch(start, end, _sentence(n, sentence), "</span>")
        for n, (sentence, start, end) in enumerate(placed(body, sentences), start=1)
    ]
    lines = []
    at = 0
    for line in body.split("\n"):
        kind = " data-listed" if _LISTED.match(line) else "" if line.strip() else " data-blank"
        lines.append(f"<p{kind}>{_emit(body, at, at + len(line), outer, inner)}</p>")
        at += len(line) + 1
    return "".join(lines)


def placed(body: str, sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, int, int]]:
    """Where each sentence stands, with the citation marks behind it. One that is not there in order is left out."""
    at = 0
    for sentence in sentences:
        start = body.find(sentence.text, at) if sentence.text else -1
        if start < 0:
            continue
        end = start + len(sentence.text)
        while mark := _BEHIND.match(body, end):
            end = mark.end()
        yield sentence, start, end
        at = end


def _sentence(n: int, sentence: Sentence) -> str:
    if not sentence.citations:
        return f'<span class="con-s" data-s="{n}">'
    cites = " ".join(map(str, sentence.citations))
    quote = attribute(sentence.quote)
    return f'<span class="con-s" data-s="{n}" data-cites="{cites}" data-quote="{quote}" tabindex="0">'


def _cites(body: str, words: Words) -> Iterator[Stretch]:
    for mark in _MARK.finditer(body):
        label = words.say("cite_open", n=mark[1])
        button = f'<button type="button" class="con-cite" data-act="evidence" data-n="{mark[1]}" title="{label}">'
        yield Stretch(mark.start(), mark.end(), button, "</button>")


def _facts(facts: Iterable[FactMark], length: int, words: Words) -> Iterator[Stretch]:
    for fact in facts:
        start, end = fact.span
        if 0 <= start < end <= length:
            state = "yes" if fact.supported else "no"
            title = words.say(f"fact_{state}")
            yield Stretch(start, end, f'<span class="con-fact" data-fact="{state}" title="{title}">', "</span>")


def _findings(findings: Iterable[Finding], length: int, words: Words) -> Iterator[Stretch]:
    for finding in findings:
        if finding.span is None or finding.rule == "FACT-UNCONFIRMED":
            continue
        start, end = finding.span
        if 0 <= start < end <= length:
            title = f"{escape(finding.rule)} · {words.say(f'severity_{finding.severity}')}"
            yield Stretch(
                start,
                end,
                f'<span class="con-found" data-severity="{finding.severity}" title="{title}">',
                "</span>",
            )


def _apart(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Those that do not begin inside one before them: marks that cross could not be nested."""
    end = 0
    for stretch in stretches:
        if stretch.start >= end:
            yield stretch
            end = stretch.end


def _emit(body: str, start: int, end: int, outer: Sequence[Stretch], inner: Sequence[Stretch]) -> str:
    """The line from `start` to `end`. A stretch that goes on in the next line is opened there again."""
    pieces: list[str] = []
    at = start
    for stretch in (each for each in outer if each.start < end and each.end > start):
        left, right = max(stretch.start, start), min(stretch.end, end)
        pieces += [_plain(body, at, left, inner), stretch.open, _plain(body, left, right, inner), stretch.close]
        at = right
    return "".join([*pieces, _plain(body, at, end, inner)])


def _plain(body: str, start: int, end: int, inner: Sequence[Stretch]) -> str:
    pieces: list[str] = []
    at = start
    for stretch in (each for each in inner if each.start < end and each.end > start):
        left, right = max(stretch.start, start), min(stretch.end, end)
        pieces += [escape(body[at:left]), stretch.open, escape(body[left:right]), stretch.close]
        at = right
    return "".join([*pieces, escape(body[at:end])])
