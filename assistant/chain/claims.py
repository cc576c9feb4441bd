"""What a passage says about a figure: the statements that two documents may contradict each other in.

A claim is a figure in a unit that can be compared (`quantities.py`), and all that says what it is of: coin, network,
tier and level by the vocabulary, the table column, the words around it, and marks (`claims.yaml`) that tell near twins
apart (maker and taker, per day and per month). What the figure is of beyond that, the sentence with the figure left out
says: whether two such sentences mean the same is measured in `contradictions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.chain.outline import column_role
from assistant.chain.quantities import Quantity, find_quantities
from assistant.chain.slots import slots_of
from assistant.chain.vocabulary import Vocabulary, find, normalise, words_pattern
from assistant.language import to_simplified
from corpus.model import Passage, PassageKind, SectionKind
from corpus.sentences import split_sentences
from index.terms import terms

_PART = re.compile(r"[；;]")
_BREAK = re.compile(r"[，,：:、](?!\d)|\s(?:and|but|or|while|whereas)\s|[并且而和与](?=\D)")
_CLAUSE = re.compile(r"[，,：:]")
_KEYS = ("asset", "network", "tier", "level")
_ASIDE = re.compile(r"（[^（）\d]*）|\([^()\d]*\)")
"""An explanation in brackets says nothing of the figure."""
_HAS_DIGIT = re.compile(r"\d")
_STEP_NUMBER = re.compile(r"^\d+[.)]\s*")
_PAST_YEAR = re.compile(r"\bin (?:19|20)\d\d\b|(?:19|20)\d\d\s*年(?!.*?起)")
_NEGATED = re.compile(r"(?:不是|并非|而非|而不是|rather than|instead of|\bnot the|\bnot)\s*$")
_FIGURE = "…"
_LEAST_TERMS = 2
"""A clause with fewer words ("about … USDT") says nothing of its figure; its sentence may."""


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    exact: dict[str, dict[str, list[str]]]
    loose: dict[str, dict[str, list[str]]]
    generic: list[str]
    threshold: list[str]
    no_threshold: list[str]
    example: list[str]
    others: list[str]
    past: list[str]
    present: list[str]
    condition: list[str]
    instance: list[str]
    again: list[str]


@dataclass(frozen=True, slots=True)
class Marks:
    """Compiled word lists: group -> name -> pattern."""

    exact: Mapping[str, Mapping[str, re.Pattern[str]]]
    loose: Mapping[str, Mapping[str, re.Pattern[str]]]
    generic: re.Pattern[str]
    threshold: re.Pattern[str]
    no_threshold: re.Pattern[str]
    example: re.Pattern[str]
    others: re.Pattern[str]
    past: re.Pattern[str]
    present: re.Pattern[str]
    condition: re.Pattern[str]
    instance: re.Pattern[str]
    again: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure that a passage states.

    Attributes:
        text: the sentence or the row it stands in.
        value: the figure as written (NFKC, lower case).
        quantity: the same in a unit that can be compared.
        keys: coin, network, tier and level that it is about.
        attribute: what it is of (`fee`, `time`, `limit` …) as far as a table column or the words say.
        marks: group -> names found, for the groups that a word was found for.
        threshold: whether it says when to ask, not how long something takes.
        subject: what stands around it, figures left out: the nearest clauses.
        words: terms of the subject.
        context: terms of the title and the heading.
    """

    passage: Passage
    text: str
    value: str
    quantity: Quantity
    keys: Mapping[str, str]
    attribute: str
    marks: Mapping[str, frozenset[str]]
    threshold: bool
    subject: str
    words: frozenset[str]
    context: frozenset[str]

    @property
    def meaning(self) -> str:
        """What is embedded: the figure's surroundings under the title, the figure itself left out."""
        return f"{self.passage.title}：{self.subject}"

    @property
    def unit(self) -> str:
        """The dimension of the figure; the asset of an amount."""
        return self.quantity.kind if self.quantity.dimension == "money" else self.quantity.dimension

    @property
    def low(self) -> Decimal:
        """The value in the base unit (minutes for times), the lower end of a range."""
        return self.quantity.low

    @property
    def high(self) -> Decimal:
        """The upper end of a range."""
        return self.quantity.high


@cache
def load_marks() -> Marks:
    """The word lists that ship with the package."""
    text = resources.files("assistant.chain").joinpath("claims.yaml").read_text(encoding="utf-8")
    source = _Source.model_validate(yaml.safe_load(text))

    def compiled(groups: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, re.Pattern[str]]]:
        return {group: {name: words_pattern(words) for name, words in names.items()} for group, names in groups.items()}

    rest = (source.generic, source.threshold, source.no_threshold, source.example, source.others, source.past)
    return Marks(
        compiled(source.exact),
        compiled(source.loose),
        *map(words_pattern, (*rest, source.present, source.condition, source.instance, source.again)),
    )


