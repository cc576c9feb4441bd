"""What filters and ranking need to know of every passage, as columns of numbers: nothing is parsed to open them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpus.model import Passage, PassageKind, SectionKind

Numbers = NDArray[np.int64]
Vocabulary = Mapping[str, tuple[str, ...]]

FIELDS = (
    "kind",
    "why",
    "locale",
    "audience",
    "category",
    "jurisdictions",
    "products",
    "effective_from",
    "effective_until",
    "shown",
    "document",
    "parent",
    "ordinal",
    "length",
)
CODED = ("locale", "audience", "category", "jurisdictions", "products")
"""Fields that hold positions in a vocabulary."""
KINDS = tuple(PassageKind)
_BETWEEN = "\x1f"
"""Stands between the members of a set (jurisdictions, products) in its vocabulary."""


@dataclass(frozen=True)
class Columns:
    """The columns of some passages in row order.

    Attributes:
        values: shape `(len(FIELDS), passages)`.
        vocabulary: for each of `CODED`, the strings that its numbers stand for.
    """

    values: Numbers
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return int(self.values.shape[1])

    def column(self, field: str) -> Numbers:
        """One field of all passages: shape `(passages,)`. Days are ordinals; an open end is the last day there is."""
        column: Numbers = self.values[FIELDS.index(field)]
        return column

    def having(self, field: str, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Which passages have one of the wanted values in a coded field: shape `(passages,)`."""
        names = self.vocabulary[field]
        chosen = np.array([name in frozenset(wanted) for name in names], np.bool_)
        return chosen[self.column(field)]

    def holding(self, field: str, member: str) -> NDArray[np.bool_]:
        """Which passages have `member` or `*` in a field of sets: shape `(passages,)`."""
        sets = [frozenset(name.split(_BETWEEN)) for name in self.vocabulary[field]]
        chosen = np.array([member in held or "*" in held for held in sets], np.bool_)
        return chosen[self.column(field)]

    @cached_property
    def average_length(self) -> float:
        """Mean number of terms; 1 without passages."""
        return float(self.column("length").mean()) if len(self) else 1.0

    def followed_by(self, tail: Columns) -> Columns:
        """These passages and then those of `tail`, whose vocabulary must begin with this one's."""
        return Columns(np.concatenate([self.values, tail.values], axis=1), tail.vocabulary)


def parent_number(passage: Passage) -> int:
    """64 bits that stand for the passage's section in its document and locale; 0 = it has none."""
    if not passage.parent:
        return 0
    key = _BETWEEN.join((passage.document_id, passage.locale, passage.parent))
    return xxhash.xxh3_64_intdigest(key.encode()) - (1 << 63)


def columns_of(
    passages: Sequence[Passage],
    *,
    shown: Sequence[int],
    documents: Mapping[str, int],
    lengths: Sequence[int],
    vocabulary: Vocabulary | None = None,
) -> Columns:
    """Columns of passages in row order.

    Args:
        passages: in row order.
        shown: for each, the row that is shown for it; -1 = none.
        documents: number of each document id.
        lengths: for each, its number of terms.
        vocabulary: kept and extended, so that both share their numbers.
    """
    known = {field: {name: code for code, name in enumerate((vocabulary or {}).get(field, ()))} for field in CODED}
    values = np.zeros((len(FIELDS), len(passages)), np.int64)
    for row, passage in enumerate(passages):
        texts = (
            passage.locale,
            passage.audience,
            passage.category,
            _BETWEEN.join(passage.jurisdictions),
            _BETWEEN.join(passage.products),
        )
        codes = [known[field].setdefault(text, len(known[field])) for field, text in zip(CODED, texts, strict=True)]
        values[:, row] = (
            KINDS.index(passage.kind),
            passage.section is SectionKind.WHY,
            *codes,
            passage.effective_from.toordinal(),
            (passage.effective_until or date.max).toordinal(),
            shown[row],
            documents[passage.document_id],
            parent_number(passage),
            passage.ordinal,
            lengths[row],
        )
    return Columns(values, {field: tuple(names) for field, names in known.items()})
