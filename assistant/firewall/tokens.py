"""What the firewall's tokens say of a text that was screened before, when its spans are gone."""

from __future__ import annotations

from assistant.firewall.model import KINDS, SpanAction


def holds_secret(text: str) -> bool:
    """Whether something was destroyed in `text`; what `Screened.has_secret` said when it was screened."""
    return _holds(text, SpanAction.DESTROY)


def holds_withheld(text: str) -> bool:
    """Whether something was withheld in `text`; what `Screened.has_withheld` said when it was screened."""
    return _holds(text, SpanAction.WITHHOLD)


def _holds(text: str, action: SpanAction) -> bool:
    return any(f"⟦{kind.stem}⟧" in text for kind in KINDS.values() if kind.action is action)
