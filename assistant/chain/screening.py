"""What of a conversation may travel on, and what the firewall found in it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.chain.intake import accept_turns
from assistant.firewall.firewall import Firewall
from assistant.firewall.tokens import holds_secret, holds_withheld
from assistant.model import Inquiry


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns after the firewall.

    Attributes:
        has_secret: a secret was destroyed in the last turn.
        withheld: for each turn, whether it held something that is a key or a transaction id.
    """

    turns: tuple[str, ...]
    has_secret: bool
    withheld: tuple[bool, ...]


def screen_turns(inquiry: Inquiry, firewall: Firewall) -> Conversation:
    """The inquiry's turns, screened now or, for stored ones, as they were screened when they came in.

    Raises:
        InquiryError: see `intake.accept_turns`.
        FirewallError: see `Firewall.screen`.
    """
    turns = accept_turns(inquiry.turns)
    if inquiry.screened:  # the firewall would take its own tokens for a customer's forgery
        return Conversation(turns, holds_secret(turns[-1]), tuple(holds_withheld(turn) for turn in turns))
    screened = [firewall.screen(turn, turns[:i]) for i, turn in enumerate(turns)]
    return Conversation(
        tuple(screen.text for screen in screened),
        screened[-1].has_secret,
        tuple(screen.has_withheld for screen in screened),
    )
