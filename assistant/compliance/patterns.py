"""Patterns of a pack: compiled with RE2, which has no look-around and cannot run away on a hostile text.

Two shorthands keep packs readable:

* `<8>` stands for at most eight characters of the same clause;
* a leading `!` says that a negation inside the match is part of what it says ("zero risk", "do not call the police").

A group named `hit` narrows the span to itself, where a neighbouring character has to be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.compliance.errors import PolicyError
from assistant.compliance.normalise import HAN, simplified

_GAP = re.compile(r"<(\d+)>")
# A comma before "or" goes on with the list that a negation governs: "never share your password, or send your code".
_BOUNDARY = re.compile(
    r"[。!?;:\n…—]|,(?!\s*(?:or\b|nor\b|或|也不|亦不))|\.(?=\s|$)"
    rf"|(?<=[{HAN}]) +(?=[{HAN}])|但是?|而是|不过|\bbut\b|\bhowever\b|\binstead\b"
)
_SENTENCE = re.compile(r"[。!?\n]|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One compiled pattern.

    Attributes:
        group: number of the group that is reported; 0 = the whole match.
        negation_is_content: a negation inside the match does not excuse it.
    """

    source: str
    expression: Any
    group: int
    negation_is_content: bool

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Every match, also one that starts within another, so that an excused match hides none behind it."""
        position = 0
        while position <= len(text) and (match := self.expression.search(text, position)):
            start, end = match.span(self.group)
            if end > start:
                yield start, end
            position = match.start() + 1

    def found_in(self, text: str) -> bool:
        """Whether it matches anywhere."""
        return self.expression.search(text) is not None


def compile_pattern(source: str, *, where: str) -> Pattern:
    """Compiles one pattern; `where` names it in the error.

    Raises:
        PolicyError: RE2 refuses it, or it matches the empty text and so would fire on everything.
    """
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    content = source.startswith("!")
    body = _GAP.sub(r"[^,.。!?;\\n]{0,\1}", simplified(source.removeprefix("!")))
    try:
        expression = re2.compile(body, options)
    except re2.error as error:
        raise PolicyError(
            f"{where}: {source!r} is not a pattern: {error}.", hint="RE2 knows no look-around."
        ) from error
    if expression.search("") is not None:
        raise PolicyError(f"{where}: {source!r} matches the empty text.", hint="Make a part of it required.")
    return Pattern(source, expression, expression.groupindex.get("hit", 0), content)


def compile_all(sources: tuple[str, ...], *, where: str) -> tuple[Pattern, ...]:
    """Compiles a list of patterns, in order."""
    return tuple(compile_pattern(source, where=where) for source in sources)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the clause around a stretch: from the last break before it to the first one after it."""
    return _around(_BOUNDARY, text, start, end)


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentence around a stretch."""
    return _around(_SENTENCE, text, start, end)


def _around(boundary: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    left = 0
    for match in boundary.finditer(text):
        if match.end() > start:
            break
        left = match.end()
    following = boundary.search(text, end)
    return left, following.start() if following else len(text)
