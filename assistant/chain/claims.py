"""What a passage says about a figure: the statements that two documents may contradict each other in.

A claim is a value with a unit, and all that says what the value is of: coin, network, tier and level by the
vocabulary, the table column, the words around it, and marks (`claims.yaml`) that tell near twins apart (maker and
taker, per day and per month). Nothing is understood; what cannot be told apart by these is compared by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.chain.facts import Fact, extract_facts
from assistant.chain.outline import column_role
from assistant.chain.slots import slots_of
from assistant.chain.vocabulary import Vocabulary, find, normalise, words_pattern
from assistant.language import to_simplified
from corpus.model import Passage, PassageKind, SectionKind
from corpus.sentences import split_sentences
from index.terms import terms

_MINUTES = {"second": Decimal(1) / 60, "minute": Decimal(1), "hour": Decimal(60), "day": Decimal(1440)}
_RANGE = re.compile(r"\s*(?:[-–—~～至到]|to)\s*")
_PART = re.compile(r"[；;]")
_CLAUSE = re.compile(r"[，,：:](?!\d)|\s(?:and|but|or|while)\s(?=[^，,]*\d)")
_KEYS = ("asset", "network", "tier", "level")
_ASIDE = re.compile(r"（[^（）\d]*）|\([^()\d]*\)")
"""An explanation in brackets says nothing of the figure."""
_HAS_DIGIT = re.compile(r"\d")
_STEP_NUMBER = re.compile(r"^\d+[.)]\s*")


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    exact: dict[str, dict[str, list[str]]]
    loose: dict[str, dict[str, list[str]]]
    generic: list[str]
    threshold: list[str]


@dataclass(frozen=True, slots=True)
class Marks:
    """Compiled word lists: group -> name -> pattern."""

    exact: Mapping[str, Mapping[str, re.Pattern[str]]]
    loose: Mapping[str, Mapping[str, re.Pattern[str]]]
    generic: re.Pattern[str]
    threshold: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure that a passage states.

    Attributes:
        text: the sentence or the row it stands in.
        value: the figure as written.
        low: the value in the base unit (minutes for times), the lower end of a range; `high` the upper end.
        keys: coin, network, tier and level that it is about.
        attribute: what it is of (`fee`, `time`, `limit` …) as far as a table column or the words say.
        marks: group -> names found, for the groups that a word was found for.
        frame: terms of what stands before it and says when or of what it holds ("after a password reset, …").
        words: terms of the clause it stands in, figures left out.
        context: terms of the title and the heading.
    """

    passage: Passage
    text: str
    value: str
    unit: str
    low: Decimal
    high: Decimal
    keys: Mapping[str, str]
    attribute: str
    marks: Mapping[str, frozenset[str]]
    frame: frozenset[str]
    words: frozenset[str]
    context: frozenset[str]


@cache
def load_marks() -> Marks:
    """The word lists that ship with the package."""
    text = resources.files("assistant.chain").joinpath("claims.yaml").read_text(encoding="utf-8")
    source = _Source.model_validate(yaml.safe_load(text))

    def compiled(groups: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, re.Pattern[str]]]:
        return {group: {name: words_pattern(words) for name, words in names.items()} for group, names in groups.items()}

    return Marks(
        compiled(source.exact), compiled(source.loose), words_pattern(source.generic), words_pattern(source.threshold)
    )


def claims_of(passage: Passage, vocabulary: Vocabulary) -> tuple[Claim, ...]:
    """The claims of a passage in reading order; none for an example question."""
    if passage.kind is PassageKind.QUESTION:
        return ()
    if passage.kind is PassageKind.ROW:
        return tuple(_row_claims(passage, vocabulary))
    lines = passage.text.splitlines()
    if passage.kind is PassageKind.STEPS:
        lines = [_STEP_NUMBER.sub("", line) for line in lines]
    return tuple(
        claim
        for line in lines
        for sentence in split_sentences(line)
        if _HAS_DIGIT.search(sentence)
        for claim in _sentence_claims(passage, sentence.strip(), vocabulary)
    )


def _row_claims(passage: Passage, vocabulary: Vocabulary) -> Iterator[Claim]:
    roles = {header: column_role(header, vocabulary) for header in passage.cells}
    keys = {roles[header]: normalise(cell) for header, cell in passage.cells.items() if roles[header] in _KEYS}
    first = next(iter(passage.cells), "")
    label = "" if keys else passage.cells.get(first, "")
    for header, cell in passage.cells.items():
        if roles[header] in _KEYS or (not keys and header == first):
            continue
        for figures in _joined(_figures(cell, vocabulary), normalise(cell)):
            holder = _Holder(passage, passage.text, cell, header, label)
            yield _claim(holder, figures, keys, roles[header])


def _sentence_claims(passage: Passage, sentence: str, vocabulary: Vocabulary) -> Iterator[Claim]:
    keys = _named(f"{passage.title} {passage.heading}", vocabulary)
    before = ""
    for part in _PART.split(_ASIDE.sub(" ", sentence)):
        yield from _part_claims(_Holder(passage, sentence, before=before), part, keys, vocabulary)
        before = f"{before} {part}"


