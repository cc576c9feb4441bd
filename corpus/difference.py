"""Two versions of a text, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison; `gap` stands for lines that are the same and left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str

    @property
    def mark(self) -> str:
        """What `diff -u` writes before it."""
        return {"same": " ", "added": "+", "removed": "-", "gap": ""}[self.kind]


def difference(old: bytes, new: bytes) -> tuple[Line, ...]:
    """The lines that differ, each with two around it; one line that says so for files that are no text."""
    texts = [_text(old), _text(new)]
    if None in texts:
        return () if old == new else (Line("gap", "…"),)
    return tuple(_lines(*(text.splitlines() for text in texts if text is not None)))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number or group[0][1]:
            yield Line("gap", "…")
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (Line("same", text) for text in old[i:j])
            else:
                yield from (Line("removed", text) for text in old[i:j])
                yield from (Line("added", text) for text in new[k:m])


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
