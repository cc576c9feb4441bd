"""What the firewall says of a message: sensitive spans and the text that may travel on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.errors import ProofdeskError


class FirewallError(ProofdeskError):
    """The message could not be screened, so it goes nowhere. Never carries any of the message."""


class SpanClass(StrEnum):
    """How much harm the value does in the wrong hands."""

    SECRET = "S"  # noqa: S105 - a class name
    """Grants control of funds or an account."""
    IDENTITY = "P1"
    """Identity numbers, bank cards, passports."""
    PERSONAL = "P2"
    """Names, phone numbers, e-mail, addresses."""
    CHAIN = "C"
    """Public on-chain data the desk needs to read."""


class SpanAction(StrEnum):
    """What happens to the value."""

    DESTROY = "destroy"
    MASK = "mask"
    WITHHOLD = "withhold"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of sensitive value: its class, what is done with it and the stem of its token."""

    cls: SpanClass
    action: SpanAction
    stem: str = ""


def _secret(name: str) -> Kind:
    return Kind(SpanClass.SECRET, SpanAction.DESTROY, f"SECRET:{name}")


KINDS: dict[str, Kind] = {
    "MNEMONIC": _secret("MNEMONIC"),
    "SEED": _secret("SEED"),
    "PRIVATE_KEY": _secret("PRIVATE_KEY"),
    "API_SECRET": _secret("API_SECRET"),
    "PASSWORD": _secret("PASSWORD"),
    "OTP": _secret("OTP"),
    "CVV": _secret("CVV"),
    # Same shape as a public value; the caller asks the customer which of the two it is.
    "HEX64": Kind(SpanClass.SECRET, SpanAction.WITHHOLD, "HEX64"),
    "BASE58_64": Kind(SpanClass.SECRET, SpanAction.WITHHOLD, "BASE58_64"),
    "BANK_CARD": Kind(SpanClass.IDENTITY, SpanAction.MASK, "CARD"),
    "ID_CARD": Kind(SpanClass.IDENTITY, SpanAction.MASK, "ID"),
    "PASSPORT": Kind(SpanClass.IDENTITY, SpanAction.MASK, "PASSPORT"),
    "IBAN": Kind(SpanClass.IDENTITY, SpanAction.MASK, "IBAN"),
    "PHONE": Kind(SpanClass.PERSONAL, SpanAction.MASK, "PHONE"),
    "EMAIL": Kind(SpanClass.PERSONAL, SpanAction.MASK, "EMAIL"),
    "IP_ADDRESS": Kind(SpanClass.PERSONAL, SpanAction.MASK, "IP"),
    "PERSON": Kind(SpanClass.PERSONAL, SpanAction.MASK, "NAME"),
    "ADDRESS": Kind(SpanClass.PERSONAL, SpanAction.MASK, "POSTAL"),
    "LICENSE_PLATE": Kind(SpanClass.PERSONAL, SpanAction.MASK, "PLATE"),
    "WALLET_ADDRESS": Kind(SpanClass.CHAIN, SpanAction.KEEP),
    "TXID": Kind(SpanClass.CHAIN, SpanAction.KEEP),
}


@dataclass(frozen=True, slots=True)
class SensitiveSpan:
    """One sensitive value. `start` and `end` are code-point offsets in the text that was screened."""

    start: int
    end: int
    type: str
    cls: SpanClass
    action: SpanAction


@dataclass(frozen=True, slots=True)
class Screened:
    """A message after the firewall.

    Attributes:
        text: what may be stored, logged, indexed and sent to a model.
        spans: what was found, sorted and disjoint; offsets point into the original, which is not kept here.
        values: `(type, value)` of everything that stayed readable, in reading order.
        originals: `(token, type, value)` of everything that was masked, each token once, as it stands in `text`. What
            was destroyed or withheld is never among them.
    """

    text: str = field(repr=False)
    spans: tuple[SensitiveSpan, ...]
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    originals: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    @property
    def has_secret(self) -> bool:
        """Whether something was destroyed: the customer must hear that it counts as compromised."""
        return any(span.action is SpanAction.DESTROY for span in self.spans)

    @property
    def has_withheld(self) -> bool:
        """Whether something is a key or a transaction id and only the customer can say which."""
        return any(span.action is SpanAction.WITHHOLD for span in self.spans)

    def kept(self, type_: str) -> tuple[str, ...]:
        """The values of one type that stayed readable, in reading order, each once."""
        return tuple(dict.fromkeys(value for kind, value in self.values if kind == type_))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one detector found, in offsets of the normalised text.

    Attributes:
        proven: a checksum or an unmistakable shape says so, not only the words around it.
    """

    start: int
    end: int
    type: str
    proven: bool = False
