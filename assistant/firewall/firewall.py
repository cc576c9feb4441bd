"""Screens a customer's message. Nothing else in the product sees the original text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.firewall.addresses import find_addresses
from assistant.firewall.base58_values import find_base58
from assistant.firewall.cards import find_cards
from assistant.firewall.codes import find_codes
from assistant.firewall.contacts import find_contacts
from assistant.firewall.containers import find_containers
from assistant.firewall.han_phrases import find_han_phrases
from assistant.firewall.hexes import find_hex
from assistant.firewall.identity import find_identity
from assistant.firewall.message import Detector, Message
from assistant.firewall.model import KINDS, Candidate, FirewallError, Screened, SensitiveSpan, SpanAction
from assistant.firewall.normalise import SHIELD, View, neutralised, normalised, spoken_digits
from assistant.firewall.phones import find_phones
from assistant.firewall.phrases import find_phrases
from assistant.firewall.resolve import resolved

DETECTORS: tuple[Detector, ...] = (
    find_containers,
    find_phrases,
    find_han_phrases,
    find_base58,
    find_hex,
    find_addresses,
    find_codes,
    find_cards,
    find_identity,
    find_phones,
    find_contacts,
)

_TURNS = 6
_TURN_LENGTH = 4000
_ROUNDS = 4
_STEMS = "|".join(sorted({re.escape(kind.stem) for kind in KINDS.values() if kind.stem}))
_TOKEN = re.compile(rf"\[(?:{_STEMS})(?:_[0-9]{{1,4}})?\]")


class Firewall:
    """Destroys secrets, masks personal data and keeps what is public on a chain.

    Fails closed: a detector that raises makes `screen` raise `FirewallError`, and the message goes nowhere.
    """

    def __init__(self, detectors: Sequence[Detector] = DETECTORS) -> None:
        self._detectors = tuple(detectors)

    def screen(self, text: str, history: Sequence[str] = ()) -> Screened:
        """The message as it may travel on, with what was found in it.

        Brackets that look like a token's are replaced with `[` and `]` first, so a customer cannot write a token and
        text that was screened before comes out with plain brackets and otherwise unchanged.

        Args:
            text: the message as received.
            history: the customer's earlier messages, oldest first. The last ones are read for words that announce a
                secret and for the beginning of a recovery phrase; they are not changed.

        Raises:
            FirewallError: a detector failed. Carries nothing of the message.
        """
        screened = self._attempt(text, history)
        if screened is None:
            # Raised here and not while the detector's error is handled: that error may quote the message.
            raise FirewallError(
                "The message could not be screened for secrets and personal data, so it was not stored or passed on.",
                hint="Ask the customer to send it again in plain text; if that fails too, report it with the time.",
            )
        return screened

    def _attempt(self, text: str, history: Sequence[str]) -> Screened | None:
        try:
            neutral = neutralised(text)
            past = tuple(normalised(neutralised(turn)[-_TURN_LENGTH:]).text for turn in history[-_TURNS:])
            return _redacted(neutral, self._spans(neutral, past))
        except Exception:
            return None

    def _spans(self, neutral: str, past: tuple[str, ...]) -> list[SensitiveSpan]:
        """Runs the detectors until what is left holds nothing.

        A token is shorter than the value it stands for, so labels and values that were far apart become neighbours.
        """
        whole = normalised(neutral)
        tokens = [whole.original(*match.span()) for match in _TOKEN.finditer(whole.text)]
        spans: list[SensitiveSpan] = []
        for _ in range(_ROUNDS):
            hidden = [(span.start, span.end) for span in spans if span.action is not SpanAction.KEEP]
            view = whole.shielded(sorted([*hidden, *tokens])) if hidden or tokens else whole
            found = resolved(self._found(view, past), view, spans)
            if found == spans:
                break
            spans = found
            if all(span.action is SpanAction.KEEP for span in spans):
                break
        return spans

    def _found(self, view: View, past: tuple[str, ...]) -> list[Candidate]:
        message = Message(view.text, spoken_digits(view.text), past)
        return [
            candidate
            for detector in self._detectors
            for candidate in detector(message)
            if view.text[candidate.start : candidate.end].strip(SHIELD + " ")
        ]


def redact_report(text: str) -> dict[str, object]:
    """The redacted text and its spans as plain JSON values; offsets are code points of `text`.

    Raises:
        FirewallError: as `Firewall.screen`.
    """
    screened = Firewall().screen(text)
    spans = [
        {"start": s.start, "end": s.end, "type": s.type, "class": s.cls.value, "action": s.action.value}
        for s in screened.spans
    ]
    return {"text": screened.text, "spans": spans}


def _redacted(text: str, spans: list[SensitiveSpan]) -> Screened:
    pieces: list[str] = []
    values: list[tuple[str, str]] = []
    originals: dict[str, tuple[str, str, str]] = {}
    numbers: dict[str, dict[str, int]] = {}
    end = 0
    for span in spans:
        value = text[span.start : span.end]
        pieces.append(text[end : span.start])
        end = span.end
        if span.action is SpanAction.KEEP:
            pieces.append(value)
            values.append((span.type, value))
            continue
        token = f"⟦{KINDS[span.type].stem}⟧"
        if span.action is SpanAction.MASK:
            known = numbers.setdefault(span.type, {})
            number = known.setdefault(_canonical(span.type, value), len(known) + 1)
            token = f"⟦{KINDS[span.type].stem}_{number}⟧"
            originals.setdefault(token, (token, span.type, value))
        pieces.append(token)
    return Screened("".join([*pieces, text[end:]]), tuple(spans), tuple(values), tuple(originals.values()))


def _canonical(kind: str, value: str) -> str:
    """The value without what may be written in several ways, so that it gets one number."""
    plain = "".join(char for char in spoken_digits(normalised(value).text).lower() if char.isalnum() or char in "@.")
    return re.sub(r"^(?:00)?86(?=1[3-9][0-9]{9}$)", "", plain) if kind == "PHONE" else plain
