"""What a handler returns to the page: JSON that carries escaped HTML by slot, and plain text only for the editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """The message line. `code`: of the refusal, `""` when all went well; `tone`: ok, info, warn or error."""

    tone: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        n: the number that the page gave its call, so that late answers are known as such.
        html: escaped HTML by the name of the slot that it fills.
        more: what the script needs besides.
    """

    n: int
    now: datetime
    said: Said | None = None
    html: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> str:
        """The answer as the page reads it."""
        said = None if self.said is None else {"tone": self.said.tone, "text": self.said.text, "code": self.said.code}
        body = {"n": self.n, "now": self.now.isoformat(), "say": said, "html": dict(self.html)}
        return json.dumps({**body, **self.more}, ensure_ascii=False)
