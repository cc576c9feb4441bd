"""Finds recovery phrases in the Chinese word lists.

Their words are 2048 single, very common characters, so membership proves nothing: an ordinary sentence consists of
them. It takes separators between the characters and a valid checksum, or words that announce a phrase, or a stretch of
exactly a phrase's length with a valid checksum and the wrong frequencies: the lists run from the commonest character to
the rarest, so the index of a random phrase's characters is 1024 on average and that of prose about 400.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.firewall.message import Message
from assistant.firewall.model import Candidate
from assistant.firewall.phrases import PHRASE_LABEL
from assistant.firewall.wordlists import PHRASE_LENGTHS, han_indices, has_checksum

_HAN = re.compile(r"[\u3400-\u9fff]+")
_SEPARATOR = re.compile(r"(?:[^\w\x00]|_|(?<![0-9])[0-9]{1,2}(?![0-9])){1,8}")
_GROUP_SEPARATOR = re.compile(r"[\s,、/|-]{1,3}")
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff](?:[^\w\x00]|_|(?<![0-9])[0-9]{1,2}(?![0-9])){1,8}$")
_HAN_AFTER = re.compile(r"(?:[^\w\x00]|_|(?<![0-9])[0-9]{1,2}(?![0-9])){1,8}[\u3400-\u9fff]")
_LABEL_TAIL = re.compile(r"(?:是|为|為|如下|[\s:=,])*")
_PROSE_INDEX = 700
"""A random phrase of twelve has a lower average index in 3 of 100 cases, a longer phrase in fewer."""
_LONG = 30
_HINTED = 4
_NEIGHBOURS = 2
_GROUPS = 3
_BEFORE = 40
_AFTER = 20
_LIST_SHARE = 0.85

_Run = list[tuple[int, int]]


def find_han_phrases(message: Message) -> Iterator[Candidate]:
    """Spaced, grouped and unbroken phrases; earlier messages may hold the beginning of a spaced one."""
    past = "\n".join(message.history)
    offset = len(past) + 1 if past else 0
    text = f"{past}\n{message.text}" if past else message.text
    spans = _stretches(text)
    for start, end in [*_spaced(text, spans), *_grouped(text, spans), *_unbroken(text, spans)]:
        if end > offset:
            yield Candidate(max(start, offset) - offset, end - offset, "MNEMONIC", proven=True)


def _stretches(text: str) -> _Run:
    """Han stretches; one that begins with a label ("助记词是昏途…") is cut after it."""
    cuts = set()
    for label in PHRASE_LABEL.finditer(text):
        tail = _LABEL_TAIL.match(text, label.end())
        cuts.add(tail.end() if tail else label.end())
    spans: _Run = []
    for match in _HAN.finditer(text):
        start = match.start()
        for cut in range(start + 1, match.end()):
            if cut in cuts:
                spans.append((start, cut))
                start = cut
        spans.append((start, match.end()))
    return spans


def _chains(text: str, spans: _Run, size: int | None, separator: re.Pattern[str]) -> Iterator[_Run]:
    """Runs of Han stretches of one length (`size`, or that of the first) with only separators between them."""
    run: _Run = []
    for start, end in spans:
        length = end - start
        joins = bool(run) and separator.fullmatch(text, run[-1][1], start) and length == run[0][1] - run[0][0]
        if not joins:
            if len(run) > 1:
                yield run
            run = []
        if size is None or length == size:
            run.append((start, end))
    if len(run) > 1:
        yield run


def _spaced(text: str, spans: _Run) -> Iterator[tuple[int, int]]:
    for run in _chains(text, spans, 1, _SEPARATOR):
        if (
            len(run) >= _HINTED
            and _announced(text, run[0][0], run[-1][1])
            and _is_listed("".join(text[s] for s, _ in run))
        ):
            yield run[0][0], run[-1][1]
            if len(run) in PHRASE_LENGTHS:
                continue
        yield from _checked(text, run) or _checked(text, _extended(text, run))


def _extended(text: str, run: _Run) -> _Run:
    """The run with its neighbours: the first or last character may be glued to the words around the phrase."""
    first, last = run[0][0], run[-1][1]
    before, after = _HAN_BEFORE.search(text, max(0, first - 9), first), _HAN_AFTER.match(text, last)
    left = [(before.start(), before.start() + 1)] if before else []
    right = [(after.end() - 1, after.end())] if after else []
    return [*left, *run, *right]


def _checked(text: str, run: _Run) -> list[tuple[int, int]]:
    characters = "".join(text[start] for start, _ in run)
    return [(run[low][0], run[high - 1][1]) for low, high in _listed(characters) if _holds_phrase(characters[low:high])]


def _is_listed(characters: str) -> bool:
    return max(sum(c in indices for c in characters) for indices in han_indices()) >= _LIST_SHARE * len(characters)


def _listed(characters: str) -> Iterator[tuple[int, int]]:
    """The longest stretches whose characters all stand in one list."""
    for indices in han_indices():
        low = 0
        for at in range(len(characters) + 1):
            if at == len(characters) or characters[at] not in indices:
                if at - low >= PHRASE_LENGTHS[0]:
                    yield low, at
                low = at + 1


def _holds_phrase(characters: str) -> bool:
    """Whether the whole, but for a neighbour at each end, is a phrase, or a part of it is one and unlike prose."""
    size = len(characters)
    if size > _LONG:
        # So many parts that the checksum of one of them would hold by chance.
        return _is_random(characters)
    return any(
        has_checksum(part) and (size - length <= _NEIGHBOURS or _is_random(part))
        for length in PHRASE_LENGTHS
        for part in (characters[at : at + length] for at in range(size - length + 1))
    )


def _grouped(text: str, spans: _Run) -> Iterator[tuple[int, int]]:
    for run in _chains(text, spans, None, _GROUP_SEPARATOR):
        if run[0][1] - run[0][0] > 1 and len(run) >= _GROUPS:
            characters = "".join(text[start:end] for start, end in run)
            if _is_random(characters) and has_checksum(characters):
                yield run[0][0], run[-1][1]


def _unbroken(text: str, spans: _Run) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        characters = text[start:end]
        if has_checksum(characters) and (_is_random(characters) or _labelled(text, start)):
            yield start, end


def _is_random(characters: str) -> bool:
    return any(
        all(char in indices for char in characters)
        and sum(indices[char] for char in characters) >= _PROSE_INDEX * len(characters)
        for indices in han_indices()
    )


def _labelled(text: str, start: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    labels = list(PHRASE_LABEL.finditer(before))
    return bool(labels) and bool(_LABEL_TAIL.fullmatch(before, labels[-1].end()))


def _announced(text: str, start: int, end: int) -> bool:
    return bool(PHRASE_LABEL.search(text[max(0, start - _BEFORE) : start])) or bool(
        PHRASE_LABEL.search(text[end : end + _AFTER])
    )
