"""The suite of plain words: each question drafted twice through the real chain, and what the second draft gains.

The drafter explains terms and cuts long sentences, so the shares of explained terms and the lengths of sentences show
that it does what it sets out to do, not that it helps a reader; `hardness` is made of both. Only the reading ease of
English is a measure of its own, by syllables as well. Explanations are text too and count like any other sentence.

Questions are drafted however unsure the desk is: a hand-off has no wording to compare.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.bootstrap import App
from assistant.chain.glossary import Glossary, load_glossary
from assistant.model import Action, Answer, Inquiry, Level
from eval.bench.answer import shipped_settings
from eval.cases import Text, dataset
from eval.jsonl import read_rows
from eval.metrics.discrimination import bootstrap_interval
from eval.metrics.interval import Proportion
from eval.metrics.readability import Defined, defined, hardness, prose, reading_ease, sentence_length
from eval.provenance import provenance

BARS = {"terms_explained": 1.0, "easier": 0.8}
"""The least share of each figure with which the suite passes. A figure that nothing was measured for fails its bar."""


class PlainQuestion(BaseModel):
    """A question to draft an answer to in both levels; `topic` is the article that holds the answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Text
    locale: Literal["zh-CN", "zh-TW", "en"]
    question: Text
    topic: Text


@dataclass(frozen=True, slots=True)
class Pair:
    """A question's two drafts."""

    question: PlainQuestion
    normal: Answer
    plain: Answer
    glossary: Glossary

    @property
    def drafted(self) -> bool:
        """Whether both are cited answers that nothing blocks."""
        return all(answer.action is Action.ANSWER and answer.citations for answer in (self.normal, self.plain))

    @property
    def same_lead(self) -> bool:
        """Whether the plain draft begins as the normal one does, with the answer, to its end or to a semicolon."""
        return self.normal.sentences[0].text.startswith(self.plain.sentences[0].text.rstrip("。."))

    def terms(self, answer: Answer) -> Defined:
        """The terms of one of the drafts."""
        return defined(prose(answer.body), self.glossary, answer.language)

    @property
    def gains(self) -> dict[str, float]:
        """By how much the plain draft is easier, by figure; positive is easier."""
        before, after = prose(self.normal.body), prose(self.plain.body)
        if self.question.locale == "en":
            return {"reading_ease_en": reading_ease(after) - reading_ease(before)}
        locale = self.question.locale
        return {
            "sentence_length_zh": sentence_length(before) - sentence_length(after),
            "hardness_zh": hardness(before, self.glossary, locale) - hardness(after, self.glossary, locale),
        }

    @property
    def growth(self) -> float:
        """The length of the plain draft over that of the normal one; both must have been drafted."""
        return len("".join(prose(self.plain.body))) / len("".join(prose(self.normal.body)))


@dataclass(frozen=True, slots=True)
class PlainReport:
    """Everything the suite found; `to_json` is what `proofdesk-eval run plain --json` prints."""

    pairs: tuple[Pair, ...]
    provenance: dict[str, Any]

    @property
    def shares(self) -> dict[str, Proportion]:
        """The figures that are shares: of terms, and of pairs."""
        pairs = [pair for pair in self.pairs if pair.drafted]
        return {
            "drafted": Proportion.of(pair.drafted for pair in self.pairs),
            "same_lead": Proportion.of(pair.same_lead for pair in pairs),
            "terms_explained": _share([pair.terms(pair.plain) for pair in pairs]),
            "terms_explained_before": _share([pair.terms(pair.normal) for pair in pairs]),
            "easier": Proportion.of(all(gain > 0 for gain in pair.gains.values()) for pair in pairs),
        }

    @property
    def gains(self) -> dict[str, dict[str, Any]]:
        """The mean gain of every figure over its pairs, with its 95 % bootstrap interval over pairs."""
        found: dict[str, list[float]] = {}
        for pair in self.pairs:
            for name, gain in pair.gains.items() if pair.drafted else ():
                found.setdefault(name, []).append(gain)
        return {name: _mean(values) for name, values in found.items()}

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        values = {name: share.value for name, share in self.shares.items()}
        return all(value is not None and value >= BARS[name] for name, value in values.items() if name in BARS)

    def to_json(self) -> dict[str, Any]:
        """`{suite, n, metrics, gains, explanations, growth, bars, passed, failures, provenance}`."""
        pairs = [pair for pair in self.pairs if pair.drafted]
        counts = [len(_explanations(pair)) for pair in pairs]
        return {
            "suite": "plain",
            "n": len(self.pairs),
            "metrics": {name: share.to_json() for name, share in self.shares.items()},
            "gains": self.gains,
            "explanations": {"median": float(np.median(counts)), "most": max(counts)} if counts else {},
            "growth": _mean([pair.growth for pair in pairs]) if pairs else {},
            "bars": dict(BARS),
            "passed": self.passed,
            "failures": [failure for pair in self.pairs if (failure := _failure(pair))],
            "provenance": self.provenance,
        }


