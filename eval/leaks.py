"""Where a secret turned up that should be nowhere: outputs, files and logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

_DIGEST = re.compile(rb"[0-9a-f]{32,}", re.IGNORECASE)
_SHORT = 16
"""Digits this short occur in checksums by chance."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret of a case and the place where it was found. The secret itself is not repeated."""

    case: str
    place: str


def find_leaks(secrets: Mapping[str, Iterable[str]], places: Mapping[str, bytes]) -> tuple[Leak, ...]:
    """Every (case, place) in which one of the case's secrets occurs.

    Args:
        secrets: secrets by case id.
        places: content by name.
    """
    return tuple(
        Leak(case, place)
        for place, content in places.items()
        for case, values in secrets.items()
        if any(_occurs(value, content) for value in values)
    )


def _occurs(secret: str, content: bytes) -> bool:
    """Whether `content` holds `secret` in UTF-8 or as JSON spells it, in any case of its letters."""
    folded = content.lower()
    for spelling in {secret, json.dumps(secret)[1:-1]}:
        wanted = spelling.lower().encode()
        found = [match.span() for match in re.finditer(re.escape(wanted), folded)]
        if len(wanted) >= _SHORT and found:
            return True
        if found:
            digests = [match.span() for match in _DIGEST.finditer(folded)]
            if any(not any(low <= start and end <= high for low, high in digests) for start, end in found):
                return True
    return False


def read_files(folder: Path) -> dict[str, bytes]:
    """The content of every file below `folder`, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@contextmanager
def captured_logs() -> Iterator[StringIO]:
    """Everything logged in the block, from the lowest level on, as formatted text."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
