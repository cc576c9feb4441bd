"""Fit the shipped confidence: the probability that a search found the answer, and the threshold to answer at.

The label of a question is true when it is answerable *and* the first document of the search holds the answer. A wrong
first document is what the customer would be shown, so it has to lower the confidence exactly as an uncovered question
does; "answerable" alone would teach the model to trust searches that went wrong.

The threshold is the lowest, hence the one of the largest coverage, at which at most `ANSWERED_UNANSWERABLE` of the
*unanswerable* questions would be answered, judged on probabilities from five stratified folds in which the question
itself took no part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap import App
from assistant.chain.intake import accept_turns
from assistant.chain.triage import retrieval_query, triage
from assistant.model import Inquiry
from eval.cases import Case, LabelledQuestion
from eval.errors import DatasetError, MeasurementError
from eval.metrics.discrimination import SEED, auroc, auroc_interval
from eval.metrics.interval import Proportion
from index.confidence import Confidence, Provenance
from index.features import FEATURES

FOLDS = 5
ANSWERED_UNANSWERABLE = 0.08
"""The share of unanswerable questions that may be answered. Every draft is read by a person before it is sent, so a
draft that misses costs a glance; a needless hand-off costs the customer a wait."""
_K = 12
"""As many hits as the chain asks for."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """A question and what the search knows about its own result; no features = nothing was found."""

    question: LabelledQuestion
    first_document: str | None
    features: Mapping[str, float]

    @property
    def found(self) -> bool:
        """The label: answerable, and the first document holds the answer."""
        return self.first_document in self.question.topics


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted model, the observations and their cross-validated probabilities, in the same order."""

    confidence: Confidence
    observations: tuple[Observation, ...]
    probabilities: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """The cross-validated figures with intervals, over all and per language group and kind."""
        pairs = list(zip(self.observations, self.probabilities, strict=True))
        groups: dict[str, dict[str, Any]] = {"by_language": {}, "by_kind": {}}
        for name, group in (("by_language", _language_group), ("by_kind", lambda seen: seen.question.kind)):
            for value in dict.fromkeys(group(seen) for seen, _ in pairs):
                groups[name][value] = self._figures([pair for pair in pairs if group(pair[0]) == value])
        return {
            "auroc": _auroc(pairs, lambda seen: seen.found),
            "auroc_answerable": _auroc(pairs, lambda seen: seen.question.answerable),
            "brier": round(float(np.mean([(p - seen.found) ** 2 for seen, p in pairs])), 4),
            "threshold": self.confidence.threshold,
            **self._figures(pairs),
            **groups,
            "wrong_first": [
                {"id": seen.question.id, "first": seen.first_document, "topics": seen.question.topics}
                for seen in self.observations
                if seen.question.answerable and not seen.found
            ],
            "answered_unanswerable_ids": [
                seen.question.id for seen, p in pairs if not seen.question.answerable and self._answers(p)
            ],
        }

    def _answers(self, probability: float) -> bool:
        return probability >= self.confidence.threshold

    def _figures(self, pairs: Sequence[tuple[Observation, float]]) -> dict[str, Any]:
        answerable = [(seen, p) for seen, p in pairs if seen.question.answerable]
        return {
            "n": len(pairs),
            "top1": Proportion.of(seen.found for seen, _ in answerable).to_json(),
            "coverage": Proportion.of(self._answers(p) for _, p in answerable).to_json(),
            "answered_unanswerable": Proportion.of(
                self._answers(p) for seen, p in pairs if not seen.question.answerable
            ).to_json(),
            "wrong_of_answered": Proportion.of(not seen.found for seen, p in pairs if self._answers(p)).to_json(),
        }


def observe(app: App, questions: Sequence[LabelledQuestion]) -> tuple[Observation, ...]:
    """What retrieval finds for each question, screened and reworded exactly as the chain does it."""
    app.knowledge.ensure_index()
    return tuple(_observe(app, question) for question in questions)


def _observe(app: App, question: LabelledQuestion) -> Observation:
    (text,) = accept_turns((question.text,))
    inquiry = Inquiry(question.id, (app.firewall.screen(text).text,))
    asked = triage(inquiry, app.vocabulary, app.settings.default_locale, today=app.clock().date())
    retrieval = app.retriever.search(retrieval_query(asked, k=_K))
    first = retrieval.hits[0].passage.document_id if retrieval.hits else None
    return Observation(question, first, retrieval.features)