def load_plain(path: Path | None = None) -> tuple[PlainQuestion, ...]:
    """The questions of `path`, by default the committed ones.

    Raises:
        DatasetError: the file is not a list of such questions; the message names the line.
    """
    return read_rows(path or dataset("plain.jsonl"), PlainQuestion, lambda question: question.id)


def run_plain(
    questions: Sequence[PlainQuestion],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    timer: Callable[[], float] = perf_counter,
    say: Callable[[str], None] = lambda _: None,
) -> PlainReport:
    """Drafts every question in both levels, in a temporary data directory.

    Raises:
        ProofdeskError: the desk cannot start.
    """
    started, begin = clock(), timer()
    with tempfile.TemporaryDirectory(prefix="proofdesk-plain-") as folder:
        app = App(shipped_settings(Path(folder)))
        app.confidence = app.confidence.model_copy(update={"threshold": 0.0})
        say("Building an index in a temporary data directory.")
        chain, glossary = app.chain, load_glossary()
        say(f"Drafting {len(questions)} pairs.")
        pairs = tuple(
            Pair(
                question,
                chain.answer(_inquiry(question, Level.NORMAL)),
                chain.answer(_inquiry(question, Level.PLAIN)),
                glossary,
            )
            for question in questions
        )
        source = provenance(app, started, timer() - begin)
        app.close()
    return PlainReport(pairs, source)


def _inquiry(question: PlainQuestion, level: Level) -> Inquiry:
    return Inquiry(question.id, (question.question,), question.locale, channel="eval", level=level)


def _share(found: Sequence[Defined]) -> Proportion:
    return Proportion(sum(len(set(one.terms) & one.explained) for one in found), sum(len(one.terms) for one in found))


def _mean(values: Sequence[float]) -> dict[str, Any]:
    """`{value, n, ci}`; no interval for a single pair."""
    interval = (
        bootstrap_interval((np.asarray(values),), lambda drawn: float(np.mean(drawn)), paired=False)
        if len(values) > 1
        else None
    )
    return {
        "value": round(float(np.mean(values)), 3),
        "n": len(values),
        "ci": [round(bound, 3) for bound in interval] if interval else None,
    }


def _explanations(pair: Pair) -> list[str]:
    """Passages that only the plain draft cites."""
    before = {citation.passage_id for citation in pair.normal.citations}
    return [citation.passage_id for citation in pair.plain.citations if citation.passage_id not in before]


def _failure(pair: Pair) -> dict[str, Any] | None:
    """What is wrong with a pair: no draft, terms left unexplained, or a text that is not easier."""
    if not pair.drafted:
        return {"id": pair.question.id, "normal": pair.normal.action, "plain": pair.plain.action}
    terms = pair.terms(pair.plain)
    left = [term for term in terms.terms if term not in terms.explained]
    harder = {name: round(gain, 2) for name, gain in pair.gains.items() if gain <= 0}
    return {"id": pair.question.id, "unexplained": left, "not_easier": harder} if left or harder else None
