"""What a macro picker shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.macros import MacroCategory


@dataclass(frozen=True, slots=True)
class MacroView:
    """One macro as it would read in this ticket's reply.

    Attributes:
        text: filled in, without citation marks.
        missing: what could not be filled in, as it stands in the text: `【币种】`.
        topic: id of the article that it cites; `""` = none.
        fits: the ticket's evidence holds passages of that article.
        own: it is the operator's.
    """

    id: str
    title: str
    category: MacroCategory
    text: str
    missing: tuple[str, ...]
    topic: str
    fits: bool
    own: bool


@dataclass(frozen=True, slots=True)
class MacroList:
    """The macros for a ticket: those that fit it first, then by category. `locale`: of their texts.

    Attributes:
        problems: what of the operator's file is not used, and why.
    """

    items: tuple[MacroView, ...]
    locale: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, or a citation mark behind one: `cite` is the id of the passage, `text` is then empty."""

    text: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class FilledMacro:
    """A macro ready to be put into a reply; the pieces, one after the other, are its text."""

    id: str
    pieces: tuple[Piece, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def cites(self) -> tuple[str, ...]:
        """Ids of the cited passages, each once, in order."""
        return tuple(dict.fromkeys(piece.cite for piece in self.pieces if piece.cite))
