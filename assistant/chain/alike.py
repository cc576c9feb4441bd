"""How surely two claims are of the same figure, by meaning and by words.

A logistic score over few features, each of which can be read: how near the two sentences are in meaning, beyond how
near they are to anything (cross-domain similarity local scaling, Conneau et al. 2018); which rare words they share;
which coin, network, tier, level and marks both name, or only one. The weights (`alike.yaml`) were fitted on the rows of
`eval/datasets/contradictions_dev.jsonl` and the seed; see `docs/decisions/0022-contradictions-by-claims.md`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.chain.claims import Claim, Marks, load_marks
from assistant.chain.comparable import agree
from index.embedders.base import Vectors

_NEIGHBOURS = 10
_ALONE = 0.85
"""How near to anything a claim counts as that has no neighbour."""
_TINY = 1e-6
_ANY_CATEGORY = "general"
"""What an upload gets that names none: it may be about anything."""


class Model(BaseModel):
    """The fitted score.

    Attributes:
        threshold: the score from which two claims that differ are reported.
        factor: what the score loses per unit of the logarithm of the figures' ratio beyond `free_ratio`: a figure
            that differs hundredfold is seldom the same figure.
        certain: the score from which a draft is stopped as well.
        least_cosine: pairs that are less alike in meaning are not scored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, float]
    intercept: float
    threshold: float
    factor: float
    free_ratio: float
    least_cosine: float
    certain: float


@cache
def load_model() -> Model:
    """The weights that ship with the package."""
    text = resources.files("assistant.chain").joinpath("alike.yaml").read_text(encoding="utf-8")
    return Model.model_validate(yaml.safe_load(text))


class Alike:
    """Scores pairs of a fixed set of claims.

    Args:
        claims: all claims that are compared.
        vectors: shape `(len(claims), dimension)`, L2-normalised: each claim's `meaning`.
        reference: which claims tell how near a claim is to anything; all of them if none does.
    """

    def __init__(self, claims: Sequence[Claim], vectors: Vectors, reference: Sequence[bool]) -> None:
        self._claims = claims
        self._model = load_model()
        self._marks = load_marks()
        self._cosines: NDArray[np.float32] = vectors @ vectors.T
        self._rarity = _rarity(claims)
        self._hubs = self._neighbourhoods(np.array(reference) | (not any(reference)))

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs near enough in meaning, of one language and unit, each once."""
        groups = self._groups()
        near = (self._cosines > self._model.least_cosine) & (groups[:, None] == groups[None, :])
        first, second = np.nonzero(np.triu(near, 1))
        return list(zip(first.tolist(), second.tolist(), strict=True))

    def score(self, i: int, j: int) -> float:
        """Log odds that claims `i` and `j` are of the same figure."""
        features = self._features(i, j)
        return self._model.intercept + sum(self._model.weights[name] * value for name, value in features.items())

    def penalty(self, i: int, j: int) -> float:
        """What a pair loses for figures that are far apart. Nothing, where no ratio tells: zero, and times of day."""
        if self._claims[i].quantity.dimension == "clock" or not (self._claims[i].high and self._claims[j].high):
            return 0.0
        one, other = (max(float(claim.high or claim.low), _TINY) for claim in (self._claims[i], self._claims[j]))
        return self._model.factor * max(0.0, abs(math.log(one / other)) - self._model.free_ratio)

    def _features(self, i: int, j: int) -> Mapping[str, float]:
        one, other = self._claims[i], self._claims[j]
        bounds = (one.quantity.bound, other.quantity.bound)
        business = one.quantity.dimension == "minute" and one.quantity.kind != other.quantity.kind
        loose_both, loose_one = _shared_marks(one, other, self._marks)
        return {
            "csls": float(self._cosines[i, j]) - (self._hubs[i] + self._hubs[j]) / 2,
            "lex": self._overlap(one.words | one.context, other.words | other.context),
            "sub": self._overlap(one.words, other.words),
            "ctx": self._overlap(one.context, other.context),
            "keys_eq": sum(other.keys.get(key) == value for key, value in one.keys.items()),
            "keys_one": len(one.keys.keys() ^ other.keys.keys()),
            "lo_eq": loose_both,
            "lo_one": loose_one,
            "attr_ne": float(bool(one.attribute and other.attribute) and one.attribute != other.attribute),
            "bound_eq": float(bool(bounds[0]) and bounds[0] == bounds[1]),
            "bound_one": float(bool(bounds[0]) != bool(bounds[1])),
            "biz": float(business and not agree(one, other)),
            "cat": float(len({one.passage.category, other.passage.category} - {_ANY_CATEGORY}) < 2),
        }

    def _overlap(self, one: frozenset[str], other: frozenset[str]) -> float:
        weights = self._weigh(one) * self._weigh(other)
        return self._weigh(one & other) / math.sqrt(max(_TINY, weights))

    def _weigh(self, words: frozenset[str]) -> float:
        return sum(self._rarity[word] for word in words)

    def _groups(self) -> NDArray[np.int64]:
        names = [f"{claim.passage.locale[:2]} {claim.quantity.dimension}" for claim in self._claims]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return np.array([numbers[name] for name in names], np.int64)

    def _neighbourhoods(self, reference: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How near each claim is to the nearest ones of other documents: some are near to everything."""
        groups = self._groups()
        documents = np.array([claim.passage.document_id for claim in self._claims])
        hubs = np.full(len(self._claims), _ALONE)
        for i in range(len(self._claims)):
            others = self._cosines[i][(groups == groups[i]) & (documents != documents[i]) & reference]
            if len(others):
                hubs[i] = float(np.sort(others)[-_NEIGHBOURS:].mean())
        return hubs


def _rarity(claims: Sequence[Claim]) -> Mapping[str, float]:
    counts = Counter(word for claim in claims for word in claim.words | claim.context)
    return {word: math.log(len(claims) / (1 + count)) + 0.1 for word, count in counts.items()}


def _shared_marks(one: Claim, other: Claim, marks: Marks) -> tuple[int, int]:
    """In how many loose groups both name the same thing, and in how many only one names anything."""
    both = alone = 0
    for group in marks.loose:
        first, second = one.marks.get(group), other.marks.get(group)
        both += bool(first and second and first & second)
        alone += bool(first) != bool(second)
    return both, alone
