"""The seam between the chain and whatever writes drafts from evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.model import Draft, Evidence


class Drafter(Protocol):
    """Writes a draft from evidence. Whatever it returns is verified like any other draft."""

    @property
    def name(self) -> str:
        """Identity of the model, for the record of every draft."""
        ...

    def draft(self, turns: Sequence[str], evidence: Evidence, language: str) -> Draft:
        """A draft that cites `evidence`.

        Raises:
            ChatModelError: the model cannot be reached or timed out.
            DraftRejectedError: it declined, or wrote nothing that can be checked.
        """
        ...