def is_quotable(passage: Passage) -> bool:
    """Whether a passage states anything of its own: not a question, not what somebody should have ready."""
    return passage.kind is not PassageKind.QUESTION and passage.section is not SectionKind.HAVE_READY


def claims_of(passage: Passage, vocabulary: Vocabulary) -> tuple[Claim, ...]:
    """The claims of a passage in reading order; none for an example question."""
    if passage.kind is PassageKind.QUESTION:
        return ()
    if passage.kind is PassageKind.ROW:
        return tuple(_row_claims(passage, vocabulary))
    if load_marks().example.search(_folded(passage.title)):
        return ()
    lines = passage.text.splitlines()
    if passage.kind is PassageKind.STEPS:
        lines = [_STEP_NUMBER.sub("", line) for line in lines]
    found: list[Claim] = []
    about: Mapping[str, str] = _named(f"{passage.title} {passage.heading}", vocabulary)
    for line in lines:
        keys = about
        for sentence in split_sentences(line):
            claims, keys = _sentence_claims(passage, sentence.strip(), keys, vocabulary)
            found += claims
    return tuple(found)


def _row_claims(passage: Passage, vocabulary: Vocabulary) -> Iterator[Claim]:
    roles = {header: column_role(header, vocabulary) for header in passage.cells}
    keys = {roles[header]: _folded(cell) for header, cell in passage.cells.items() if roles[header] in _KEYS}
    named = " ".join(cell for header, cell in passage.cells.items() if roles[header] in _KEYS)
    keys |= {name: value for name, value in _named(named, vocabulary).items() if name in keys}
    first = next(iter(passage.cells), "")
    label = named if keys else passage.cells.get(first, "")
    for header, cell in passage.cells.items():
        if roles[header] in _KEYS or (not keys and header == first):
            continue
        folded = _folded(f"{header} {cell}")
        for quantity in find_quantities(folded):
            if quantity.span[0] < len(_folded(header)):
                continue
            holder = _Holder(passage, passage.text, f"{label} {header}", header, before=_folded(label))
            yield _claim(holder, folded, quantity, keys, roles[header])


@dataclass(frozen=True, slots=True)
class _Holder:
    """Where a figure stands: its sentence, what is said of it, what is searched for marks, what was said before."""

    passage: Passage
    text: str
    subject: str
    about: str
    before: str = ""
    clause: str = ""
    threshold: bool = False


