"""Whether a customer asks for plain words, and what they ask apart from that.

"能用大白话讲吗" is no question to search for: alone it asks for the previous question once more, in plain words; beside
a question it is left out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.chain.terms_in import folded
from assistant.model import Inquiry, Level

_CLAUSE = re.compile(r"(?:[^，,。！!？?；;…\n.]|\.(?!\s|$))+[，,。！!？?；;…\n.\s]*|[，,。！!？?；;…\n.\s]+")
_SIGNS = " ，,。.！!？?；;…、:：\n"
_EMPTY = re.compile(r"[\W_]*")


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cues: list[str]
    signs: list[str]
    alone: list[str]
    fillers: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a draft is to be worded, and about what.

    Attributes:
        turns: the conversation without the wish for plain words; never empty.
        alone: nothing but that wish was ever said: there is nothing to put into plain words.
    """

    level: Level
    turns: tuple[str, ...]
    alone: bool = False


class LevelReader:
    """Reads the level out of a conversation. Holds no state: safe to call from many threads."""

    def __init__(self, source: _Source) -> None:
        self._cues = _any(source.cues)
        self._signs = _any(source.signs)
        self._alone = _any(source.alone)
        self._fillers = _any(source.fillers)

    def read(self, inquiry: Inquiry, turns: Sequence[str]) -> Asked:
        """The level that `inquiry` names, else the one that its `turns` (after the firewall) ask for.

        Once asked for, plain words stay for the rest of the conversation.
        """
        kept: list[str] = []
        plain = False
        for turn in turns:
            text, wished = self._without_wish(turn, first=not kept)
            plain = plain or wished
            if text or not wished:
                kept.append(text or turn)
        level = inquiry.level or (Level.PLAIN if plain else Level.NORMAL)
        return Asked(level, tuple(kept) or tuple(turns), alone=not kept)

    def _without_wish(self, turn: str, *, first: bool) -> tuple[str, bool]:
        """The turn as it is if it asks for nothing of the kind, else without what only asks for plain words."""
        patterns = (self._cues, self._signs) if first else (self._cues, self._signs, self._alone)
        parts: list[str] = []
        wished = False
        for text, copy in _clauses(turn):
            words = copy.strip(_SIGNS)
            rest = words
            for pattern in patterns:
                rest = pattern.sub(" ", rest)
            says_nothing = bool(_EMPTY.fullmatch(self._fillers.sub("", rest)))
            cues = [match.span() for match in self._cues.finditer(copy) if match[0]]
            wished = wished or bool(cues) or bool(self._signs.search(words)) or (says_nothing and rest != words)
            if not says_nothing:  # nor does "太专业了" beside a wish
                parts.append(_outside(text, cues))
        if not wished:
            return turn, False
        return "".join(parts).strip(_SIGNS.replace("?", "").replace("？", "")), True


@cache
def load_level_reader() -> LevelReader:
    """The reader with the patterns that ship with the package."""
    text = resources.files("assistant.chain").joinpath("plain.yaml").read_text(encoding="utf-8")
    return LevelReader(_Source.model_validate(yaml.safe_load(text)))


def _clauses(turn: str) -> Iterator[tuple[str, str]]:
    """Each clause as written and folded, of one length."""
    copy = folded(turn)
    for match in _CLAUSE.finditer(copy):
        yield turn[slice(*match.span())], match[0]


def _outside(text: str, spans: Iterable[tuple[int, int]]) -> str:
    at, kept = 0, []
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