def refuse_overlap(questions: Sequence[LabelledQuestion], cases: Sequence[Case]) -> None:
    """Make sure that the smoke suite stays unseen.

    Raises:
        DatasetError: a question is also a turn of a case.
    """
    turns = {folded(turn): case.id for case in cases for turn in case.turns}
    for question in questions:
        if (case := turns.get(folded(question.text))) is not None:
            raise DatasetError(
                f"Question {question.id} is a turn of case {case}.",
                hint="Fit on other questions than those that judge.",
            )


def fit(observations: Sequence[Observation], *, snapshot: str, day: date) -> Calibration:
    """Fit a standardised logistic regression on all observations and judge it by stratified folds.

    Args:
        observations: what `observe` gave.
        snapshot: id of the index that was searched, for the provenance.
        day: when, for the provenance.

    Raises:
        MeasurementError: fewer than five questions of either label found anything, or none is unanswerable.
    """
    searched = [seen for seen in observations if seen.features]
    labels = np.array([seen.found for seen in searched], np.int64)
    if min(labels.sum(), len(labels) - labels.sum()) < FOLDS:
        raise MeasurementError(f"Calibration needs {FOLDS} questions of either label that find something.")
    inputs = np.array([[seen.features[name] for name in FEATURES] for seen in searched])
    held_out = dict(zip([seen.question.id for seen in searched], _held_out(inputs, labels), strict=True))
    probabilities = tuple(held_out.get(seen.question.id, 0.0) for seen in observations)
    threshold = choose_threshold(probabilities, [seen.question.answerable for seen in observations])
    positive = [p for seen, p in zip(observations, probabilities, strict=True) if seen.found]
    negative = [p for seen, p in zip(observations, probabilities, strict=True) if not seen.found]
    provenance = Provenance(
        fitted=True,
        source=(
            f"calibration.jsonl on {day.isoformat()}, snapshot {snapshot}: "
            f"{FOLDS}-fold AUROC {auroc(positive, negative):.3f}; the threshold answers at most "
            f"{ANSWERED_UNANSWERABLE:.0%} of unanswerable questions in those folds"
        ),
        examples=len(searched),
    )
    return Calibration(_confidence(inputs, labels, threshold, provenance), tuple(observations), probabilities)


def choose_threshold(probabilities: Sequence[float], answerable: Sequence[bool]) -> float:
    """The lowest threshold at which at most `ANSWERED_UNANSWERABLE` of the unanswerable questions are answered.

    It lies midway between the best unanswerable question that is refused and the next probability above it.

    Raises:
        MeasurementError: no question is unanswerable.
    """
    unanswerable = sorted((p for p, known in zip(probabilities, answerable, strict=True) if not known), reverse=True)
    if not unanswerable:
        raise MeasurementError("A threshold needs unanswerable questions.")
    allowed = int(ANSWERED_UNANSWERABLE * len(unanswerable))
    if allowed >= len(unanswerable):
        return 0.0
    refused = unanswerable[allowed]
    above = min((p for p in probabilities if p > refused), default=1.0)
    return (refused + above) / 2


def _held_out(inputs: Floats, labels: NDArray[np.int64]) -> list[float]:
    """The probability of each row by a model that was fitted without its fold."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    return [float(p) for p in cross_val_predict(_pipeline(), inputs, labels, cv=folds, method="predict_proba")[:, 1]]


def _pipeline() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))


def _confidence(inputs: Floats, labels: NDArray[np.int64], threshold: float, provenance: Provenance) -> Confidence:
    scaler, model = (step for _, step in _pipeline().fit(inputs, labels).steps)
    return Confidence(
        features=FEATURES,
        mean=_rounded(scaler.mean_),
        scale=_rounded(scaler.scale_),
        weights=_rounded(model.coef_[0]),
        intercept=_rounded(model.intercept_)[0],
        threshold=round(threshold, 6),
        provenance=provenance,
    )


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def _auroc(pairs: Sequence[tuple[Observation, float]], label: Callable[[Observation], bool]) -> dict[str, Any]:
    positive = [p for seen, p in pairs if label(seen)]
    negative = [p for seen, p in pairs if not label(seen)]
    interval = auroc_interval(positive, negative)
    return {"value": round(auroc(positive, negative), 4), "ci": [round(bound, 4) for bound in interval]}


def _language_group(seen: Observation) -> str:
    base = seen.question.lang.partition("-")[0]
    return base if base in {"zh", "en"} else "other"


def folded(text: str) -> str:
    """The letters and digits of `text` without case: two texts that differ in nothing else count as one."""
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text).casefold())
