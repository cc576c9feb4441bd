"""Facts of a reply, each with whether a source holds it: for people, who may vouch for what no source says.

The fact-lock (`factlock.py`) drops a draft of the desk over one fact; here a person sees which one it is. More counts
as a fact than there: people write numbers in words, and digits in forms that no article uses.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.chain.factlock import Sources
from assistant.chain.facts import Fact, extract_facts
from assistant.chain.parsing import Placed, as_read, place, runs_on
from assistant.chain.slots import parse_number
from assistant.chain.vocabulary import Vocabulary, normalise
from assistant.compliance.normalise import normalised
from assistant.model import EvidenceItem, Sentence

_TOKEN = re.compile(r"⟦[^⟧]*⟧")
# Each pattern looks behind itself, so that a long run is tried once and not at each of its characters.
_DIGITS = re.compile(r"(?<![\da-zà-ɏ])[\da-zà-ɏ]*\d[\da-zà-ɏ]*")
_SHORT_AMOUNT = re.compile(r"([0-9]+)u")
_NUMERALS = "一二两三四五六七八九十百千半"
_HAN_NUMBER = f"(?<![{_NUMERALS}])[{_NUMERALS}]+[万亿]?"
_ASSETS = ("usdt", "usdc", "usd", "btc", "eth", "sol", "trx", "xrp", "ton", "xlm", "ltc", "doge", "bnb", "u")
_ASSET = "|".join(_ASSETS)
_ENGLISH = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
}
_WORDED = re.compile(
    rf"百分之(?P<percent>{_HAN_NUMBER})|(?P<han>{_HAN_NUMBER})\s*(?P<han_unit>倍|(?:{_ASSET})(?![a-z]))"
    rf"|\b(?P<english>{'|'.join(_ENGLISH)})"
    r"\s+(?P<english_unit>(?:business day|second|minute|hour|day|month|year|percent|confirmation)s?|" + _ASSET + r")\b"
)


@dataclass(frozen=True, slots=True)
class CheckedFact:
    """One checkable value and whether a source holds it.

    Attributes:
        text: as it stands in the body.
        span: code-point offsets of `text` in the body.
        sentence: index of the sentence it begins in.
        customer: only the customer's own words hold it.
    """

    text: str
    span: tuple[int, int]
    supported: bool
    sentence: int = 0
    customer: bool = False


def check_facts(
    sentences: Sequence[Sentence], evidence: Sequence[EvidenceItem], body: str, vocabulary: Vocabulary
) -> tuple[CheckedFact, ...]:
    """Every fact of a draft, in order, held to what its sentence cites and to the sentence's operands.

    Raises:
        ValueError: the sentences are not those of `body`.
    """
    return check_placed(place(sentences, body), evidence, body, vocabulary)


def check_placed(
    placed: Sequence[Placed],
    evidence: Sequence[EvidenceItem],
    body: str,
    vocabulary: Vocabulary,
    turns: Sequence[str] = (),
) -> tuple[CheckedFact, ...]:
    """As `check_facts`, and what stands in one of the customer's `turns` (after the firewall) is held too."""
    cited = {n for item in placed for n in item.sentence.citations}
    passages = {item.n: facts_of(item.passage.indexed_text, vocabulary) for item in evidence if item.n in cited}
    said = {fact.key for turn in turns for fact in facts_of(_TOKEN.sub(" ", turn), vocabulary)}
    sources = [Sources(_given(item.sentence, passages, vocabulary)) for item in placed]
    starts = [item.start for item in placed]
    reading = as_read(body, placed)
    checked: list[CheckedFact] = []
    for start, end in _stretches(body, placed):
        begin, stop = reading.reading(start, end)
        for fact in facts_of(reading.text[begin:stop], vocabulary):
            span = reading.original(begin + fact.span[0], begin + fact.span[1])
            index = bisect_right(starts, span[0]) - 1
            held = sources[index].hold(fact)
            customer = not held and fact.key in said
            checked.append(CheckedFact(body[slice(*span)], span, held or customer, index, customer))
    return tuple(checked)


def facts_of(text: str, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Facts of a text, disguises seen through, in order; spans are code points of `text`."""
    copy = normalised(text)
    folded = normalise(copy.text)
    if len(folded) != len(copy.text):  # folding twice moved the offsets: the whole text stands for its facts
        return tuple(replace(fact, span=(0, len(text))) for fact in _facts(folded, vocabulary))
    return tuple(replace(fact, span=copy.original(*fact.span)) for fact in _facts(folded, vocabulary))


def _given(sentence: Sentence, passages: Mapping[int, tuple[Fact, ...]], vocabulary: Vocabulary) -> Iterator[Fact]:
    for n in sentence.citations:
        yield from passages.get(n, ())
    for operand in sentence.operands:
        yield from facts_of(operand.text, vocabulary)


def _stretches(body: str, placed: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Bounds in the body of the sentences, those that a mark parts inside a phrase taken together."""
    open_: tuple[int, int] | None = None
    for index, item in enumerate(placed):
        if open_ and runs_on(body, placed[index - 1], item):
            open_ = (open_[0], item.end)
            continue
        if open_:
            yield open_
        open_ = (item.start, item.end)
    if open_:
        yield open_


def _facts(folded: str, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """What `extract_facts` finds, every mention of a network, numbers in words, and all other digits."""
    facts = [fact for fact in extract_facts(folded, vocabulary) if fact.kind != "network"]
    rest = _blanked(folded, [fact.span for fact in facts])
    networks = [(name, m.span()) for name, p in vocabulary.networks.items() for m in p.finditer(rest)]
    facts += [Fact("network", name, "", span) for name, span in networks]
    rest = _blanked(rest, [span for _, span in networks])
    facts += [fact for match in _WORDED.finditer(rest) if (fact := _worded(match))]
    rest = _WORDED.sub(lambda match: "\0" * len(match[0]), rest)
    facts += [_digits(match) for match in _DIGITS.finditer(rest)]
    return tuple(sorted(facts, key=lambda fact: fact.span))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)


def _worded(match: re.Match[str]) -> Fact | None:
    if match["english"]:
        unit = match["english_unit"]
        unit = unit if unit in _ASSETS else unit.removesuffix("s").replace(" ", "_")
        return Fact("number", str(_ENGLISH[match["english"]]), _dollar(unit), match.span())
    value = parse_number(match["percent"] or match["han"])
    if value is None:
        return None
    unit = "percent" if match["percent"] else _dollar(match["han_unit"])
    return Fact("number", f"{value.normalize():f}", unit, match.span())


def _digits(match: re.Match[str]) -> Fact:
    """Digits in no form that articles use: an amount in customers' short form, or a word that holds a figure."""
    amount = _SHORT_AMOUNT.fullmatch(match[0])
    if amount:
        return Fact("number", f"{int(amount[1])}", "usdt", match.span())
    return Fact("token", match[0], "", match.span())


def _dollar(unit: str) -> str:
    return "usdt" if unit == "u" else unit