def _part_claims(holder: _Holder, part: str, keys: dict[str, str], vocabulary: Vocabulary) -> Iterator[Claim]:
    """Claims of what stands between semicolons. `keys` take up what is named."""
    frame = ""
    for clause in filter(str.strip, _CLAUSE.split(part)):
        # What an earlier clause named holds until another is named: "TRC20 每笔 1 USDT，到账约 30 分钟".
        keys |= _named(clause, vocabulary)
        folded = normalise(clause)
        figures = [] if load_marks().threshold.search(folded) else list(_joined(_figures(clause, vocabulary), folded))
        attributes = find(vocabulary.attributes, clause)
        for found in figures:
            here = replace(holder, clause=clause, about=clause, frame=frame)
            yield _claim(here, found, keys, next(iter(attributes), ""))
        if figures:
            holder = replace(holder, before=f"{holder.before} {clause}")
        else:
            frame = f"{frame} {clause}".strip()


def _named(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    slots = slots_of(text, vocabulary)
    found = {"asset": slots.coin, "network": slots.network, "tier": slots.tier, "level": slots.level}
    return {name: normalise(value) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class _Holder:
    """Where a figure stands: sentence or row, clause or cell, what that says, what frames it, what was said before."""

    passage: Passage
    text: str
    clause: str = ""
    about: str = ""
    frame: str = ""
    before: str = ""


def _claim(holder: _Holder, figures: tuple[Fact, ...], keys: Mapping[str, str], attribute: str) -> Claim:
    unit, values = _base(figures)
    folded = normalise(holder.clause)
    passage = holder.passage
    return Claim(
        passage=passage,
        text=holder.text,
        value=folded[figures[0].span[0] : figures[-1].span[1]].strip(),
        unit=unit,
        low=min(values),
        high=max(values),
        # "1 USDT" is in USDT, whether or not the coin is named beside it.
        keys={name: value for name, value in keys.items() if not (name == "asset" and value == unit)},
        attribute=attribute,
        marks=_marks(holder),
        frame=_words(holder.frame),
        words=_words(_without_figures(holder.about, figures) if holder.about == holder.clause else holder.about),
        context=_words(f"{passage.title} {passage.heading}"),
    )


def _marks(holder: _Holder) -> dict[str, frozenset[str]]:
    """Marks of the clause; a group that it has no word for, by what frames it, then by the title, then the category."""
    marks = load_marks()
    passage = holder.passage
    found: dict[str, frozenset[str]] = {}
    if passage.category in marks.loose["direction"]:
        found["direction"] = frozenset({passage.category})
    for text, groups in (
        (passage.title, marks.loose),
        (holder.before, marks.loose),
        (holder.frame, {**marks.exact, **marks.loose}),
        (holder.about, {**marks.exact, **marks.loose}),
    ):
        found |= _marked(groups, to_simplified(normalise(text)))
    return found


def _marked(groups: Mapping[str, Mapping[str, re.Pattern[str]]], text: str) -> dict[str, frozenset[str]]:
    found = {group: frozenset(n for n, p in names.items() if p.search(text)) for group, names in groups.items()}
    return {group: names for group, names in found.items() if names}


def _figures(text: str, vocabulary: Vocabulary) -> list[Fact]:
    return [fact for fact in extract_facts(text, vocabulary) if fact.kind == "number" and fact.unit]


def _joined(figures: Iterable[Fact], folded: str) -> Iterator[tuple[Fact, ...]]:
    """Figures one by one, the two ends of a range together. "10–30 minutes": the first end has no unit of its own."""
    previous: Fact | None = None
    for fact in figures:
        start = fact.span[0]
        head = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*(?:[-–—~～至到]|to)\s*$", folded[:start])
        if head is not None:
            low = Fact("number", head.group(1).replace(",", ""), fact.unit, head.span())
            yield (low, fact)
        elif previous is None or not _RANGE.fullmatch(folded[previous.span[1] : start]):
            yield (fact,)
        previous = fact


def _base(figures: tuple[Fact, ...]) -> tuple[str, list[Decimal]]:
    unit = figures[-1].unit
    values = [Decimal(fact.value) for fact in figures]
    if unit in _MINUTES:
        return "minute", [value * _MINUTES[unit] for value in values]
    return unit, values


def _without_figures(text: str, figures: tuple[Fact, ...]) -> str:
    folded = normalise(text)
    return f"{folded[: figures[0].span[0]]} {folded[figures[-1].span[1] :]}"


def _words(text: str) -> frozenset[str]:
    said = load_marks().generic.sub(" ", to_simplified(normalise(text)))
    return frozenset(term for term in terms(said) if not _HAS_DIGIT.search(term))


def is_quotable(passage: Passage) -> bool:
    """Whether a passage states anything of its own: not a question, not what somebody should have ready."""
    return passage.kind is not PassageKind.QUESTION and passage.section is not SectionKind.HAVE_READY
