"""Finds recovery phrases whose words are spelt, in English, French, Japanese, Korean and the other lists.

Twelve words of one list in a row are a phrase whatever the checksum says: wallets outside BIP-39 use the same words,
and a phrase with a typo is as good as the phrase. Near the words "recovery phrase" fewer are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate
from assistant.firewall.wordlists import folded, lexicon

PHRASE_LABEL = re.compile(
    r"助\s?[记記憶忆]\s?[词詞]|种子[词短密码]|種子[詞短密碼]|恢[复復]短[语語]|恢[复復][词詞]|私密短[语語]|mnemonic|"
    r"(?:seed|recovery|secret|backup)[\s_-]*(?:recovery[\s_-]*)?(?:phrase|words?)|"
    r"ニーモニック|シードフレーズ|니모닉|시드 ?구문|"
    r"frase (?:semilla|de recuperaci[oó]n|seed)|phrase (?:de r[eé]cup[eé]ration|secr[eè]te)|мнемони|сид[- ]фраз|seed:",
    re.IGNORECASE,
)
"""Words that say a recovery phrase is near."""

_WINDOW = 12
_LEAST_EXACT = 9
_HINTED = 4
_REST = 3
_GAP = 40
_REACH = 400

_LATIN = r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_WORD = re.compile(
    rf"[{_LATIN}][{_LATIN}\u0300-\u036f]*|[\u0400-\u052f][\u0400-\u052f\u0300-\u036f]*|"
    r"[\u3041-\u3096\u30a1-\u30fa\u30fc][\u3041-\u309a\u30a1-\u30fa\u30fc]*|[\uac00-\ud7a3\u1100-\u11ff]+|[\u3400-\u9fff]+"
)
# What stands between the words of a numbered list.
_FILLER_HAN = re.compile(r"[第个個是为為和单單词詞字一二三四五六七八九十]+")
_FILLER = frozenset({"st", "nd", "rd", "th", "is", "and", "br", "li", "td", "tr", "div", "nbsp"})
_TOPIC = frozenset({"seed", "phrase", "word", "words", "secret", "key", "wallet", "backup", "recovery", "private"})

# List words that prose is made of: they neither break a short run nor count in it.
_PROSE = frozenset(
    re.findall(
        "[a-z]+",
        "about above again all also always another any ask because become before below between both can "
        "come could every first from get give good have help how into just keep know like make more must "
        "need never next now off often one only open other over own people please put same say she side "
        "soon such sure text that then there they thing this time today together toward trust try two under "
        "until update upon use very wait want way web what when where will with work would year you your",
    )
)

_ORDINAL = re.compile(
    r"(?:第\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?[个個]?(?:单|單)?[词詞字]?|(?<![A-Za-z])word\s*(?:number|no\.?|#)?\s*[0-9]{1,2}|"
    r"(?<![A-Za-z])[0-9]{1,2}(?:st|nd|rd|th)\s+(?:word|one)|#[0-9]{1,2})\s{0,3}(?:是|为|為|is|was|:|=|-)?\s{0,3}[\"'“「]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    word: str
    mask: int


def find_phrases(message: Message) -> Iterator[Candidate]:
    """Runs of list words, also when an earlier message holds the beginning of the run."""
    past = "\n".join(message.history)
    offset = len(past) + 1 if past else 0
    text = f"{past}\n{message.text}" if past else message.text
    hints = [match.span() for match in PHRASE_LABEL.finditer(text)]
    for segment in _segments(text):
        for start, end in _runs(segment, hints):
            if end > offset:
                yield Candidate(max(start, offset) - offset, end - offset, "MNEMONIC", proven=True)
    yield from _ordinals(message, hinted=bool(hints))


def _segments(text: str) -> Iterator[list[_Unit]]:
    """Stretches of words with nothing but separators and list furniture between them."""
    masks = lexicon().masks
    segment: list[_Unit] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        key = folded(word)
        if key in _FILLER or _FILLER_HAN.fullmatch(word):
            continue
        if "\u3400" <= word[0] <= "\u9fff" or match.start() - end > _GAP:
            yield segment
            segment = []
        if not "\u3400" <= word[0] <= "\u9fff":
            segment.append(_Unit(match.start(), match.end(), key, masks.get(key, 0)))
        end = match.end()
    yield segment


def _runs(segment: list[_Unit], hints: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for language in range(len(lexicon().languages)):
        exact = [unit.mask >> language & 1 for unit in segment]
        if sum(exact) < _HINTED:
            continue
        covered = _phrase(segment, exact, language)
        rest = 0
        if any(covered):
            rest = _REST
        elif _hinted(segment[0].start, segment[-1].end, hints):
            rest = _HINTED
        if rest:
            _cover_short(segment, exact, covered, rest)
        yield from _stretches(segment, covered)


def _phrase(segment: list[_Unit], exact: list[int], language: int) -> list[bool]:
    """Marks every window of twelve with at least nine list words whose others are one typo away from one."""
    covered = [False] * len(segment)
    sums = [0, *accumulate(exact)]
    near: dict[str, bool] = {}
    for at in range(len(segment) - _WINDOW + 1):
        if sums[at + _WINDOW] - sums[at] < _LEAST_EXACT:
            continue
        typos = {segment[other].word for other in range(at, at + _WINDOW) if not exact[other]}
        for word in typos.difference(near):
            near[word] = lexicon().near(word, language)
        if all(near[word] for word in typos):
            covered[at : at + _WINDOW] = [True] * _WINDOW
    return covered


def _cover_short(segment: list[_Unit], exact: list[int], covered: list[bool], least: int) -> None:
    """Marks shorter runs of list words: a phrase was found, or the message says that one is coming."""
    run, telling = 0, 0
    for at in range(len(segment) + 1):
        if at < len(segment) and exact[at] and segment[at].word not in _TOPIC:
            run += 1
            telling += segment[at].word not in _PROSE
            continue
        if telling >= least:
            covered[at - run : at] = [True] * run
        run, telling = 0, 0


def _stretches(segment: list[_Unit], covered: list[bool]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, inside in enumerate([*covered, False]):
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield segment[start].start, segment[at - 1].end
            start = None


def _hinted(start: int, end: int, hints: list[tuple[int, int]]) -> bool:
    return any(low <= end + _REACH and high >= start - _REACH for low, high in hints)


def _ordinals(message: Message, *, hinted: bool) -> Iterator[Candidate]:
    """Single words told by their number ("第12个是…"): best effort for a phrase spread over messages."""
    found: list[Candidate] = []
    masks = lexicon().masks
    for match in _ORDINAL.finditer(message.text):
        word = _WORD.match(message.text, match.end())
        if word and masks.get(folded(word.group())):
            found.append(Candidate(match.start(), word.end(), "MNEMONIC", proven=True))
    if hinted or len(found) > 1:
        yield from found
