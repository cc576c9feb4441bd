"""Errors of the desk. The root lives in `corpus.errors`, so that every layer shares it."""

from __future__ import annotations

from corpus.errors import ConfigurationError, ProofdeskError

__all__ = ["ChatModelError", "ConfigurationError", "DraftRejectedError", "InquiryError", "ProofdeskError"]


class InquiryError(ProofdeskError):
    """A question that cannot be answered as it stands: empty, too long, not text."""


class ChatModelError(ProofdeskError):
    """The configured chat model cannot be reached or gave nothing usable."""


class DraftRejectedError(ProofdeskError):
    """A draft fails verification: a citation that does not resolve, or a fact without a source."""