def _sentence_claims(
    passage: Passage, sentence: str, keys: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[list[Claim], Mapping[str, str]]:
    """Claims, and what has been named so far ("USDT can leave over Solana. That costs 1 USDT")."""
    marks = load_marks()
    text = _folded(_ASIDE.sub(" ", sentence))
    if marks.example.search(text) or marks.others.search(text):
        return [], keys
    instance = marks.instance.search(text)
    text = text[: instance.start()] if instance else text
    found: list[Claim] = []
    before, past = "", False
    for part in _PART.split(text):
        quantities = find_quantities(part)
        for start, end, quantity in _segments(part, quantities):
            segment = part[start:end]
            # What an earlier clause named holds until another is named: "TRC20 每笔 1 USDT，到账约 30 分钟".
            keys = {**keys, **_named(_left_out(segment, find_quantities(segment)), vocabulary)}
            past = _is_past(segment, past)
            lead = part[: quantity.span[0]]
            if past or _NEGATED.search(lead) or marks.again.search(lead[-8:]) or _is_condition(lead):
                before = f"{before} {segment}"
                continue
            subject = segment if len(quantities) > 1 or _PART.search(text) else text
            if len(_terms(_left_out(subject, find_quantities(subject)))) < _LEAST_TERMS:
                subject = text
            holder = _Holder(
                passage,
                sentence,
                _masked(subject, find_quantities(subject)),
                _masked(segment, find_quantities(segment)),
                before,
                _clause_of(part, quantity, start, end),
                bool(marks.threshold.search(marks.no_threshold.sub(" ", segment))),
            )
            attribute = next(iter(find(vocabulary.attributes, segment)), "")
            claim = _claim(holder, part, quantity, keys, attribute)
            if quantity.dimension == "minute" and _over_amount(quantities, quantity):
                claim = replace(claim, marks={**claim.marks, "amount": frozenset({"large"})})
            found += _one_side_each(claim)
            before = f"{before} {segment}"
        if not quantities:
            before = f"{before} {part}"
            keys = {**keys, **_named(part, vocabulary)}
    return found, keys


def _clause_of(part: str, quantity: Quantity, start: int, end: int) -> str:
    """The clause between `start` and `end` that a figure stands in, figures left out."""
    first = max((match.end() for match in _CLAUSE.finditer(part, start, quantity.span[0])), default=start)
    last = _CLAUSE.search(part, quantity.span[1], end)
    clause = part[first : last.start() if last else end]
    return _left_out(clause, find_quantities(clause))


def _is_condition(lead: str) -> bool:
    """Whether the clause up to a figure says when something holds: "if you have 12 devices"."""
    return bool(load_marks().condition.search(_CLAUSE.split(lead)[-1]))


def _over_amount(quantities: tuple[Quantity, ...], quantity: Quantity) -> bool:
    """Whether an amount stands before it that it holds from: "one of 50,000 USDT or more takes 2 hours"."""
    earlier = [other for other in quantities if other.span < quantity.span]
    return bool(earlier) and earlier[-1].dimension == "money" and earlier[-1].bound == "least"


def _one_side_each(claim: Claim) -> list[Claim]:
    """A figure for maker and taker alike is two claims."""
    sides = claim.marks.get("side", frozenset())
    if len(sides) < 2:
        return [claim]
    return [replace(claim, marks={**claim.marks, "side": frozenset({side})}) for side in sorted(sides)]


def _is_past(segment: str, before: bool) -> bool:
    """Whether a clause tells what held once; so do the clauses after it, until one speaks of today."""
    marks = load_marks()
    if marks.past.search(segment) or _PAST_YEAR.search(segment):
        return True
    return before and not marks.present.search(segment)


def _segments(part: str, quantities: tuple[Quantity, ...]) -> Iterator[tuple[int, int, Quantity]]:
    """Every quantity with where the clauses that are its own begin and end: cut at the first break between figures."""
    start = 0
    for index, quantity in enumerate(quantities):
        end = len(part)
        if index + 1 < len(quantities):
            following = quantities[index + 1].span[0]
            cut = _BREAK.search(part, quantity.span[1], following)
            end = cut.start() if cut else following
        yield start, end, quantity
        start = end


@lru_cache(maxsize=1 << 15)
def _named(text: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    slots = slots_of(text, vocabulary)
    found = {"asset": slots.coin, "network": slots.network, "tier": slots.tier, "level": slots.level}
    named = {name: normalise(value) for name, value in found.items() if value}
    if "level" not in named:
        grades = [name for name, pattern in load_marks().exact["grade"].items() if pattern.search(_folded(text))]
        if len(grades) == 1:
            named["level"] = grades[0]
    return named


def _claim(holder: _Holder, text: str, quantity: Quantity, keys: Mapping[str, str], attribute: str) -> Claim:
    passage = holder.passage
    subject = " ".join(holder.subject.split())
    return Claim(
        passage=passage,
        text=holder.text,
        value=text[quantity.span[0] : quantity.span[1]].strip(),
        quantity=quantity,
        # "1 USDT" is in USDT, whether or not the coin is named beside it.
        keys={name: value for name, value in keys.items() if not (name == "asset" and value == quantity.kind)},
        attribute=attribute,
        marks=_marks(holder),
        threshold=holder.threshold,
        subject=subject,
        words=_terms(subject),
        context=_terms(f"{passage.title} {passage.heading}"),
    )


def _marks(holder: _Holder) -> dict[str, frozenset[str]]:
    """Marks of the clause; a group that it has no word for, by what was said before, the title, then the category."""
    marks = load_marks()
    passage = holder.passage
    found: dict[str, frozenset[str]] = {}
    if passage.category in marks.loose["direction"]:
        found["direction"] = frozenset({passage.category})
    for text, groups in (
        (_folded(passage.title), marks.loose),
        (holder.before, marks.loose),
        (_folded(holder.about), {**marks.exact, **marks.loose}),
        (holder.clause, {**marks.exact, **marks.loose}),
    ):
        found |= _marked(groups, text)
    return found


def _marked(groups: Mapping[str, Mapping[str, re.Pattern[str]]], text: str) -> dict[str, frozenset[str]]:
    found = {group: frozenset(n for n, p in names.items() if p.search(text)) for group, names in groups.items()}
    return {group: names for group, names in found.items() if names}


def _left_out(text: str, quantities: tuple[Quantity, ...]) -> str:
    for quantity in reversed(quantities):
        text = f"{text[: quantity.span[0]]} {text[quantity.span[1] :]}"
    return text


def _masked(text: str, quantities: tuple[Quantity, ...]) -> str:
    """`text` without its figures. What is counted stays: addresses are not devices."""
    for quantity in reversed(quantities):
        start, end = quantity.span
        kept = quantity.unit if quantity.dimension in ("count", "money", "size") else ""
        text = f"{text[:start]} {_FIGURE} {kept} {text[end:]}"
    return text


@lru_cache(maxsize=1 << 14)
def _folded(text: str) -> str:
    return to_simplified(normalise(text))


@lru_cache(maxsize=1 << 14)
def _terms(text: str) -> frozenset[str]:
    said = load_marks().generic.sub(" ", _folded(text))
    return frozenset(term for term in terms(said) if not _HAS_DIGIT.search(term))
