"""Which of the overlapping candidates become spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from assistant.firewall.model import KINDS, Candidate, SensitiveSpan, SpanAction, SpanClass
from assistant.firewall.normalise import View

_SECRET_ORDER = tuple(name for name, kind in KINDS.items() if kind.cls is SpanClass.SECRET)


class _Taken:
    """Disjoint spans, ordered by start."""

    def __init__(self) -> None:
        self.spans: list[SensitiveSpan] = []

    def overlapping(self, start: int, end: int) -> list[SensitiveSpan]:
        at = max(0, bisect_right(self.spans, start, key=lambda span: span.start) - 1)
        found = []
        while at < len(self.spans) and self.spans[at].start < end:
            if self.spans[at].end > start:
                found.append(self.spans[at])
            at += 1
        return found

    def replace(self, old: list[SensitiveSpan], new: SensitiveSpan) -> None:
        at = bisect_right(self.spans, new.start, key=lambda span: span.start)
        if old:
            at = self.spans.index(old[0], max(0, at - 1))
        self.spans[at : at + len(old)] = [new]


def resolved(candidates: Iterable[Candidate], view: View, known: list[SensitiveSpan]) -> list[SensitiveSpan]:
    """Disjoint spans in offsets of the original, sorted.

    A secret swallows whatever it overlaps, except that a proven public value stands against a secret that is only
    guessed from the words around it and lies inside it. Personal data gives way to public values unless it is the
    longer of the two.

    Args:
        candidates: offsets in `view`.
        view: what the detectors read.
        known: spans of an earlier round; they stay, but may be swallowed.
    """
    taken = _Taken()
    for span in known:
        if span.action is not SpanAction.KEEP:
            taken.replace([], span)
    for candidate in sorted(candidates, key=_rank):
        start, end = view.original(candidate.start, candidate.end)
        kind = KINDS[candidate.type]
        span = SensitiveSpan(start, end, candidate.type, kind.cls, kind.action)
        overlap = taken.overlapping(start, end)
        if not overlap:
            taken.replace([], span)
        elif kind.action is SpanAction.DESTROY:
            _add_secret(taken, overlap, span)
        elif kind.action is SpanAction.MASK:
            _add_personal(taken, overlap, span)
    return taken.spans


def _rank(candidate: Candidate) -> tuple[int, int, bool, int]:
    """Proven secrets, public values, guessed or possible secrets, identity, personal data; the longer first.

    An identity card goes before a bank card: its check digit and its date are less often chance than a Luhn digit.
    """
    kind = KINDS[candidate.type]
    certain = candidate.proven and kind.action is SpanAction.DESTROY
    order = {SpanClass.SECRET: 0 if certain else 2, SpanClass.CHAIN: 1, SpanClass.IDENTITY: 3}.get(kind.cls, 4)
    return order, candidate.start - candidate.end, candidate.type != "ID_CARD", candidate.start


def _add_secret(taken: _Taken, overlap: list[SensitiveSpan], span: SensitiveSpan) -> None:
    first = overlap[0]
    if (
        len(overlap) == 1
        and first.start <= span.start
        and span.end <= first.end
        and first.type not in {"HEX64", "BASE58_64"}
    ):
        return
    secrets = [old.type for old in overlap if old.action is SpanAction.DESTROY] + [span.type]
    kind = min(secrets, key=_SECRET_ORDER.index)
    start, end = min(first.start, span.start), max(overlap[-1].end, span.end)
    taken.replace(overlap, SensitiveSpan(start, end, kind, KINDS[kind].cls, KINDS[kind].action))


def _add_personal(taken: _Taken, overlap: list[SensitiveSpan], span: SensitiveSpan) -> None:
    contains = all(span.start <= old.start and old.end <= span.end for old in overlap)
    if contains and all(old.action is SpanAction.KEEP for old in overlap):
        taken.replace(overlap, span)
        return
    secret = next((old for old in overlap if old.cls is SpanClass.SECRET), None)
    first, last = overlap[0], overlap[-1]
    if secret and (span.start < first.start or last.end < span.end):
        start, end = min(first.start, span.start), max(last.end, span.end)
        taken.replace(overlap, SensitiveSpan(start, end, secret.type, secret.cls, secret.action))
