"""What goes wrong with a policy pack."""

from __future__ import annotations

from corpus.errors import ProofdeskError


class PolicyError(ProofdeskError):
    """The policy pack is missing, broken or altered. Nothing is drafted or sent until it is mended."""
