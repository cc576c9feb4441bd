"""What the desk knows of a ticket by itself and may say in a reply: its number, its promise, the customer's values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from assistant.chain.factcheck import facts_of
from assistant.chain.slots import slots_of
from assistant.chain.vocabulary import Vocabulary, find, normalise
from assistant.review.sla import BusinessCalendar
from assistant.ticket import Ticket
from corpus.macros import Variable
from corpus.units import number_text

_TOKEN = re.compile(r"⟦[^⟧]*⟧")
_HASH = re.compile(r"(?:0x)?[0-9a-f]{64}")
_ORDER = re.compile(
    r"(?:订单|訂單|\border\b)\s*(?:编号|編號|号码|號碼|号|號|id|no\.?|number)?\s*(?:是|为|為|is)?\s*[:：#]?\s*"
    r"(?P<id>(?=[a-z-]{0,6}\d)[a-z0-9-]{6,32})(?![a-z0-9])",
    re.IGNORECASE,
)


class TicketValues:
    """Reads the values of tickets. One that is said in two ways is none: a person has to choose."""

    def __init__(
        self, calendar: BusinessCalendar, vocabulary: Callable[[], Vocabulary], clock: Callable[[], datetime]
    ) -> None:
        self._calendar = calendar
        self._vocabulary = vocabulary
        self._clock = clock

    def known(self, ticket: Ticket, turns: Sequence[str]) -> Mapping[Variable, str]:
        """What there is, by variable; `turns` are the customer's messages of this ticket after the firewall.

        The expected time is the desk's promise, on the clock of its office; one that is past is none any more.
        """
        found = {Variable.TICKET_NUMBER: ticket.number, **self._said(turns)}
        if ticket.due_at > self._clock():
            local = self._calendar.local(ticket.due_at)
            zone = f"{local:%z}"
            found[Variable.ETA] = f"{local:%Y-%m-%d %H:%M} (UTC{zone[:3]}:{zone[3:5]})"
        return found

    def vouched(self, ticket: Ticket, turns: Sequence[str]) -> tuple[str, ...]:
        """Texts whose figures need no other source in a reply."""
        known = self.known(ticket, turns)
        amount = f"{known.get(Variable.AMOUNT, '')} {known.get(Variable.COIN, '')}".strip()
        return tuple(filter(None, (*known.values(), amount)))

    def _said(self, turns: Sequence[str]) -> dict[Variable, str]:
        words = [_TOKEN.sub(" ", turn) for turn in turns]
        text = "\n".join(words)
        vocabulary = self._vocabulary()
        slots = [slots_of(turn, vocabulary) for turn in words]
        facts = facts_of(text, vocabulary)
        coins = {coin.lower() for coin in vocabulary.coins}
        amounts = {fact.value for fact in facts if fact.kind == "number" and fact.unit in coins}
        hashes = {fact.value for fact in facts if _HASH.fullmatch(fact.value)}
        found = {
            Variable.COIN: _only((*(slot.coin for slot in slots), *_coins(text, vocabulary))),
            Variable.NETWORK: _only(find(vocabulary.networks, text)),
            Variable.AMOUNT: _only(number_text(slot.amount) if slot.amount else "" for slot in slots),
            Variable.TXID: _only(slot.txid for slot in slots),
            Variable.ORDER_ID: _only(match["id"] for match in _ORDER.finditer(text)),
        }
        if len(amounts) > 1:
            del found[Variable.AMOUNT]
        if len(hashes) > 1:
            del found[Variable.TXID]
        return {variable: value for variable, value in found.items() if value}


def _coins(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Coins that are named, network names aside: several hold the name of a coin."""
    folded = normalise(text)
    for pattern in vocabulary.networks.values():
        folded = pattern.sub(" ", folded)
    return find(vocabulary.coins, folded)


def _only(values: Iterable[str | None]) -> str:
    """The one value that is said; `""` for none, and for several."""
    found = {value for value in values if value}
    return found.pop() if len(found) == 1 else ""
