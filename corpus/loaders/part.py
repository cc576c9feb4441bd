"""One document of a file that may hold several."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A document as a file of its own.

    Attributes:
        name: the file and the place in it; the suffix says how to read the content.
        fault: why it cannot be used, naming it, and what to do; `""` = nothing is known against it.
    """

    name: str
    content: bytes
    fault: str = ""
