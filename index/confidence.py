"""How likely it is that a search found an answer: a logistic model over the features of the search.

Raw similarities cannot tell: E5 gives nonsense cosines of 0.8 and more. The coefficients are data, see
`data/confidence.json`; its `provenance` says what they were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corpus.errors import ConfigurationError
from index.features import FEATURES

SHIPPED = Path(str(files("index") / "data" / "confidence.json"))

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]


class Provenance(BaseModel):
    """Where the coefficients come from.

    Attributes:
        fitted: whether data decided them; `False` = set by hand.
        source: which data, or how they were set.
        examples: number of questions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted: bool
    source: str
    examples: int = 0


class Confidence(BaseModel):
    """Coefficients: `p = 1 / (1 + exp(-(intercept + sum(weight * (feature - mean) / scale))))`.

    Attributes:
        threshold: below this probability the desk does not answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    features: tuple[str, ...] = Field(min_length=1)
    mean: tuple[_Finite, ...]
    scale: tuple[_Positive, ...]
    weights: tuple[_Finite, ...]
    intercept: _Finite
    threshold: float = Field(ge=0, le=1)
    provenance: Provenance

    @model_validator(mode="after")
    def _consistent(self) -> Confidence:
        if len({len(self.features), len(self.mean), len(self.scale), len(self.weights)}) != 1:
            raise ValueError("features, mean, scale and weights must have the same length")
        unknown = set(self.features) - set(FEATURES)
        if unknown:
            raise ValueError(f"unknown features: {', '.join(sorted(unknown))}")
        return self

    def probability(self, features: Mapping[str, float]) -> float:
        """Probability, 0 to 1, that the first hits answer the question; 0 for a search without features.

        Raises:
            ConfigurationError: a feature is missing.
        """
        if not features:
            return 0.0
        missing = [name for name in self.features if name not in features]
        if missing:
            raise ConfigurationError(f"The search has no feature {', '.join(missing)}.")
        terms = zip(self.features, self.mean, self.scale, self.weights, strict=True)
        logit = self.intercept + sum(weight * (features[name] - mean) / scale for name, mean, scale, weight in terms)
        # Beyond 700 the exponential overflows; the probability is then 0 or 1 to the last bit.
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, logit))))


def load_confidence(path: Path = SHIPPED) -> Confidence:
    """The model in a JSON file.

    Raises:
        ConfigurationError: the file is missing or not such a model. There is no default: a desk without a measure of
            its own ignorance must not start.
    """
    try:
        return Confidence.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"There is no confidence model at {path}.") from error
    except ValidationError as error:
        raise ConfigurationError(f"The confidence model {path} is not valid: {error}") from error
