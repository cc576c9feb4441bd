"""The passages of a document through time: its editions cut, and what did not change kept as one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.chunking import CutDocument, cut, question_id
from corpus.model import Document, Passage
from corpus.tokens import TokenCounter


@dataclass(slots=True)
class _Run:
    """One text over consecutive editions, as the newest of them has it."""

    id: str
    passage: Passage

    def goes_on_in(self, later: Passage) -> bool:
        until = self.passage.effective_until
        touches = until is None or later.effective_from <= until
        return touches and _meaning(self.passage) == _meaning(later)

    def extend(self, later: Passage) -> None:
        # Title, heading, place and version may differ: those of the newest edition are shown.
        self.passage = replace(
            later,
            id=self.id,
            effective_from=min(self.passage.effective_from, later.effective_from),
            effective_until=_later(self.passage.effective_until, later.effective_until),
        )


def passages_of(
    editions: Sequence[Document],
    counter: TokenCounter,
    max_tokens: int = 320,
    *,
    hidden: Collection[str] = (),
    questions: Sequence[str] = (),
) -> tuple[Passage, ...]:
    """The passages of all editions of one document in one locale, each with the days on which it holds.

    A text that stands in several editions one after the other is one passage: it holds for all their days, and its
    title, heading, place and version are those of the newest. A text that comes back after a gap, or that is for other
    readers or needs other notices than before, is another passage, whose id covers the day on which it begins: what
    held earlier keeps its id when an edition is added. With one edition the result is that of `chunk`.

    Args:
        editions: the document as it reads on consecutive ranges of days, in any order.
        counter: measures the passages.
        max_tokens: how long a passage may be.
        hidden: ids of passages that are left out, with the questions that only they answer.
        questions: more questions of the document, in every edition.

    Returns:
        Distinct ids; in reading order (that of the newest edition, a text that is gone after the one it followed),
        the questions last, in the same way.

    Raises:
        ValueError: the editions are of different documents or locales, two begin on one day, or `max_tokens` is below
            16.
    """
    if len({(edition.id, edition.locale) for edition in editions}) > 1:
        raise ValueError("the editions are of different documents or locales")
    if len({edition.effective_from for edition in editions}) < len(editions):
        raise ValueError("two editions begin on one day")
    asked = tuple(dict.fromkeys(questions))
    cuts = [
        cut(replace(edition, questions=(*edition.questions, *asked)) if asked else edition, counter, max_tokens)
        for edition in sorted(editions, key=lambda edition: edition.effective_from)
    ]
    gone = frozenset(hidden)
    bodies = [found.passages for found in cuts]
    texts = _merge(bodies)
    hidden_runs = {run.id for runs in texts.values() for run in runs if run.id in gone or runs[0].id in gone}
    ordered = [run.passage for run in _order(bodies, texts) if run.id not in hidden_runs]
    questions_of = [_asked(found, texts, hidden_runs, counter) for found in cuts]
    asking = _merge(questions_of)
    unasked = {run.id for runs in asking.values() for run in runs if {run.id, runs[0].id} & gone}
    spoken = [run.passage for run in _order(questions_of, asking) if run.id not in unasked]
    return tuple(replace(passage, ordinal=at) for at, passage in enumerate((*ordered, *spoken)))


def _merge(editions: Sequence[Sequence[Passage]]) -> dict[str, list[_Run]]:
    """The runs of every text by its id within an edition, oldest first; the first run has that id itself."""
    found: dict[str, list[_Run]] = {}
    for passages in editions:
        for passage in passages:
            runs = found.setdefault(passage.id, [])
            if runs and runs[-1].goes_on_in(passage):
                runs[-1].extend(passage)
            else:
                key = _dated(passage.id, passage.effective_from) if runs else passage.id
                runs.append(_Run(key, replace(passage, id=key)))
    return found


def _order(editions: Sequence[Sequence[Passage]], texts: Mapping[str, list[_Run]]) -> list[_Run]:
    """All runs in reading order: as in the newest edition, what older ones had besides after its predecessor."""
    runs: dict[str, _Run] = {}
    following: dict[str, str] = {}
    for passages in reversed(editions):
        before = ""
        for passage in passages:
            run = _run_of(texts[passage.id], passage.effective_from)
            if run.id not in runs:
                runs[run.id] = run
                following[run.id] = following.get(before, "")
                following[before] = run.id
            before = run.id
    order: list[_Run] = []
    at = following.get("", "")
    while at:
        order.append(runs[at])
        at = following[at]
    return order


def _asked(
    found: CutDocument, texts: Mapping[str, list[_Run]], hidden: Collection[str], counter: TokenCounter
) -> list[Passage]:
    """The questions of one edition, standing for the passages of the whole series."""
    run_id = {p.id: _run_of(texts[p.id], found.document.effective_from).id for p in found.passages}
    out_of_sight = {passage_id for passage_id, run in run_id.items() if run in hidden}
    asked: list[Passage] = []
    for question in found.asked(counter, hidden=out_of_sight):
        answer = run_id[question.stands_for]
        asked.append(replace(question, id=question_id(answer, question.text), stands_for=answer))
    return asked


def _run_of(runs: Sequence[_Run], day: date) -> _Run:
    """The run in which the edition that begins on `day` has the text."""
    return next(run for run in reversed(runs) if run.passage.effective_from <= day)


def _dated(passage_id: str, day: date) -> str:
    return hashlib.sha256(f"{passage_id}\n{day.isoformat()}".encode("ascii")).hexdigest()[:16]


def _meaning(passage: Passage) -> tuple[object, ...]:
    """What decides who may read a passage and how it may be quoted."""
    return (
        passage.kind,
        tuple(passage.cells.items()),
        passage.audience,
        frozenset(passage.jurisdictions),
        frozenset(passage.products),
        frozenset(passage.notices),
        passage.stands_for,
    )


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)
