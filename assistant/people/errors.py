"""Errors of whoever administers accounts."""

from __future__ import annotations

from assistant.errors import ProofdeskError


class AccountError(ProofdeskError):
    """An account cannot be made or changed as asked."""
